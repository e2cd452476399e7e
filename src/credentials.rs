//! Which keys a request is signed with: had from the plan's source when they are first needed, and renewed before they
//! end, in the middle of a walk too.

use std::time::Duration;

use tokio::sync::Mutex;

use crate::{
    api::sts,
    auth::{self, advice, github, instance, jwt},
    exchange::Exchange,
    model::{
        call::{Fault, Kind, Reach, Why, Words},
        secret::{Issued, Keys, Secret},
        source::{Source, Token},
        span::{Elapsed, show},
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
    source: &'a Source,
    log: Log,
    /// The keys should last for this long, or be renewed.
    needed: Elapsed,
    held: Mutex<Option<Held>>,
}

/// Keys, with the moments at which they should be renewed and will have ended.
#[derive(Clone, Debug)]
struct Held {
    keys: Keys,
    renew: Option<Elapsed>,
    ends: Option<Elapsed>,
}

impl Held {
    /// A fifth of their life before the end, at most five minutes.
    fn of(issued: Issued, now: Elapsed) -> Self {
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
    pub(crate) fn new(source: &'a Source, log: Log, needed: Elapsed) -> Self {
        Self { source, log, needed, held: Mutex::default() }
    }

    /// The keys to sign with now. A fault means that nothing was sent on their behalf.
    pub(crate) async fn keys<W: World>(&self, exchange: &Exchange<'_, W>) -> Result<Keys, Fault> {
        if let Source::Given(keys) = self.source {
            return Ok(keys.clone());
        }
        let mut held = self.held.lock().await;
        let now = exchange.world.now();
        let usable = held.as_ref().filter(|held| !held.has_ended(now)).cloned();
        let Some(usable) = usable else {
            let had_some = held.is_some();
            let fresh = self.fetch(exchange).await.map_err(|fault| self.in_vain(fault, had_some))?;
            if !had_some {
                self.foresee(&fresh, exchange);
            }
            let keys = fresh.keys.clone();
            *held = Some(fresh);
            return Ok(keys);
        };
        if usable.renew.is_some_and(|renew| now >= renew) {
            // A walk that goes away in the middle of it does not leave the wait to the next one.
            *held = Some(self.put_off(usable.clone(), now));
            *held = Some(self.renew(usable.clone(), exchange).await);
        }
        Ok(held.as_ref().map_or(usable.keys, |held| held.keys.clone()))
    }

    /// The service finds that these keys have ended: whether others can be had, or were since.
    pub(crate) async fn distrust(&self, keys: &Keys) -> bool {
        let mut held = self.held.lock().await;
        let gives_new = self.source.gives_new();
        // Another walk may have found the same before us.
        if gives_new && held.as_ref().is_some_and(|held| held.keys.id == keys.id) {
            *held = None;
        }
        gives_new
    }

    /// Other keys; where they cannot be had, the same for a while longer.
    async fn renew<W: World>(&self, held: Held, exchange: &Exchange<'_, W>) -> Held {
        let world = exchange.world;
        let left = held.ends.unwrap_or_default().saturating_sub(world.now());
        let until = world.now().saturating_add(left.checked_div(2).unwrap_or_default().min(RENEWAL));
        let failure = tokio::select! {
            biased;
            fetched = self.fetch(exchange) => match fetched {
                Ok(fresh) => return fresh,
                Err(fault) => advice::of(self.source, &fault),
            },
            () = world.sleep_until(until) => "no answer in time".to_owned(),
        };
        let left = held.ends.unwrap_or_default().saturating_sub(world.now());
        if held.renew != held.ends {
            world.warn(&format!("the credentials could not be renewed, and last for {} more: {failure}", show(left)));
        }
        self.put_off(held, world.now())
    }

    /// Once more when the time that is left is half gone, then they are used to their end.
    fn put_off(&self, held: Held, now: Elapsed) -> Held {
        let left = held.ends.unwrap_or_default().saturating_sub(now);
        let half = now.saturating_add(left.checked_div(2).unwrap_or_default());
        let is_worth_it = self.source.gives_new() && left > Duration::from_secs(60);
        Held { renew: if is_worth_it { Some(half) } else { held.ends }, ..held }
    }

    /// Says at the start what will be missing later.
    fn foresee<W: World>(&self, fresh: &Held, exchange: &Exchange<'_, W>) {
        let Some(ends) = fresh.ends.filter(|ends| *ends < self.needed) else { return };
        let lasts = |token: &Secret| {
            let left = jwt::end(token).and_then(|end| end.duration_since(exchange.now()).ok());
            let renew = fresh.renew.unwrap_or_default().saturating_sub(exchange.world.now());
            left.is_some_and(|left| left > renew)
        };
        let is_renewable = if let Source::Bearer { token: Token::Given(token), .. } = self.source {
            lasts(token)
        } else {
            self.source.gives_new()
        };
        if !is_renewable {
            let said = format!(
                "the credentials end after {}, before the timeout of {}, and cannot be renewed: give role-session-expiration more, where the role allows it, or a source that can be asked again",
                show(ends.saturating_sub(exchange.world.now())),
                show(self.needed)
            );
            exchange.world.warn(&said);
        }
    }

    /// Why there are none, as a fault of the call that needed them: it was not sent.
    fn in_vain(&self, fault: Fault, had_some: bool) -> Fault {
        let kind = match fault.kind {
            // What has ended and is not given anew is as good as refused.
            _ if had_some => Kind::Refused(Why::Keyless),
            Kind::Refused(_) => Kind::Refused(Why::Keyless),
            Kind::NotSent(reach) => Kind::NotSent(reach),
            Kind::Lost => Kind::NotSent(Reach::Passing),
            Kind::Busy => Kind::Busy,
        };
        let ended = if had_some { "the credentials have ended: " } else { "" };
        let message = format!("{ended}{}", advice::of(self.source, &fault));
        Fault { kind, after: fault.after, words: Words { message, status: 0, code: fault.words.code, ..fault.words } }
    }

    async fn fetch<W: World>(&self, exchange: &Exchange<'_, W>) -> Result<Held, Fault> {
        let issued = self.ask(self.source, exchange).await?;
        let held = Held::of(issued, exchange.world.now());
        let now = exchange.world.now();
        let said = || {
            let ends = held.ends.map(|ends| format!(", for {}", show(ends.saturating_sub(now))));
            format!("credentials: {}{}", self.source.label(), ends.unwrap_or_default())
        };
        self.log.detail(now, said).iter().for_each(|line| exchange.world.say(line));
        Ok(held)
    }

    async fn ask<W: World>(&self, source: &Source, exchange: &Exchange<'_, W>) -> Result<Issued, Fault> {
        let issued = match source {
            Source::Given(keys) => Issued { keys: keys.clone(), life: None },
            Source::Bearer { role, provider, token } => {
                let token = self.token(token, exchange).await?;
                let request = sts::assume_role_with_oidc::request(role, provider, &token);
                let read = |response: &_| sts::issued(response, exchange.now());
                exchange.ask(&request, &role.endpoint, None, read, || true).await?
            }
            Source::Assumed { role, external_id, by } => {
                let by = Box::pin(self.ask(by, exchange)).await?;
                let request = sts::assume_role::request(role, external_id.as_deref());
                let read = |response: &_| sts::issued(response, exchange.now());
                exchange.ask(&request, &role.endpoint, Some(&by.keys), read, || true).await?
            }
            Source::Uri(url) => {
                let response = exchange.plain(auth::uri(url)).await?;
                sts::given(&response, exchange.now()).ok_or_else(|| auth::unfit("the credentials URI", &response))?
            }
            Source::Instance { role, tokenless } => self.instance(role.as_deref(), *tokenless, exchange).await?,
        };
        if !matches!(source, Source::Given(_)) {
            self.mask(&issued.keys.secret, exchange);
            issued.keys.token.iter().for_each(|token| self.mask(token, exchange));
        }
        Ok(issued)
    }

    /// Before anything else can print it.
    fn mask<W: World>(&self, secret: &Secret, exchange: &Exchange<'_, W>) {
        self.log.mask(secret).iter().for_each(|line| exchange.world.say(line));
    }

    async fn token<W: World>(&self, token: &Token, exchange: &Exchange<'_, W>) -> Result<Secret, Fault> {
        let token = match token {
            Token::Given(token) => token.clone(),
            Token::File(path) => {
                let read = exchange.world.read(path).map(|text| Secret::new(text.trim()));
                let said = |why| format!("the token file {} cannot be read: {why}", path.display());
                read.map_err(|why| Fault::new(Kind::Refused(Why::Keyless), Words::seen(said(why))))?
            }
            Token::GitHub { url, bearer, audience } => {
                github::token(&exchange.plain(github::request(url, bearer, audience)).await?)?
            }
        };
        if !auth::is_token(&token) {
            let is_empty = token.expose().is_empty();
            let said = if is_empty { "the token is empty" } else { "the token is none: not one word, or too long" };
            return Err(Fault::new(Kind::Refused(Why::Keyless), Words::seen(said)));
        }
        self.mask(&token, exchange);
        Ok(token)
    }

    /// All of it together may take a moment only: outside Alibaba Cloud nobody answers.
    async fn instance<W: World>(
        &self,
        role: Option<&str>,
        tokenless: bool,
        exchange: &Exchange<'_, W>,
    ) -> Result<Issued, Fault> {
        let nobody = |said: &str| Fault::new(Kind::Refused(Why::Keyless), Words::seen(said));
        let until = exchange.world.now().saturating_add(METADATA);
        let asked = async {
            // With a token first; where that is not known, as of old, if that is allowed.
            let token = exchange.plain(instance::token()).await.ok().and_then(|answer| instance::word(&answer));
            if token.is_none() && !tokenless {
                return Err(nobody("the metadata service gives no token"));
            }
            let token = token.map(Secret::new);
            let role = if let Some(role) = role {
                role.to_owned()
            } else {
                let answer = exchange.plain(instance::role(token.as_ref())).await;
                let answer = answer.map_err(|_| nobody("no metadata service answers"))?;
                let said = format!("the metadata service names no RAM role (HTTP {})", answer.status);
                instance::word(&answer).ok_or_else(|| nobody(&said))?
            };
            let answer = exchange.plain(instance::keys(&role, token.as_ref())).await;
            let answer = answer.map_err(|_| nobody("no metadata service answers"))?;
            sts::given(&answer, exchange.now())
                .ok_or_else(|| nobody(&format!("the metadata service gives no keys for the role {role:?}")))
        };
        tokio::select! {
            biased;
            issued = asked => issued,
            () = exchange.world.sleep_until(until) => Err(nobody("no metadata service answers within 1 s")),
        }
    }
}

#[cfg(test)]
mod tests;
