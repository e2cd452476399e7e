//! Reads the profile of the vendor's command line client: which profile counts, and which source it names.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::model::{
    credential_source::{CredentialSource, Role, Token},
    endpoint::{Endpoint, Network, Reachable},
    json::parsed,
    secret::{Keys, Secret, is_key_id},
};

use super::role::Roles;
use crate::config::{env::Environment, value::is_region};

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

/// The fields as the client writes them, each read where it is needed: typed as a whole they are 25 kB of the program.
struct Profile<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Profile<'a> {
    // Serde's message would quote the value, which may be a secret.
    fn read(text: &'a RawValue) -> Result<Self, String> {
        parsed(text.get()).map(Self).map_err(|_| ODD.to_owned())
    }

    /// A field of its type; the client reads `null` as an absent one.
    fn field<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, String> {
        let field = self.0.get(name).map(|field| parsed(field.get())).transpose();
        field.map(Option::flatten).map_err(|_| ODD.to_owned())
    }

    /// A text that says something, trimmed.
    fn text(&self, name: &str) -> Result<Option<String>, String> {
        let text = self.field::<String>(name)?.map(|text| text.trim().to_owned());
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// The same, where it must be there.
    fn needed(&self, name: &str) -> Result<String, String> {
        self.text(name)?.ok_or_else(|| format!("{name} is missing"))
    }

    fn secret(&self, name: &str) -> Result<Option<Secret>, String> {
        Ok(self.field::<Secret>(name)?.filter(|secret| !secret.expose().trim().is_empty()))
    }
}

/// A chain of profiles that is longer is a circle, or a mistake.
const LONGEST_CHAIN: usize = 8;

/// The source of the named profile, else of the current one; `None` where that one is empty, as it is before the
/// client was set up; otherwise what is wrong.
pub(super) fn source(file: &Secret, named: Option<&str>, roles: &Roles) -> Result<Option<CredentialSource>, String> {
    let file: File = parsed(file.expose()).map_err(|_| ODD.to_owned())?;
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
        let is_it = |text: &&&RawValue| parsed(text.get()).is_ok_and(|Named { name: its }| its == name);
        self.all.iter().find(is_it).copied()
    }

    /// The source that a profile names; `depth`: how many more profiles may follow it.
    fn source(&self, name: &str, depth: usize) -> Result<Option<CredentialSource>, String> {
        let of = |message: String| format!("profile {name:?}: {message}");
        let text = self.find(name).ok_or_else(|| of("there is no such profile".to_owned()))?;
        let profile = Profile::read(text).map_err(of)?;
        let mode = profile.text("mode").map_err(of)?;
        if !mode.is_some_and(|mode| mode.eq_ignore_ascii_case("ChainableRamRoleArn")) {
            return profile.source(self.roles).map_err(of);
        }
        let before = profile.needed("source_profile").map_err(of)?;
        let depth = depth.checked_sub(1).ok_or_else(|| of("its chain of source_profile is a circle".to_owned()))?;
        let by = self.source(&before, depth)?.ok_or_else(|| of(format!("its source_profile {before:?} is empty")))?;
        let (role, external_id) = (profile.role(self.roles).map_err(of)?, profile.text("external_id").map_err(of)?);
        Ok(Some(CredentialSource::Assumed { role, external_id, by: Box::new(by) }))
    }
}

impl Profile<'_> {
    fn source(&self, roles: &Roles) -> Result<Option<CredentialSource>, String> {
        let mode = self.text("mode")?.unwrap_or_default();
        Ok(Some(match mode.to_ascii_lowercase().as_str() {
            "ak" | "" if self.text("access_key_id")?.is_none() && self.secret("access_key_secret")?.is_none() => {
                return Ok(None);
            }
            "ak" | "" => CredentialSource::Given(self.keys(None)?),
            "ststoken" => {
                let token = self.secret("sts_token")?.ok_or("sts_token is missing")?;
                CredentialSource::Given(self.keys(Some(token))?)
            }
            "ramrolearn" => CredentialSource::Assumed {
                role: self.role(roles)?,
                external_id: self.text("external_id")?,
                by: Box::new(CredentialSource::Given(self.keys(self.secret("sts_token")?)?)),
            },
            "ecsramrole" => CredentialSource::Instance { role: self.text("ram_role_name")?, tokenless: true },
            "oidc" => CredentialSource::Bearer {
                role: self.role(roles)?,
                provider: self.needed("oidc_provider_arn")?,
                token: Token::File(PathBuf::from(self.needed("oidc_token_file")?)),
            },
            "credentialsuri" => {
                let uri = self.needed("credentials_uri")?;
                let uri = if uri.contains("://") { uri } else { format!("http://{uri}") };
                let is_known = !matches!(Endpoint::reachable(&uri), Reachable::Never);
                let uri = Some(uri)
                    .filter(|_| is_known)
                    .ok_or("credentials_uri is not an http or https URL without a user")?;
                CredentialSource::Uri(Secret::new(uri))
            }
            _ => {
                return Err(format!(
                    "mode {mode:?} is not supported; AK, StsToken, RamRoleArn, EcsRamRole, OIDC, CredentialsURI and ChainableRamRoleArn are"
                ));
            }
        }))
    }

    fn keys(&self, token: Option<Secret>) -> Result<Keys, String> {
        let id = self.needed("access_key_id")?;
        let secret = self.secret("access_key_secret")?.ok_or("access_key_secret is missing")?;
        let secret = Secret::new(secret.expose().trim());
        let are_words = is_key_id(&id) && secret.is_word() && token.as_ref().is_none_or(Secret::is_word);
        are_words.then_some(Keys { id, secret, token }).ok_or_else(|| "one of its keys is not a single word".to_owned())
    }

    /// The client writes the session's name as `ram_session_name`, the libraries as `role_session_name`.
    fn role(&self, roles: &Roles) -> Result<Role, String> {
        let (is_vpc, seconds) = (self.field::<bool>("enable_vpc")?, self.field::<u64>("expired_seconds")?);
        let network = if is_vpc == Some(true) { Network::Vpc } else { Network::Public };
        let sts = |name: &str| -> Result<Option<Endpoint>, String> {
            let region = self.text(name)?.filter(|region| is_region(region));
            Ok(region.map(|region| Endpoint::regional("sts", network, &region)))
        };
        let (of_sts, of_region) = (sts("sts_region")?, sts("region_id")?);
        let endpoint = of_sts.or_else(|| roles.endpoint.clone()).or(of_region);
        let mut errors = Vec::new();
        let arn = self.text("ram_role_arn")?.unwrap_or_default();
        let Some(mut role) = roles.at(endpoint).role(&arn, "ram_role_arn", &mut errors) else {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return Err(errors.join("; "));
        };
        role.policy = self.text("policy")?;
        let (of_client, of_libraries) = (self.text("ram_session_name")?, self.text("role_session_name")?);
        role.session = of_client.or(of_libraries).unwrap_or(role.session);
        role.seconds = seconds.filter(|seconds| *seconds > 0).unwrap_or(role.seconds);
        Ok(role)
    }
}
