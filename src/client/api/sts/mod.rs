//! STS 2015-04-01: temporary keys for a role.

pub mod assume_role;
pub mod assume_role_with_oidc;

use std::time::SystemTime;

use serde::Deserialize;

use crate::{
    client::http::Response,
    model::{
        fault::{Fault, FaultKind, ServiceError},
        secret::{Keys, Secret, TemporaryKeys, is_word},
    },
};

use super::{
    fault::{self, Envelope},
    fields::Fields,
    lenient::{Object, Text},
    read,
    repair::repair,
};

const VERSION: &str = "2015-04-01";

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "Credentials")]
    credentials: Object<Credentials>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Credentials {
    access_key_id: Text,
    access_key_secret: Secret,
    security_token: Secret,
    expiration: Text,
}

/// Reads the answer of either operation. `now`: our clock, for a service that does not tell its own.
pub fn issued(response: &Response, now: SystemTime) -> Result<TemporaryKeys, Fault> {
    if response.status != 200 {
        return Err(refusal(response));
    }
    let body: Option<Body> = read(&response.body);
    body.and_then(|Body { credentials: Object(credentials) }| credentials.issued(response, now)).ok_or_else(|| {
        let fields = Fields::read(&response.body);
        let request_id = fields.as_ref().map(Envelope::of).unwrap_or_default().request_id;
        let message = "the answer is not usable: it has no keys, or expired ones".to_owned();
        Fault::new(FaultKind::Lost, ServiceError { status: 200, message, request_id, ..ServiceError::default() })
    })
}

/// The fault of another status. Only the words of an error are reported: anything else may hold the keys.
fn refusal(response: &Response) -> Fault {
    let fault = fault::from_response(response, &repair(&response.body));
    if response.status >= 400 && !fault.error.code.is_empty() {
        return fault;
    }
    let error = ServiceError { status: response.status, ..ServiceError::seen("the answer is not from STS") };
    Fault { error, ..fault }
}

impl Credentials {
    /// The credentials, if all three parts are present and not expired by the server's clock: ours may be wrong.
    fn issued(self, response: &Response, now: SystemTime) -> Option<TemporaryKeys> {
        let Self { access_key_id: Text(id), access_key_secret: secret, security_token: token, expiration } = self;
        let ends = humantime::parse_rfc3339(&expiration.0).ok()?;
        let has_ended = response.date().is_some_and(|theirs| theirs >= ends);
        let life = ends.duration_since(response.date().unwrap_or(now)).unwrap_or_default();
        let are_keys = is_word(&id) && secret.is_word() && token.is_word() && !has_ended;
        are_keys.then(|| TemporaryKeys { keys: Keys { id, secret, token: Some(token) }, life: Some(life) })
    }
}

/// Reads the keys that a metadata service or a credentials URI gives: the same, flat, beside a `Code`.
pub fn given(response: &Response, now: SystemTime) -> Option<TemporaryKeys> {
    #[derive(Deserialize)]
    struct Sign {
        #[serde(rename = "Code", default)]
        code: Text,
    }
    let Sign { code: Text(code) } = read(&response.body)?;
    let is_good = response.status == 200 && code.eq_ignore_ascii_case("success");
    let credentials: Credentials = read(&response.body).filter(|_| is_good)?;
    credentials.issued(response, now)
}

#[cfg(test)]
mod tests;
