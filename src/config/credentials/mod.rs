//! Decides which credential source counts: the first that is there, in the order of the contract.

mod empty;
pub(super) mod profile;
mod role;

use std::path::PathBuf;

use super::{env::Environment, error::InputError, files::Files, inputs::Inputs, service};
use crate::model::{
    ci_run::CiRun,
    credential_source::{CredentialSource, Token, WAYS},
    endpoint::{Endpoint, Reachable},
    secret::{Keys, Secret, is_key_id, is_word},
};

use self::role::Roles;

/// The result of the search.
pub(super) enum Search {
    /// The first source that is there.
    Found(CredentialSource),
    /// An input is wrong; the errors say which.
    Wrong,
    /// There is no source; how a user can give one.
    Nothing(String),
}

impl Search {
    fn from_source(source: Option<CredentialSource>) -> Self {
        source.map_or(Self::Wrong, Self::Found)
    }

    /// The source, if there is one.
    pub(super) fn found(&self) -> Option<&CredentialSource> {
        match self {
            Self::Found(source) => Some(source),
            Self::Wrong | Self::Nothing(_) => None,
        }
    }

    fn map(self, change: impl FnOnce(CredentialSource) -> Option<CredentialSource>) -> Self {
        match self {
            Self::Found(source) => Self::from_source(change(source)),
            Self::Wrong | Self::Nothing(_) => self,
        }
    }
}

/// A secret is never quoted, so what is wrong with it is all that can be told.
const NO_WORD: &str = "is not one word; accepted: visible ASCII, without blanks, line breaks and quotes";
const NO_KEY_ID: &str = "is not the id of an AccessKey; accepted: letters, digits and . _ - without blanks and quotes";

/// Searches in the order of the contract.
pub(super) fn search(
    inputs: &Inputs,
    environment: &Environment,
    ci_run: &CiRun,
    files: &impl Files,
    errors: &mut Vec<InputError>,
    warnings: &mut Vec<String>,
) -> Search {
    let roles = Roles::new(inputs, environment, ci_run);
    if !roles.check(inputs, errors) {
        return Search::Wrong;
    }
    let mut chain = Chain { inputs, environment, files, roles, errors, of_machine: false };
    let keyless = inputs.role_to_assume.is_given() && inputs.oidc_provider_arn.is_given();
    if keyless && inputs.access_key_id.is_given() {
        warnings.push("role-to-assume is not used, because access-key-id comes first; remove one of them".to_owned());
    }
    let search = match (keyless, inputs.role_to_assume.value()) {
        (true, _) => chain.own_keys().unwrap_or_else(|| chain.keyless()),
        (false, Some(arn)) => {
            let by = chain.own_keys().unwrap_or_else(|| chain.surroundings());
            let external_id = inputs.external_id.value().cloned();
            let role = chain.roles.role(arn, "role-to-assume", chain.errors);
            by.map(|by| Some(CredentialSource::Assumed { role: role?, external_id, by: Box::new(by) }))
        }
        (false, None) => chain.own_keys().unwrap_or_else(|| chain.surroundings()),
    };
    let is_alone = inputs.role_to_assume.is_given() && !keyless && chain.of_machine;
    if is_alone && matches!(chain.token(), Ok(Some(_))) {
        let message = "role-to-assume is given without oidc-provider-arn, so the keys of this machine assume the role; to assume it with the token of this CI, give oidc-provider-arn too";
        warnings.push(message.to_owned());
    }
    let is_of_machine = chain.of_machine;
    let assumes = matches!(&search, Search::Found(CredentialSource::Bearer { .. } | CredentialSource::Assumed { .. }));
    if let Some(endpoint) = inputs.sts_endpoint.value().filter(|_| assumes) {
        service::exposure("sts-endpoint", endpoint, inputs.insecure_endpoint.or_default(), errors, warnings);
    }
    match (search, empty::told(environment)) {
        (Search::Nothing(ways), Some(told)) => Search::Nothing(format!("{ways}; {told}")),
        (search, told) => {
            warnings.extend(told.filter(|_| is_of_machine));
            search
        }
    }
}

