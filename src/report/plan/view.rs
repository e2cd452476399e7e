//! Holds a plan as its readers may see it: every value that has a secret property in it is masked here, once.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::words;
use crate::{
    model::{reason::End, secret::Secret, sorted::collected, status::Status},
    source::{
        plan::{
            change::{Action, ChangeSet, Drift, Note, State, UnitPlan},
            diff::{self, Diff},
            mask::Secrets,
        },
        repository::desired::{Key, ObjectKind},
        spec::{compare::FieldDifference, shape::CONTENT},
    },
};

/// A plan as its readers may see it.
#[derive(Clone, Debug)]
pub struct PlanReport {
    /// `source` with its folders, as given.
    pub label: String,
    /// Its rows, in the order in which they are written.
    pub rows: Vec<PlanRow>,
    /// How many rows are written, or would be.
    pub changes: usize,
    /// What is to be known of it as a whole: circles, how to adopt, what the service does not give back.
    pub warnings: Vec<String>,
    /// How the step ends by it, as far as the plan alone decides.
    pub end: End,
}

/// One object.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// Its folder below `source`; `None` for what only the workspace has.
    pub path: Option<String>,
    /// Its identity.
    pub key: Key,
    /// `workflow` or `node`.
    pub kind: &'static str,
    /// What the plan says of it.
    pub state: State,
    /// What is known of its drift, where it drifted.
    pub drift: Option<Drift>,
    /// Its id, where the workspace has it.
    pub object_id: Option<String>,
    /// The leaves that differ.
    pub fields: Vec<PlanField>,
    /// A unified diff of the code, and one line per field.
    pub diff: Diff,
    /// What the workspace has where the repository's values go.
    pub replaced: BTreeMap<String, Value>,
    /// What is to be said of it.
    pub notes: Vec<String>,
}

/// A leaf that differs.
#[derive(Clone, Debug)]
pub struct PlanField {
    /// Its path.
    pub path: String,
    /// Its values; of code none, which the diff has.
    pub values: Option<FieldValues>,
}

/// What a leaf has on both sides.
#[derive(Clone, Debug, Serialize)]
pub struct FieldValues {
    /// What the workspace has; `null` where it lacks it.
    pub from: Option<Value>,
    /// What the repository wants; `null` for an entry of a list that only the workspace has.
    pub to: Option<Value>,
}

impl PlanReport {
    /// The report of a plan. `secrets`: what may not be seen.
    pub fn new<'a>(
        label: String,
        changes: &ChangeSet,
        secrets: impl IntoIterator<Item = &'a Secret>,
        is_dry_run: bool,
    ) -> Self {
        let secrets = masks(secrets);
        let rows: Vec<PlanRow> = changes.units.iter().flat_map(|unit| rows(unit, &secrets)).collect();
        let is_written = |unit: &&UnitPlan| unit.action == Action::Write;
        let written = changes.units.iter().filter(is_written).flat_map(|unit| &unit.rows);
        let clear = |words: Vec<String>| words.iter().map(|words| secrets.clear(words)).collect::<Vec<_>>();
        let conflicts = clear(words::conflicts(&changes.conflicts));
        Self {
            label,
            changes: written.filter(|row| row.state != State::Unchanged && row.state != State::Extra).count(),
            warnings: clear(words::warnings(changes)),
            end: end(changes, &conflicts, &rows, is_dry_run),
            rows,
        }
    }

    /// How many rows are in a state.
    pub fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }

    /// The rows that a person looks for: those that drifted first, and none in which nothing differs.
    pub fn told(&self) -> impl Iterator<Item = &PlanRow> {
        const ORDER: [State; 4] = [State::Drift, State::Update, State::Create, State::Extra];
        ORDER.into_iter().flat_map(|state| self.rows.iter().filter(move |row| row.state == state))
    }
}

