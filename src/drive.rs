//! The loop: takes each errand to its end by doing what its walk says, in the one world there is.

use std::{cell::Cell, pin::pin, time::Duration};

use crate::{
    gateway::Gateway,
    model::{
        call::{Call, Fault, Kind, Reply, Words},
        journal::{Journal, Note},
        marker::Marker,
        origin::Origin,
        outcome::{End, Outcome, Status},
        plan::{Plan, Target},
        span::{Elapsed, show},
    },
    report::{Part, Tally, log::Log, outputs},
    sign::{
        Stamp,
        request::{Response, Signed},
    },
    walk::step::{Action, Event, Walk},
};

/// The whole outside world. Everything else of the program is values.
pub(crate) trait World {
    /// The time since the start.
    fn now(&self) -> Elapsed;
    /// The wall clock, and a text that was never used before.
    fn stamp(&self) -> Stamp;
    /// Sends a request, and returns the answer or why there is none.
    async fn send(&self, request: Signed) -> Result<Response, Fault>;
    /// Waits until that moment.
    async fn sleep_until(&self, at: Elapsed);
    /// Waits for a signal, and returns the exit code that it asks for.
    async fn interrupted(&self) -> u8;
    /// Says a line at once.
    fn say(&self, line: &str);
    /// Says a warning at once.
    fn warn(&self, said: &str);
    /// Tells the CI an output as soon as it is known.
    fn output(&self, name: &str, value: &str);
}

/// What came of it all.
pub(crate) struct Driven {
    /// Each target, in the order given.
    pub(crate) targets: Vec<Part>,
    /// The workflow, where one was to be started.
    pub(crate) workflow: Option<Part>,
    /// What was asked of the service.
    pub(crate) tally: Tally,
    /// A second signal came: leave at once, without reports.
    pub(crate) at_once: bool,
}

/// Silence longer than this is broken by a word on what is being waited for.
const SILENCE: Duration = Duration::from_secs(50);

struct Drive<'a, W> {
    world: &'a W,
    gateway: Gateway<'a, W>,
    plan: &'a Plan,
    origin: &'a Origin,
    log: Log,
    /// When the log last said something.
    spoken: Cell<Elapsed>,
    /// The exit code that a signal asked for.
    interrupted: Cell<Option<u8>>,
    at_once: Cell<bool>,
}

/// Takes every errand of a plan to its end.
pub(crate) async fn drive<W: World>(plan: &Plan, origin: &Origin, log: Log, world: &W) -> Driven {
    let drive = Drive {
        world,
        gateway: Gateway::new(plan, world),
        plan,
        origin,
        log,
        spoken: Cell::default(),
        interrupted: Cell::default(),
        at_once: Cell::default(),
    };
    let mut targets: Vec<Part> = Vec::new();
    for target in &plan.targets {
        let failed = targets.iter().any(|part| !part.outcome.end.status.is_good());
        let part = if drive.interrupted.get().is_some() {
            skipped(target, "not begun: interrupted")
        } else if failed && plan.fail_fast {
            skipped(target, "not begun: another target failed (fail-fast)")
        } else {
            drive.deploy(target, &targets).await
        };
        targets.push(part);
    }
    let workflow = drive.start(&targets).await;
    Driven { targets, workflow, tally: drive.gateway.tally(), at_once: drive.at_once.get() }
}

fn skipped(target: &Target, why: &str) -> Part {
    Part { target: target.value(), label: target.label(), outcome: Outcome::skipped(why), journal: Journal::default() }
}

/// Jitter needs no secrecy, but two jobs that begin together should not try again together.
fn seed(nonce: &str) -> u64 {
    let digits = nonce.get(..16).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or(0)
}