struct Chain<'a, F> {
    inputs: &'a Inputs,
    environment: &'a Environment,
    files: &'a F,
    roles: Roles,
    errors: &'a mut Vec<InputError>,
    /// Whether the keys are those of the machine, 4 or 5, whichever job runs on it.
    of_machine: bool,
}

impl<F: Files> Chain<'_, F> {
    /// 1: the inputs.
    fn own_keys(&mut self) -> Option<Search> {
        let Inputs { access_key_id, access_key_secret, security_token, .. } = self.inputs;
        let id = access_key_id.value().cloned();
        // An earlier step may have left temporary keys in the variables, of which only two are passed on as inputs.
        let of_the_same = id.is_some() && id.as_deref() == self.environment.get("ALIBABA_CLOUD_ACCESS_KEY_ID");
        let theirs = self.environment.get("ALIBABA_CLOUD_SECURITY_TOKEN").filter(|_| of_the_same).map(Secret::new);
        self.keys(
            ["access-key-id", "access-key-secret", "security-token"],
            id,
            access_key_secret.value().cloned(),
            security_token.value().cloned().or(theirs),
        )
    }

    /// 2: a role for the CI's own token.
    fn keyless(&mut self) -> Search {
        let token = match self.token() {
            Ok(Some(token)) => token,
            Ok(None) => {
                let message = "role-to-assume and oidc-provider-arn are given, but the CI provides no token: on GitHub give the job `permissions: id-token: write`; on GitLab give it `id_tokens` and pass the token on as oidc-token; elsewhere give the path of its file in ALIBABA_CLOUD_OIDC_TOKEN_FILE";
                return Search::Nothing(message.to_owned());
            }
            Err(error) => {
                self.errors.push(error);
                return Search::Wrong;
            }
        };
        let provider = self.inputs.oidc_provider_arn.or_default();
        if !is_word(&provider) {
            let accepted = "acs:ram::ACCOUNT:oidc-provider/NAME";
            self.errors.push(InputError::shape("oidc-provider-arn", &provider, accepted));
            return Search::Wrong;
        }
        let role = self.roles.role(&self.inputs.role_to_assume.or_default(), "role-to-assume", self.errors);
        Search::from_source(role.map(|role| CredentialSource::Bearer { role, provider, token }))
    }

    /// The CI's own token, if there is one.
    fn token(&self) -> Result<Option<Token>, InputError> {
        let environment = self.environment;
        if let Some(token) = self.inputs.oidc_token.value() {
            let token = token.is_word().then(|| Some(Token::Given(token.clone())));
            return token.ok_or_else(|| InputError::new("oidc-token", NO_WORD));
        }
        let [url, bearer] =
            ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"].map(|name| environment.get(name));
        let (Some(url), Some(bearer)) = (url, bearer) else {
            // A pod's own identity, which is there whatever the job: it comes last.
            let path = environment.get("ALIBABA_CLOUD_OIDC_TOKEN_FILE");
            return Ok(path.map(|path| Token::File(PathBuf::from(path))));
        };
        let is_allowed = match Endpoint::reachable(url) {
            Reachable::Loopback | Reachable::Safely => true,
            Reachable::Exposed => self.inputs.insecure_endpoint.or_default(),
            Reachable::Never => false,
        };
        if !is_allowed {
            let message = "is not an https URL; accepted: https, or plain http with ⟨insecure-endpoint: true⟩";
            return Err(InputError::new("ACTIONS_ID_TOKEN_REQUEST_URL", message));
        }
        let audience = self.inputs.audience.or_default();
        Ok(Some(Token::GitHub { url: Secret::new(url), bearer: Secret::new(bearer), audience }))
    }

    /// 3, 4 and 5: what this machine has.
    fn surroundings(&mut self) -> Search {
        if let Some(found) = self.variables() {
            return found;
        }
        self.of_machine = true;
        self.profile().unwrap_or_else(|| self.instance())
    }

    /// 3: Alibaba Cloud's own variables.
    fn variables(&mut self) -> Option<Search> {
        let environment = self.environment;
        let variable = |name: &str| environment.get(name).map(str::to_owned);
        let names = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"];
        let [id, secret, token] = names.map(variable);
        if let Some(keys) = self.keys(names, id, secret.map(Secret::new), token.map(Secret::new)) {
            return Some(keys);
        }
        let [arn, provider, file] =
            ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"]
                .map(variable);
        if let (Some(arn), Some(provider), Some(file)) = (arn, provider, file) {
            let role = self.roles.role(&arn, "ALIBABA_CLOUD_ROLE_ARN", self.errors);
            let token = Token::File(PathBuf::from(file));
            return Some(Search::from_source(role.map(|role| CredentialSource::Bearer { role, provider, token })));
        }
        let uri = variable("ALIBABA_CLOUD_CREDENTIALS_URI")?;
        let uri = if uri.contains("://") { uri } else { format!("http://{uri}") };
        Some(if matches!(Endpoint::reachable(&uri), Reachable::Never) {
            self.errors
                .push(InputError::new("ALIBABA_CLOUD_CREDENTIALS_URI", "is not an http or https URL without a user"));
            Search::Wrong
        } else {
            Search::Found(CredentialSource::Uri(Secret::new(uri)))
        })
    }

    /// 4: the profile of the vendor's command line client.
    fn profile(&mut self) -> Option<Search> {
        if self.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
            return None;
        }
        let named = self.environment.get("ALIBABA_CLOUD_PROFILE");
        // A home that is not a folder, or is somebody else's, has no profile for us.
        let path = profile::file(self.environment).filter(|path| self.files.place(path).is_there);
        let Some(file) = path.and_then(|path| self.files.read(&path).transpose()) else {
            let message = format!("does not exist, but ALIBABA_CLOUD_PROFILE names the profile {:?} in it", named?);
            self.errors.push(InputError::new(profile::FILE, message));
            return Some(Search::Wrong);
        };
        let file = file.map(Secret::new).map_err(|why| format!("cannot be read: {why}"));
        let source = file.and_then(|file| profile::source(&file, named, &self.roles));
        Some(match source {
            Ok(source) => Search::Found(source?),
            Err(message) => {
                self.errors.push(InputError::new(profile::FILE, message));
                Search::Wrong
            }
        })
    }

    /// 5: the role of the ECS instance.
    fn instance(&mut self) -> Search {
        if self.is_true("ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
            return Search::Nothing(format!("no credentials: {WAYS}"));
        }
        let role = self.environment.get("ALIBABA_CLOUD_ECS_METADATA").map(str::to_owned);
        Search::Found(CredentialSource::Instance { role, tokenless: !self.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED") })
    }

    fn is_true(&self, variable: &str) -> bool {
        self.environment.get(variable).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Half a pair is an error, not a reason to try the next source.
    fn keys(
        &mut self,
        [id_name, secret_name, token_name]: [&str; 3],
        id: Option<String>,
        secret: Option<Secret>,
        token: Option<Secret>,
    ) -> Option<Search> {
        let (missing, given, both) = match (id, secret, token) {
            (Some(id), Some(secret), token) => {
                let mut odd = Vec::new();
                odd.extend((!is_key_id(&id)).then(|| InputError::new(id_name, NO_KEY_ID)));
                odd.extend((!secret.is_word()).then(|| InputError::new(secret_name, NO_WORD)));
                odd.extend(token.iter().find(|token| !token.is_word()).map(|_| InputError::new(token_name, NO_WORD)));
                let keys = Search::Found(CredentialSource::Given(Keys { id, secret, token }));
                let is_sound = odd.is_empty();
                self.errors.extend(odd);
                return Some(if is_sound { keys } else { Search::Wrong });
            }
            (Some(_), None, _) => (secret_name, id_name, "both"),
            (None, Some(_), _) => (id_name, secret_name, "both"),
            (None, None, Some(_)) => (id_name, token_name, "all three"),
            (None, None, None) => return None,
        };
        self.errors.push(InputError::new(missing, format!("missing, but {given} is given; give {both}")));
        Some(Search::Wrong)
    }
}

#[cfg(test)]
mod tests;
