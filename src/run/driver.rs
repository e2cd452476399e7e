//! Drives one walk to its end: sends what it asks for, waits for the rate limiter, listens for signals, and writes the
//! log.

use std::{cell::Cell, convert::Infallible, pin::pin, time::Duration};

use tokio::sync::watch;

use crate::{
    client::{Attempt, Client, Spent, limiter::Priority},
    engine::walk::{Action, Event, Walk},
    model::{
        answer::Reply,
        call::{Call, Effect},
        duration::{Elapsed, show},
        fault::{Fault, FaultKind, ServiceError, Unreachable},
        journal::{Journal, Note},
        outcome::Outcome,
        reason::End,
        status::Status,
    },
    report::log::Log,
    world::World,
};

/// If nothing was logged for this long, a line says what is being waited for.
const SILENCE: Duration = Duration::from_secs(50);

/// Drives walks to their end, each by itself.
pub(crate) struct Driver<'a, W> {
    pub(crate) world: &'a W,
    pub(crate) client: Client<'a, W>,
    pub(crate) log: Log,
    /// When the log last said something.
    spoken: Cell<Elapsed>,
    signals: watch::Sender<Signals>,
    /// How many walks are under way.
    active: Cell<u64>,
    warned: Cell<usize>,
}

/// How often the step was told to stop, and the exit code that the latest signal asks for.
#[derive(Clone, Copy, Debug, Default)]
struct Signals {
    count: u32,
    code: u8,
}

impl<'a, W: World> Driver<'a, W> {
    pub(crate) fn new(world: &'a W, client: Client<'a, W>, log: Log) -> Self {
        let (spoken, active, warned) = (Cell::default(), Cell::default(), Cell::default());
        Self { world, client, log, spoken, signals: watch::Sender::default(), active, warned }
    }

    /// Listens for signals, for all walks, as long as it is waited for.
    pub(crate) async fn listen(&self) -> Infallible {
        loop {
            let code = self.world.interrupted().await;
            self.signals.send_modify(|signals| *signals = Signals { count: signals.count.saturating_add(1), code });
        }
    }

    /// Whether a signal came.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.signals.borrow().count > 0
    }

    /// The exit code that a signal asked for, if one came.
    pub(crate) fn interrupted_with(&self) -> Option<u8> {
        let signals = *self.signals.borrow();
        (signals.count > 0).then_some(signals.code)
    }

    /// The exit code that a second one asked for: leave at once, without reports.
    pub(crate) fn at_once(&self) -> Option<u8> {
        let signals = *self.signals.borrow();
        (signals.count > 1).then_some(signals.code)
    }

    /// Whether the budget has room for another walk.
    pub(crate) fn can_begin(&self) -> bool {
        self.client.can_begin(self.active.get())
    }

    /// Takes a walk to its end. `whose`: the name that its lines bear, where several are under way at once. `known`
    /// hears of an id as soon as there is one.
    pub(crate) async fn run(&self, walk: &mut Walk, whose: &str, mut known: impl FnMut(&str)) -> (Outcome, Journal) {
        self.active.set(self.active.get().saturating_add(1));
        let outcome = Running { runner: self, whose, signals: self.signals.subscribe() }.run(walk, &mut known).await;
        self.active.set(self.active.get().saturating_sub(1));
        (outcome, walk.journal().clone())
    }

    /// Says a line.
    pub(crate) fn say(&self, line: &str) {
        self.spoken.set(self.world.now());
        self.world.say(line);
    }

    /// Waits until that moment, and says `doing` whenever nothing was said for too long.
    async fn wait(&self, until: Elapsed, whose: &str, activity: impl Fn() -> String) {
        loop {
            let silent = self.spoken.get().saturating_add(SILENCE);
            self.world.sleep_until(until.min(silent)).await;
            let now = self.world.now();
            if now >= until {
                return;
            }
            if now >= self.spoken.get().saturating_add(SILENCE) {
                self.say(&Log::heartbeat(now, &activity(), whose));
            }
        }
    }
}

/// One walk under way.
struct Running<'r, 'a, W> {
    runner: &'r Driver<'a, W>,
    whose: &'r str,
    signals: watch::Receiver<Signals>,
}

impl<W: World> Running<'_, '_, W> {
    async fn run(mut self, walk: &mut Walk, known: &mut dyn FnMut(&str)) -> Outcome {
        let world = self.runner.world;
        let mut told = 0;
        let mut failed = false;
        let mut action = walk.step(world.now(), Event::Begin);
        loop {
            told = self.log_news(walk, told, known);
            action = match action {
                Action::Done(outcome) => return *outcome,
                Action::Call(call, until) => self.call(walk, &call, until, &mut failed).await,
                Action::Sleep(until) | Action::KeepWaiting(until) => self.sleep(walk, until).await,
            };
            if let Some(code) = self.runner.at_once() {
                return Outcome::of(End::new(Status::Cancelled(code), "interrupted twice"));
            }
        }
    }

