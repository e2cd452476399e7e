//! Reads when a CI's token expires, from its `exp` claim. The signature is not checked: STS does that.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::model::secret::Secret;

/// The end of a token; `None` where it does not say.
pub fn end(token: &Secret) -> Option<SystemTime> {
    #[derive(Deserialize)]
    struct Claims {
        exp: u64,
    }
    let claims = token.expose().split('.').nth(1)?.trim_end_matches('=');
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(claims.exp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_when_it_ends_or_nothing() {
        let ends = |token: &str| end(&Secret::new(token));
        let hour = SystemTime::UNIX_EPOCH + Duration::from_secs(3600);
        assert_eq!(ends("eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjM2MDB9.c2ln"), Some(hour));
        for strange in ["", "a", "a.b.c", "..", "a.eyJleHAiOi0xfQ.c", "a.eyJzdWIiOiJ4In0.c"] {
            assert_eq!(ends(strange), None, "{strange}");
        }
    }
}
