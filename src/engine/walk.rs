//! The walk: events and the time in, actions out. Decides on all but the [`shutdown`](super::shutdown).

use crate::model::{
    answer::Reply,
    call::{Call, Effect},
    duration::Elapsed,
    fault::{Fault, FaultKind, Refusal, ServiceError},
    journal::{Journal, Note},
    options::{DeployOptions, Disposition, Limits},
    outcome::Outcome,
    reason::{Abolish, End, Reason},
    status::Status,
    timeout::Timeout,
};

use super::{
    flow::{Flow, Limit, Next},
    retry::{RetryDecision, RetryState, unrelated_answer},
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
    /// No request may be sent any more: the budget of the step is used up.
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

/// The state of a walk.
pub(super) enum Phase {
    /// It does its work.
    Working,
    /// It ends early.
    ShuttingDown(Box<Shutdown>),
    /// It came to this; nothing that happens later changes it.
    Ended(Box<Outcome>),
}

/// What holds for a whole walk, whatever its flow.
pub(super) struct Rules {
    /// How long one request may take.
    request: Elapsed,
    /// When the step's time is over.
    deadline: Limit,
    /// Whether the step wrote before.
    pub(super) is_after_write: bool,
    pub(super) on_timeout: Disposition,
    pub(super) on_cancel: Disposition,
}

/// One flow on its way to its end. Its driver takes a `Walk` of any flow: so `flow` is last, and this code exists once.
pub struct Walk<F: Flow + ?Sized = dyn Flow> {
    pub(super) rules: Rules,
    pub(super) phase: Phase,
    pub(super) journal: Journal,
    pub(super) in_flight: Option<Call>,
    retry: RetryState,
    retry_at: Elapsed,
    /// What the last call came to, if it failed.
    last_failure: Option<ServiceError>,
    /// Whether a write was sent that may have had an effect.
    has_written: bool,
    pub(super) random: fastrand::Rng,
    pub(super) flow: F,
}

impl<F: Flow> Walk<F> {
    /// A walk of this flow; `seed` is for the jitter of retries.
    pub fn new(flow: F, options: &DeployOptions, limits: &Limits, seed: u64) -> Self {
        let deadline = Limit { at: limits.timeout, timeout: Timeout::Step(limits.timeout) };
        let DeployOptions { on_timeout, on_cancel, .. } = *options;
        Self {
            rules: Rules { request: limits.request, deadline, is_after_write: false, on_timeout, on_cancel },
            phase: Phase::Working,
            journal: Journal::default(),
            in_flight: None,
            retry: RetryState::default(),
            retry_at: Elapsed::ZERO,
            last_failure: None,
            has_written: false,
            random: fastrand::Rng::with_seed(seed),
            flow,
        }
    }

    /// The flow, which holds what it has read.
    pub fn flow(&self) -> &F {
        &self.flow
    }
}

impl Walk {
    /// What happened so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// When it gives up at the latest.
    pub fn limit(&self) -> Elapsed {
        self.nearest_limit().at
    }

    /// Whether it ends early: polls once more, or abolishes the run.
    pub fn is_shutting_down(&self) -> bool {
        matches!(self.phase, Phase::ShuttingDown(_))
    }

    /// The call that it asked for was not sent, and will not be.
    pub fn not_sent(&mut self) {
        self.in_flight = None;
    }

    /// What is being waited for, for the heartbeat.
    pub fn activity(&self) -> String {
        self.flow.activity()
    }

    /// Takes an event in, and says what is to be done.
    pub fn step(&mut self, now: Elapsed, event: Event) -> Action {
        if let Phase::Ended(outcome) = &self.phase {
            return Action::Done(outcome.clone());
        }
        match event {
            Event::Begin => self.journal.note(now, Note::Begun),
            Event::Tick => {}
            Event::Spent => return self.spent(now),
            Event::Answer(reply) => {
                if let Some(call) = self.in_flight.take() {
                    if !reply.answer.is_for(&call) {
                        return self.failed(now, &call, &unrelated_answer(&call, reply));
                    }
                    self.retry = RetryState::default();
                    self.last_failure = None;
                    self.has_written |= call.effect() == Effect::Write;
                    self.flow.on_answer(now, &call, reply, &mut self.journal);
                    self.on_shutdown_call(now, &call, None);
                }
            }
            Event::Fault(fault) => {
                if let Some(call) = self.in_flight.take() {
                    return self.failed(now, &call, &fault);
                }
            }
            Event::Interrupt(code) => return self.interrupt(now, code),
        }
        self.go_on(now)
    }

    /// Takes a failed call in, and says what is to be done.
    fn failed(&mut self, now: Elapsed, call: &Call, fault: &Fault) -> Action {
        self.last_failure = Some(fault.error.clone());
        if let Some(end) = self.on_fault(now, call, fault) {
            return self.finish(now, end);
        }
        self.on_shutdown_call(now, call, Some(fault));
        self.go_on(now)
    }

    /// Takes a failed call in; returns the end, if there will be no other try.
    fn on_fault(&mut self, now: Elapsed, call: &Call, fault: &Fault) -> Option<End> {
        if fault.kind == FaultKind::Lost && call.effect() == Effect::Write {
            self.has_written = true;
            self.flow.on_lost_answer(now, call, &fault.error);
            if self.flow.end().is_none() {
                self.note_retry(now, call, &fault.error, Elapsed::from_secs(1));
            }
            return None;
        }
        if self.is_shutting_down() {
            return None;
        }
        let may_have_effects = self.has_written || self.flow.may_have_effects();
        let effect = if self.flow.is_best_effort(call) { Effect::BestEffort } else { call.effect() };
        if let FaultKind::Refused(why @ (Refusal::NotFound | Refusal::UnknownOperation | Refusal::Other)) = fault.kind {
            if effect == Effect::BestEffort {
                self.flow.on_best_effort_failed(now, call, &fault.error, &mut self.journal);
                return None;
            }
            // After a write, a read may lag behind what it reads: it is retried until the deadline.
            if effect == Effect::Write || !may_have_effects {
                self.flow.on_refusal(now, call, why, &fault.error, &mut self.journal);
                return None;
            }
        }
        let is_patient = may_have_effects || self.rules.is_after_write;
        let decision = self.retry.decide(now, fault, is_patient, &mut self.random);
        if effect == Effect::BestEffort && self.retry.is_enough_for_best_effort(fault, &decision) {
            self.retry = RetryState::default();
            self.flow.on_best_effort_failed(now, call, &fault.error, &mut self.journal);
            return None;
        }
        let pause = match decision {
            RetryDecision::After(pause) => pause,
            RetryDecision::GiveUp(end) => return Some(*end),
        };
        self.note_retry(now, call, &fault.error, pause);
        self.retry_at = now.saturating_add(pause);
        None
    }

    fn note_retry(&mut self, now: Elapsed, call: &Call, error: &ServiceError, pause: Elapsed) {
        self.journal.note(now, Note::Retry { operation: call.operation(), error: error.clone(), pause });
    }

    /// What to do next, whatever the phase.
    pub(super) fn go_on(&mut self, now: Elapsed) -> Action {
        let next = match &mut self.phase {
            Phase::Ended(outcome) => return Action::Done(outcome.clone()),
            Phase::Working => return self.work(now),
            Phase::ShuttingDown(shutdown) => shutdown.next(now, self.flow.abolish()),
        };
        self.act(now, next, self.shutdown_limit(now))
    }

    fn work(&mut self, now: Elapsed) -> Action {
        let limit = self.nearest_limit();
        if now >= limit.at {
            // The result is already known; drop the outstanding best-effort call.
            let Some(end) = self.flow.end().cloned() else {
                return self.time_out(now, Reason::Timeout(limit.timeout), now < self.rules.deadline.at);
            };
            return self.finish(now, end);
        }
        if now < self.retry_at {
            return Action::Sleep(self.retry_at.min(limit.at));
        }
        let next = match self.flow.next(now) {
            Next::Pause(until) => Next::Pause(until.min(limit.at)),
            next @ (Next::Call(_) | Next::End(_)) => next,
        };
        self.act(now, next, now.saturating_add(self.rules.request).min(limit.at))
    }

    /// Does what is next; a call is given up at `until`. A pause that is over before it begins would be taken for ever.
    fn act(&mut self, now: Elapsed, next: Next, until: Elapsed) -> Action {
        match next {
            Next::Call(call) => self.send(call, until),
            Next::Pause(at) if at > now => Action::Sleep(at),
            Next::Pause(_) => self.finish(now, End::new(Status::Unavailable, Reason::Stuck)),
            Next::End(end) => self.finish(now, end),
        }
    }

    pub(super) fn nearest_limit(&self) -> Limit {
        let of_stage = self.flow.limit().filter(|limit| limit.at < self.rules.deadline.at);
        of_stage.unwrap_or_else(|| self.rules.deadline.clone())
    }

    pub(super) fn send(&mut self, call: Call, until: Elapsed) -> Action {
        self.in_flight = Some(call.clone());
        Action::Call(call, until)
    }

    pub(super) fn finish(&mut self, now: Elapsed, mut end: End) -> Action {
        let may_go_on = match end.status {
            Status::TimedOut
            | Status::Denied
            | Status::Unavailable
            | Status::Cancelled(_)
            | Status::Failed
            | Status::Drift
            | Status::Invalid => end.abolish != Abolish::Done,
            Status::Success | Status::Stopped | Status::DryRun | Status::Exported | Status::Skipped => false,
        };
        if may_go_on {
            end.resume = self.flow.resume_hint();
        }
        if end.status == Status::TimedOut {
            end.waiting = self.flow.waiting();
            end.error = self.last_failure.take().unwrap_or(end.error);
        }
        self.journal.note(now, Note::Ended(end.status));
        let outcome = Box::new(self.flow.outcome(end));
        self.phase = Phase::Ended(outcome.clone());
        Action::Done(outcome)
    }
}
