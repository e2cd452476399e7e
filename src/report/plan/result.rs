//! Lays a plan out for the JSON result, with as much of it as there is room for.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{PlanReport, PlanRow, view::FieldValues};

/// What an output may take: it becomes a variable of the next step.
pub const LONGEST: usize = 60 * 1024;

/// How much of a plan is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    All,
    /// All but the diffs.
    WithoutDiffs,
    /// All but the diffs and what was replaced.
    WithoutReplaced,
}

/// A row of the plan.
#[derive(Serialize)]
pub struct RowResult<'a> {
    path: Option<&'a str>,
    name: &'a str,
    kind: &'a str,
    state: &'a str,
    object_id: Option<&'a str>,
    fields: Vec<FieldResult<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<&'a BTreeMap<String, Value>>,
    notes: &'a [String],
}

/// A leaf that differs; of code the path alone.
#[derive(Serialize)]
struct FieldResult<'a> {
    path: &'a str,
    #[serde(flatten)]
    values: Option<&'a FieldValues>,
}

impl PlanReport {
    /// Its rows, as much of each as is requested.
    pub fn result(&self, detail: Detail) -> Vec<RowResult<'_>> {
        self.rows.iter().map(|row| result(row, detail)).collect()
    }
}

fn result(row: &PlanRow, detail: Detail) -> RowResult<'_> {
    RowResult {
        path: row.path.as_deref(),
        name: &row.key.name,
        kind: row.kind,
        state: row.state(),
        object_id: row.object_id.as_deref(),
        fields: row
            .fields
            .iter()
            .map(|field| FieldResult { path: &field.path, values: field.values.as_ref() })
            .collect(),
        diff: Some(row.diff.text.as_str()).filter(|_| detail == Detail::All),
        replaced: Some(&row.replaced).filter(|_| detail != Detail::WithoutReplaced),
        notes: &row.notes,
    }
}
