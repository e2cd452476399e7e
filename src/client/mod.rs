//! The API client: from a call to its answer. Each call is admitted by the rate limiter, encoded, signed, sent and
//! decoded; where the service does not know an operation by its name, its older name is used.

pub mod api;
mod credentials;
pub mod encode;
mod hidden;
pub mod http;
pub mod limiter;
pub(crate) mod notice;
pub mod sign;
mod transport;

use std::cell::{Cell, RefCell};

use self::{
    credentials::Credentials,
    http::{Request, Style},
    limiter::{Admission, Budget, Limiter, Priority, Ticket},
    notice::Notify,
    transport::Transport,
};
use crate::{
    model::{
        answer::Reply,
        call::Call,
        counts::RequestCounts,
        credential_source::CredentialSource,
        duration::Elapsed,
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        options::Limits,
        scrub::Secrets,
        service::ServiceConfig,
    },
    world::World,
};

/// Calls every service for all walks of a step.
pub(crate) struct Client<'a, W> {
    configured: &'a ServiceConfig,
    limits: &'a Limits,
    transport: Transport<'a, W>,
    credentials: Credentials<'a>,
    /// As configured, with the workspace's number once that is known.
    service: RefCell<ServiceConfig>,
    /// Whether the service was found to know operations by their older names.
    older_names: Cell<bool>,
    limiter: RefCell<Limiter>,
    /// What nobody may see, whatever the service says.
    hidden: Secrets,
}

/// One attempt of a call.
#[derive(Debug, Default)]
pub(crate) struct Attempt {
    /// Whether the attempt before failed.
    pub(crate) is_repeated: bool,
    /// How many walks are under way.
    pub(crate) active: u64,
    /// Whether the request itself may have been sent, so that it may have had an effect.
    pub(crate) is_sent: Cell<bool>,
}

impl<'a, W: World> Client<'a, W> {
    pub(crate) fn new(
        service: &'a ServiceConfig,
        source: &'a CredentialSource,
        limits: &'a Limits,
        world: &'a W,
        notify: Notify<'a>,
    ) -> Self {
        let budget = limits.requests.map(|requests| Budget::new(requests, limits.timeout, limits.poll));
        Self {
            configured: service,
            limits,
            transport: Transport::new(world, service.signature, notify),
            credentials: Credentials::new(source, limits.timeout),
            service: RefCell::new(service.clone()),
            older_names: Cell::default(),
            limiter: RefCell::new(Limiter::new(budget)),
            hidden: Secrets::default(),
        }
    }

    /// The same; what it says to people is without these.
    pub(crate) fn hiding(self, hidden: Secrets) -> Self {
        Self { hidden, ..self }
    }

    /// Waits until the rate limiter admits a request; `active`: how many walks are under way.
    pub(crate) async fn admitted(&self, priority: Priority, active: u64) -> Result<(), Spent> {
        let world = self.transport.world;
        let place = Place { limiter: &self.limiter, ticket: self.limiter.borrow_mut().join(priority) };
        loop {
            let admission = self.limiter.borrow_mut().admit(world.now(), place.ticket, active);
            match admission {
                Admission::Go => return Ok(()),
                Admission::Spent => return Err(Spent),
                Admission::WaitUntil(until) => world.sleep_until(until).await,
            }
        }
    }

    /// How many targets may be under way at once: as many as configured, and as the request budget allows.
    pub(crate) fn parallel(&self) -> usize {
        let asked = self.limits.parallel;
        let room = self.limiter.borrow().at_once().and_then(|room| usize::try_from(room).ok());
        room.map_or(asked, |room| room.min(asked))
    }

    /// Whether the request budget has room for another target.
    pub(crate) fn can_begin(&self, active: u64) -> bool {
        self.limiter.borrow().can_begin(active)
    }

    /// Sets the workspace's number once its name is resolved.
    pub(crate) fn set_project_id(&self, project_id: Option<u64>) {
        self.service.borrow_mut().project_id = project_id;
    }

    /// The workspace, by number where that is known.
    pub(crate) fn workspace(&self) -> String {
        self.service.borrow().workspace()
    }

    /// The requests that were sent so far.
    pub(crate) fn counts(&self) -> RequestCounts {
        self.transport.counts()
    }