    async fn sleep(&mut self, walk: &mut Walk, until: Elapsed) -> Action {
        let event = tokio::select! {
            biased;
            event = interrupted(&mut self.signals) => event,
            () = self.runner.wait(until, self.whose, || walk.activity()) => Event::Tick,
        };
        walk.step(self.runner.world.now(), event)
    }

    /// Waits for the turn of a call; what came in its place, if anything did.
    async fn wait_for_admission(&mut self, walk: &mut Walk, call: &Call) -> Option<Action> {
        let runner = self.runner;
        let priority = if walk.is_shutting_down() {
            Priority::Shutdown
        } else if call.effect() == Effect::Write {
            Priority::Write
        } else {
            Priority::Read
        };
        let event = tokio::select! {
            biased;
            event = interrupted(&mut self.signals) => event,
            turn = runner.client.admitted(priority, runner.active.get()) => match turn {
                Ok(()) => return None,
                Err(Spent) => Event::Spent,
            },
            () = runner.wait(walk.limit(), self.whose, || walk.activity()) => Event::Tick,
        };
        walk.not_sent();
        Some(walk.step(runner.world.now(), event))
    }

    /// Asks, and goes on listening for the answer as long as the walk holds on to it. `failed`: whether the call before
    /// came to nothing, and whether this one did.
    async fn call(&mut self, walk: &mut Walk, call: &Call, until: Elapsed, failed: &mut bool) -> Action {
        let runner = self.runner;
        let world = runner.world;
        let joined = world.now();
        if let Some(action) = self.wait_for_admission(walk, call).await {
            return action;
        }
        let began = world.now();
        // A request has its time from when it is sent.
        let waited = began.saturating_sub(joined);
        let mut until =
            if walk.is_shutting_down() { until } else { until.saturating_add(waited).min(walk.limit().max(until)) };
        let attempt = Attempt { is_repeated: *failed, active: runner.active.get(), ..Attempt::default() };
        let mut asked = pin!(runner.client.ask(call, &attempt));
        loop {
            let took = || world.now().saturating_sub(began);
            let event = tokio::select! {
                biased;
                event = interrupted(&mut self.signals) => event,
                result = &mut asked => {
                    self.told(call, took(), &result);
                    result.map_or_else(Event::Fault, Event::Answer)
                }
                () = runner.wait(until, self.whose, || walk.activity()) => {
                    let kind = if attempt.is_sent.get() { FaultKind::Lost } else { FaultKind::NotSent(Unreachable::Transient) };
                    let whose = if attempt.is_sent.get() { "" } else { "the credentials: " };
                    let error = ServiceError::seen(format!("{whose}{}", unanswered(took())));
                    Event::Fault(Fault::new(kind, error))
                }
            };
            *failed = matches!(&event, Event::Fault(fault) if !matches!(fault.kind, FaultKind::Refused(_)));
            let action = walk.step(world.now(), event);
            match action {
                Action::KeepWaiting(longer) if runner.at_once().is_none() => until = longer,
                Action::KeepWaiting(_) | Action::Call(..) | Action::Sleep(_) | Action::Done(_) => return action,
            }
        }
    }

    /// Says what the journal has new.
    fn log_news(&self, walk: &Walk, told: usize, known: &mut dyn FnMut(&str)) -> usize {
        let entries = walk.journal().entries();
        for entry in entries.iter().skip(told) {
            if let Note::Known { id, .. } = &entry.note {
                known(id);
            }
            let warned = self.runner.warned.get();
            if matches!(entry.note, Note::Warning(_)) {
                self.runner.warned.set(warned.saturating_add(1));
            }
            let line = self.runner.log.entry(entry, walk.journal(), self.whose, warned);
            line.into_iter().for_each(|line| self.runner.say(&line));
        }
        entries.len()
    }

    fn told(&self, call: &Call, took: Duration, result: &Result<Reply, Fault>) {
        let runner = self.runner;
        let said = result.as_ref().map(|reply| reply.request_id.as_str()).map_err(|fault| &fault.error);
        let line = runner.log.request(runner.world.now(), call.operation(), took, said, self.whose);
        line.into_iter().for_each(|line| runner.say(&line));
    }
}

/// What is said of a call that was cut after this time.
fn unanswered(took: Duration) -> String {
    // A shorter time would be shown as none at all.
    const SHOWN: Duration = Duration::from_millis(50);
    if took < SHOWN { "no time was left for an answer".to_owned() } else { format!("no answer within {}", show(took)) }
}

/// Waits for the next signal.
async fn interrupted(signals: &mut watch::Receiver<Signals>) -> Event {
    // The sender lives as long as every walk.
    if signals.changed().await.is_err() {
        return std::future::pending().await;
    }
    Event::Interrupt(signals.borrow_and_update().code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_was_cut_at_once_is_not_said_to_have_had_no_time_in_numbers() {
        for (milliseconds, said) in [
            (0, "no time was left for an answer"),
            (49, "no time was left for an answer"),
            (50, "no answer within 0.1 s"),
            (1_000, "no answer within 1.0 s"),
        ] {
            assert_eq!(unanswered(Duration::from_millis(milliseconds)), said);
        }
    }
}
