//! Decides which units of a push run once in production: those that it deploys, and those that an earlier attempt did.

use std::collections::BTreeMap;

use crate::{
    model::{
        journal::Journal,
        outcome::{Outcome, Remote},
        reason::End,
        run_plan::{RunKind, RunObject},
        sorted::collected,
        status::Status,
        target::Target,
    },
    report::{log::Log, reasons, step::TargetReport},
    run::run_once::would_run,
    source::{
        plan::{
            change::{ChangeSet, UnitPlan},
            workspace::Workspace,
        },
        repository::desired::ObjectKind,
    },
    world::World,
};

use super::{Push, apply::Done};

impl<W: World> Push<'_, '_, W> {
    /// The units that an earlier attempt of this CI run deployed, by their places in the plan: what they did in production
    /// may have failed, or may never have begun.
    pub(super) fn deployed_before(&self, changes: &ChangeSet, workspace: &Workspace) -> BTreeMap<usize, Done> {
        let of = |(nth, unit): (usize, &UnitPlan)| {
            let run = workspace.units.get(&unit.key)?.runs.deployed_by_this_ci_run()?;
            let end = End::new(Status::Success, "deployed by an earlier attempt of this CI run");
            let outcome = Outcome { found: Remote::Run(run.id.clone(), None), ..Outcome::of(end) };
            Some((nth, Done::new(unit, Some(unit.id.clone()?), outcome, Journal::default())))
        };
        let units = changes.units.iter().enumerate().filter(|(_, unit)| !unit.is_carried_out());
        collected(units.filter(|_| self.step.config.run_once.is_some()).filter_map(of))
    }

    /// How the plan ends the step, with the runs after it: a unit that cannot run stops it before anything is written, and
    /// a dry run says what would run.
    pub(super) fn with_runs(&self, end: End, changes: &ChangeSet, before: &BTreeMap<usize, Done>) -> End {
        let Some(plan) = self.step.config.run_once.as_ref().filter(|_| end.status != Status::Invalid) else {
            return end;
        };
        let runs = |(nth, unit): &(usize, &UnitPlan)| unit.is_carried_out() || before.contains_key(nth);
        let running: Vec<&UnitPlan> = changes.units.iter().enumerate().filter(runs).map(|(_, unit)| unit).collect();
        let manual: Vec<&str> =
            running.iter().filter(|unit| self.is_manual(unit)).map(|unit| unit.path.as_str()).collect();
        if !manual.is_empty() {
            let why = format!(
                "{}: a manual workflow has no business date, so run-date cannot run it; nothing was written: deploy it in a step without run-date",
                manual.join(", ")
            );
            return End::new(Status::Invalid, why);
        }
        if end.status != Status::DryRun || running.is_empty() {
            return end;
        }
        let objects: Vec<RunObject> =
            running.iter().map(|unit| run_object(unit, unit.id.as_deref().unwrap_or_default())).collect();
        End::new(Status::DryRun, format!("{}; then {}", reasons::marked(&end), would_run(plan, &objects)))
    }

    fn is_manual(&self, plan: &UnitPlan) -> bool {
        let is_it = |kind: &str| kind.eq_ignore_ascii_case("ManualWorkflow");
        self.units.iter().any(|unit| unit.head.key == plan.key && is_it(&unit.head.kind))
    }

    /// Runs what was deployed, in the order of the plan, where all of it was.
    pub(super) async fn run_once(&self, changes: &ChangeSet, done: BTreeMap<usize, Done>) -> Vec<TargetReport> {
        let object = |(nth, done): (&usize, &Done)| Some(run_object(changes.units.get(*nth)?, done.object.as_ref()?));
        let objects: Vec<RunObject> = done.iter().filter_map(object).collect();
        let deployed: Vec<TargetReport> = done.into_values().map(|done| done.report).collect();
        match &self.step.config.run_once {
            Some(_) if deployed.is_empty() => {
                self.step.say(&Log::note(self.step.world().now(), "nothing runs in production: nothing was deployed"));
                deployed
            }
            // Where one has no id it was not deployed, and nothing runs.
            Some(plan) => self.step.run_objects(plan, &objects, deployed).await,
            None => deployed,
        }
    }
}

/// What runs of a unit: the node, or every node that its workflow has once it is deployed.
fn run_object(unit: &UnitPlan, id: &str) -> RunObject {
    let kind = match unit.key.kind {
        ObjectKind::Workflow => RunKind::Workflow,
        ObjectKind::Node => RunKind::Node,
    };
    let nodes = unit.rows.iter().filter(|row| row.key.kind == ObjectKind::Node).count();
    RunObject { target: Target::Object(id.to_owned()), name: unit.key.name.clone(), kind, nodes }
}
