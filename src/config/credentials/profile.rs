//! Reads the profile of the vendor's command line client: which profile counts, and which source it names.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{
    credential_source::{CredentialSource, Role, Token},
    endpoint::{Endpoint, Network, Reachable},
    secret::{Keys, Secret, is_key_id},
};

use super::role::Roles;
use crate::config::{env::Environment, service::is_region};

/// The client's own file, as a person names it.
pub(super) const FILE: &str = "~/.aliyun/config.json";

/// The path of that file.
pub(in crate::config) fn file(environment: &Environment) -> Option<PathBuf> {
    let home = environment.get("HOME").or_else(|| environment.get("USERPROFILE"))?;
    Some(Path::new(home).join(".aliyun/config.json"))
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(default)]
    current: Option<String>,
    /// Unparsed: what is wrong in one of them does not matter to the others.
    #[serde(default, borrow)]
    profiles: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    name: String,
}

/// The fields as the client writes them. It reads `null` as an absent field.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Profile {
    mode: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<Secret>,
    sts_token: Option<Secret>,
    ram_role_arn: Option<String>,
    ram_role_name: Option<String>,
    ram_session_name: Option<String>,
    role_session_name: Option<String>,
    expired_seconds: Option<u64>,
    policy: Option<String>,
    external_id: Option<String>,
    #[serde(rename = "source_profile")]
    before: Option<String>,
    credentials_uri: Option<String>,
    oidc_provider_arn: Option<String>,
    oidc_token_file: Option<String>,
    sts_region: Option<String>,
    region_id: Option<String>,
    enable_vpc: Option<bool>,
}

/// A chain of profiles that is longer is a circle, or nobody's intent.
const LONGEST_CHAIN: usize = 8;

/// The source of the named profile, else of the current one; `None` where that one is empty, as it is before the
/// client was set up; otherwise what is wrong.
pub(super) fn source(file: &Secret, named: Option<&str>, roles: &Roles) -> Result<Option<CredentialSource>, String> {
    let file: File = serde_json::from_str(file.expose()).map_err(|_| ODD.to_owned())?;
    let current = file.current.as_deref().filter(|current| !current.is_empty()).unwrap_or("default");
    let profiles = Profiles { all: file.profiles.unwrap_or_default(), roles };
    match profiles.find(named.unwrap_or(current)) {
        Some(_) => profiles.source(named.unwrap_or(current), LONGEST_CHAIN),
        None => {
            named.map_or(Ok(None), |name| Err(format!("has no profile {name:?}, which ALIBABA_CLOUD_PROFILE names")))
        }
    }
}

const ODD: &str = "is not the JSON that the aliyun client writes";

struct Profiles<'a> {
    all: Vec<&'a RawValue>,
    roles: &'a Roles,
}

impl Profiles<'_> {
    fn find(&self, name: &str) -> Option<&RawValue> {
        let is_it = |text: &&&RawValue| serde_json::from_str(text.get()).is_ok_and(|Named { name: its }| its == name);
        self.all.iter().find(is_it).copied()
    }

    /// The source that a profile names; `depth`: how many more profiles may stand behind it.
    fn source(&self, name: &str, depth: usize) -> Result<Option<CredentialSource>, String> {
        let of = |message: String| format!("profile {name:?}: {message}");
        let text = self.find(name).ok_or_else(|| of("there is no such profile".to_owned()))?;
        // Serde's message would quote the value, which may be a secret.
        let profile: Profile = serde_json::from_str(text.get()).map_err(|_| of(ODD.to_owned()))?;
        let chained = profile.mode.as_deref().is_some_and(|mode| mode.eq_ignore_ascii_case("ChainableRamRoleArn"));
        if !chained {
            return profile.source(self.roles).map_err(of);
        }
        let before = some(profile.before.as_ref()).ok_or_else(|| of("source_profile is missing".to_owned()))?;
        let depth = depth.checked_sub(1).ok_or_else(|| of("its source_profile leads in a circle".to_owned()))?;
        let by = self.source(&before, depth)?.ok_or_else(|| of(format!("its source_profile {before:?} is empty")))?;
        let role = profile.role(self.roles).map_err(of)?;
        Ok(Some(CredentialSource::Assumed { role, external_id: some(profile.external_id.as_ref()), by: Box::new(by) }))
    }
}

