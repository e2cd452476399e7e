//! `source`: read the workspace, plan, then write and deploy each unit that changed.

mod apply;
mod observe;
mod unit;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    config::source::SourceConfig,
    engine::{flow::Flow, walk::Walk},
    model::{
        marker::Marker,
        options::DeployOptions,
        reason::{End, Reason},
        status::Status,
    },
    report::step::TargetReport,
    source::plan::{
        change::{ChangeSet, State},
        decide::plan,
        unit::DesiredUnit,
    },
    world::World,
};

use super::step::Step;

/// One push: the repository, and what executes its walks.
pub(super) struct Push<'e, 'a, W> {
    step: &'e Step<'a, W>,
    source: &'e SourceConfig,
    units: Vec<DesiredUnit>,
}

/// What came of a push.
#[derive(Default)]
#[expect(dead_code, reason = "the reports of the plan come next")]
pub(crate) struct Pushed {
    /// Why there is no plan, or why it was not carried out.
    pub(crate) end: Option<End>,
    /// What the plan says, where there is one.
    pub(crate) changes: Option<ChangeSet>,
    /// What was replaced and noted while it was carried out, by the folder of the unit.
    pub(crate) carried_out: Vec<CarriedOut>,
    /// The units that were deployed, or were to be.
    pub(crate) targets: Vec<TargetReport>,
}

/// What carrying out a unit adds to the plan.
#[expect(dead_code, reason = "the reports of the plan come next")]
pub(crate) struct CarriedOut {
    /// The folder of the unit.
    pub(crate) path: String,
    /// What `overwrite` replaced: by the folder of the object, the path of the field and what was there.
    pub(crate) replaced: BTreeMap<String, BTreeMap<String, Value>>,
    /// What a person should know, such as a field that DataWorks did not take.
    pub(crate) notes: Vec<String>,
}

impl<'e, 'a, W: World> Push<'e, 'a, W> {
    pub(super) fn new(step: &'e Step<'a, W>, source: &'e SourceConfig) -> Self {
        Self { step, source, units: DesiredUnit::group(&source.repository.objects) }
    }

    /// Plans, and carries the plan out unless it is a dry run, or something stands in the way.
    pub(super) async fn run(&self) -> Pushed {
        let workspace = match self.observe().await {
            Ok(workspace) => workspace,
            Err(end) => return Pushed { end: Some(end), ..Pushed::default() },
        };
        let changes = plan(&self.units, &workspace, self.source.on_drift);
        lines(&changes).iter().for_each(|line| self.step.say(line));
        let end = self.standstill(&changes);
        if end.is_some() {
            return Pushed { end, changes: Some(changes), ..Pushed::default() };
        }
        let (targets, carried_out) = self.apply(&changes, &workspace).await;
        Pushed { end: None, changes: Some(changes), carried_out, targets }
    }

    /// Why nothing is written: a conflict, drift, or a dry run.
    fn standstill(&self, changes: &ChangeSet) -> Option<End> {
        let end = |status, reason| Some(End::new(status, reason));
        if !changes.conflicts.is_empty() {
            return end(Status::Invalid, Reason::Conflicts);
        }
        if changes.is_blocked() {
            return end(Status::Drift, Reason::Drifted);
        }
        if self.step.is_dry_run() { end(Status::DryRun, Reason::Planned) } else { None }
    }

    /// Takes a flow to its end, and gives it back with what it holds.
    async fn walk<F: Flow>(&self, flow: F, whose: &str) -> Result<Walk<F>, End> {
        let options = DeployOptions::default();
        let mut walk = Walk::new(Box::new(flow), &options, self.step.limits(), self.step.seed());
        let (outcome, _) = self.step.drive(&mut walk, whose).await;
        if outcome.end.status.is_good() { Ok(walk) } else { Err(outcome.end) }
    }

    /// The marker of this CI run for an object.
    fn marker(&self, object: &str) -> Marker {
        self.step.marker(object)
    }
}

/// `plan: 1 to create, 2 to update, 14 unchanged, 1 drifted, 3 only in DataWorks`.
fn lines(changes: &ChangeSet) -> Vec<String> {
    let counts = [
        (State::Create, "to create"),
        (State::Update, "to update"),
        (State::Unchanged, "unchanged"),
        (State::Drift, "drifted"),
        (State::Extra, "only in DataWorks"),
    ];
    let counts = counts.map(|(state, word)| format!("{} {word}", changes.count(state)));
    vec![format!("plan: {}", counts.join(", "))]
}
