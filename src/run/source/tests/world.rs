//! The world of one step: its requests reach the service of plain values in virtual time, or they do not; people act in
//! between; at a chosen request the step is killed.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, btree_map::OccupiedEntry},
    path::Path,
    time::{Duration, SystemTime},
};

use super::{
    clock::Clock,
    service::Service,
    wire::{Answered, Asked, response},
};
use crate::{
    client::{
        http::{HttpRequest, Response},
        sign::Stamp,
    },
    model::{
        duration::Elapsed,
        fault::{Fault, FaultKind, ServiceError, Unreachable},
        secret::Secret,
    },
    world::World,
};

/// The service's clock when that of the case stands at zero.
pub(super) const EPOCH_MS: u64 = 1_800_000_000_000;

/// The service, its clock, and the requests that are on their way to it.
#[derive(Default)]
pub(super) struct Cloud {
    pub(super) clock: Clock,
    pub(super) service: RefCell<Service>,
    inbox: RefCell<BTreeMap<(Elapsed, u64), Asked>>,
    answers: RefCell<BTreeMap<u64, Answered>>,
    count: Cell<u64>,
    /// What happened so far, for whoever looks for the cause of a broken law.
    story: RefCell<Vec<String>>,
}

impl Cloud {
    /// The same service at the same moment, to which other things will happen.
    pub(super) fn copy(&self) -> Self {
        let copy = Self::new(self.service.borrow().clone());
        copy.clock.pass(self.clock.now());
        copy
    }

    pub(super) fn tell(&self, what: &str) {
        self.story.borrow_mut().push(format!("{:>9} {what}", self.clock.now().as_millis()));
    }

    pub(super) fn story(&self) -> String {
        self.story.borrow().join("\n")
    }

    pub(super) fn new(service: Service) -> Self {
        Self { service: RefCell::new(service), ..Self::default() }
    }

    fn put(&self, at: Elapsed, asked: Asked) -> u64 {
        self.count.set(self.count.get() + 1);
        self.inbox.borrow_mut().insert((at, self.count.get()), asked);
        self.count.get()
    }

    /// What is due arrives, in order, whether or not its sender still lives.
    pub(super) fn arrive(&self, until: Elapsed) {
        loop {
            let Some(first) = self
                .inbox
                .borrow_mut()
                .first_entry()
                .filter(|first| first.key().0 <= until)
                .map(OccupiedEntry::remove_entry)
            else {
                return;
            };
            let ((at, id), asked) = first;
            let answer = self.service.borrow_mut().answer(&asked, at);
            self.answers.borrow_mut().insert(id, answer);
        }
    }
}

/// What befalls a request; whether it had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Answered,
    NotSent,
    Throttled,
    Lost(bool),
    Hangs(bool),
    ServerError(bool),
    NoJson(bool),
}

/// At which request something happens, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Request(usize),
    Operation(&'static str, usize),
}

/// What happens then.
pub(super) enum Happening {
    Befalls(Fate),
    /// The step is killed; whether the request arrives all the same.
    Killed(bool),
    /// Somebody does something in Data Studio just before.
    ByHand(ByHand),
}

/// What somebody does to the service at a moment.
pub(super) type ByHand = Box<dyn Fn(&mut Service, Elapsed)>;

/// One step in its world.
pub(super) struct Step<'c> {
    pub(super) cloud: &'c Cloud,
    pub(super) began: Elapsed,
    pub(super) random: RefCell<fastrand::Rng>,
    /// How many requests in a thousand go wrong.
    pub(super) faulty: u32,
    pub(super) happenings: Vec<(Moment, Happening)>,
    pub(super) is_killed: Cell<bool>,
    pub(super) sent: RefCell<BTreeMap<&'static str, usize>>,
    pub(super) lines: RefCell<Vec<String>>,
    nonces: Cell<u64>,
}

impl<'c> Step<'c> {
    pub(super) fn new(cloud: &'c Cloud, seed: u64, faulty: u32, happenings: Vec<(Moment, Happening)>) -> Self {
        Self {
            cloud,
            began: cloud.clock.now(),
            random: RefCell::new(fastrand::Rng::with_seed(seed)),
            faulty,
            happenings,
            is_killed: Cell::default(),
            sent: RefCell::default(),
            lines: RefCell::default(),
            nonces: Cell::new(seed << 20),
        }
    }

    /// How many requests were sent.
    pub(super) fn requests(&self) -> usize {
        self.sent.borrow().values().sum()
    }

