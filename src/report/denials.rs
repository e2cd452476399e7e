//! Advice for refused credentials, by the service's error code.

use crate::model::fault::ServiceError;

/// What the refusal means and what to do about it, before the first words of what the service says.
pub(super) fn denied(error: &ServiceError) -> String {
    let said = error.brief();
    match error.code.as_str() {
        _ if error.message.contains("Edition") => format!(
            "this edition of DataWorks does not offer the API: {error}; activate the edition that the message names"
        ),
        code if code.starts_with("Forbidden") || code.contains("NotAuthorized") || code.contains("NoPermission") => {
            format!(
                "the credentials are valid, but lack a permission: {error}; allow their RAM user or role dataworks:* (or emr-serverless-spark:*) in a RAM policy, and make it a member of the workspace"
            )
        }
        code if code.starts_with("InvalidTimeStamp") => {
            format!("the clock of this machine is wrong: synchronize it (NTP); the service says {said}")
        }
        code if code.starts_with("InvalidSecurityToken") => format!(
            "the temporary credentials have expired, or ⟨security-token⟩ does not belong to them: get new ones, or use OIDC with ⟨role-to-assume⟩, whose keys are refreshed; the service says {said}"
        ),
        code if code.starts_with("InvalidAccessKey") => format!(
            "the AccessKey is unknown or disabled: check ⟨access-key-id⟩ in RAM, and that ⟨endpoint⟩ and ⟨region⟩ belong to its account; the service says {said}"
        ),
        code if code.contains("Signature") => format!(
            "the signature does not match: check ⟨access-key-secret⟩, which may be truncated, or belong to another key; the service says {said}"
        ),
        _ => format!(
            "the credentials were refused: check the AccessKey, that a RAM policy allows its account dataworks:* (or emr-serverless-spark:*), and that it is a member of the workspace; the service says {said}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_secret_is_advice_first_and_not_the_whole_request_that_was_signed() {
        let signed = "GET&%2F&".repeat(100);
        let error = ServiceError {
            status: 400,
            code: "SignatureDoesNotMatch".into(),
            message: format!(
                "Specified signature is not matched with our calculation. server string to sign is:{signed}"
            ),
            request_id: "R1".into(),
        };
        let said = denied(&error);
        assert!(said.starts_with("the signature does not match: check ⟨access-key-secret⟩"), "{said}");
        assert!(said.chars().count() < 400 && said.contains("request id R1"), "{said}");
    }
}
