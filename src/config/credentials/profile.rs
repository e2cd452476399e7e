//! Reads the profile of the vendor's command line client: which profile counts, and which source it names.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{
    credential_source::{CredentialSource, Role, Token},
    endpoint::{Endpoint, Network},
    secret::{Keys, Secret, is_word},
};

use super::role::Roles;
use crate::config::service::is_region;

#[derive(Deserialize)]
struct File<'a> {
    #[serde(default)]
    current: String,
    /// Unparsed: what is wrong in one of them does not matter to the others.
    #[serde(default, borrow)]
    profiles: Vec<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Profile {
    name: String,
    mode: String,
    access_key_id: String,
    access_key_secret: Secret,
    sts_token: Secret,
    ram_role_arn: String,
    ram_role_name: String,
    ram_session_name: String,
    role_session_name: String,
    expired_seconds: u64,
    policy: String,
    external_id: String,
    oidc_provider_arn: String,
    oidc_token_file: String,
    sts_region: String,
    region_id: String,
    enable_vpc: bool,
}

/// The source of the named profile, else of the current one; `None` where that one is empty, as it is before the
/// client was set up; otherwise what is wrong.
pub(super) fn source(file: &Secret, named: Option<&str>, roles: &Roles) -> Result<Option<CredentialSource>, String> {
    const ODD: &str = "is not the JSON that the aliyun client writes";
    let file: File = serde_json::from_str(file.expose()).map_err(|_| ODD.to_owned())?;
    let name = named.unwrap_or(if file.current.is_empty() { "default" } else { &file.current });
    let is_it = |text: &&&RawValue| serde_json::from_str(text.get()).is_ok_and(|Named { name: its }| its == name);
    let Some(profile) = file.profiles.iter().find(is_it) else {
        return match named {
            Some(name) => Err(format!("has no profile {name:?}, which ALIBABA_CLOUD_PROFILE names")),
            None => Ok(None),
        };
    };
    // Serde's message would quote the value, which may be a secret.
    let profile: Result<Profile, String> = serde_json::from_str(profile.get()).map_err(|_| ODD.to_owned());
    profile.and_then(|profile| profile.source(roles)).map_err(|message| format!("profile {name:?}: {message}"))
}

impl Profile {
    fn source(self, roles: &Roles) -> Result<Option<CredentialSource>, String> {
        match self.mode.as_str() {
            "AK" | "" if self.access_key_id.is_empty() && self.access_key_secret.expose().is_empty() => Ok(None),
            "AK" | "" => Ok(Some(CredentialSource::Given(self.keys(None)?))),
            "StsToken" => {
                let token = Some(self.sts_token.clone()).filter(|token| !token.expose().is_empty());
                let token = token.ok_or("sts_token is missing")?;
                Ok(Some(CredentialSource::Given(self.keys(Some(token))?)))
            }
            "RamRoleArn" => Ok(Some(CredentialSource::Assumed {
                role: self.role(&self.ram_session_name, roles)?,
                external_id: some(&self.external_id),
                by: Box::new(CredentialSource::Given(self.keys(None)?)),
            })),
            "EcsRamRole" => Ok(Some(CredentialSource::Instance { role: some(&self.ram_role_name), tokenless: true })),
            "OIDC" => Ok(Some(CredentialSource::Bearer {
                role: self.role(&self.role_session_name, roles)?,
                provider: some(&self.oidc_provider_arn).ok_or("oidc_provider_arn is missing")?,
                token: Token::File(PathBuf::from(some(&self.oidc_token_file).ok_or("oidc_token_file is missing")?)),
            })),
            mode => Err(format!("mode {mode:?} is not supported; AK, StsToken, RamRoleArn, EcsRamRole and OIDC are")),
        }
    }

    fn keys(&self, token: Option<Secret>) -> Result<Keys, String> {
        let id = some(&self.access_key_id).ok_or("access_key_id is missing")?;
        let secret = some(self.access_key_secret.expose()).ok_or("access_key_secret is missing")?;
        let secret = Secret::new(secret);
        let are_words = is_word(&id) && secret.is_word() && token.as_ref().is_none_or(Secret::is_word);
        are_words.then_some(Keys { id, secret, token }).ok_or_else(|| "its keys are not one word each".to_owned())
    }

    fn role(&self, session: &str, roles: &Roles) -> Result<Role, String> {
        let network = if self.enable_vpc { Network::Vpc } else { Network::Public };
        let sts = |region: &str| {
            some(region).filter(|region| is_region(region)).map(|region| Endpoint::regional("sts", network, &region))
        };
        let endpoint = sts(&self.sts_region).or_else(|| roles.endpoint.clone()).or_else(|| sts(&self.region_id));
        let mut errors = Vec::new();
        let Some(mut role) = roles.at(endpoint).role(&self.ram_role_arn, "ram_role_arn", &mut errors) else {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return Err(errors.join("; "));
        };
        role.policy = some(&self.policy);
        role.session = some(session).unwrap_or(role.session);
        if self.expired_seconds > 0 {
            role.seconds = self.expired_seconds;
        }
        Ok(role)
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
