//! GitHub's token service: one token of the job, for one audience.
//!
//! <https://docs.github.com/en/actions/reference/security/oidc>

use serde::Deserialize;

use crate::{
    client::{
        encode::encode,
        http::{HttpRequest, Method, Response},
    },
    model::{
        endpoint::{Endpoint, Reachable},
        fault::Fault,
        secret::Secret,
    },
};

use super::uri::{is_token, unusable};

/// Asks for a token. What follows a `#` is never sent, so the audience goes before it.
pub fn request(url: &Secret, bearer: &Secret, audience: &str) -> HttpRequest {
    let direct = Endpoint::reachable(url.expose()) == Reachable::Loopback;
    let (url, _) = url.expose().split_once('#').unwrap_or((url.expose(), ""));
    let mark = if url.contains('?') { '&' } else { '?' };
    let url = Secret::new(format!("{url}{mark}audience={}", encode(audience)));
    let bearer = Secret::new(format!("Bearer {}", bearer.expose()));
    HttpRequest { direct, ..HttpRequest::plain(Method::Get, url, vec![("authorization", bearer)]) }
}

/// Reads it.
pub fn token(response: &Response) -> Result<Secret, Fault> {
    #[derive(Deserialize)]
    struct Body {
        value: Secret,
    }
    let body: Option<Body> = serde_json::from_slice(&response.body).ok();
    body.map(|body| Secret::new(body.value.expose().trim()))
        .filter(|token| response.status == 200 && is_token(token))
        .ok_or_else(|| unusable("GitHub's token service", response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_is_asked_for_whatever_the_url_ends_in() {
        for (url, wanted) in [
            ("https://ci.example/t", "https://ci.example/t?audience=a%2Bb"),
            ("https://ci.example/t?v=2", "https://ci.example/t?v=2&audience=a%2Bb"),
            ("https://ci.example/t?v=2#x", "https://ci.example/t?v=2&audience=a%2Bb"),
            ("https://ci.example/t#x?y", "https://ci.example/t?audience=a%2Bb"),
        ] {
            let asked = request(&Secret::new(url), &Secret::new("b"), "a+b");
            assert_eq!((asked.url.expose(), asked.direct), (wanted, false));
        }
        assert!(
            request(&Secret::new("http://127.0.0.1:9/t"), &Secret::new("b"), "a").direct,
            "it stays on this machine"
        );
    }

    #[test]
    fn a_token_is_one_word_or_none() {
        let read = |value: &str| {
            let body = serde_json::json!({ "value": value }).to_string().into_bytes();
            token(&Response { status: 200, headers: Vec::new(), body }).map(|token| token.expose().to_owned())
        };
        assert_eq!(read(" a.b.c\n"), Ok("a.b.c".to_owned()));
        for strange in ["", "a\nb", "a b", "\u{0}", "发布", &"a".repeat(1_000_000)] {
            assert!(read(strange).is_err_and(|fault| fault.error.message.contains("returned no token or keys")));
        }
    }
}
