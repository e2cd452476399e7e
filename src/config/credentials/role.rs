//! What a role needs in addition to its ARN: the token service, the session's name and length; and which inputs fit
//! together.

use std::time::Duration;

use crate::{
    config::{
        env::Environment,
        error::{InputError, given},
        given::Given,
        inputs::Inputs,
        service,
        value::is_region,
    },
    model::{ci_run::CiRun, credential_source::Role, endpoint::Endpoint, secret::is_word},
};

/// What all roles share.
#[derive(Clone)]
pub(super) struct Roles {
    /// The token service: the input, else the region's.
    pub(super) endpoint: Option<Endpoint>,
    session: String,
    seconds: u64,
    /// Whether the region that was given is a mistake, and told as one.
    is_region_told: bool,
}

impl Roles {
    pub(super) fn new(inputs: &Inputs, environment: &Environment, ci_run: &CiRun) -> Self {
        let session = inputs
            .role_session_name
            .value()
            .cloned()
            .or_else(|| environment.get("ALIBABA_CLOUD_ROLE_SESSION_NAME").map(str::to_owned));
        Self {
            endpoint: inputs.sts_endpoint.value().cloned().or_else(|| regional_sts(inputs, environment)),
            session: session.unwrap_or_else(|| usual_session(ci_run)),
            seconds: inputs.role_session_expiration.or_default().as_secs(),
            is_region_told: matches!(inputs.region, Given::Wrong(_)),
        }
    }

    /// Whether the inputs about roles fit together.
    pub(super) fn check(&self, inputs: &Inputs, errors: &mut Vec<InputError>) -> bool {
        let before = errors.len();
        let mut wrong = |input: &str, message: &str| errors.push(InputError::new(input, message));
        if !is_session_name(&self.session) {
            wrong("role-session-name", &given(&self.session, "2 to 64 letters, digits, and . @ - _"));
        }
        // <https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole>, `DurationSeconds`.
        let shortest = Duration::from_secs(900);
        let longest = Duration::from_secs(43_200);
        if inputs.role_session_expiration.value().is_some_and(|asked| *asked < shortest || *asked > longest) {
            wrong("role-session-expiration", "accepted: 15m to 12h, and at most the role's own MaxSessionDuration");
        }
        errors.len() == before
    }

    /// The same, at another token service.
    pub(super) fn at(&self, endpoint: Option<Endpoint>) -> Self {
        Self { endpoint, ..self.clone() }
    }

    /// The role of an ARN that the named input gave.
    pub(super) fn role(&self, arn: &str, input: &str, errors: &mut Vec<InputError>) -> Option<Role> {
        if !(arn.starts_with("acs:ram::") && arn.contains(":role/") && is_word(arn)) {
            errors.push(InputError::shape(input, arn, "acs:ram::ACCOUNT:role/NAME"));
            return None;
        }
        let Some(endpoint) = self.endpoint.clone() else {
            let message = "needed to assume a role (such as cn-hangzhou; or ALIBABA_CLOUD_REGION_ID), unless sts-endpoint is given";
            if !self.is_region_told {
                errors.push(InputError::new("region", message));
            }
            return None;
        };
        let (session, seconds) = (self.session.clone(), self.seconds);
        Some(Role { arn: arn.to_owned(), session, seconds, policy: None, endpoint })
    }
}

/// The token service of the region, for a role without an endpoint of its own.
fn regional_sts(inputs: &Inputs, environment: &Environment) -> Option<Endpoint> {
    let region = service::region(inputs, environment).filter(|region| is_region(region))?;
    Some(Endpoint::regional("sts", inputs.network.or_default(), &region))
}

fn is_session_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'@' | b'-' | b'_');
    (2..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// Our name and the id of the run, in the characters that are allowed.
fn usual_session(ci_run: &CiRun) -> String {
    let run = ci_run.run.as_deref().map(|run| format!("-{run}")).unwrap_or_default();
    let named = format!("dataworks-deploy{run}");
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || ".@-_".contains(letter) { letter } else { '-' };
    named.chars().map(safe).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_session_is_always_a_session_name() {
        for run in [None, Some("42"), Some("团队/构建 #7"), Some(&*"x".repeat(90))] {
            let ci_run = CiRun { run: run.map(str::to_owned), ..CiRun::default() };
            let name = usual_session(&ci_run);
            assert!(is_session_name(&name), "{name}");
            assert!(name.starts_with("dataworks-deploy"));
        }
    }
}
