//! Where keys come from: given directly, or fetched with something that the machine or the CI has.

use std::path::{Path, PathBuf};

use super::{
    endpoint::Endpoint,
    secret::{Keys, Secret},
};

/// Help text for missing credentials: every accepted source.
pub const WAYS: &str = "give access-key-id and access-key-secret; or, for OIDC, role-to-assume and oidc-provider-arn; or one of Alibaba Cloud's own sources: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, a role in its other variables, ~/.aliyun/config.json, the RAM role of an ECS instance";

/// A source of keys, chosen by the configuration. Keys are fetched when the first request needs them.
#[derive(Clone, Debug)]
pub enum CredentialSource {
    /// The keys themselves.
    Given(Keys),
    /// A role, for a token of an identity provider: `AssumeRoleWithOIDC`.
    Bearer {
        /// The role.
        role: Role,
        /// The ARN of the identity provider in RAM.
        provider: String,
        /// The token.
        token: Token,
    },
    /// A role for the keys of another source: `AssumeRole`.
    Assumed {
        /// The role.
        role: Role,
        /// The external id that the role requires.
        external_id: Option<String>,
        /// The keys that assume it.
        by: Box<Self>,
    },
    /// Whatever answers at this URL.
    Uri(Secret),
    /// The role of the ECS instance that we run on.
    Instance {
        /// Its name; asked for where it is not known.
        role: Option<String>,
        /// Whether the metadata may be asked without a token, as in the older version.
        tokenless: bool,
    },
}

/// A role that is to be assumed.
#[derive(Clone, Debug)]
pub struct Role {
    /// `acs:ram::ACCOUNT:role/NAME`.
    pub arn: String,
    /// What the audit log shows of us.
    pub session: String,
    /// How long its keys are to be valid, in seconds.
    pub seconds: u64,
    /// What narrows its permissions.
    pub policy: Option<String>,
    /// The token service to ask.
    pub endpoint: Endpoint,
}

/// A token of the CI's own.
#[derive(Clone, Debug)]
pub enum Token {
    /// Itself.
    Given(Secret),
    /// In a file, which is read again each time.
    File(PathBuf),
    /// Given by GitHub's token service, again each time.
    GitHub {
        /// Where to ask.
        url: Secret,
        /// What lets us ask.
        bearer: Secret,
        /// The audience of the token.
        audience: String,
    },
}

impl CredentialSource {
    /// Whether it can give other keys once the first have expired.
    pub fn gives_new(&self) -> bool {
        match self {
            Self::Given(_) => false,
            Self::Bearer { token, .. } => !matches!(token, Token::Given(_)),
            Self::Assumed { by, .. } => {
                if let Self::Given(keys) = &**by {
                    keys.token.is_none()
                } else {
                    by.gives_new()
                }
            }
            Self::Uri(_) | Self::Instance { .. } => true,
        }
    }

    /// Every secret that it holds from the start.
    pub fn secrets(&self) -> Vec<&Secret> {
        match self {
            Self::Given(keys) => [Some(&keys.secret), keys.token.as_ref()].into_iter().flatten().collect(),
            Self::Bearer { token: Token::Given(token), .. } => vec![token],
            Self::Bearer { token: Token::GitHub { url, bearer, .. }, .. } => vec![url, bearer],
            Self::Bearer { token: Token::File(_), .. } | Self::Instance { .. } => Vec::new(),
            Self::Assumed { by, external_id: _, .. } => by.secrets(),
            Self::Uri(url) => vec![url],
        }
    }

    /// The file that it reads whenever it gives keys.
    pub fn token_file(&self) -> Option<&Path> {
        match self {
            Self::Bearer { token: Token::File(path), .. } => Some(path),
            Self::Assumed { by, .. } => by.token_file(),
            Self::Given(_)
            | Self::Bearer { token: Token::Given(_) | Token::GitHub { .. }, .. }
            | Self::Uri(_)
            | Self::Instance { .. } => None,
        }
    }

    /// What it is, for a person.
    pub fn label(&self) -> String {
        match self {
            Self::Given(_) => "the given AccessKey".to_owned(),
            Self::Bearer { role, token, .. } => {
                let whose = match token {
                    Token::Given(_) => "the given OIDC token",
                    Token::File(_) => "the OIDC token in a file",
                    Token::GitHub { .. } => "GitHub's OIDC token",
                };
                format!("{} with {whose}", role.arn)
            }
            Self::Assumed { role, by, .. } => format!("{} with {}", role.arn, by.label()),
            Self::Uri(_) => "the credentials URI".to_owned(),
            Self::Instance { .. } => "the role of this ECS instance".to_owned(),
        }
    }
}
