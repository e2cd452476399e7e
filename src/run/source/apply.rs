//! Carries a plan out: each unit after those that it depends on, so many at once as were asked for.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream::FuturesUnordered};

use crate::{
    model::{journal::Journal, outcome::Outcome, reason::End, status::Status},
    report::step::TargetReport,
    source::plan::{
        change::{Action, ChangeSet, UnitPlan},
        workspace::Workspace,
    },
    world::World,
};

use super::{
    Push,
    unit::{Additions, Applied, label},
};

impl<W: World> Push<'_, '_, W> {
    /// Writes and deploys the units of a plan. A unit waits for its parents; what depends on a failure is skipped.
    pub(super) async fn apply(&self, changes: &ChangeSet, workspace: &Workspace) -> (Vec<TargetReport>, Additions) {
        let wanted: Vec<(usize, &UnitPlan)> =
            changes.units.iter().enumerate().filter(|(_, unit)| is_carried_out(unit)).collect();
        let total = wanted.len();
        let mut waiting: Vec<(usize, &UnitPlan)> = wanted.clone();
        let mut done: BTreeMap<usize, TargetReport> = BTreeMap::new();
        let mut under_way = FuturesUnordered::new();
        let (mut is_stopped, mut all) = (None, Additions::default());
        loop {
            while under_way.len() < self.step.parallel() {
                let is_ready = |(_, unit): &(usize, &UnitPlan)| {
                    unit.parents
                        .iter()
                        .all(|parent| !wanted.iter().any(|(nth, _)| nth == parent) || done.contains_key(parent))
                };
                // Within a circle nobody is ready: the order of the plan decides.
                let place = waiting.iter().position(is_ready).or_else(|| under_way.is_empty().then_some(0));
                let Some((nth, unit)) = place.filter(|place| *place < waiting.len()).map(|place| waiting.remove(place))
                else {
                    break;
                };
                match self.why_skipped(unit, &done, is_stopped) {
                    Some(why) => {
                        let skipped = target(unit, Outcome::skipped(why), Journal::default());
                        done.insert(nth, skipped);
                    }
                    None => under_way.push(self.carry_out(nth, unit, workspace)),
                }
            }
            let Some((nth, applied)) = under_way.next().await else { break };
            let Applied { outcome, journal, additions } = applied;
            all.replaced.extend(additions.replaced);
            all.notes.extend(additions.notes);
            if let Some((_, unit)) = wanted.iter().find(|(place, _)| *place == nth) {
                if outcome.end.status == Status::Drift {
                    is_stopped = Some("not begun: something was edited in DataWorks after the plan was made");
                } else if !outcome.end.status.is_good() && self.step.fails_fast() {
                    is_stopped = is_stopped.or(Some("not begun: another unit failed (fail-fast)"));
                }
                done.insert(nth, target(unit, outcome, journal));
            }
        }
        let deployed = done.values().filter(|target| target.outcome.end.status.is_good()).count();
        if done.values().any(|target| target.outcome.end.status == Status::TimedOut) {
            self.step.say(&format!("{deployed} of {total} deployed, start again to go on"));
        }
        (done.into_values().collect(), all)
    }

    fn why_skipped(
        &self,
        unit: &UnitPlan,
        done: &BTreeMap<usize, TargetReport>,
        is_stopped: Option<&'static str>,
    ) -> Option<&'static str> {
        let has_failed = |parent: &usize| {
            done.get(parent)
                .is_some_and(|target| !matches!(target.outcome.end.status, Status::Success | Status::Stopped))
        };
        if self.step.is_interrupted() {
            Some("not begun: interrupted")
        } else if unit.parents.iter().any(has_failed) {
            Some("not begun: what it depends on was not deployed")
        } else {
            is_stopped
        }
    }

    async fn carry_out(&self, nth: usize, plan: &UnitPlan, workspace: &Workspace) -> (usize, Applied) {
        let unit = self.units.iter().find(|unit| unit.head.key == plan.key);
        let applied = match unit {
            Some(unit) if self.step.can_begin() => self.apply_unit(nth, unit, plan, workspace).await,
            Some(_) => {
                let why = "not begun: the request budget has no room for another unit";
                Applied::ended(End::new(Status::TimedOut, why))
            }
            None => Applied::ended(End::new(Status::Invalid, "the plan names a unit that the repository has not")),
        };
        (nth, applied)
    }
}

fn is_carried_out(unit: &UnitPlan) -> bool {
    match unit.action {
        Action::Write | Action::Deploy => true,
        Action::Leave | Action::Nothing => false,
    }
}

fn target(unit: &UnitPlan, outcome: Outcome, journal: Journal) -> TargetReport {
    TargetReport { target: unit.path.clone(), label: label(unit), outcome, journal }
}