    /// Sends a call and returns its answer; where the service does not know the operation by one name, tries the other.
    ///
    /// # Errors
    ///
    /// - [`FaultKind::NotSent`]: no endpoint, no keys, or the service cannot be reached; nothing was sent.
    /// - [`FaultKind::Busy`]: the service, or the source of the keys, asks to be called again later; no effect.
    /// - [`FaultKind::Refused`]: the service said no, or there are no credentials; no effect.
    /// - [`FaultKind::Lost`]: anything else, an answer that cannot be understood too; it may have had an effect.
    pub(crate) async fn ask(&self, call: &Call, attempt: &Attempt) -> Result<Reply, Fault> {
        let request = api::encode(call, &self.service.borrow());
        let by_older = self.older_names.get();
        let (first, other) = match api::by_older_name(&request) {
            Some(older) if by_older => (older, Some(request)),
            older => (request, older),
        };
        let result = self.ask_by_name(call, &first, attempt).await;
        let Some(other) = other.filter(|_| is_unknown(&result) && self.try_extra(attempt)) else { return result };
        let by_other_name = self.ask_by_name(call, &other, attempt).await;
        // One confused answer must not bind us to a name that the service does not know either.
        if is_unknown(&by_other_name) {
            return result;
        }
        self.older_names.set(!by_older);
        by_other_name
    }

    /// Sends a request; where the service says that the keys have expired, sends it once more with fresh ones.
    async fn ask_by_name(&self, call: &Call, request: &Request, attempt: &Attempt) -> Result<Reply, Fault> {
        let endpoint = match request.style {
            Style::Rpc => &self.configured.dataworks,
            Style::Roa => &self.configured.spark,
        };
        let Some(endpoint) = endpoint else {
            return Err(Fault::new(
                FaultKind::NotSent(Unreachable::Permanent),
                ServiceError::seen("no endpoint is known"),
            ));
        };
        let read = |response: &_| api::decode(call, response);
        let mut has_fresh_keys = false;
        loop {
            attempt.is_sent.set(false);
            let keys = self.credentials.keys(&self.transport).await?;
            attempt.is_sent.set(true);
            if attempt.is_repeated && !has_fresh_keys {
                self.transport.note_retry();
            }
            let sent = Cell::new(self.transport.world.now());
            // The service answered: it refused our clock, and would have let the request through.
            let again = || {
                let now = self.transport.world.now();
                self.limiter.borrow_mut().accepted(now, sent.replace(now));
                self.try_extra(attempt)
            };
            let result = self.transport.ask(request, endpoint, Some(&keys), read, again).await;
            let result = hidden::cleared(result, &self.hidden);
            self.feed_limiter(sent.get(), &result);
            let have_expired = matches!(&result, Err(fault) if fault.error.code.starts_with("InvalidSecurityToken"));
            let may_repeat = have_expired && !has_fresh_keys;
            if !may_repeat || !self.credentials.invalidate(&keys).await || !self.try_extra(attempt) {
                return result;
            }
            has_fresh_keys = true;
        }
    }

    /// Feeds the rate limiter. Only answered requests count: one that was lost tells nothing of the limit.
    fn feed_limiter(&self, sent: Elapsed, result: &Result<Reply, Fault>) {
        let (mut limiter, now) = (self.limiter.borrow_mut(), self.transport.world.now());
        match result {
            Ok(_) | Err(Fault { kind: FaultKind::Refused(_), .. }) => limiter.accepted(now, sent),
            Err(Fault { kind: FaultKind::Busy, after, .. }) => limiter.throttled(now, sent, *after),
            Err(Fault { kind: FaultKind::NotSent(_) | FaultKind::Lost, .. }) => {}
        }
    }

    /// Whether a second request may follow at once within an attempt that was admitted.
    fn try_extra(&self, attempt: &Attempt) -> bool {
        self.limiter.borrow_mut().try_extra(self.transport.world.now(), attempt.active)
    }
}

/// The request budget is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

/// A place in the queue, which is given up when it is dropped.
struct Place<'a> {
    limiter: &'a RefCell<Limiter>,
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.limiter.borrow_mut().leave(self.ticket);
    }
}

fn is_unknown(result: &Result<Reply, Fault>) -> bool {
    matches!(result, Err(Fault { kind: FaultKind::Refused(Refusal::UnknownOperation), .. }))
}

#[cfg(test)]
mod tests;