    /// What happens at this request.
    fn happens(&self, asked: &Asked) -> Vec<&Happening> {
        let nth_of_all = self.requests() + 1;
        let nth = *self.sent.borrow_mut().entry(asked.operation).and_modify(|nth| *nth += 1).or_insert(1);
        let is_now = |moment: Moment| match moment {
            Moment::Request(at) => at == nth_of_all,
            Moment::Operation(operation, at) => operation == asked.operation && at == nth,
        };
        self.happenings.iter().filter(|(moment, _)| is_now(*moment)).map(|(_, happening)| happening).collect()
    }

    fn by_chance(&self, asked: &Asked) -> Fate {
        let mut random = self.random.borrow_mut();
        if random.u32(0..1000) >= self.faulty {
            return Fate::Answered;
        }
        let effect = random.bool();
        match random.u8(0..8) {
            0 => Fate::NotSent,
            1 => Fate::Throttled,
            2 => Fate::ServerError(effect),
            3 => Fate::NoJson(effect),
            4 if asked.is_write() => Fate::Hangs(effect),
            _ => Fate::Lost(effect),
        }
    }

    fn date(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(EPOCH_MS) + self.cloud.clock.now()
    }

    fn response(&self, answered: Answered) -> Response {
        response(answered, httpdate::fmt_http_date(self.date()))
    }
}

impl World for Step<'_> {
    fn now(&self) -> Elapsed {
        self.cloud.clock.now() - self.began
    }

    fn stamp(&self) -> Stamp {
        self.nonces.set(self.nonces.get() + 1);
        Stamp { at: self.date(), nonce: format!("{:032x}", self.nonces.get()) }
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, Fault> {
        let (cloud, clock, asked) = (self.cloud, &self.cloud.clock, Asked::read(&request));
        let now = clock.now();
        cloud.arrive(now);
        let mut fate = self.by_chance(&asked);
        cloud.tell(&format!("{} {} {fate:?}", self.requests() + 1, asked.told()));
        for happening in self.happens(&asked) {
            match happening {
                Happening::Befalls(other) => fate = *other,
                Happening::ByHand(act) => {
                    cloud.tell("somebody acts");
                    act(&mut cloud.service.borrow_mut(), now);
                }
                Happening::Killed(arrives) => {
                    cloud.tell("killed");
                    arrives.then(|| cloud.put(now, asked.clone()));
                    self.is_killed.set(true);
                    return std::future::pending().await;
                }
            }
        }
        let latency = Duration::from_millis(self.random.borrow_mut().u64(20..300));
        let has_effect = match fate {
            Fate::Answered => true,
            Fate::NotSent | Fate::Throttled => false,
            Fate::Lost(effect) | Fate::Hangs(effect) | Fate::ServerError(effect) | Fate::NoJson(effect) => effect,
        };
        let id = has_effect.then(|| cloud.put(now + latency / 2, asked));
        clock.sleep_until(now + latency).await;
        cloud.arrive(now + latency);
        let answered = id.and_then(|id| cloud.answers.borrow_mut().remove(&id));
        let fault = |kind| Err(Fault::new(kind, ServiceError::seen("a fault of the simulation")));
        match (fate, answered) {
            (Fate::Answered, Some(answered)) => Ok(self.response(answered)),
            (Fate::Answered, None) => panic!("what arrived is answered"),
            (Fate::NotSent, _) => fault(FaultKind::NotSent(Unreachable::Transient)),
            (Fate::Throttled, _) => {
                Ok(Response { status: 429, ..self.response(Err(("Throttling.User", String::new()))) })
            }
            (Fate::ServerError(_), _) => {
                Ok(Response { status: 503, ..self.response(Err(("InternalError", String::new()))) })
            }
            (Fate::NoJson(_), _) => {
                Ok(Response { body: b"<html>".to_vec(), ..self.response(Ok(serde_json::json!({}))) })
            }
            (Fate::Lost(_), _) => fault(FaultKind::Lost),
            (Fate::Hangs(_), _) => std::future::pending().await,
        }
    }

    async fn sleep_until(&self, at: Elapsed) {
        self.cloud.clock.sleep_until(self.began.saturating_add(at)).await;
    }

    async fn interrupted(&self) -> u8 {
        std::future::pending().await
    }

    fn read(&self, _: &Path) -> Result<String, String> {
        Err("no such file".to_owned())
    }

    fn hide(&self, _: &Secret) {}

    fn say(&self, line: &str) {
        self.cloud.tell(line);
        self.lines.borrow_mut().push(line.to_owned());
    }

    fn output(&self, _: &str, _: &str) {}
}
