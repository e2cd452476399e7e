//! What the security token service does and answers: temporary keys for a role.

use std::time::Duration;

use serde_json::{Value, json};

use super::clock::{Clock, Moment};
use super::cloud::{Call, Cloud, Result};
use super::identity::Key;
use super::refusal::Refusal;
use super::world::Trust;

impl Cloud {
    /// Hands out a temporary key that the gateway knows from then on.
    pub(super) fn sts(&mut self, call: &Call) -> Result {
        let arn = call.required("RoleArn");
        let role = self.world.roles.iter().find(|role| role.arn == arn);
        let role = role.ok_or_else(|| Refusal::new(404, "EntityNotExist.Role", "The role does not exist."))?;
        let sent = |name: &str| call.param(name).map(str::to_owned);
        match &role.trust {
            Trust::Account(external_id) => {
                if call.operation != "AssumeRole" || sent("ExternalId") != *external_id {
                    let message = "You are not authorized to do this action. You should be authorized by RAM.";
                    return Err(Refusal::new(403, "NoPermission", message));
                }
            }
            Trust::Provider(provider, _) | Trust::Issuer(provider, _)
                if sent("OIDCProviderArn").as_ref() != Some(provider) =>
            {
                let message = "No such OIDC Provider registered.";
                return Err(Refusal::new(401, "AuthenticationFail.NoPermission", message));
            }
            Trust::Issuer(_, audience) => {
                let token = sent("OIDCToken");
                let minted = self.minted.iter().find(|minted| Some(&minted.token) == token.as_ref());
                let refusal = |code: &str, message: &str| {
                    Err(Refusal::new(401, &format!("AuthenticationFail.OIDCToken.{code}"), message))
                };
                match minted {
                    None => return refusal("Invalid", "This JsonWebToken is invalid."),
                    Some(minted) if minted.audience != *audience => {
                        return refusal("AudienceNotMatch", "The audience does not match.");
                    }
                    Some(minted) if minted.ends <= call.now => {
                        return refusal("Expired", "This JsonWebToken is expired.");
                    }
                    Some(_) => {}
                }
            }
            Trust::Provider(_, token) => {
                if sent("OIDCToken").as_ref() != Some(token) {
                    let message = "This JsonWebToken is invalid.";
                    return Err(Refusal::new(401, "AuthenticationFail.OIDCToken.Invalid", message));
                }
            }
        }
        let seconds = call.number("DurationSeconds").unwrap_or(3600);
        if seconds < 900 {
            return Err(Refusal::invalid("The Min/Max value of DurationSeconds is 15min/1hr."));
        }
        let lifetime = self.world.token_lifetime.unwrap_or(Duration::from_secs(seconds));
        Ok(self.issue(call, arn, lifetime))
    }

    fn issue(&mut self, call: &Call, arn: &str, lifetime: Duration) -> Value {
        let session = call.required("RoleSessionName");
        json!({
            "Credentials": self.temporary_key(call.now, lifetime, call.clock),
            "AssumedRoleUser": {
                "Arn": format!("{arn}/{session}"),
                "AssumedRoleId": format!("33157794895460:{session}"),
            },
        })
    }

    /// A new key, as the answer gives it.
    pub(super) fn temporary_key(&mut self, now: Moment, lifetime: Duration, clock: &Clock) -> Value {
        let number = self.world.keys.len();
        let expires = now.saturating_add(lifetime);
        let key = Key {
            id: format!("STS.NAssumed{number}"),
            secret: format!("assumedSecret{number}"),
            token: Some(format!("CAISassumed+/=={number}")),
            expires: Some(expires),
        };
        let told = json!({
            "AccessKeyId": key.id,
            "AccessKeySecret": key.secret,
            "SecurityToken": key.token,
            "Expiration": humantime::format_rfc3339_seconds(clock.shown(expires)).to_string(),
        });
        self.world.keys.push(key);
        told
    }
}
