//! Where keys come from: given, or had for something that a machine or a CI holds.

use std::path::PathBuf;

use super::{
    endpoint::Endpoint,
    secret::{Keys, Secret},
};

/// What a user can give, who gave nothing that will do.
pub const WAYS: &str = "give access-key-id and access-key-secret; or keyless role-to-assume and oidc-provider-arn; or any source of Alibaba Cloud's own: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, a role by its other variables, ~/.aliyun/config.json, the RAM role of an ECS instance";

/// A source of keys, decided when the plan is made; what it gives is known only once it was asked.
#[derive(Clone, Debug)]
pub enum CredentialSource {
    /// The keys themselves.
    Given(Keys),
    /// A role for the bearer of a token that an identity provider vouches for: `AssumeRoleWithOIDC`.
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
        /// What the role asks to be told besides.
        external_id: Option<String>,
        /// Whose keys ask.
        by: Box<Self>,
    },
    /// Whatever answers at this URL.
    Uri(Secret),
    /// The role of the ECS instance that we run on.
    Instance {
        /// Its name; asked for where it is not known.
        role: Option<String>,
        /// Whether the metadata may be asked without a token, as of old.
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
    /// How long its keys shall live, in seconds.
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
    /// In a file, which is read anew each time.
    File(PathBuf),
    /// Given by GitHub's token service, anew each time.
    GitHub {
        /// Where to ask.
        url: Secret,
        /// What lets us ask.
        bearer: Secret,
        /// Whom the token shall be made out to.
        audience: String,
    },
}

impl CredentialSource {
    /// Whether it can give other keys once those that it gave have ended.
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

    /// What it is, for a person.
    pub fn label(&self) -> String {
        match self {
            Self::Given(_) => "the keys that were given".to_owned(),
            Self::Bearer { role, token, .. } => {
                let whose = match token {
                    Token::Given(_) => "the token that was given",
                    Token::File(_) => "the token of a file",
                    Token::GitHub { .. } => "GitHub's token",
                };
                format!("{} by {whose}", role.arn)
            }
            Self::Assumed { role, by, .. } => format!("{} by {}", role.arn, by.label()),
            Self::Uri(_) => "the credentials URI".to_owned(),
            Self::Instance { .. } => "the role of this ECS instance".to_owned(),
        }
    }
}