impl<W: World> Drive<'_, W> {
    async fn deploy(&self, target: &Target, before: &[Part]) -> Part {
        let Plan { manner, limits, service, .. } = self.plan;
        let random = self.world.stamp().nonce;
        let (operation, workspace, value) = (manner.operation, service.workspace(), target.value());
        let marker = Marker::new(operation, self.origin, &random, &manner.dedupe_key, &workspace, &value);
        let walk = Walk::deploy(target, marker, manner, limits, seed(&random));
        let mut ids: Vec<String> = before.iter().map(|part| outputs::id(&part.outcome)).collect();
        ids.push(String::new());
        let known = |id: &str| {
            if let Some(last) = ids.last_mut() {
                id.clone_into(last);
            }
            let (name, value) = outputs::early(&ids, target.is_2024());
            self.world.output(name, &value);
        };
        self.errand(value, target.label(), before.len(), walk, known).await
    }

    /// The workflow follows a deployment in which every target succeeded, or stands alone.
    async fn start(&self, targets: &[Part]) -> Option<Part> {
        let start = self.plan.start.as_ref()?;
        let (value, label) = (start.code.to_string(), format!("workflow-code {}", start.code));
        let good = targets.iter().all(|part| part.outcome.end.status == Status::Success);
        if !good || self.interrupted.get().is_some() {
            let outcome = Outcome::skipped("not started: it follows a deployment in which every target succeeds");
            return Some(Part { target: value, label, outcome, journal: Journal::default() });
        }
        let walk = Walk::start(start, &self.plan.manner, &self.plan.limits, seed(&self.world.stamp().nonce));
        Some(self.errand(value, label, targets.len(), walk, |_| {}).await)
    }

    async fn errand(&self, target: String, label: String, nth: usize, walk: Walk, known: impl FnMut(&str)) -> Part {
        self.say(&self.log.open(&label, nth, self.world.now()));
        let (outcome, journal) = self.walk(walk, known).await;
        let part = Part { target, label, outcome, journal };
        let now = self.world.now();
        self.log.close(nth, now).into_iter().chain(self.log.end(&part, now)).for_each(|line| self.say(&line));
        part
    }

    async fn walk(&self, mut walk: Walk, mut known: impl FnMut(&str)) -> (Outcome, Journal) {
        let mut told = 0;
        let mut action = walk.step(self.world.now(), Event::Begin);
        loop {
            told = self.tell(&walk, told, &mut known);
            action = match action {
                Action::Done(outcome) => return (*outcome, walk.journal().clone()),
                Action::Call(call, until) => self.call(&mut walk, &call, until).await,
                Action::Sleep(until) | Action::Hold(until) => self.sleep(&mut walk, until).await,
            };
            if self.at_once.get() {
                let end = End::new(Status::Cancelled(self.interrupted.get().unwrap_or(130)), "interrupted twice");
                return (Outcome::of(end), walk.journal().clone());
            }
        }
    }

    async fn sleep(&self, walk: &mut Walk, until: Elapsed) -> Action {
        loop {
            let event = tokio::select! {
                biased;
                code = self.world.interrupted() => self.interrupt(code),
                () = self.world.sleep_until(until) => Event::Tick,
                () = self.silence() => {
                    self.say(&Log::heartbeat(self.world.now(), &walk.doing()));
                    continue;
                }
            };
            return walk.step(self.world.now(), event);
        }
    }

    /// Asks, and goes on listening for the answer as long as the walk holds on to it.
    async fn call(&self, walk: &mut Walk, call: &Call, until: Elapsed) -> Action {
        let began = self.world.now();
        let mut until = until;
        let mut asked = pin!(self.gateway.ask(call));
        loop {
            let took = || self.world.now().saturating_sub(began);
            let event = tokio::select! {
                biased;
                code = self.world.interrupted() => self.interrupt(code),
                result = &mut asked => {
                    self.told(call, took(), &result);
                    result.map_or_else(Event::Fault, Event::Answer)
                }
                () = self.world.sleep_until(until) => {
                    let words = Words::seen(format!("no answer within {}", show(took())));
                    Event::Fault(Fault::new(Kind::Lost, words))
                }
                () = self.silence() => {
                    self.say(&Log::heartbeat(self.world.now(), &walk.doing()));
                    continue;
                }
            };
            let action = walk.step(self.world.now(), event);
            match action {
                Action::Hold(longer) if !self.at_once.get() => until = longer,
                Action::Hold(_) | Action::Call(..) | Action::Sleep(_) | Action::Done(_) => return action,
            }
        }
    }

    fn interrupt(&self, code: u8) -> Event {
        if self.interrupted.get().is_some() {
            self.at_once.set(true);
        }
        self.interrupted.set(Some(code));
        Event::Interrupt(code)
    }

    /// Says what the journal has new.
    fn tell(&self, walk: &Walk, told: usize, known: &mut impl FnMut(&str)) -> usize {
        let entries = walk.journal().entries();
        for entry in entries.iter().skip(told) {
            if let Note::Known { id, .. } = &entry.note {
                known(id);
            }
            self.log.entry(entry, walk.journal()).into_iter().for_each(|line| self.say(&line));
        }
        entries.len()
    }

    fn told(&self, call: &Call, took: Duration, result: &Result<Reply, Fault>) {
        let said = result.as_ref().map(|reply| reply.request_id.as_str()).map_err(|fault| &fault.words);
        let line = self.log.request(self.world.now(), call.operation(), took, said);
        line.into_iter().for_each(|line| self.say(&line));
    }

    /// Ends when nothing was said for too long.
    async fn silence(&self) {
        self.world.sleep_until(self.spoken.get().saturating_add(SILENCE)).await;
    }

    fn say(&self, line: &str) {
        self.spoken.set(self.world.now());
        self.world.say(line);
    }
}
