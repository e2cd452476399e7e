//! GitHub's token service: one token of the job, made out to one audience.
//!
//! <https://docs.github.com/en/actions/reference/security/oidc>

use serde::Deserialize;

use crate::{
    model::{call::Fault, secret::Secret},
    sign::{
        encode::encode,
        request::{Method, Response, Signed},
    },
};

use super::unfit;

/// Asks for a token.
pub fn request(url: &Secret, bearer: &Secret, audience: &str) -> Signed {
    let url = url.expose();
    let mark = if url.contains('?') { '&' } else { '?' };
    let url = Secret::new(format!("{url}{mark}audience={}", encode(audience)));
    let bearer = Secret::new(format!("Bearer {}", bearer.expose()));
    Signed::plain(Method::Get, url, vec![("authorization", bearer)])
}

/// Reads it.
pub fn token(response: &Response) -> Result<Secret, Fault> {
    #[derive(Deserialize)]
    struct Body {
        value: Secret,
    }
    let body: Option<Body> = serde_json::from_slice(&response.body).ok();
    body.map(|body| Secret::new(body.value.expose().trim()))
        .filter(|token| response.status == 200 && !token.expose().is_empty())
        .ok_or_else(|| unfit("GitHub's token service", response))
}
