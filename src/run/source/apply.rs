//! Carries a plan out: each unit after those that it depends on, as many at once as the inputs allow.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};

use crate::{
    model::{journal::Journal, outcome::Outcome, reason::End, sorted::sort, status::Status},
    report::{log::Log, plan::Additions, step::TargetReport},
    source::{
        plan::{
            change::{ChangeSet, UnitPlan},
            decide::{known_outputs, outputs},
            workspace::Workspace,
        },
        spec::outputs::Outputs,
    },
    world::World,
};

use super::Push;

/// The result of carrying out a unit.
pub(super) struct Applied {
    /// Its id, once it is known.
    pub(super) object: Option<String>,
    /// How it ended; `None`: it was edited after the plan was made, and is left as it is.
    pub(super) outcome: Option<Outcome>,
    pub(super) journal: Journal,
    pub(super) additions: Additions,
}

/// The workspace as the plan found it, for each unit that is carried out.
pub(super) struct Found<'w> {
    pub(super) workspace: &'w Workspace,
    /// The node behind an edge, as the workspace has it.
    pub(super) known: Arc<Outputs>,
    /// The same, and what this push gives to a node counts over what another has now.
    pub(super) wanted: Arc<Outputs>,
}

/// A unit that is to be carried out, by its place in the plan.
struct Wanted<'c> {
    nth: usize,
    unit: &'c UnitPlan,
    /// The units that must be deployed before it.
    awaited: BTreeSet<usize>,
}

/// A unit that the push is over with.
pub(super) struct Done {
    /// Its id, where it is known.
    pub(super) object: Option<String>,
    pub(super) report: TargetReport,
}

impl Applied {
    pub(super) fn ended(end: End) -> Self {
        let (outcome, journal, additions) = (Some(Outcome::of(end)), Journal::default(), Additions::default());
        Self { object: None, outcome, journal, additions }
    }
}

impl Done {
    pub(super) fn new(unit: &UnitPlan, object: Option<String>, outcome: Outcome, journal: Journal) -> Self {
        Self { object, report: TargetReport { target: unit.path.clone(), label: label(unit), outcome, journal } }
    }

    fn status(&self) -> Status {
        self.report.outcome.end.status
    }
}

/// How a unit is named in the log.
pub(super) fn label(unit: &UnitPlan) -> String {
    format!("source {}", unit.path)
}

impl<W: World> Push<'_, '_, W> {
    /// Writes and deploys the units of a plan. A unit waits for its parents; what depends on a failure is skipped.
    /// `done`: those that were deployed before, by their places in the plan.
    pub(super) async fn apply(
        &self,
        changes: &ChangeSet,
        workspace: &Workspace,
        mut done: BTreeMap<usize, Done>,
    ) -> (BTreeMap<usize, Done>, Additions) {
        let (known, outputs) = (known_outputs(workspace), outputs(&self.units, workspace));
        let found = &Found { workspace, known: Arc::new(known), wanted: Arc::new(outputs) };
        let wanted = changes.units.iter().enumerate().filter(|(_, unit)| unit.is_carried_out());
        let wanted: Vec<Wanted<'_>> =
            wanted.map(|(nth, unit)| Wanted { nth, unit, awaited: changes.awaited(nth) }).collect();
        let mut targets: Vec<usize> = wanted.iter().map(|wanted| wanted.nth).chain(done.keys().copied()).collect();
        sort(&mut targets);
        let mut waiting: Vec<&Wanted<'_>> = wanted.iter().collect();
        let mut under_way = FuturesUnordered::new();
        let (mut is_stopped, mut all) = (None, Additions::default());
        // What is left is not a target, and what depends on it goes on, as where the plan itself leaves it.
        let mut left = BTreeSet::new();
        loop {
            while under_way.len() < self.step.parallel() {
                let is_over = |unit: &usize| done.contains_key(unit) || left.contains(unit);
                let is_ready = |wanted: &&Wanted<'_>| wanted.awaited.iter().all(is_over);
                // Within a circle nobody is ready: the order of the plan decides.
                let place = waiting.iter().position(is_ready).or_else(|| under_way.is_empty().then_some(0));
                let place = place.filter(|place| *place < waiting.len());
                let Some(next) = place.map(|place| waiting.remove(place)) else { break };
                if let Some(why) = self.why_skipped(next, &done, is_stopped) {
                    let skipped = Done::new(next.unit, None, Outcome::skipped(why), Journal::default());
                    self.step.say_end(&skipped.report);
                    done.insert(next.nth, skipped);
                    continue;
                }
                let slot = targets.iter().position(|target| *target == next.nth).unwrap_or_default();
                under_way.push(async move { (next, self.carry_out(slot, next.unit, found).await) });
            }
            let Some((Wanted { nth, unit, .. }, applied)) = under_way.next().await else { break };
            let Applied { object, outcome, journal, additions } = applied;
            all.extend(additions);
            let Some(outcome) = outcome else {
                left.insert(*nth);
                continue;
            };
            if outcome.end.status == Status::Drift {
                is_stopped = Some("not started: something was edited in DataWorks after the plan was made");
            } else if !outcome.end.status.is_good() && self.step.fails_fast() {
                is_stopped = is_stopped.or(Some("not started: another unit failed (fail-fast)"));
            }
            let ended = Done::new(unit, object, outcome, journal);
            self.step.say_end(&ended.report);
            done.insert(*nth, ended);
        }
        let is_deployed = |done: &&Done| matches!(done.status(), Status::Success | Status::Stopped);
        let deployed = done.values().filter(is_deployed).count();
        if done.values().any(|done| done.status() == Status::TimedOut) {
            let count = targets.len().saturating_sub(left.len());
            let told = format!("{deployed} of {count} deployed, start again to go on");
            self.step.say(&Log::note(self.step.world().now(), &told));
        }
        (done, all)
    }

    fn why_skipped(
        &self,
        wanted: &Wanted<'_>,
        done: &BTreeMap<usize, Done>,
        is_stopped: Option<&'static str>,
    ) -> Option<&'static str> {
        let has_failed = |parent: &usize| {
            done.get(parent).is_some_and(|done| !matches!(done.status(), Status::Success | Status::Stopped))
        };
        if self.step.is_interrupted() {
            Some("not started: interrupted")
        } else if wanted.awaited.iter().any(has_failed) {
            Some("not started: what it depends on was not deployed")
        } else {
            is_stopped
        }
    }

    async fn carry_out(&self, slot: usize, plan: &UnitPlan, found: &Found<'_>) -> Applied {
        match self.units.iter().find(|unit| unit.head.key == plan.key) {
            Some(unit) if self.step.can_begin() => self.apply_unit(slot, unit, plan, found).await,
            Some(_) => {
                let why = "not started: the request budget has no room for another unit";
                Applied::ended(End::new(Status::TimedOut, why))
            }
            None => {
                Applied::ended(End::new(Status::Invalid, "the plan names a unit that the repository does not have"))
            }
        }
    }
}

/// The end of a unit that was there when the plan was made.
pub(super) fn gone_since_plan(plan: &UnitPlan) -> End {
    let why = format!("{}: the object is not there any more; run the job again to see a new plan", plan.path);
    End::new(Status::Drift, why)
}
