//! Writes a plan for the log: one line that counts, one for each object in which something differs, the diffs on request.

use super::{PlanReport, PlanRow, words};
use crate::{
    config::spelling::spelled,
    model::duration::Elapsed,
    report::escape,
    report::log::{Log, line},
    source::plan::change::State,
};

/// How many bytes of diffs a log shows: GitLab cuts a job's log at 4 MiB, and what comes after the plan matters more.
/// <https://docs.gitlab.com/administration/instance_limits/#maximum-file-size-for-job-logs>.
const DIFFS: usize = 1024 * 1024;
/// In front of each line of a diff: a command of a CI begins a line, and code may be one.
const MARGIN: &str = "    | ";

impl PlanReport {
    /// `plan: 1 to create, 2 to update, 14 unchanged, 1 drifted, 3 only in DataWorks`.
    pub fn sum(&self) -> String {
        let [create, update, unchanged, drift, extra] =
            [State::Create, State::Update, State::Unchanged, State::Drift, State::Extra].map(|state| self.count(state));
        format!(
            "plan: {create} to create, {update} to update, {unchanged} unchanged, {drift} drifted, {extra} only in DataWorks"
        )
    }
}

impl Log {
    /// The plan; `with_diffs`: what would change in each object, too.
    pub fn plan(&self, at: Elapsed, plan: &PlanReport, with_diffs: bool) -> Vec<String> {
        let mut lines = vec![line(at, &plan.sum())];
        let (mut shown, mut left_out) = (0_usize, 0_usize);
        for row in plan.told() {
            lines.push(line(at, &told(row)));
            if !with_diffs || row.diff.text.is_empty() {
                continue;
            }
            shown = shown.saturating_add(row.diff.text.len());
            if shown > DIFFS {
                left_out = left_out.saturating_add(1);
                continue;
            }
            lines.extend(
                row.diff.text.lines().map(|line| format!("{MARGIN}{}", escape::cut(&escape::code(line), 4000))),
            );
        }
        if left_out > 0 {
            let message = format!("the diffs of {left_out} more objects are left out here; result-file has all");
            let message = spelled(&message, self.ci);
            lines.push(line(at, &message));
        }
        lines
    }
}

/// `drift node dws/load (7001): trigger.cron, script.content; last edited by mei`.
fn told(row: &PlanRow) -> String {
    let id = row.object_id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    let fields: Vec<&str> = row.fields.iter().map(|field| field.path.as_str()).collect();
    // Of what is new every field differs.
    let fields = if row.state == State::Create { String::new() } else { fields.join(", ") };
    let notes = row.notes.join("; ");
    let rest = [fields, notes].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    let rest = if rest.is_empty() { rest } else { format!(": {rest}") };
    format!("{} {} {}{id}{rest}", words::state(row.state), row.kind, row.title())
}
