//! Shutdown on timeout, on a used-up budget or on cancel: poll once more, then leave or abolish the run as configured,
//! within 3.5 s of a signal.

use std::time::Duration;

use crate::model::{
    call::{Call, Effect},
    duration::Elapsed,
    fault::{Fault, FaultKind, ServiceError},
    options::Disposition,
    reason::{Abolish, End, Interruption, Reason},
    status::Status,
};

use super::{
    backoff::full_jitter,
    flow::Next,
    walk::{Action, Phase, Walk},
};

/// How long the last poll may take.
const LAST_POLL: Duration = Duration::from_secs(1);
/// How long a write in flight may take after an interrupt.
const AWAIT_WRITE: Duration = Duration::from_millis(1500);
/// How long an abolish may take, all tries together.
const ABOLISH: Duration = Duration::from_secs(4);
/// The pause between two calls that abolish one thing.
const BETWEEN_PARTS: Duration = Duration::from_millis(100);
/// When the walk must have ended after an interrupt; the rest of a CI's 4 s is kept for the reports.
const AFTER_INTERRUPT: Duration = Duration::from_millis(3500);

/// What a shutdown does at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Polls once more: what took too long may have ended.
    LastPoll {
        /// Only a stage's time is over, and not the step's.
        of_stage: bool,
    },
    /// Waits for the answer to a write in flight, which may give an id.
    AwaitWrite,
    /// Abolishes the run, if there is one; after a failure not before that moment.
    Abolish(Option<(Elapsed, ServiceError)>),
    /// Leaves.
    Leave,
}

/// A walk's early end.
#[derive(Clone, Debug)]
pub(super) struct Shutdown {
    end: End,
    disposition: Disposition,
    step: Step,
    /// Must be over by then, if that is known.
    by: Option<Elapsed>,
}

impl Shutdown {
    /// Ends with this, unless something better becomes known before.
    fn new(end: End, disposition: Disposition, step: Step) -> Self {
        Self { end, disposition, step, by: None }
    }

    /// What follows the last poll, or the write that was waited for.
    fn dispose(&mut self) {
        self.step = match self.disposition {
            Disposition::Abolish => Step::Abolish(None),
            Disposition::Leave => Step::Leave,
        };
    }

    /// The last poll, or the write that was waited for, is over; `end`: how the target ended, if it did.
    fn on_poll(&mut self, end: Option<&End>) {
        match (&self.step, end) {
            (Step::LastPoll { .. }, Some(end)) => {
                self.end = end.clone();
                self.step = Step::Leave;
            }
            (Step::AwaitWrite, Some(end)) => {
                self.end.reason = Reason::Interrupted(Interruption::WriteEnded(Box::new(end.clone())));
                self.dispose();
            }
            (Step::LastPoll { .. } | Step::AwaitWrite, None) => self.dispose(),
            (Step::Abolish(_) | Step::Leave, Some(_) | None) => {}
        }
    }

    /// A part of it was abolished, or cannot be yet: the next part follows.
    fn on_part_abolished(&mut self, now: Elapsed) {
        let error = ServiceError::seen("there was not enough time for all of it");
        self.step = Step::Abolish(Some((now.saturating_add(BETWEEN_PARTS), error)));
    }

    /// The run was abolished.
    fn on_abolished(&mut self) {
        self.step = Step::Leave;
        self.end.abolish = Abolish::Done;
    }

    /// An abolish failed; it is retried while there is time, unless it was refused.
    fn on_abolish_failed(&mut self, now: Elapsed, fault: &Fault, pause: Duration) {
        let (again_at, error) = (now.saturating_add(pause), fault.error.clone());
        let is_refused = matches!(fault.kind, FaultKind::Refused(_));
        if is_refused || self.by.is_some_and(|by| again_at >= by) {
            self.end.abolish = Abolish::Failed(Box::new(error));
            self.step = Step::Leave;
        } else {
            self.step = Step::Abolish(Some((again_at, error)));
        }
    }

    /// No request may be sent any more: the end that it comes to.
    fn spent(&self, has_run: bool) -> End {
        let mut end = self.end.clone();
        if self.disposition == Disposition::Abolish && self.step != Step::Leave && has_run {
            end.abolish = Abolish::BudgetSpent;
        }
        end
    }

    /// Must be over by then, if not before.
    fn end_by(&mut self, by: Elapsed) -> Elapsed {
        *self.by.insert(self.by.map_or(by, |before| before.min(by)))
    }

    /// What to do next. `abolish`: the call that abolishes the run, if there is one that has not ended.
    pub(super) fn next(&mut self, now: Elapsed, abolish: Option<Call>) -> Next {
        let by = *self.by.get_or_insert(now.saturating_add(ABOLISH));
        if matches!(self.step, Step::LastPoll { .. } | Step::AwaitWrite) {
            self.dispose();
        }
        match (&self.step, abolish) {
            (Step::Abolish(failed), Some(_)) if now >= by => {
                let failed = failed.as_ref().map(|(_, error)| Abolish::Failed(Box::new(error.clone())));
                self.end.abolish = failed.unwrap_or_default();
                Next::End(self.end.clone())
            }
            (Step::Abolish(Some((again_at, _))), Some(_)) if now < *again_at => Next::Pause((*again_at).min(by)),
            (Step::Abolish(_), Some(call)) => Next::Call(call),
            (Step::Abolish(_), None) | (Step::LastPoll { .. } | Step::AwaitWrite | Step::Leave, _) => {
                Next::End(self.end.clone())
            }
        }
    }
}