impl PlanRow {
    /// What its state is called.
    pub fn state(&self) -> &'static str {
        words::state(self.state)
    }

    /// Its folder; of what only the workspace has, its workflow and its name.
    pub fn title(&self) -> String {
        match (&self.path, &self.key.workflow) {
            (Some(path), _) => path.clone(),
            (None, Some(workflow)) => format!("{workflow}/{}", self.key.name),
            (None, None) => self.key.name.clone(),
        }
    }
}

fn end(changes: &ChangeSet, conflicts: &[String], rows: &[PlanRow], is_dry_run: bool) -> End {
    let drifted = rows.iter().filter_map(|row| Some((row.title(), row.drift?)));
    if !conflicts.is_empty() {
        return End::new(Status::Invalid, format!("nothing was written: {}", conflicts.join("; ")));
    }
    if changes.is_blocked() {
        return End::new(Status::Drift, words::blocked(&drifted.collect::<Vec<_>>()));
    }
    if is_dry_run {
        return End::new(Status::DryRun, words::dry_run(changes));
    }
    let left: Vec<String> = changes.left().map(|unit| unit.path.clone()).collect();
    End::new(Status::Success, words::success(changes.deploys().next().is_some(), &left))
}

fn rows<'a>(unit: &'a UnitPlan, secrets: &'a Secrets) -> impl Iterator<Item = PlanRow> + 'a {
    // What is said of the whole unit stands at a row that is reported, if one is.
    let first = unit.rows.iter().position(|row| row.state != State::Unchanged).unwrap_or_default();
    unit.rows.iter().enumerate().map(move |(nth, row)| {
        let title = row.path.as_deref().unwrap_or(&row.key.name);
        let of_unit = unit.notes.iter().filter(|note| match note {
            Note::RollsBack { .. } => nth == first,
            Note::EditedBy(_) => row.state == State::Drift,
            Note::ScriptPath { .. } | Note::ServiceKeeps(_) | Note::EdgesOfWorkflow | Note::DeployedAsItStands => true,
        });
        let drift = unit.drift.filter(|_| row.state == State::Drift);
        let notes = row.notes.iter().chain(of_unit).map(words::note).chain(drift.map(words::drift));
        let differs = matches!(row.state, State::Create | State::Update | State::Drift);
        PlanRow {
            path: row.path.clone(),
            key: row.key.clone(),
            kind: match row.key.kind {
                ObjectKind::Workflow => "workflow",
                ObjectKind::Node => "node",
            },
            state: row.state,
            drift,
            object_id: row.id.clone(),
            fields: row.fields.iter().map(|difference| field(difference, secrets)).collect(),
            diff: if differs { diff::diff(title, &row.fields, secrets) } else { Diff::default() },
            replaced: if differs { replaced_values(&row.fields, secrets) } else { BTreeMap::new() },
            notes: notes.map(|note| secrets.clear(&note)).collect(),
        }
    })
}

pub(super) fn masks<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Secrets {
    Secrets::new(secrets.into_iter().map(|secret| secret.expose().to_owned()))
}

pub(super) fn field(difference: &FieldDifference, secrets: &Secrets) -> PlanField {
    let path = secrets.clear(&difference.path);
    if difference.path == CONTENT {
        return PlanField { path, values: None };
    }
    let (from, to) = secrets.field(difference.from.as_ref(), difference.to.as_ref());
    PlanField { path, values: Some(FieldValues { from, to }) }
}

pub(super) fn replaced_values(fields: &[FieldDifference], secrets: &Secrets) -> BTreeMap<String, Value> {
    let shown = fields.iter().filter_map(|difference| {
        let from = match (difference.path.as_str(), &difference.from, &difference.to) {
            (CONTENT, Some(Value::String(from)), Some(Value::String(to))) => {
                Some(secrets.code(from, to).0.join("\n").into())
            }
            (_, from, to) => secrets.field(from.as_ref(), to.as_ref()).0,
        };
        Some((secrets.clear(&difference.path), from?))
    });
    collected(shown)
}
