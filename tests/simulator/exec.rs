//! What an Exec does to a stage of a pipeline run, and the rule that it breaks.

use std::time::Duration;

use super::clock::Moment;
use super::refusal::Refusal;
use super::run::{Run, Walked, not_running};
use super::stage::Approval;

/// What an Exec did, and the rule that it broke.
pub(super) struct Exec {
    pub(super) answer: Result<bool, Refusal>,
    pub(super) broken: Option<String>,
}

impl Run {
    /// Executes a stage, or refuses to.
    pub(super) fn exec(&mut self, code: &str, now: Moment, again_after: Duration) -> Exec {
        let Some(at) = self.stages.iter().position(|stage| stage.plan.code == code) else {
            let broken = Some(format!("Exec of {code:?}, which is no stage of run {}", self.id));
            return Exec { answer: Err(Refusal::invalid(format!("阶段不存在: {code}"))), broken };
        };
        let broken = self.rule_broken_by_exec(at, now, again_after);
        if self.status(now) != "Running" {
            return Exec { answer: Err(not_running()), broken };
        }
        if broken.is_some() || self.stage_status(at, now) != "Init" || !self.is_next(at, now) {
            let refusal = Refusal::new(400, "InvalidStatus.Stage", format!("阶段不能执行: {code}"));
            return Exec { answer: Err(refusal), broken };
        }
        let answer = self.stages[at].exec(now);
        if answer == Ok(true) {
            self.executed.push(code.to_owned());
        }
        Exec { answer, broken }
    }

    /// The rule that an Exec of a stage breaks, judged by what the client was last told.
    fn rule_broken_by_exec(&self, at: usize, now: Moment, again_after: Duration) -> Option<String> {
        let stage = &self.stages[at];
        let exec = format!("Exec of {} of run {}", stage.plan.code, self.id);
        let too_soon = |last: Option<Moment>| last.is_some_and(|last| now < last.saturating_add(again_after));
        if self.told.as_deref() != Some("Running") {
            let told = self.told.as_deref().unwrap_or("never read");
            return Some(format!("{exec}, whose status was {told}"));
        }
        if too_soon(stage.accepted) {
            return Some(format!("{exec}, which was executed already"));
        }
        if too_soon(stage.refused) {
            return Some(format!("{exec}, which waits for approval, sooner than {again_after:?} after the last"));
        }
        if stage.told.as_deref() != Some("Init") {
            return Some(format!("{exec}, which read {}", stage.told.as_deref().unwrap_or("nothing")));
        }
        let earlier = self.order().into_iter().take_while(|&other| other != at);
        let unfinished =
            earlier.map(|other| &self.stages[other]).find(|other| other.told.as_deref() != Some("Success"))?;
        let told = unfinished.told.as_deref().unwrap_or("nothing");
        Some(format!("{exec} out of order: {} before it read {told}", unfinished.plan.code))
    }

    fn is_next(&self, at: usize, now: Moment) -> bool {
        let mut earlier = self.order().into_iter().take_while(|&other| other != at);
        earlier.all(|other| self.stages[other].status(now) == "Success")
    }
}

impl Walked {
    fn exec(&mut self, now: Moment) -> Result<bool, Refusal> {
        let asked = *self.first_asked.get_or_insert(now);
        let approved = self.plan.approval.map(|approval| asked.saturating_add(approval.given_after()));
        let waits = approved.is_some_and(|approved| now < approved);
        match self.plan.approval {
            Some(Approval::RefusedByStatus(_)) if waits => {
                self.refused = Some(now);
                Err(Refusal::new(400, "InvalidStatus.Approval", "发布需要审批，审批尚未通过"))
            }
            Some(Approval::RefusedBySuccess(_)) if waits => {
                self.refused = Some(now);
                Ok(false)
            }
            Some(Approval::StaysInit(_)) => {
                self.accepted = Some(now);
                self.begins = approved;
                Ok(true)
            }
            _ => {
                self.accepted = Some(now);
                // Executed again, it starts no later than it would have.
                self.begins.get_or_insert(now.saturating_add(self.plan.lag));
                Ok(true)
            }
        }
    }
}
