//! Runs what was deployed once in production: which objects, in which order, and whether one is begun at all.

use std::{cell::Cell, collections::HashMap};

use super::step::{Step, without_walk};
use crate::{
    engine::{run_once::course::RunRequest, walk::Walk},
    model::{
        marker,
        outcome::Outcome,
        reason::{End, Reason},
        run_plan::{RunObject, RunPlan},
        run_result::{DateRun, DateState},
        status::Status,
        target::{Target, TargetSpec},
    },
    report::{log::Log, reasons, run_once, step::TargetReport},
    world::World,
};

impl<W: World> Step<'_, W> {
    /// Reads each object before anything is changed; where one cannot run, how each target ends by it.
    pub(super) async fn inspect(
        &self,
        given: &[TargetSpec],
        resolved: &[Target],
    ) -> Result<Vec<RunObject>, Vec<TargetReport>> {
        let mut objects = Vec::new();
        for (nth, target) in resolved.iter().enumerate() {
            let mut walk = Walk::inspect(target, &self.config.limits, self.seed());
            let (outcome, _) = self.driver.run(&mut walk, "", |_| {}).await;
            match walk.flow().inspected() {
                Some(object) if outcome.end.status.is_good() => objects.push(object.clone()),
                Some(_) | None => {
                    self.say_wrong(&outcome.end);
                    let others = || Outcome::skipped("not started: another target cannot run");
                    let end = |(at, given)| without_walk(given, if at == nth { outcome.clone() } else { others() });
                    return Err(given.iter().enumerate().map(end).collect());
                }
            }
        }
        Ok(objects)
    }

    fn say_wrong(&self, end: &End) {
        self.driver.say(&self.driver.log.unresolved(self.world().now(), &self.driver.log.why(end)));
    }

    /// The targets where nothing is deployed before.
    pub(super) fn not_deployed(given: &[TargetSpec]) -> Vec<TargetReport> {
        let end = || End::new(Status::Success, "not deployed: run-only");
        given.iter().map(|given| without_walk(given, Outcome::of(end()))).collect()
    }

    /// Every object, one after another, where all targets ended in success.
    pub(super) async fn run_objects(
        &self,
        plan: &RunPlan,
        objects: &[RunObject],
        deployed: Vec<TargetReport>,
    ) -> Vec<TargetReport> {
        if self.config.dry_run {
            return deployed.into_iter().zip(objects).map(|(part, object)| self.not_run(plan, object, part)).collect();
        }
        if let Some(why) = Self::reason_not_to_run(&deployed) {
            self.driver.say(&Log::note(self.world().now(), &format!("nothing runs in production: {why}")));
            return deployed;
        }
        let failed = Cell::new(false);
        let mut done: HashMap<&Target, Outcome> = HashMap::new();
        let mut reports = Vec::new();
        for (nth, (mut part, object)) in deployed.into_iter().zip(objects).enumerate() {
            if let Some(outcome) = done.get(&object.target) {
                part.outcome = part.outcome.then_ran(outcome.clone());
                reports.push(part);
                continue;
            }
            part = self.run_object(nth, plan, object, part, &failed).await;
            done.insert(&object.target, part.outcome.clone());
            reports.push(part);
        }
        reports
    }

    fn reason_not_to_run(deployed: &[TargetReport]) -> Option<&'static str> {
        let all = deployed.iter().all(|part| part.outcome.end.status == Status::Success);
        let stopped = deployed.iter().any(|part| part.outcome.end.status == Status::Stopped);
        match (all, stopped) {
            (true, _) => None,
            (false, true) => Some("a target was stopped (until-stage) before it reached production"),
            (false, false) => Some("not every target succeeded"),
        }
    }

    async fn run_object(
        &self,
        nth: usize,
        plan: &RunPlan,
        object: &RunObject,
        part: TargetReport,
        failed: &Cell<bool>,
    ) -> TargetReport {
        let not_begun = |end: End| {
            let skipped = |date| DateRun { state: DateState::Skipped, ..DateRun::new(date) };
            let runs = plan.dates.iter().copied().map(skipped).collect();
            Outcome { runs, ..Outcome::of(end) }
        };
        if let Some(code) = self.driver.interrupted_with() {
            let end = End::new(Status::Cancelled(code), "deployed; its run was not started: interrupted");
            return TargetReport { outcome: part.outcome.then_ran(not_begun(end)), ..part };
        }
        if failed.get() && self.config.fail_fast {
            let end =
                End::new(Status::Skipped, "its run was not started: the run of another target failed (fail-fast)");
            return TargetReport { outcome: part.outcome.then_ran(not_begun(end)), ..part };
        }
        if !self.driver.can_begin() {
            let end = End::new(Status::TimedOut, "its run was not started: the request budget has no room for it");
            failed.set(true);
            return TargetReport { outcome: part.outcome.then_ran(not_begun(end)), ..part };
        }
        let walk = self.walk(plan, object);
        let mut arrived = Vec::new();
        let dates = plan.dates.len();
        // They come in the order of the dates.
        let known = |id: &str| {
            arrived.push(id.to_owned());
            let (name, value) = self.instances.borrow_mut().known(nth.saturating_mul(dates), &arrived);
            self.world().output(name, &value);
        };
        let label = format!("the run of {}", part.label);
        let ran = self.running(part.target.clone(), label, nth, walk, known).await;
        run_once::log_lines(&ran.outcome).iter().for_each(|line| self.driver.say(line));
        if !ran.outcome.end.status.is_good() {
            failed.set(true);
        }
        let mut journal = part.journal;
        journal.append(&ran.journal);
        TargetReport { outcome: part.outcome.then_ran(ran.outcome), journal, ..part }
    }

    /// What a dry run says of it: the log, after what it said of the deployment, and the end of the target.
    fn not_run(&self, plan: &RunPlan, object: &RunObject, mut part: TargetReport) -> TargetReport {
        let end = &mut part.outcome.end;
        if !end.status.is_good() {
            return part;
        }
        let run = would_run(plan, std::slice::from_ref(object));
        let said = if plan.only { run.clone() } else { format!("{}; then {run}", reasons::marked(end)) };
        (end.status, end.reason) = (Status::DryRun, Reason::Text(said));
        self.driver.say(&Log::note(self.world().now(), &format!("{}: {run}", part.title())));
        part
    }

    fn walk(&self, plan: &RunPlan, object: &RunObject) -> Box<Walk> {
        let (random, workspace) = (self.world().stamp().nonce, self.driver.client.workspace());
        let Self { config, ci_run, .. } = self;
        let marker = marker::of_run(
            ci_run,
            &random,
            &config.options.dedupe_key,
            &workspace,
            &object.target.value(),
            &plan.distinct(),
        );
        let request = RunRequest {
            object: object.clone(),
            plan: plan.clone(),
            name: format!("{marker} {}", object.name.trim()).trim_end().to_owned(),
            may_exist: ci_run.run.is_some(),
            is_later_attempt: ci_run.is_later_attempt,
        };
        Walk::run_once(request, &config.options, &config.limits, self.seed())
    }
}

/// `would run 2 nodes of daily_report in production for 2026-11-24`.
pub(super) fn would_run(plan: &RunPlan, objects: &[RunObject]) -> String {
    let nodes = |object: &RunObject| match object.nodes {
        1 => format!("1 node of {}", object.name),
        nodes => format!("{nodes} nodes of {}", object.name),
    };
    let nodes: Vec<String> = objects.iter().map(nodes).collect();
    format!("would run {} in production for {}", nodes.join(", "), plan.dates_in_words())
}
