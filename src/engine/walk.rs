//! The walk: events and the time in, actions out. Deadlines, retries and lost answers are decided here; how it ends
//! early, in [`shutdown`](super::shutdown).

use crate::model::{
    answer::Reply,
    call::{Call, Effect},
    duration::{Elapsed, show},
    fault::{Fault, FaultKind, Refusal, ServiceError},
    journal::{Journal, Note},
    options::{DeployOptions, Limits},
    outcome::{End, Outcome, Status},
};

use super::{
    flow::{Flow, Limit, Next, Resolved},
    retry::{RetryDecision, RetryState},
    shutdown::Shutdown,
};

/// What may happen to a walk.
#[derive(Clone, Debug)]
pub enum Event {
    /// It begins.
    Begin,
    /// The call that was in flight was answered.
    Answer(Reply),
    /// The call that was in flight went wrong, or was cut.
    Fault(Fault),
    /// The moment has come that was waited for.
    Tick,
    /// No request may be sent any more: the budget of the step is spent.
    Spent,
    /// The process was told to stop; the exit code that this asks for.
    Interrupt(u8),
}

/// What is to be done about it.
#[derive(Clone, Debug)]
pub enum Action {
    /// Ask this, and give it up at that moment.
    Call(Call, Elapsed),
    /// Go on with the call that is in flight, and give it up at that moment.
    KeepWaiting(Elapsed),
    /// Wait until that moment.
    Sleep(Elapsed),
    /// It has ended.
    Done(Box<Outcome>),
}

/// One errand on its way to its end.
pub struct Walk {
    pub(super) route: Box<dyn Flow + Send>,
    pub(super) options: DeployOptions,
    pub(super) request: Elapsed,
    pub(super) deadline: Limit,
    pub(super) journal: Journal,
    pub(super) in_flight: Option<Call>,
    pub(super) trouble: RetryState,
    pub(super) resume_at: Elapsed,
    pub(super) changed: bool,
    pub(super) given_up: Option<End>,
    pub(super) closing: Option<Shutdown>,
    pub(super) random: fastrand::Rng,
    /// What it came to; nothing that happens later changes it.
    pub(super) ended: Option<Box<Outcome>>,
}

impl Walk {
    /// A walk of a kind of errand; `seed` is for the jitter of retries.
    pub(super) fn new(route: Box<dyn Flow + Send>, options: &DeployOptions, limits: &Limits, seed: u64) -> Self {
        let message = format!("the step's timeout of {} is over", show(limits.timeout));
        Self {
            route,
            options: options.clone(),
            request: limits.request,
            deadline: Limit { at: limits.timeout, message },
            journal: Journal::default(),
            in_flight: None,
            trouble: RetryState::default(),
            resume_at: Elapsed::ZERO,
            changed: false,
            given_up: None,
            closing: None,
            random: fastrand::Rng::with_seed(seed),
            ended: None,
        }
    }

    /// What happened so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What the names came to, for a walk from names to ids.
    pub fn resolved(&self) -> Option<Resolved> {
        self.route.resolved()
    }

    /// When it gives up, if nothing happens before.
    pub fn limit(&self) -> Elapsed {
        self.nearest_limit().at
    }

    /// Whether it is on its way out: a last look, a parting.
    pub fn is_shutting_down(&self) -> bool {
        self.closing.is_some()
    }

    /// The call that it asked for was not sent, and will not be.
    pub fn not_sent(&mut self) {
        self.in_flight = None;
    }

    /// What is being waited for, for the heartbeat.
    pub fn activity(&self) -> String {
        self.route.activity()
    }

    /// Takes an event in, and says what is to be done.
    pub fn step(&mut self, now: Elapsed, event: Event) -> Action {
        if let Some(outcome) = &self.ended {
            return Action::Done(outcome.clone());
        }
        match event {
            Event::Begin => self.journal.note(now, Note::Begun),
            Event::Tick => {}
            Event::Spent => return self.spent(now),
            Event::Answer(reply) => {
                if let Some(call) = self.in_flight.take() {
                    self.trouble = RetryState::default();
                    self.changed |= call.effect() == Effect::Write;
                    self.route.on_answer(now, &call, reply, &mut self.journal);
                    self.closing_step(now, Some(&call), None);
                }
            }
            Event::Fault(fault) => {
                if let Some(call) = self.in_flight.take() {
                    self.fault(now, &call, &fault);
                    self.closing_step(now, Some(&call), Some(&fault));
                }
            }
            Event::Interrupt(code) => return self.interrupt(now, code),
        }
        self.go_on(now)
    }