impl Profile {
    fn source(self, roles: &Roles) -> Result<Option<CredentialSource>, String> {
        let mode = some(self.mode.as_ref()).unwrap_or_default();
        let secret = |secret: Option<&Secret>| secret.cloned().filter(|secret| !secret.expose().trim().is_empty());
        match mode.to_ascii_lowercase().as_str() {
            "ak" | ""
                if some(self.access_key_id.as_ref()).is_none() && secret(self.access_key_secret.as_ref()).is_none() =>
            {
                Ok(None)
            }
            "ak" | "" => Ok(Some(CredentialSource::Given(self.keys(None)?))),
            "ststoken" => {
                let token = Some(secret(self.sts_token.as_ref()).ok_or("sts_token is missing")?);
                Ok(Some(CredentialSource::Given(self.keys(token)?)))
            }
            "ramrolearn" => Ok(Some(CredentialSource::Assumed {
                role: self.role(roles)?,
                external_id: some(self.external_id.as_ref()),
                by: Box::new(CredentialSource::Given(self.keys(secret(self.sts_token.as_ref()))?)),
            })),
            "ecsramrole" => {
                Ok(Some(CredentialSource::Instance { role: some(self.ram_role_name.as_ref()), tokenless: true }))
            }
            "oidc" => Ok(Some(CredentialSource::Bearer {
                role: self.role(roles)?,
                provider: some(self.oidc_provider_arn.as_ref()).ok_or("oidc_provider_arn is missing")?,
                token: Token::File(PathBuf::from(
                    some(self.oidc_token_file.as_ref()).ok_or("oidc_token_file is missing")?,
                )),
            })),
            "credentialsuri" => {
                let uri = some(self.credentials_uri.as_ref()).ok_or("credentials_uri is missing")?;
                let uri = if uri.contains("://") { uri } else { format!("http://{uri}") };
                let is_known = !matches!(Endpoint::reachable(&uri), Reachable::Never);
                let uri = Some(uri)
                    .filter(|_| is_known)
                    .ok_or("credentials_uri is not an http or https URL without a user")?;
                Ok(Some(CredentialSource::Uri(Secret::new(uri))))
            }
            _ => Err(format!(
                "mode {mode:?} is not supported; AK, StsToken, RamRoleArn, EcsRamRole, OIDC, CredentialsURI and ChainableRamRoleArn are"
            )),
        }
    }

    fn keys(&self, token: Option<Secret>) -> Result<Keys, String> {
        let id = some(self.access_key_id.as_ref()).ok_or("access_key_id is missing")?;
        let secret =
            self.access_key_secret.as_ref().map(|secret| secret.expose().trim()).filter(|text| !text.is_empty());
        let secret = Secret::new(secret.ok_or("access_key_secret is missing")?);
        let are_words = is_key_id(&id) && secret.is_word() && token.as_ref().is_none_or(Secret::is_word);
        are_words.then_some(Keys { id, secret, token }).ok_or_else(|| "its keys are not one word each".to_owned())
    }

    /// The client writes the session's name as `ram_session_name`, the libraries as `role_session_name`.
    fn role(&self, roles: &Roles) -> Result<Role, String> {
        let network = if self.enable_vpc.unwrap_or_default() { Network::Vpc } else { Network::Public };
        let sts = |region: Option<&String>| {
            some(region).filter(|region| is_region(region)).map(|region| Endpoint::regional("sts", network, &region))
        };
        let endpoint =
            sts(self.sts_region.as_ref()).or_else(|| roles.endpoint.clone()).or_else(|| sts(self.region_id.as_ref()));
        let mut errors = Vec::new();
        let arn = some(self.ram_role_arn.as_ref()).unwrap_or_default();
        let Some(mut role) = roles.at(endpoint).role(&arn, "ram_role_arn", &mut errors) else {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return Err(errors.join("; "));
        };
        role.policy = some(self.policy.as_ref());
        let session = some(self.ram_session_name.as_ref()).or_else(|| some(self.role_session_name.as_ref()));
        role.session = session.unwrap_or(role.session);
        role.seconds = self.expired_seconds.filter(|seconds| *seconds > 0).unwrap_or(role.seconds);
        Ok(role)
    }
}

fn some(text: Option<&String>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
