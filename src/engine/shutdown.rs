//! Shutdown on timeout, on a spent budget or on cancel: poll once more, then leave or abolish the run as configured,
//! within 3.5 s of a signal.

use std::time::Duration;

use crate::model::{
    call::{Call, Effect},
    duration::Elapsed,
    fault::{Fault, FaultKind},
    options::Disposition,
    outcome::{End, Status},
};

use super::{
    backoff::full_jitter,
    flow::Next,
    walk::{Action, Walk},
};

/// What is being done before we leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The last look before a time-out is one.
    LastPoll,
    /// The same, where only a stage's time is over and not the step's.
    LastPollOfStage,
    /// A create in flight may still tell its id.
    AwaitWrite,
    /// The run is abolished, if that was asked for and there is one.
    Abolish,
}

/// The way out.
#[derive(Clone, Debug)]
pub(super) struct Shutdown {
    end: End,
    abolish: bool,
    phase: Phase,
    by: Option<Elapsed>,
    again_at: Elapsed,
    really_ended: bool,
    abolished: bool,
}

impl Shutdown {
    /// How long the last look may take.
    pub(super) const LAST_POLL: Duration = Duration::from_secs(1);
    /// How long a create in flight may take after an interrupt.
    pub(super) const AWAIT_WRITE: Duration = Duration::from_millis(1500);
    /// How long an abolish may take, all tries together.
    const ABOLISH: Duration = Duration::from_secs(4);
    /// When we must be gone after an interrupt; some of a CI's 4 s is kept for the reports.
    pub(super) const AFTER_INTERRUPT: Duration = Duration::from_millis(3500);

    /// Leaves with this end, unless something better is learnt on the way out.
    pub(super) fn new(end: End, parting: Disposition) -> Self {
        Self {
            end,
            abolish: parting == Disposition::Abolish,
            phase: Phase::Abolish,
            by: None,
            again_at: Elapsed::ZERO,
            really_ended: false,
            abolished: false,
        }
    }

    /// Begins with another phase.
    pub(super) fn in_phase(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }

    /// Whether the stage that took too long may yet be seen to be over.
    pub(super) fn is_last_poll_of_stage(&self) -> bool {
        self.phase == Phase::LastPollOfStage
    }

    /// Must be over by then.
    pub(super) fn by(self, by: Elapsed) -> Self {
        Self { by: Some(by), ..self }
    }

    /// The last look, or the create that was settled, came to something or to nothing.
    pub(super) fn on_poll(&mut self, end: Option<&End>) {
        if matches!(self.phase, Phase::LastPoll | Phase::LastPollOfStage)
            && let Some(end) = end
        {
            self.end = end.clone();
            self.really_ended = true;
        }
        if self.phase == Phase::AwaitWrite
            && let Some(end) = end
        {
            self.end.message = format!("{}; {}", self.end.message, end.message);
        }
        self.phase = Phase::Abolish;
    }

    /// The run was abolished.
    pub(super) fn abolished(&mut self) {
        self.abolish = false;
        self.abolished = true;
        self.end.message.push_str("; the pipeline run was abolished");
    }

    /// No request may be sent any more: the end that it comes to.
    pub(super) fn spent(&self, has_run: bool) -> End {
        let mut end = self.end.clone();
        if self.abolish && !self.really_ended && has_run {
            end.message.push_str("; the pipeline run could not be abolished: the request budget is spent");
        }
        end
    }

    /// Whether there is nothing left to go on with.
    pub(super) fn was_abolished(&self) -> bool {
        self.abolished
    }

    /// An abolish went wrong; what may pass is tried again while there is time.
    pub(super) fn abolish_failed(&mut self, now: Elapsed, fault: &Fault, pause: Duration) {
        self.again_at = now.saturating_add(pause);
        let refused = matches!(fault.kind, FaultKind::Refused(_));
        if refused || self.by.is_some_and(|by| self.again_at >= by) {
            self.abolish = false;
            self.end.message =
                format!("{}; the pipeline run could not be abolished: {}", self.end.message, fault.error);
        }
    }

    /// Must be over by then, if not before.
    pub(super) fn hurry(&mut self, by: Elapsed) -> Elapsed {
        *self.by.insert(self.by.map_or(by, |before| before.min(by)))
    }

    /// When a call that is sent now is to be given up.
    pub(super) fn give_up_at(&self, now: Elapsed) -> Elapsed {
        self.by.unwrap_or_else(|| now.saturating_add(Self::ABOLISH))
    }

