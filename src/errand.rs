//! One errand taken to its end: does what its walk says, listens for signals, and tells the log.

use std::{cell::Cell, pin::pin, time::Duration};

use crate::{
    drive::World,
    gateway::{Attempt, Gateway},
    model::{
        call::{Call, Fault, Kind, Reach, Reply, Words},
        journal::{Journal, Note},
        outcome::{End, Outcome, Status},
        span::{Elapsed, show},
    },
    report::log::Log,
    walk::step::{Action, Event, Walk},
};

/// Silence longer than this is broken by a word on what is being waited for.
const SILENCE: Duration = Duration::from_secs(50);

/// What takes errands to their end, one after the other.
pub(crate) struct Runner<'a, W> {
    pub(crate) world: &'a W,
    pub(crate) gateway: Gateway<'a, W>,
    pub(crate) log: Log,
    /// When the log last said something.
    spoken: Cell<Elapsed>,
    /// The exit code that a signal asked for.
    interrupted: Cell<Option<u8>>,
    at_once: Cell<bool>,
}

impl<'a, W: World> Runner<'a, W> {
    pub(crate) fn new(world: &'a W, gateway: Gateway<'a, W>, log: Log) -> Self {
        let (spoken, interrupted, at_once) = (Cell::default(), Cell::default(), Cell::default());
        Self { world, gateway, log, spoken, interrupted, at_once }
    }

    /// Whether a signal came.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.get().is_some()
    }

    /// The exit code that a second one asked for: leave at once, without reports.
    pub(crate) fn at_once(&self) -> Option<u8> {
        self.interrupted.get().filter(|_| self.at_once.get())
    }

    /// Takes a walk to its end. `known` hears of an id as soon as there is one.
    pub(crate) async fn run(&self, walk: &mut Walk, mut known: impl FnMut(&str)) -> (Outcome, Journal) {
        let mut told = 0;
        let mut failed = false;
        let mut action = walk.step(self.world.now(), Event::Begin);
        loop {
            told = self.tell(walk, told, &mut known);
            action = match action {
                Action::Done(outcome) => return (*outcome, walk.journal().clone()),
                Action::Call(call, until) => self.call(walk, &call, until, &mut failed).await,
                Action::Sleep(until) | Action::Hold(until) => self.sleep(walk, until).await,
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
    /// `failed`: whether the call before came to nothing, and whether this one did.
    async fn call(&self, walk: &mut Walk, call: &Call, until: Elapsed, failed: &mut bool) -> Action {
        let began = self.world.now();
        let mut until = until;
        let attempt = Attempt { is_repeated: *failed, ..Attempt::default() };
        let mut asked = pin!(self.gateway.ask(call, &attempt));
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
                    let kind = if attempt.is_sent.get() { Kind::Lost } else { Kind::NotSent(Reach::Passing) };
                    let whose = if attempt.is_sent.get() { "" } else { "the credentials: " };
                    let words = Words::seen(format!("{whose}no answer within {}", show(took())));
                    Event::Fault(Fault::new(kind, words))
                }
                () = self.silence() => {
                    self.say(&Log::heartbeat(self.world.now(), &walk.doing()));
                    continue;
                }
            };
            *failed = matches!(&event, Event::Fault(fault) if !matches!(fault.kind, Kind::Refused(_)));
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

    /// Says a line.
    pub(crate) fn say(&self, line: &str) {
        self.spoken.set(self.world.now());
        self.world.say(line);
    }
}
