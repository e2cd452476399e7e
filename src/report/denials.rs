//! Advice for refused credentials, by the service's error code.

use crate::model::fault::ServiceError;

/// What the refusal means, and what to do about it.
pub(super) fn denied(error: &ServiceError) -> String {
    match error.code.as_str() {
        _ if error.message.contains("Edition") => format!(
            "this edition of DataWorks does not offer the API: {error}; activate the edition that the message names"
        ),
        code if code.starts_with("Forbidden") || code.contains("NotAuthorized") || code.contains("NoPermission") => {
            format!(
                "the credentials are good, but may not do this: {error}; give their RAM user or role dataworks:* (or emr-serverless-spark:*) by RAM policy, and make it a member of the workspace"
            )
        }
        code if code.starts_with("InvalidTimeStamp") => {
            format!("the clock of this machine is wrong: {error}; set it by a time service")
        }
        code if code.starts_with("InvalidSecurityToken") => format!(
            "the temporary credentials have ended, or their security-token is not theirs: {error}; get new ones, or keyless ones by role-to-assume, which are renewed by themselves"
        ),
        code if code.starts_with("InvalidAccessKey") => format!(
            "the AccessKey is not known or disabled: {error}; check access-key-id in RAM, and that endpoint and region are of its account"
        ),
        code if code.contains("Signature") => {
            format!("the signature does not fit: {error}; check access-key-secret: it may be cut, or of another key")
        }
        _ => format!(
            "the credentials were refused: {error}; check the AccessKey, that its account has dataworks:* (or emr-serverless-spark:*) by RAM policy, and that it is a member of the workspace"
        ),
    }
}
