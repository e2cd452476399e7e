//! What makes a walk leave before its errand is done: time is up, the budget is spent, or it was told to stop.

use crate::model::{
    accept::Parting,
    call::{Call, Fault},
    outcome::{End, Status},
    span::Elapsed,
};

use super::{
    super::{
        closing::{Closing, Phase},
        pause,
        route::Want,
    },
    Action, Walk,
};

impl Walk {
    /// One last look, cut after 1 s; then the parting. `of_stage`: only a stage's time is over, not the step's.
    pub(super) fn time_out(&mut self, now: Elapsed, message: String, of_stage: bool) -> Action {
        let parting = self.manner.on_timeout;
        let closing = Closing::new(End::new(Status::TimedOut, message), parting);
        let look = self.route.last_look();
        let phase = match look {
            Some(_) if of_stage => Phase::LastLookAtStage,
            Some(_) => Phase::LastLook,
            None => Phase::Part,
        };
        self.closing = Some(closing.in_phase(phase));
        match look {
            Some(look) => self.send(look, now.saturating_add(Closing::LAST_LOOK)),
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
            let until = closing.hurry(now.saturating_add(match self.manner.on_cancel {
                Parting::Abolish => Closing::AFTER_INTERRUPT,
                Parting::Leave => Closing::SETTLE,
            }));
            if self.in_flight.as_ref().is_some_and(|call| call.changes() || matches!(call, Call::AbolishRun { .. })) {
                return Action::Hold(until);
            }
            self.in_flight = None;
            return self.close(now);
        }
        let known = self.route.end().map(|end| format!(", when it had already ended: {}", end.message));
        let end = End::new(Status::Cancelled(code), format!("interrupted{}", known.unwrap_or_default()));
        let closing = Closing::new(end, self.manner.on_cancel).by(now.saturating_add(Closing::AFTER_INTERRUPT));
        if self.in_flight.as_ref().is_some_and(Call::changes) {
            self.closing = Some(closing.in_phase(Phase::Settle));
            return Action::Hold(now.saturating_add(Closing::SETTLE));
        }
        self.in_flight = None;
        self.closing = Some(closing);
        self.close(now)
    }

    /// Takes into the closing what the call in flight came to.
    pub(super) fn closing_step(&mut self, now: Elapsed, call: Option<&Call>, fault: Option<&Fault>) {
        let Some(closing) = &mut self.closing else { return };
        let abolishing = matches!(call, Some(Call::AbolishRun { .. }));
        match (abolishing, fault) {
            (true, None) => closing.abolished(),
            (true, Some(fault)) => {
                let pause = pause::retry(0, &mut self.random).max(fault.after.unwrap_or_default());
                closing.abolish_failed(now, fault, pause);
            }
            (false, _) => {
                let may_go_on = closing.is_last_look_at_stage() && fault.is_none() && self.route.end().is_none();
                closing.looked(self.route.end());
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
            Want::Call(call) => {
                let until = closing.give_up_at(now);
                self.send(call, until)
            }
            Want::Pause(until) => Action::Sleep(until),
            Want::End(end) => self.finish(now, end),
        }
    }
}
