//! What a refusal by a source of keys means, and what to change where.

use crate::model::{
    call::{Fault, Kind, Words},
    source::{Source, Token, WAYS},
};

/// The refusal, and what to do about it. Where nothing was refused, there is nothing to change.
pub fn of(source: &Source, fault: &Fault) -> String {
    let Fault { kind, words, .. } = fault;
    let said = format!("no credentials by {}: {words}", source.label());
    match kind {
        Kind::Refused(_) => format!("{said}; {}", advice(source, words)),
        Kind::NotSent(_) | Kind::Busy | Kind::Lost => said,
    }
}

fn advice(source: &Source, words: &Words) -> String {
    let code = words.code.as_str();
    match source {
        Source::Bearer { token: Token::GitHub { .. }, .. } if code.is_empty() => {
            "give the job `permissions: id-token: write`".to_owned()
        }
        Source::Bearer { token: Token::File(_), .. } if words.status == 0 => {
            "check ALIBABA_CLOUD_OIDC_TOKEN_FILE (in a profile: oidc_token_file), and that whoever writes the file has done so before this step".to_owned()
        }
        Source::Bearer { token: Token::Given(_), .. } if words.status == 0 => {
            "check oidc-token (on GitLab: the variable that id_tokens names)".to_owned()
        }
        Source::Bearer { token, .. } if code.ends_with("AudienceNotMatch") => match token {
            Token::GitHub { audience, .. } => format!(
                "the token is made out to {audience:?}: add that to the client ids of the identity provider in RAM, or give one of its client ids as audience"
            ),
            Token::Given(_) | Token::File(_) => {
                "the token's `aud` is no client id of the identity provider in RAM: make both the same (on GitLab: `aud` under id_tokens)".to_owned()
            }
        },
        Source::Bearer { token, .. } if code.ends_with("Expired") => match token {
            Token::Given(_) => "the token that was given as oidc-token has ended (GitLab's lives as long as the job's timeout, or 5 minutes without one): set the job's `timeout`, or start this step earlier in the job".to_owned(),
            Token::File(_) => "the token in the file has ended: whoever writes the file must renew it".to_owned(),
            Token::GitHub { .. } => "run the job again".to_owned(),
        },
        Source::Bearer { provider, role, .. } if code.ends_with("NoPermission") || code.contains("EntityNotExist") => {
            format!(
                "check in RAM that {provider} and {} exist, and that the role's trust policy names this provider and fits the token's `iss`, `aud` and `sub` (repository and branch)",
                role.arn
            )
        }
        Source::Bearer { .. } if code.contains("OIDCToken") => {
            "the token is not one of that identity provider: check oidc-provider-arn, and in RAM the provider's issuer URL and fingerprints".to_owned()
        }
        Source::Bearer { role, .. } | Source::Assumed { role, .. } if code.contains("DurationSeconds") || words.message.contains("DurationSeconds") => {
            format!("give role-session-expiration at most the MaxSessionDuration of {}", role.arn)
        }
        Source::Assumed { role, external_id, .. } if code.contains("NoPermission") || code.contains("EntityNotExist") => {
            let external_id = if external_id.is_some() { " and external-id is the one that it asks for" } else { "; where it asks for an external id, give external-id" };
            format!(
                "check in RAM that {} exists, that its trust policy names the account or user of these keys, that their own policy allows sts:AssumeRole on it{external_id}",
                role.arn
            )
        }
        Source::Assumed { .. } => "check the keys that assume the role, then the role in RAM".to_owned(),
        Source::Bearer { .. } => "check role-to-assume and oidc-provider-arn against RAM".to_owned(),
        Source::Uri(_) => "check what answers at ALIBABA_CLOUD_CREDENTIALS_URI: JSON with Code \"Success\", AccessKeyId, AccessKeySecret, SecurityToken and Expiration".to_owned(),
        Source::Instance { .. } => WAYS.to_owned(),
        Source::Given(_) => "check access-key-id and access-key-secret".to_owned(),
    }
}