impl Walk {
    /// When a call that is sent now is to be given up.
    pub(super) fn shutdown_limit(&self, now: Elapsed) -> Elapsed {
        let by = match &self.phase {
            Phase::ShuttingDown(shutdown) => shutdown.by,
            Phase::Working | Phase::Ended(_) => None,
        };
        by.unwrap_or_else(|| now.saturating_add(ABOLISH))
    }

    /// One last poll, cut after 1 s; then what `on-timeout` says. `of_stage`: only a stage's time is over, not the step's.
    pub(super) fn time_out(&mut self, now: Elapsed, reason: Reason, of_stage: bool) -> Action {
        let end = End::new(Status::TimedOut, reason);
        let mut shutdown = Shutdown::new(end, self.rules.on_timeout, Step::LastPoll { of_stage });
        let Some(poll) = self.flow.last_poll() else {
            shutdown.dispose();
            self.phase = Phase::ShuttingDown(Box::new(shutdown));
            return self.go_on(now);
        };
        self.phase = Phase::ShuttingDown(Box::new(shutdown));
        self.send(poll, now.saturating_add(LAST_POLL))
    }

    /// The budget is used up: what is kept of it is for the shutdown.
    pub(super) fn spent(&mut self, now: Elapsed) -> Action {
        let end = match &self.phase {
            Phase::Ended(outcome) => return Action::Done(outcome.clone()),
            Phase::ShuttingDown(shutdown) => Some(shutdown.spent(self.flow.abolish().is_some())),
            Phase::Working => self.flow.end().cloned(),
        };
        match end {
            Some(end) => self.finish(now, end),
            None => self.time_out(now, Reason::BudgetSpent, false),
        }
    }

    /// A write in flight gets a moment to be answered, so that no id is lost; then what `on-cancel` says.
    pub(super) fn interrupt(&mut self, now: Elapsed, code: u8) -> Action {
        match &mut self.phase {
            Phase::Ended(outcome) => return Action::Done(outcome.clone()),
            Phase::ShuttingDown(shutdown) => {
                let until = shutdown.end_by(now.saturating_add(match self.rules.on_cancel {
                    Disposition::Abolish => AFTER_INTERRUPT,
                    Disposition::Leave => AWAIT_WRITE,
                }));
                let is_awaited = |call: &Call| call.effect() == Effect::Write || call.is_abolish();
                if self.in_flight.as_ref().is_some_and(is_awaited) {
                    return Action::KeepWaiting(until);
                }
                self.in_flight = None;
                return self.go_on(now);
            }
            Phase::Working => {}
        }
        let known = self.flow.end().map(|end| Interruption::AlreadyEnded(Box::new(end.clone())));
        let end = End::new(Status::Cancelled(code), Reason::Interrupted(known.unwrap_or(Interruption::Working)));
        let mut shutdown = Shutdown::new(end, self.rules.on_cancel, Step::AwaitWrite);
        shutdown.end_by(now.saturating_add(AFTER_INTERRUPT));
        if self.in_flight.as_ref().is_some_and(|call| call.effect() == Effect::Write) {
            self.phase = Phase::ShuttingDown(Box::new(shutdown));
            return Action::KeepWaiting(now.saturating_add(AWAIT_WRITE));
        }
        self.in_flight = None;
        shutdown.dispose();
        self.phase = Phase::ShuttingDown(Box::new(shutdown));
        self.go_on(now)
    }

    /// Takes into the shutdown, if there is one, what a call came to.
    pub(super) fn on_shutdown_call(&mut self, now: Elapsed, call: &Call, fault: Option<&Fault>) {
        let Phase::ShuttingDown(shutdown) = &mut self.phase else { return };
        // What must be read before it can be abolished is a part of it.
        let is_abolish = call.is_abolish() || matches!(shutdown.step, Step::Abolish(_));
        match (is_abolish, fault) {
            (true, None) if !self.flow.is_abolished() => shutdown.on_part_abolished(now),
            (true, None) => shutdown.on_abolished(),
            (true, Some(fault)) => {
                let pause = full_jitter(0, &mut self.random).max(fault.after.unwrap_or_default());
                shutdown.on_abolish_failed(now, fault, pause);
            }
            (false, _) => {
                let end = self.flow.end();
                let may_go_on = shutdown.step == Step::LastPoll { of_stage: true } && fault.is_none() && end.is_none();
                shutdown.on_poll(end);
                // The stage had ended in time, but had not been polled since: the next one has its own time.
                if may_go_on && self.nearest_limit().at > now {
                    self.phase = Phase::Working;
                }
            }
        }
    }
}