    /// What to do next on the way out.
    pub(super) fn next(&mut self, now: Elapsed, abolish: Option<Call>) -> Next {
        let by = *self.by.get_or_insert(now.saturating_add(Self::ABOLISH));
        let wanted = abolish.filter(|_| self.abolish && !self.really_ended);
        match wanted {
            Some(_) if now >= by => Next::End(self.end.clone()),
            Some(_) if now < self.again_at => Next::Pause(self.again_at.min(by)),
            Some(call) => Next::Call(call),
            None => Next::End(self.end.clone()),
        }
    }
}

impl Walk {
    /// One last look, cut after 1 s; then the parting. `of_stage`: only a stage's time is over, not the step's.
    pub(super) fn time_out(&mut self, now: Elapsed, message: String, of_stage: bool) -> Action {
        let parting = self.options.on_timeout;
        let closing = Shutdown::new(End::new(Status::TimedOut, message), parting);
        let poll = self.route.last_poll();
        let phase = match poll {
            Some(_) if of_stage => Phase::LastPollOfStage,
            Some(_) => Phase::LastPoll,
            None => Phase::Abolish,
        };
        self.closing = Some(closing.in_phase(phase));
        match poll {
            Some(poll) => self.send(poll, now.saturating_add(Shutdown::LAST_POLL)),
            None => self.close(now),
        }
    }

    /// What is left of the budget is for parting.
    pub(super) fn spent(&mut self, now: Elapsed) -> Action {
        let parted = self.closing.as_ref().map(|closing| closing.spent(self.route.abolish().is_some()));
        let known = parted.or_else(|| self.route.end().cloned());
        match known {
            Some(end) => self.finish(now, end),
            None => self.time_out(now, "the request budget is spent".to_owned(), false),
        }
    }

    /// A call that changes something gets a moment to be answered, so that no id is lost; then the parting.
    pub(super) fn interrupt(&mut self, now: Elapsed, code: u8) -> Action {
        if let Some(closing) = &mut self.closing {
            let until = closing.hurry(now.saturating_add(match self.options.on_cancel {
                Disposition::Abolish => Shutdown::AFTER_INTERRUPT,
                Disposition::Leave => Shutdown::AWAIT_WRITE,
            }));
            if self
                .in_flight
                .as_ref()
                .is_some_and(|call| call.effect() == Effect::Write || matches!(call, Call::AbolishPipelineRun { .. }))
            {
                return Action::KeepWaiting(until);
            }
            self.in_flight = None;
            return self.close(now);
        }
        let known = self.route.end().map(|end| format!(", when it had already ended: {}", end.message));
        let end = End::new(Status::Cancelled(code), format!("interrupted{}", known.unwrap_or_default()));
        let closing = Shutdown::new(end, self.options.on_cancel).by(now.saturating_add(Shutdown::AFTER_INTERRUPT));
        if self.in_flight.as_ref().is_some_and(|call| call.effect() == Effect::Write) {
            self.closing = Some(closing.in_phase(Phase::AwaitWrite));
            return Action::KeepWaiting(now.saturating_add(Shutdown::AWAIT_WRITE));
        }
        self.in_flight = None;
        self.closing = Some(closing);
        self.close(now)
    }

    /// Takes into the closing what the call in flight came to.
    pub(super) fn closing_step(&mut self, now: Elapsed, call: Option<&Call>, fault: Option<&Fault>) {
        let Some(closing) = &mut self.closing else { return };
        let abolishing = matches!(call, Some(Call::AbolishPipelineRun { .. }));
        match (abolishing, fault) {
            (true, None) => closing.abolished(),
            (true, Some(fault)) => {
                let pause = full_jitter(0, &mut self.random).max(fault.after.unwrap_or_default());
                closing.abolish_failed(now, fault, pause);
            }
            (false, _) => {
                let may_go_on = closing.is_last_poll_of_stage() && fault.is_none() && self.route.end().is_none();
                closing.on_poll(self.route.end());
                // The stage was over in time, and nobody had looked: the next one has its own time.
                if may_go_on && self.nearest_limit().at > now {
                    self.closing = None;
                }
            }
        }
    }

    pub(super) fn close(&mut self, now: Elapsed) -> Action {
        let Some(closing) = &mut self.closing else { return Action::Sleep(now) };
        match closing.next(now, self.route.abolish()) {
            Next::Call(call) => {
                let until = closing.give_up_at(now);
                self.send(call, until)
            }
            Next::Pause(until) => Action::Sleep(until),
            Next::End(end) => self.finish(now, end),
        }
    }
}
