//! Which keys a request is signed with: had from the plan's source when they are first needed, and renewed before they
//! end, in the middle of a walk too.

use std::time::Duration;

use tokio::sync::Mutex;

use super::{github, hints, instance, jwt, uri};
use crate::{
    client::{api::sts, transport::Transport},
    model::{
        credential_source::{CredentialSource, Token},
        duration::{Elapsed, show},
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        secret::{Keys, Secret, TemporaryKeys},
    },
    report::log::Log,
    world::World,
};

/// What a machine outside Alibaba Cloud is made to wait for a metadata service that is not there.
const METADATA: Duration = Duration::from_secs(1);
/// The most that a walk waits for other keys while those that it has are good.
const RENEWAL: Duration = Duration::from_secs(10);

/// The keys of the step.
pub(crate) struct Credentials<'a> {
    source: &'a CredentialSource,
    log: Log,
    /// The keys should last for this long, or be renewed.
    needed: Elapsed,
    cached: Mutex<Option<CachedKeys>>,
}

/// Keys, with the moments at which they should be renewed and will have ended.
#[derive(Clone, Debug)]
struct CachedKeys {
    keys: Keys,
    renew: Option<Elapsed>,
    ends: Option<Elapsed>,
}

impl CachedKeys {
    /// A fifth of their life before the end, at most five minutes.
    fn of(issued: TemporaryKeys, now: Elapsed) -> Self {
        const EARLIEST: Duration = Duration::from_secs(300);
        let ends = issued.life.map(|life| now.saturating_add(life));
        let renew = issued.life.map(|life| {
            let before = life.checked_div(5).unwrap_or_default().min(EARLIEST);
            now.saturating_add(life.saturating_sub(before))
        });
        Self { keys: issued.keys, renew, ends }
    }

    fn has_ended(&self, now: Elapsed) -> bool {
        self.ends.is_some_and(|ends| now >= ends)
    }
}

impl<'a> Credentials<'a> {
    pub(crate) fn new(source: &'a CredentialSource, log: Log, needed: Elapsed) -> Self {
        Self { source, log, needed, cached: Mutex::default() }
    }

    /// The keys to sign with now. A fault means that nothing was sent on their behalf.
    pub(crate) async fn keys<W: World>(&self, transport: &Transport<'_, W>) -> Result<Keys, Fault> {
        if let CredentialSource::Given(keys) = self.source {
            return Ok(keys.clone());
        }
        let mut cached = self.cached.lock().await;
        let now = transport.world.now();
        let usable = cached.as_ref().filter(|cached| !cached.has_ended(now)).cloned();
        let Some(usable) = usable else {
            let had_some = cached.is_some();
            let fresh = self.fetch(transport).await.map_err(|fault| self.as_call_fault(fault, had_some))?;
            if !had_some {
                self.warn_if_short_lived(&fresh, transport);
            }
            let keys = fresh.keys.clone();
            *cached = Some(fresh);
            return Ok(keys);
        };
        if usable.renew.is_some_and(|renew| now >= renew) {
            // A walk that goes away in the middle of it does not leave the wait to the next one.
            *cached = Some(self.postpone_renewal(usable.clone(), now));
            *cached = Some(self.renew(usable.clone(), transport).await);
        }
        Ok(cached.as_ref().map_or(usable.keys, |cached| cached.keys.clone()))
    }

    /// The service finds that these keys have ended: whether others can be had, or were since.
    pub(crate) async fn invalidate(&self, keys: &Keys) -> bool {
        let mut cached = self.cached.lock().await;
        let gives_new = self.source.gives_new();
        // Another walk may have found the same before us.
        if gives_new && cached.as_ref().is_some_and(|cached| cached.keys.id == keys.id) {
            *cached = None;
        }
        gives_new
    }

