//! The keys that requests are signed with: fetched from the configured source when first needed, cached, and renewed
//! before they expire.

use std::time::Duration;

use tokio::sync::Mutex;

use super::{fetch::fetch, hints, jwt};
use crate::{
    client::{notice::Notice, transport::Transport},
    model::{
        credential_source::{CredentialSource, Token},
        duration::{Elapsed, show},
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        secret::{Keys, Secret, TemporaryKeys},
    },
    world::World,
};

/// How long a renewal may hold up requests while the old keys are still valid.
const RENEWAL: Duration = Duration::from_secs(10);

/// Fetches, caches and renews the keys of a step.
pub(crate) struct Credentials<'a> {
    source: &'a CredentialSource,
    /// The timeout of the step: keys must last until then, or be renewable.
    needed: Elapsed,
    cached: Mutex<Option<CachedKeys>>,
}

/// Keys, when they expire, and when the next renewal is tried.
#[derive(Clone, Debug)]
struct CachedKeys {
    keys: Keys,
    renewal: Renewal,
    /// `None`: they do not expire.
    ends: Option<Elapsed>,
}

/// When other keys are requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Renewal {
    /// At the first request from then on.
    At(Elapsed),
    /// Not before they have expired.
    Never,
}

impl Renewal {
    fn is_due(self, now: Elapsed) -> bool {
        match self {
            Self::At(at) => now >= at,
            Self::Never => false,
        }
    }
}

impl CachedKeys {
    /// Renewal is due a fifth of their life before they expire, but at most five minutes.
    fn new(issued: TemporaryKeys, now: Elapsed) -> Self {
        const EARLIEST: Duration = Duration::from_secs(300);
        let renewal = issued.life.map_or(Renewal::Never, |life| {
            let before = life.checked_div(5).unwrap_or_default().min(EARLIEST);
            Renewal::At(now.saturating_add(life.saturating_sub(before)))
        });
        Self { keys: issued.keys, renewal, ends: issued.life.map(|life| now.saturating_add(life)) }
    }

    fn have_expired(&self, now: Elapsed) -> bool {
        self.ends.is_some_and(|ends| now >= ends)
    }

    fn left(&self, now: Elapsed) -> Duration {
        self.ends.unwrap_or_default().saturating_sub(now)
    }
}

impl<'a> Credentials<'a> {
    pub(crate) fn new(source: &'a CredentialSource, needed: Elapsed) -> Self {
        Self { source, needed, cached: Mutex::default() }
    }

    /// The keys to sign with now.
    ///
    /// # Errors
    ///
    /// A fault of the call that needed them, which was not sent:
    ///
    /// - [`FaultKind::Refused`] with [`Refusal::NoCredentials`]: the source refused, or its keys have expired and it gave
    ///   no others; the words say what to change.
    /// - [`FaultKind::NotSent`]: the source cannot be reached, or its answer was lost; `Permanent` where another try
    ///   would end in the same way.
    /// - [`FaultKind::Busy`]: the source asks to be called again later.
    ///
    /// Never `Lost`.
    pub(crate) async fn keys<W: World>(&self, transport: &Transport<'_, W>) -> Result<Keys, Fault> {
        if let CredentialSource::Given(keys) = self.source {
            return Ok(keys.clone());
        }
        let mut cached = self.cached.lock().await;
        let now = transport.world.now();
        let usable = cached.as_ref().filter(|cached| !cached.have_expired(now)).cloned();
        let Some(usable) = usable else {
            let had_some = cached.is_some();
            let fresh = self.fetch_keys(transport).await.map_err(|fault| self.as_call_fault(fault, had_some))?;
            if !had_some {
                transport.notify(Notice::Keys(fresh.keys.id.clone()));
                self.warn_if_short_lived(&fresh, transport);
            }
            let keys = fresh.keys.clone();
            *cached = Some(fresh);
            return Ok(keys);
        };
        if usable.renewal.is_due(now) {
            // A caller that is dropped in the middle of a renewal must not leave the wait to the next one.
            *cached = Some(self.postpone_renewal(usable.clone(), now));
            *cached = Some(self.renew(usable.clone(), transport).await);
        }
        Ok(cached.as_ref().map_or(usable.keys, |cached| cached.keys.clone()))
    }