    fn fault(&mut self, now: Elapsed, call: &Call, fault: &Fault) {
        let lost = fault.kind == FaultKind::Lost && call.effect() == Effect::Write;
        if lost {
            self.changed = true;
            self.note_retry(now, call, &fault.error, Elapsed::from_secs(1));
            self.route.on_lost_answer(now, call, &fault.error);
            return;
        }
        if self.closing.is_some() {
            return;
        }
        let changed = self.changed || self.route.may_have_effects();
        if let FaultKind::Refused(why @ (Refusal::NotFound | Refusal::UnknownOperation | Refusal::Other)) = fault.kind {
            // What was once changed is asked for to the deadline: a read may lag behind what it reads.
            let lags = changed && call.effect() == Effect::Read;
            if call.effect() == Effect::BestEffort {
                return self.route.on_best_effort_failed(now, call, &fault.error, &mut self.journal);
            }
            if !lags {
                return self.route.on_refusal(now, call, why, &fault.error, &mut self.journal);
            }
        }
        let decide = self.trouble.decide(now, fault, changed, &mut self.random);
        let is_put_off = fault.after.is_some_and(|after| after > Elapsed::from_secs(5));
        if call.effect() == Effect::BestEffort
            && (is_put_off || self.trouble.is_enough_for_a_courtesy() || matches!(decide, RetryDecision::GiveUp(_)))
        {
            self.trouble = RetryState::default();
            return self.route.on_best_effort_failed(now, call, &fault.error, &mut self.journal);
        }
        match decide {
            RetryDecision::Again(pause) => {
                self.note_retry(now, call, &fault.error, pause);
                self.resume_at = now.saturating_add(pause);
            }
            RetryDecision::GiveUp(end) => self.given_up = Some(end),
        }
    }

    fn note_retry(&mut self, now: Elapsed, call: &Call, error: &ServiceError, pause: Elapsed) {
        self.journal.note(now, Note::Retry { operation: call.operation(), error: error.clone(), pause });
    }

    pub(super) fn go_on(&mut self, now: Elapsed) -> Action {
        if self.closing.is_some() {
            return self.close(now);
        }
        if let Some(end) = self.given_up.take() {
            return self.finish(now, end);
        }
        let limit = self.nearest_limit();
        if now >= limit.at {
            // What is known to have ended has ended, even if a courtesy was still to be paid.
            return match self.route.end().cloned() {
                Some(end) => self.finish(now, end),
                None => self.time_out(now, limit.message, now < self.deadline.at),
            };
        }
        if now < self.resume_at {
            return Action::Sleep(self.resume_at.min(limit.at));
        }
        match self.route.next(now) {
            Next::Call(call) => self.send(call, now.saturating_add(self.request).min(limit.at)),
            Next::Pause(until) => Action::Sleep(until.min(limit.at)),
            Next::End(end) => self.finish(now, end),
        }
    }

    pub(super) fn nearest_limit(&self) -> Limit {
        let stage = self.route.limit().filter(|limit| limit.at < self.deadline.at);
        stage.unwrap_or_else(|| self.deadline.clone())
    }

    pub(super) fn send(&mut self, call: Call, until: Elapsed) -> Action {
        self.in_flight = Some(call.clone());
        Action::Call(call, until)
    }

    pub(super) fn finish(&mut self, now: Elapsed, mut end: End) -> Action {
        let left_early = match end.status {
            Status::TimedOut
            | Status::Denied
            | Status::Unavailable
            | Status::Cancelled(_)
            | Status::Failed
            | Status::Invalid => true,
            Status::Success | Status::Stopped | Status::DryRun | Status::Skipped => false,
        };
        let how = self.route.resume_hint();
        let abolished = self.closing.as_ref().is_some_and(Shutdown::was_abolished);
        if left_early && !abolished && !how.is_empty() {
            end.message = format!("{}; {how}", end.message);
        }
        self.journal.note(now, Note::Ended(end.status));
        let outcome = self.ended.insert(Box::new(self.route.outcome(end)));
        Action::Done(outcome.clone())
    }
}