    /// Other keys; where they cannot be had, the same for a while longer.
    async fn renew<W: World>(&self, cached: CachedKeys, transport: &Transport<'_, W>) -> CachedKeys {
        let world = transport.world;
        let left = cached.ends.unwrap_or_default().saturating_sub(world.now());
        let until = world.now().saturating_add(left.checked_div(2).unwrap_or_default().min(RENEWAL));
        let failure = tokio::select! {
            biased;
            fetched = self.fetch(transport) => match fetched {
                Ok(fresh) => return fresh,
                Err(fault) => hints::of(self.source, &fault),
            },
            () = world.sleep_until(until) => "no answer in time".to_owned(),
        };
        let left = cached.ends.unwrap_or_default().saturating_sub(world.now());
        if cached.renew != cached.ends {
            world.warn(&format!("the credentials could not be renewed, and last for {} more: {failure}", show(left)));
        }
        self.postpone_renewal(cached, world.now())
    }

    /// Once more when the time that is left is half gone, then they are used to their end.
    fn postpone_renewal(&self, cached: CachedKeys, now: Elapsed) -> CachedKeys {
        let left = cached.ends.unwrap_or_default().saturating_sub(now);
        let half = now.saturating_add(left.checked_div(2).unwrap_or_default());
        let is_worth_it = self.source.gives_new() && left > Duration::from_secs(60);
        CachedKeys { renew: if is_worth_it { Some(half) } else { cached.ends }, ..cached }
    }

    /// Says at the start what will be missing later.
    fn warn_if_short_lived<W: World>(&self, fresh: &CachedKeys, transport: &Transport<'_, W>) {
        let Some(ends) = fresh.ends.filter(|ends| *ends < self.needed) else { return };
        let lasts = |token: &Secret| {
            let left = jwt::end(token).and_then(|end| end.duration_since(transport.now()).ok());
            let renew = fresh.renew.unwrap_or_default().saturating_sub(transport.world.now());
            left.is_some_and(|left| left > renew)
        };
        let is_renewable = if let CredentialSource::Bearer { token: Token::Given(token), .. } = self.source {
            lasts(token)
        } else {
            self.source.gives_new()
        };
        if !is_renewable {
            let said = format!(
                "the credentials end after {}, before the timeout of {}, and cannot be renewed: give role-session-expiration more, where the role allows it, or a source that can be asked again",
                show(ends.saturating_sub(transport.world.now())),
                show(self.needed)
            );
            transport.world.warn(&said);
        }
    }

    /// Why there are none, as a fault of the call that needed them: it was not sent.
    fn as_call_fault(&self, fault: Fault, had_some: bool) -> Fault {
        let kind = match fault.kind {
            // What has ended and is not given anew is as good as refused.
            _ if had_some => FaultKind::Refused(Refusal::NoCredentials),
            FaultKind::Refused(_) => FaultKind::Refused(Refusal::NoCredentials),
            FaultKind::NotSent(reach) => FaultKind::NotSent(reach),
            FaultKind::Lost => FaultKind::NotSent(Unreachable::Transient),
            FaultKind::Busy => FaultKind::Busy,
        };
        let ended = if had_some { "the credentials have ended: " } else { "" };
        let message = format!("{ended}{}", hints::of(self.source, &fault));
        Fault {
            kind,
            after: fault.after,
            error: ServiceError { message, status: 0, code: fault.error.code, ..fault.error },
        }
    }

    async fn fetch<W: World>(&self, transport: &Transport<'_, W>) -> Result<CachedKeys, Fault> {
        let issued = self.ask(self.source, transport).await?;
        let cached = CachedKeys::of(issued, transport.world.now());
        let now = transport.world.now();
        let said = || {
            let ends = cached.ends.map(|ends| format!(", for {}", show(ends.saturating_sub(now))));
            format!("credentials: {}{}", self.source.label(), ends.unwrap_or_default())
        };
        self.log.detail(now, said).iter().for_each(|line| transport.world.say(line));
        Ok(cached)
    }

