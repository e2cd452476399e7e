//! What is beside the gateway: the CI's token service, and a credentials URI. Neither knows a signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::clock::{Clock, Moment};
use super::gateway::Gateway;
use super::http::{Answer, Request};
use super::params;
use super::state::State;
use super::view::Seen;

/// The path of the CI's token service; as on GitHub, its URL has a query already.
pub const TOKEN_SERVICE: &str = "/ci/token?api-version=2.0";
/// The path of the credentials URI.
pub const CREDENTIALS: &str = "/credentials";

/// A token that the CI's token service gave.
#[derive(Debug, Clone)]
pub(super) struct Minted {
    pub(super) token: String,
    pub(super) audience: String,
    pub(super) ends: Moment,
}

impl Gateway {
    /// The answer of a service beside the gateway; `None` where the request is for the gateway.
    pub(super) fn beside(&self, request: &Request) -> Option<Answer> {
        let operation = operation(&request.path)?;
        let now = self.now();
        let state = &mut *self.state();
        let answer = match operation {
            "TokenService" => state.mint(request, now, &self.clock),
            _ => state.hand_out(request, now, &self.clock),
        };
        state.seen.push(Seen::unsigned(operation, request, now, Some(answer.status)));
        Some(answer)
    }
}

fn operation(path: &str) -> Option<&'static str> {
    match path {
        "/ci/token" => Some("TokenService"),
        CREDENTIALS => Some("CredentialsUri"),
        _ => None,
    }
}

impl State {
    /// A token, made out to whoever was requested.
    fn mint(&mut self, request: &Request, now: Moment, clock: &Clock) -> Answer {
        self.count_one("TokenService");
        let authorization = request.header("authorization").unwrap_or_default();
        let bearer = self.cloud.world.issuer.as_deref();
        if request.method != "GET" || bearer.is_none_or(|bearer| authorization != format!("Bearer {bearer}")) {
            return Answer::json(401, &json!({ "message": "not authorized" }));
        }
        let Some(audience) = params::find(&request.query, "audience") else {
            self.violations.push("a token without an audience was asked for".to_owned());
            return Answer::json(400, &json!({ "message": "no audience" }));
        };
        let number = self.cloud.minted.len();
        let ends = now + self.cloud.world.ci_token_lifetime;
        let claims = json!({ "aud": audience, "exp": clock.unix_ms(ends) / 1000, "jti": number });
        let token = format!("eyJhbGciOiJub25lIn0.{}.c2ln{number}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        self.cloud.minted.push(Minted { token: token.clone(), audience: audience.to_owned(), ends });
        Answer::json(200, &json!({ "count": token.len(), "value": token }))
    }

    /// Temporary keys, as a metadata service gives them.
    fn hand_out(&mut self, request: &Request, now: Moment, clock: &Clock) -> Answer {
        self.count_one("CredentialsUri");
        let Some(lifetime) = self.cloud.world.credentials_uri.filter(|_| request.method == "GET") else {
            return Answer::json(404, &json!({ "Code": "NotFound" }));
        };
        let mut keys = self.cloud.temporary_key(now, lifetime, clock);
        keys["Code"] = json!("Success");
        Answer::json(200, &keys)
    }
}
