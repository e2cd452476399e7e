//! Fetches keys from a source: which requests that takes, in which order, and what is masked.

use std::time::Duration;

use super::{github, instance, uri};
use crate::{
    client::{api::sts, http::HttpRequest, notice::Notice, transport::Transport},
    model::{
        credential_source::{CredentialSource, Token},
        fault::{Fault, FaultKind, Refusal, ServiceError},
        secret::{Secret, TemporaryKeys},
    },
    world::World,
};

/// How long an answer of the metadata service may take where the role is named, and how often it is asked.
const ANSWER: Duration = Duration::from_secs(5);
const TRIES: u32 = 3;
/// Where no role is named: outside Alibaba Cloud nobody answers.
const CONNECT: Duration = Duration::from_secs(1);
const UNNAMED: Duration = Duration::from_secs(5);

/// Fetches keys, and has every secret among them masked.
pub(super) async fn fetch<W: World>(
    source: &CredentialSource,
    transport: &Transport<'_, W>,
) -> Result<TemporaryKeys, Fault> {
    let issued = match source {
        CredentialSource::Given(keys) => TemporaryKeys { keys: keys.clone(), life: None },
        CredentialSource::Bearer { role, provider, token } => {
            let token = ci_token(token, transport).await?;
            let request = sts::assume_role_with_oidc::request(role, provider, &token);
            let read = |response: &_| sts::issued(response, transport.now());
            transport.ask(&request, &role.endpoint, None, read, || true).await?
        }
        CredentialSource::Assumed { role, external_id, by } => {
            let by = Box::pin(fetch(by, transport)).await?;
            let request = sts::assume_role::request(role, external_id.as_deref());
            let read = |response: &_| sts::issued(response, transport.now());
            transport.ask(&request, &role.endpoint, Some(&by.keys), read, || true).await?
        }
        CredentialSource::Uri(url) => {
            let response = transport.plain(uri::uri(url)).await?;
            sts::given(&response, transport.now()).ok_or_else(|| uri::unusable("the credentials URI", &response))?
        }
        CredentialSource::Instance { role, tokenless } => of_instance(role.as_deref(), *tokenless, transport).await?,
    };
    if !matches!(source, CredentialSource::Given(_)) {
        let secrets = [Some(&issued.keys.secret), issued.keys.token.as_ref()];
        secrets.into_iter().flatten().for_each(|secret| transport.notify(Notice::Mask(secret.clone())));
    }
    Ok(issued)
}

/// The token that proves to STS which CI job this is.
async fn ci_token<W: World>(token: &Token, transport: &Transport<'_, W>) -> Result<Secret, Fault> {
    let token = match token {
        Token::Given(token) => token.clone(),
        Token::File(path) => {
            let read = transport.world.read(path).map(|text| Secret::new(text.trim()));
            let said = |why| format!("the token file {} cannot be read: {why}", path.display());
            read.map_err(|why| Fault::new(FaultKind::Refused(Refusal::NoCredentials), ServiceError::seen(said(why))))?
        }
        Token::GitHub { url, bearer, audience } => {
            github::token(&transport.plain(github::request(url, bearer, audience)).await?)?
        }
    };
    if !uri::is_token(&token) {
        let is_empty = token.expose().is_empty();
        let said = if is_empty {
            "the token is empty"
        } else {
            "not a valid token: it contains whitespace or another character that is not visible ASCII, or is longer than 20,000 bytes"
        };
        return Err(Fault::new(FaultKind::Refused(Refusal::NoCredentials), ServiceError::seen(said)));
    }
    transport.notify(Notice::Mask(token.clone()));
    Ok(token)
}

/// Asks the metadata service: a token, the name of the role, its keys. Where the role is named, somebody must answer, and
/// may be slow at first; else the service is only tried.
async fn of_instance<W: World>(
    role: Option<&str>,
    tokenless: bool,
    transport: &Transport<'_, W>,
) -> Result<TemporaryKeys, Fault> {
    let nobody = |said: &str| Fault::new(FaultKind::Refused(Refusal::NoCredentials), ServiceError::seen(said));
    let world = transport.world;
    let tries = if role.is_some() { TRIES } else { 1 };
    let connect = role.is_none().then_some(CONNECT);
    let ask = async |request: HttpRequest| {
        for _ in 0..tries {
            let request = HttpRequest { connect, ..request.clone() };
            tokio::select! {
                biased;
                answer = transport.plain(request) => if let Ok(answer) = answer { return Some(answer) },
                () = world.sleep_until(world.now().saturating_add(ANSWER)) => {}
            }
        }
        None
    };
    let asked = async {
        // The older way, without a token, only where it is allowed.
        let answer = ask(instance::token()).await.ok_or_else(|| nobody("no metadata service answers"))?;
        let token = instance::word(&answer);
        if token.is_none() && !tokenless {
            return Err(nobody("the metadata service returned no token"));
        }
        let token = token.map(Secret::new);
        let role = if let Some(role) = role {
            role.to_owned()
        } else {
            let answer = ask(instance::role(token.as_ref())).await;
            let answer = answer.ok_or_else(|| nobody("no metadata service answers"))?;
            let said = format!("the metadata service returned no RAM role (HTTP {})", answer.status);
            instance::word(&answer).ok_or_else(|| nobody(&said))?
        };
        let answer = ask(instance::keys(&role, token.as_ref())).await;
        let answer = answer.ok_or_else(|| nobody("no metadata service answers"))?;
        sts::given(&answer, transport.now())
            .ok_or_else(|| nobody(&format!("the metadata service returned no keys for the role {role:?}")))
    };
    if role.is_some() {
        return asked.await;
    }
    let until = world.now().saturating_add(UNNAMED);
    tokio::select! {
        biased;
        issued = asked => issued,
        () = world.sleep_until(until) => Err(nobody("no metadata service answers within 5 s")),
    }
}