    async fn ask<W: World>(
        &self,
        source: &CredentialSource,
        transport: &Transport<'_, W>,
    ) -> Result<TemporaryKeys, Fault> {
        let issued = match source {
            CredentialSource::Given(keys) => TemporaryKeys { keys: keys.clone(), life: None },
            CredentialSource::Bearer { role, provider, token } => {
                let token = self.token(token, transport).await?;
                let request = sts::assume_role_with_oidc::request(role, provider, &token);
                let read = |response: &_| sts::issued(response, transport.now());
                transport.ask(&request, &role.endpoint, None, read, || true).await?
            }
            CredentialSource::Assumed { role, external_id, by } => {
                let by = Box::pin(self.ask(by, transport)).await?;
                let request = sts::assume_role::request(role, external_id.as_deref());
                let read = |response: &_| sts::issued(response, transport.now());
                transport.ask(&request, &role.endpoint, Some(&by.keys), read, || true).await?
            }
            CredentialSource::Uri(url) => {
                let response = transport.plain(uri::uri(url)).await?;
                sts::given(&response, transport.now()).ok_or_else(|| uri::unfit("the credentials URI", &response))?
            }
            CredentialSource::Instance { role, tokenless } => {
                self.instance(role.as_deref(), *tokenless, transport).await?
            }
        };
        if !matches!(source, CredentialSource::Given(_)) {
            self.mask(&issued.keys.secret, transport);
            issued.keys.token.iter().for_each(|token| self.mask(token, transport));
        }
        Ok(issued)
    }

    /// Before anything else can print it.
    fn mask<W: World>(&self, secret: &Secret, transport: &Transport<'_, W>) {
        self.log.mask(secret).iter().for_each(|line| transport.world.say(line));
    }

    async fn token<W: World>(&self, token: &Token, transport: &Transport<'_, W>) -> Result<Secret, Fault> {
        let token = match token {
            Token::Given(token) => token.clone(),
            Token::File(path) => {
                let read = transport.world.read(path).map(|text| Secret::new(text.trim()));
                let said = |why| format!("the token file {} cannot be read: {why}", path.display());
                read.map_err(|why| {
                    Fault::new(FaultKind::Refused(Refusal::NoCredentials), ServiceError::seen(said(why)))
                })?
            }
            Token::GitHub { url, bearer, audience } => {
                github::token(&transport.plain(github::request(url, bearer, audience)).await?)?
            }
        };
        if !uri::is_token(&token) {
            let is_empty = token.expose().is_empty();
            let said = if is_empty { "the token is empty" } else { "the token is none: not one word, or too long" };
            return Err(Fault::new(FaultKind::Refused(Refusal::NoCredentials), ServiceError::seen(said)));
        }
        self.mask(&token, transport);
        Ok(token)
    }

    /// All of it together may take a moment only: outside Alibaba Cloud nobody answers.
    async fn instance<W: World>(
        &self,
        role: Option<&str>,
        tokenless: bool,
        transport: &Transport<'_, W>,
    ) -> Result<TemporaryKeys, Fault> {
        let nobody = |said: &str| Fault::new(FaultKind::Refused(Refusal::NoCredentials), ServiceError::seen(said));
        let until = transport.world.now().saturating_add(METADATA);
        let asked = async {
            // With a token first; where that is not known, as of old, if that is allowed.
            let token = transport.plain(instance::token()).await.ok().and_then(|answer| instance::word(&answer));
            if token.is_none() && !tokenless {
                return Err(nobody("the metadata service gives no token"));
            }
            let token = token.map(Secret::new);
            let role = if let Some(role) = role {
                role.to_owned()
            } else {
                let answer = transport.plain(instance::role(token.as_ref())).await;
                let answer = answer.map_err(|_| nobody("no metadata service answers"))?;
                let said = format!("the metadata service names no RAM role (HTTP {})", answer.status);
                instance::word(&answer).ok_or_else(|| nobody(&said))?
            };
            let answer = transport.plain(instance::keys(&role, token.as_ref())).await;
            let answer = answer.map_err(|_| nobody("no metadata service answers"))?;
            sts::given(&answer, transport.now())
                .ok_or_else(|| nobody(&format!("the metadata service gives no keys for the role {role:?}")))
        };
        tokio::select! {
            biased;
            issued = asked => issued,
            () = transport.world.sleep_until(until) => Err(nobody("no metadata service answers within 1 s")),
        }
    }
}
