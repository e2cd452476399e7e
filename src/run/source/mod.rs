//! `source`: read the workspace, plan, then write and deploy each unit that changed.

mod apply;
mod export;
mod names;
mod observe;
mod read_back;
mod reading;
mod run_once;
#[cfg(test)]
mod tests;
mod unit;
mod write;

use std::cell::RefCell;

use crate::{
    config::source::SourceConfig,
    engine::{flow::Flow, walk::Walk},
    model::{marker::Marker, options::DeployOptions, reason::End, status::Status},
    report::{export::ExportReport, log::Log, plan::PlanReport, step::TargetReport},
    source::plan::{change::ChangeSet, decide::plan, unit::DesiredUnit},
    world::World,
};

use super::step::Step;

/// One push: the repository, and what executes its walks.
pub(super) struct Push<'e, 'a, W> {
    step: &'e Step<'a, W>,
    source: &'e SourceConfig,
    units: Vec<DesiredUnit>,
    /// What this push created so far: each id with the outputs that it was given.
    created: RefCell<Vec<(String, Vec<String>)>>,
}

/// What came of a push.
#[derive(Default)]
pub(crate) struct Pushed {
    /// The plan, where one was made.
    pub(crate) plan: Option<PlanReport>,
    /// The units that were deployed, or were to be.
    pub(crate) targets: Vec<TargetReport>,
    /// What is written into the folder, and nothing else was done.
    pub(crate) exported: Option<ExportReport>,
}

impl<'e, 'a, W: World> Push<'e, 'a, W> {
    pub(super) fn new(step: &'e Step<'a, W>, source: &'e SourceConfig) -> Self {
        let units = DesiredUnit::group(&source.repository.objects);
        Self { step, source, units, created: RefCell::default() }
    }

    /// Plans, and carries the plan out unless it is a dry run, or something prevents it.
    pub(super) async fn run(&self) -> Result<Pushed, End> {
        if self.source.is_export {
            return self.export().await;
        }
        let workspace = self.observe().await?;
        let changes = plan(&self.units, &workspace, self.source.on_drift);
        let mut report = PlanReport::new(self.source.label(), &changes, self.source.secrets(), self.step.is_dry_run());
        let before = self.deployed_before(&changes, &workspace);
        report.end = self.with_runs(report.end, &changes, &before);
        self.log_plan(&report, &changes);
        if report.end.status != Status::Success {
            return Ok(Pushed { plan: Some(report), ..Pushed::default() });
        }
        let (done, additions) = self.apply(&changes, &workspace, before).await;
        report.carried_out(&additions, self.source.secrets());
        Ok(Pushed { plan: Some(report), targets: self.run_once(&changes, done).await, exported: None })
    }

    /// The plan in the log, with the diffs where that is all that happens.
    fn log_plan(&self, report: &PlanReport, changes: &ChangeSet) {
        let (now, log) = (self.step.world().now(), self.step.driver.log);
        report.warnings.iter().for_each(|warning| self.step.say(&log.warning(warning)));
        log.plan(now, report, self.step.is_dry_run()).iter().for_each(|line| self.step.say(line));
        // How a push ends that has something to do is not known yet.
        if changes.deploys().next().is_some() && report.end.status == Status::Success {
            for unit in changes.owed() {
                self.step.say(&Log::note(
                    now,
                    &format!("{} was written earlier and not deployed; it is deployed now", unit.path),
                ));
            }
            return;
        }
        let why = log.why(&report.end);
        let is_good = report.end.status.is_good();
        self.step.say(&if is_good { Log::note(now, &why) } else { log.unresolved(now, &why) });
    }

    /// Takes a flow to its end, and gives it back with what it holds.
    async fn walk<F: Flow + 'static>(&self, flow: F, whose: &str) -> Result<Walk<F>, End> {
        let (walk, end) = self.end_of(flow, whose).await;
        if end.status.is_good() { Ok(walk) } else { Err(end) }
    }

    /// Takes a flow to its end, whatever that is.
    async fn end_of<F: Flow + 'static>(&self, flow: F, whose: &str) -> (Walk<F>, End) {
        let options = DeployOptions::default();
        let mut walk = Walk::new(flow, &options, self.step.limits(), self.step.seed());
        walk.set_after_write(self.step.has_written.get());
        let (outcome, _) = self.step.drive(&mut walk, whose).await;
        (walk, outcome.end)
    }

    /// The marker of this CI run for an object.
    fn marker(&self, object: &str) -> Marker {
        self.step.marker(object)
    }
}
