//! How a walk leaves early: a last look, the parting that was asked for, and never longer than a CI's grace.

use std::time::Duration;

use crate::model::{
    accept::Parting,
    call::{Call, Fault, Kind},
    outcome::End,
    span::Elapsed,
};

use super::route::Want;

/// What is being done before we leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The last look before a time-out is one.
    LastLook,
    /// The same, where only a stage's time is over and not the step's.
    LastLookAtStage,
    /// A create in flight may still tell its id.
    Settle,
    /// The run is abolished, if that was asked for and there is one.
    Part,
}

/// The way out.
#[derive(Clone, Debug)]
pub(super) struct Closing {
    end: End,
    abolish: bool,
    phase: Phase,
    by: Option<Elapsed>,
    again_at: Elapsed,
    really_ended: bool,
    abolished: bool,
}

impl Closing {
    /// How long the last look may take.
    pub(super) const LAST_LOOK: Duration = Duration::from_secs(1);
    /// How long a create in flight may take after an interrupt.
    pub(super) const SETTLE: Duration = Duration::from_millis(1500);
    /// How long an abolish may take, all tries together.
    const ABOLISH: Duration = Duration::from_secs(4);
    /// When we must be gone after an interrupt; some of a CI's 4 s is kept for the reports.
    pub(super) const AFTER_INTERRUPT: Duration = Duration::from_millis(3500);

    /// Leaves with this end, unless something better is learnt on the way out.
    pub(super) fn new(end: End, parting: Parting) -> Self {
        Self {
            end,
            abolish: parting == Parting::Abolish,
            phase: Phase::Part,
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
    pub(super) fn is_last_look_at_stage(&self) -> bool {
        self.phase == Phase::LastLookAtStage
    }

    /// Must be over by then.
    pub(super) fn by(self, by: Elapsed) -> Self {
        Self { by: Some(by), ..self }
    }

    /// The last look, or the create that was settled, came to something or to nothing.
    pub(super) fn looked(&mut self, end: Option<&End>) {
        if matches!(self.phase, Phase::LastLook | Phase::LastLookAtStage)
            && let Some(end) = end
        {
            self.end = end.clone();
            self.really_ended = true;
        }
        if self.phase == Phase::Settle
            && let Some(end) = end
        {
            self.end.message = format!("{}; {}", self.end.message, end.message);
        }
        self.phase = Phase::Part;
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
        let refused = matches!(fault.kind, Kind::Refused(_));
        if refused || self.by.is_some_and(|by| self.again_at >= by) {
            self.abolish = false;
            self.end.message =
                format!("{}; the pipeline run could not be abolished: {}", self.end.message, fault.words);
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
    pub(super) fn next(&mut self, now: Elapsed, abolish: Option<Call>) -> Want {
        let by = *self.by.get_or_insert(now.saturating_add(Self::ABOLISH));
        let wanted = abolish.filter(|_| self.abolish && !self.really_ended);
        match wanted {
            Some(_) if now >= by => Want::End(self.end.clone()),
            Some(_) if now < self.again_at => Want::Pause(self.again_at.min(by)),
            Some(call) => Want::Call(call),
            None => Want::End(self.end.clone()),
        }
    }
}
