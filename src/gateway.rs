//! How one call is asked: written, signed by the keys of the moment, sent, read; and by which of its two names the
//! service knows an operation.

use std::cell::{Cell, RefCell};

use crate::{
    api,
    credentials::Credentials,
    exchange::Exchange,
    model::{
        call::{Call, Fault, Kind, Reach, Reply, Why, Words},
        plan::{Limits, Plan, Service},
        span::Elapsed,
    },
    pace::{Budget, Pace, Purpose, Ticket, Turn},
    report::{Tally, log::Log},
    sign::request::{Request, Style},
    world::World,
};

/// The service, as seen through the one world.
pub(crate) struct Gateway<'a, W> {
    plan: &'a Plan,
    exchange: Exchange<'a, W>,
    credentials: Credentials<'a>,
    /// The plan's, with the workspace's number once that is known.
    service: RefCell<Service>,
    older_names: Cell<bool>,
    pace: RefCell<Pace>,
}

/// One try of a call.
#[derive(Debug, Default)]
pub(crate) struct Attempt {
    /// Whether the try before came to nothing.
    pub(crate) is_repeated: bool,
    /// Whether it is past its preparations, so that it may have had an effect.
    pub(crate) is_sent: Cell<bool>,
}

impl<'a, W: World> Gateway<'a, W> {
    pub(crate) fn new(plan: &'a Plan, world: &'a W, log: Log) -> Self {
        Self {
            plan,
            exchange: Exchange::new(world, plan.service.signature),
            credentials: Credentials::new(&plan.source, log, plan.limits.timeout),
            service: RefCell::new(plan.service.clone()),
            older_names: Cell::default(),
            pace: RefCell::new(Pace::new(plan.limits.requests.map(|requests| {
                let Limits { timeout, poll, .. } = plan.limits;
                Budget::new(requests, timeout, poll)
            }))),
        }
    }

    /// Waits for the turn of a request; `active`: how many walks are under way.
    pub(crate) async fn turn(&self, purpose: Purpose, active: u64) -> Result<(), Spent> {
        let world = self.exchange.world;
        let place = Place { pace: &self.pace, ticket: self.pace.borrow_mut().join(purpose) };
        loop {
            let turn = self.pace.borrow_mut().turn(world.now(), place.ticket, active);
            match turn {
                Turn::Go => return Ok(()),
                Turn::Spent => return Err(Spent),
                Turn::Wait(until) => world.sleep_until(until).await,
            }
        }
    }

    /// How many targets are to be under way at once: as many as were asked for, and as the budget does for.
    pub(crate) fn parallel(&self) -> usize {
        let asked = self.plan.limits.parallel;
        let room = self.pace.borrow().at_once().and_then(|room| usize::try_from(room).ok());
        room.map_or(asked, |room| room.min(asked))
    }

    /// Whether there is room for another target.
    pub(crate) fn can_begin(&self, active: u64) -> bool {
        self.pace.borrow().can_begin(active)
    }

    /// The workspace's number was found.
    pub(crate) fn settle(&self, project_id: Option<u64>) {
        self.service.borrow_mut().project_id = project_id;
    }

    /// The workspace, by number where that is known.
    pub(crate) fn workspace(&self) -> String {
        self.service.borrow().workspace()
    }

    /// What was asked so far.
    pub(crate) fn tally(&self) -> Tally {
        self.exchange.tally()
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
        let Some(other) = other.filter(|_| is_unknown(&result) && self.may_besides()) else { return result };
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
        let service = &self.plan.service;
        let endpoint = match request.style {
            Style::Rpc => &service.dataworks,
            Style::Roa => &service.spark,
        };
        let Some(endpoint) = endpoint else {
            return Err(Fault::new(Kind::NotSent(Reach::Hopeless), Words::seen("no endpoint is known")));
        };
        let read = |response: &_| api::decode(call, response);
        let keys = self.credentials.keys(&self.exchange).await?;
        attempt.is_sent.set(true);
        if attempt.is_repeated {
            self.exchange.note_retry();
        }
        let sent = self.exchange.world.now();
        let result = self.exchange.ask(request, endpoint, Some(&keys), read, || self.may_besides()).await;
        self.heed(sent, &result);
        let have_ended = matches!(&result, Err(fault) if fault.words.code.starts_with("InvalidSecurityToken"));
        if !have_ended || !self.credentials.distrust(&keys).await || !self.may_besides() {
            return result;
        }
        attempt.is_sent.set(false);
        let keys = self.credentials.keys(&self.exchange).await?;
        attempt.is_sent.set(true);
        self.exchange.ask(request, endpoint, Some(&keys), read, || self.may_besides()).await
    }

    /// The pace is set by what is answered; what was lost tells nothing.
    fn heed(&self, sent: Elapsed, result: &Result<Reply, Fault>) {
        let (mut pace, now) = (self.pace.borrow_mut(), self.exchange.world.now());
        match result {
            Ok(_) | Err(Fault { kind: Kind::Refused(_), .. }) => pace.taken(now, sent),
            Err(Fault { kind: Kind::Busy, after, .. }) => pace.refused(now, sent, *after),
            Err(Fault { kind: Kind::NotSent(_) | Kind::Lost, .. }) => {}
        }
    }

    /// A second request for one turn, which is rare enough not to wait: whether the budget has room for it.
    fn may_besides(&self) -> bool {
        let mut pace = self.pace.borrow_mut();
        let ticket = pace.join(Purpose::Parting);
        let turn = pace.turn(self.exchange.world.now(), ticket, 0);
        pace.leave(ticket);
        turn == Turn::Go
    }
}

/// The budget of requests is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent;

/// A place in the queue, given up by whoever goes away.
struct Place<'a> {
    pace: &'a RefCell<Pace>,
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.pace.borrow_mut().leave(self.ticket);
    }
}

fn is_unknown(result: &Result<Reply, Fault>) -> bool {
    matches!(result, Err(Fault { kind: Kind::Refused(Why::UnknownOperation), .. }))
}