    /// Drops keys that the service says have expired. Returns whether the source can give others.
    pub(crate) async fn invalidate(&self, keys: &Keys) -> bool {
        let mut cached = self.cached.lock().await;
        let gives_new = self.source.gives_new();
        // Another request may have been told the same, and the keys may be new ones already.
        if gives_new && cached.as_ref().is_some_and(|cached| cached.keys.id == keys.id) {
            *cached = None;
        }
        gives_new
    }

    /// Fetches other keys; where that fails, the old ones stay, and the next renewal is postponed.
    async fn renew<W: World>(&self, cached: CachedKeys, transport: &Transport<'_, W>) -> CachedKeys {
        let world = transport.world;
        let until =
            world.now().saturating_add(cached.left(world.now()).checked_div(2).unwrap_or_default().min(RENEWAL));
        let failure = tokio::select! {
            biased;
            fetched = self.fetch_keys(transport) => match fetched {
                Ok(fresh) => return fresh,
                Err(fault) => hints::of(self.source, &fault),
            },
            () = world.sleep_until(until) => "no answer in time".to_owned(),
        };
        let left = show(cached.left(world.now()));
        let said = format!("the credentials could not be renewed; they expire in {left}: {failure}");
        transport.notify(Notice::Warning(said));
        self.postpone_renewal(cached, world.now())
    }

    /// Tries again when half of the time that is left has passed; in the last minute no more.
    fn postpone_renewal(&self, cached: CachedKeys, now: Elapsed) -> CachedKeys {
        let left = cached.left(now);
        let half = now.saturating_add(left.checked_div(2).unwrap_or_default());
        let is_worth_it = self.source.gives_new() && left > Duration::from_secs(60);
        CachedKeys { renewal: if is_worth_it { Renewal::At(half) } else { Renewal::Never }, ..cached }
    }

    /// Warns when the keys expire before the timeout and cannot be renewed.
    fn warn_if_short_lived<W: World>(&self, fresh: &CachedKeys, transport: &Transport<'_, W>) {
        let Some(ends) = fresh.ends.filter(|ends| *ends < self.needed) else { return };
        let lasts = |token: &Secret| {
            let left = jwt::end(token).and_then(|end| end.duration_since(transport.now()).ok());
            let renewal = match fresh.renewal {
                Renewal::At(at) => at.saturating_sub(transport.world.now()),
                Renewal::Never => Duration::ZERO,
            };
            left.is_some_and(|left| left > renewal)
        };
        let is_renewable = if let CredentialSource::Bearer { token: Token::Given(token), .. } = self.source {
            lasts(token)
        } else {
            self.source.gives_new()
        };
        if !is_renewable {
            let said = format!(
                "the credentials expire after {}, before the timeout of {}, and cannot be renewed: raise ⟨role-session-expiration⟩ if the role allows it, or use a source that can issue new ones",
                show(ends.saturating_sub(transport.world.now())),
                show(self.needed)
            );
            transport.notify(Notice::Warning(said));
        }
    }

    /// Maps a failed fetch to a fault of the call that needed the keys. Never `Lost`: that call was not sent.
    fn as_call_fault(&self, fault: Fault, had_some: bool) -> Fault {
        let kind = match fault.kind {
            // Keys that have expired and are not issued again are as good as refused.
            _ if had_some => FaultKind::Refused(Refusal::NoCredentials),
            FaultKind::Refused(_) => FaultKind::Refused(Refusal::NoCredentials),
            FaultKind::NotSent(reach) => FaultKind::NotSent(reach),
            FaultKind::Lost => FaultKind::NotSent(Unreachable::Transient),
            FaultKind::Busy => FaultKind::Busy,
        };
        let ended = if had_some { "the credentials have expired: " } else { "" };
        // Whoever tells the error tells its request id behind it.
        let without_id = ServiceError { request_id: String::new(), ..fault.error.clone() };
        let message = format!("{ended}{}", hints::of(self.source, &Fault::new(fault.kind, without_id)));
        Fault {
            kind,
            after: fault.after,
            error: ServiceError { message, status: 0, code: fault.error.code, ..fault.error },
        }
    }

    async fn fetch_keys<W: World>(&self, transport: &Transport<'_, W>) -> Result<CachedKeys, Fault> {
        let issued = fetch(self.source, transport).await?;
        let now = transport.world.now();
        let cached = CachedKeys::new(issued, now);
        let lasts = cached.ends.map(|ends| format!(", for {}", show(ends.saturating_sub(now))));
        let said = format!("credentials: {}{}", self.source.label(), lasts.unwrap_or_default());
        transport.notify(Notice::Debug(said));
        Ok(cached)
    }
}
