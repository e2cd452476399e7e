//! Says what a refusal by a source of keys means, and what the user should change.

use crate::model::{
    credential_source::{CredentialSource, Token, WAYS},
    fault::{Fault, FaultKind, ServiceError},
};

/// The refusal, and what to do about it. Where nothing was refused, there is nothing to change.
pub fn of(source: &CredentialSource, fault: &Fault) -> String {
    let Fault { kind, error, .. } = fault;
    let who = format!("no credentials from {}", source.label());
    let brief = error.brief();
    match kind {
        // What the service says may be long: the advice comes first then.
        FaultKind::Refused(_) if brief != *error => format!("{who}: {}; the answer: {brief}", advice(source, error)),
        FaultKind::Refused(_) => format!("{who}: {error}; {}", advice(source, error)),
        FaultKind::NotSent(_) | FaultKind::Busy | FaultKind::Lost => format!("{who}: {brief}"),
    }
}

fn advice(source: &CredentialSource, error: &ServiceError) -> String {
    let code = error.code.as_str();
    match source {
        CredentialSource::Bearer { token: Token::GitHub { .. }, .. } if code.is_empty() => {
            "give the job `permissions: id-token: write`".to_owned()
        }
        CredentialSource::Bearer { token: Token::File(_), .. } if error.status == 0 => {
            "check ALIBABA_CLOUD_OIDC_TOKEN_FILE (in a profile: oidc_token_file), and that the program which writes the file has done so before this step".to_owned()
        }
        CredentialSource::Bearer { token: Token::Given(_), .. } if error.status == 0 => {
            "check ⟨oidc-token⟩ (on GitLab: the variable that id_tokens names)".to_owned()
        }
        CredentialSource::Bearer { token, .. } if code.ends_with("AudienceNotMatch") => match token {
            Token::GitHub { audience, .. } => format!(
                "the token's audience is {audience:?}: add that to the client ids of the identity provider in RAM, or give one of its client ids as ⟨audience⟩"
            ),
            Token::Given(_) | Token::File(_) => {
                "the token's `aud` is not a client id of the identity provider in RAM: make both the same (on GitLab: `aud` under id_tokens)".to_owned()
            }
        },
        CredentialSource::Bearer { token, .. } if code.ends_with("Expired") => match token {
            Token::Given(_) => "the given ⟨oidc-token⟩ has expired (GitLab's lives as long as the job's timeout, or 5 minutes without one): set the job's `timeout`, or start this step earlier in the job".to_owned(),
            Token::File(_) => "the token in the file has expired: the program that writes the file must refresh it".to_owned(),
            Token::GitHub { .. } => "run the job again".to_owned(),
        },
        CredentialSource::Bearer { provider, role, .. } if code.ends_with("NoPermission") || code.contains("EntityNotExist") => {
            format!(
                "check in RAM that {provider} and {} exist, and that the role's trust policy names this provider and matches the token's `iss`, `aud` and `sub` (repository and branch)",
                role.arn
            )
        }
        CredentialSource::Bearer { .. } if code.contains("OIDCToken") => {
            "the token was not issued by that identity provider: check ⟨oidc-provider-arn⟩, and in RAM the provider's issuer URL and fingerprints".to_owned()
        }
        CredentialSource::Bearer { role, .. } | CredentialSource::Assumed { role, .. } if code.contains("DurationSeconds") || error.message.contains("DurationSeconds") => {
            format!("reduce ⟨role-session-expiration⟩ to the MaxSessionDuration of {} or less", role.arn)
        }
        CredentialSource::Assumed { role, external_id, .. } if code.contains("NoPermission") || code.contains("EntityNotExist") => {
            let external_id = if external_id.is_some() { " and ⟨external-id⟩ is the one that it requires" } else { "; if it requires an external id, give ⟨external-id⟩" };
            format!(
                "check in RAM that {} exists, that its trust policy names the account or user of these keys, that their own policy allows sts:AssumeRole on it{external_id}",
                role.arn
            )
        }
        CredentialSource::Assumed { by, .. } if code.contains("Signature") && matches!(**by, CredentialSource::Given(_)) => {
            "check ⟨access-key-secret⟩: it may be truncated, or belong to another key".to_owned()
        }
        CredentialSource::Assumed { by, .. } if matches!(**by, CredentialSource::Instance { .. }) && error.status == 0 => {
            format!("⟨role-to-assume⟩ alone needs keys, and none were found: to assume it with the CI's own token, give ⟨oidc-provider-arn⟩ too; else {WAYS}")
        }
        CredentialSource::Assumed { .. } => "check the keys that assume the role, then the role in RAM".to_owned(),
        CredentialSource::Bearer { .. } => "check ⟨role-to-assume⟩ and ⟨oidc-provider-arn⟩ against RAM".to_owned(),
        CredentialSource::Uri(_) => "check that ALIBABA_CLOUD_CREDENTIALS_URI returns JSON with Code \"Success\", AccessKeyId, AccessKeySecret, SecurityToken and Expiration".to_owned(),
        CredentialSource::Instance { .. } => WAYS.to_owned(),
        CredentialSource::Given(_) => "check ⟨access-key-id⟩ and ⟨access-key-secret⟩".to_owned(),
    }
}
