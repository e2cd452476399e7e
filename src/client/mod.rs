//! How one call is asked: written, signed by the keys of the moment, sent, read; and by which of its two names the
//! service knows an operation.

pub mod api;
mod credentials;
pub mod http;
pub mod limiter;
pub mod sign;
mod transport;

use std::cell::{Cell, RefCell};

use self::{
    credentials::Credentials,
    http::{Request, Style},
    limiter::{Admission, Budget, Limiter, Priority, Ticket},
    transport::Transport,
};
use crate::{
    config::Config,
    model::{
        answer::Reply,
        call::Call,
        counts::RequestCounts,
        duration::Elapsed,
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        options::Limits,
        service::ServiceConfig,
    },
    report::log::Log,
    world::World,
};

/// The service, as seen through the one world.
pub(crate) struct Client<'a, W> {
    config: &'a Config,
    transport: Transport<'a, W>,
    credentials: Credentials<'a>,
    /// The plan's, with the workspace's number once that is known.
    service: RefCell<ServiceConfig>,
    older_names: Cell<bool>,
    limiter: RefCell<Limiter>,
}

/// One try of a call.
#[derive(Debug, Default)]
pub(crate) struct Attempt {
    /// Whether the try before came to nothing.
    pub(crate) is_repeated: bool,
    /// Whether it is past its preparations, so that it may have had an effect.
    pub(crate) is_sent: Cell<bool>,
}

impl<'a, W: World> Client<'a, W> {
    pub(crate) fn new(config: &'a Config, world: &'a W, log: Log) -> Self {
        Self {
            config,
            transport: Transport::new(world, config.service.signature),
            credentials: Credentials::new(&config.source, log, config.limits.timeout),
            service: RefCell::new(config.service.clone()),
            older_names: Cell::default(),
            limiter: RefCell::new(Limiter::new(config.limits.requests.map(|requests| {
                let Limits { timeout, poll, .. } = config.limits;
                Budget::new(requests, timeout, poll)
            }))),
        }
    }

    /// Waits for the turn of a request; `active`: how many walks are under way.
    pub(crate) async fn admitted(&self, purpose: Priority, active: u64) -> Result<(), Spent> {
        let world = self.transport.world;
        let place = Place { limiter: &self.limiter, ticket: self.limiter.borrow_mut().join(purpose) };
        loop {
            let admission = self.limiter.borrow_mut().admit(world.now(), place.ticket, active);
            match admission {
                Admission::Go => return Ok(()),
                Admission::Spent => return Err(Spent),
                Admission::WaitUntil(until) => world.sleep_until(until).await,
            }
        }
    }

    /// How many targets are to be under way at once: as many as were asked for, and as the budget does for.
    pub(crate) fn parallel(&self) -> usize {
        let asked = self.config.limits.parallel;
        let room = self.limiter.borrow().at_once().and_then(|room| usize::try_from(room).ok());
        room.map_or(asked, |room| room.min(asked))
    }

    /// Whether there is room for another target.
    pub(crate) fn can_begin(&self, active: u64) -> bool {
        self.limiter.borrow().can_begin(active)
    }

    /// The workspace's number was found.
    pub(crate) fn set_project_id(&self, project_id: Option<u64>) {
        self.service.borrow_mut().project_id = project_id;
    }

    /// The workspace, by number where that is known.
    pub(crate) fn workspace(&self) -> String {
        self.service.borrow().workspace()
    }

    /// What was asked so far.
    pub(crate) fn counts(&self) -> RequestCounts {
        self.transport.counts()
    }

    /// Asks; where the service does not know the operation by this name, asks by its other one.
    pub(crate) async fn ask(&self, call: &Call, attempt: &Attempt) -> Result<Reply, Fault> {
        let request = api::encode(call, &self.service.borrow());
        let by_older = self.older_names.get();
        let (first, other) = match api::by_older_name(&request) {
            Some(older) if by_older => (older, Some(request)),
            older => (request, older),
        };
        let result = self.ask_by_name(call, &first, attempt).await;
        let Some(other) = other.filter(|_| is_unknown(&result) && self.try_extra()) else { return result };
        let by_other_name = self.ask_by_name(call, &other, attempt).await;
        // One confused answer must not bind us to a name that the service does not know either.
        if is_unknown(&by_other_name) {
            return result;
        }
        self.older_names.set(!by_older);
        by_other_name
    }

    /// Asks; where the service finds that the keys have ended, asks once more with others, if there are any.
    async fn ask_by_name(&self, call: &Call, request: &Request, attempt: &Attempt) -> Result<Reply, Fault> {
        let service = &self.config.service;
        let endpoint = match request.style {
            Style::Rpc => &service.dataworks,
            Style::Roa => &service.spark,
        };
        let Some(endpoint) = endpoint else {
            return Err(Fault::new(
                FaultKind::NotSent(Unreachable::Permanent),
                ServiceError::seen("no endpoint is known"),
            ));
        };
        let read = |response: &_| api::decode(call, response);
        let keys = self.credentials.keys(&self.transport).await?;
        attempt.is_sent.set(true);
        if attempt.is_repeated {
            self.transport.note_retry();
        }
        let sent = self.transport.world.now();
        let result = self.transport.ask(request, endpoint, Some(&keys), read, || self.try_extra()).await;
        self.on_result(sent, &result);
        let have_ended = matches!(&result, Err(fault) if fault.error.code.starts_with("InvalidSecurityToken"));
        if !have_ended || !self.credentials.invalidate(&keys).await || !self.try_extra() {
            return result;
        }
        attempt.is_sent.set(false);
        let keys = self.credentials.keys(&self.transport).await?;
        attempt.is_sent.set(true);
        self.transport.ask(request, endpoint, Some(&keys), read, || self.try_extra()).await
    }

    /// The pace is set by what is answered; what was lost tells nothing.
    fn on_result(&self, sent: Elapsed, result: &Result<Reply, Fault>) {
        let (mut limiter, now) = (self.limiter.borrow_mut(), self.transport.world.now());
        match result {
            Ok(_) | Err(Fault { kind: FaultKind::Refused(_), .. }) => limiter.accepted(now, sent),
            Err(Fault { kind: FaultKind::Busy, after, .. }) => limiter.throttled(now, sent, *after),
            Err(Fault { kind: FaultKind::NotSent(_) | FaultKind::Lost, .. }) => {}
        }
    }

    /// A second request for one turn, which is rare enough not to wait: whether the budget has room for it.
    fn try_extra(&self) -> bool {
        let mut limiter = self.limiter.borrow_mut();
        let ticket = limiter.join(Priority::Shutdown);
        let admission = limiter.admit(self.transport.world.now(), ticket, 0);
        limiter.leave(ticket);
        admission == Admission::Go
    }
}

/// The budget of requests is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

/// A place in the queue, given up by whoever goes away.
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
