//! Writes the plan of `source`: the line that counts, a table of what differs, and a folded diff for each row of it.

use std::fmt::Write;

use crate::config::{ci::Ci, spelling::spelled};
use crate::report::{
    escape::{code, cut, markdown, markdown_code},
    plan::{FieldValues, PlanReport, PlanRow},
    step::Report,
};

/// What the table may take.
const TABLE: usize = 100 * 1024;
/// What the diffs may take, beside targets and without them.
const BESIDE_TARGETS: usize = 250 * 1024;
const ALONE: usize = 550 * 1024;
/// A diff of fewer bytes shows nothing.
const SHORTEST: usize = 400;
/// What the frame of a folded row takes.
const FRAME: usize = 200;

/// The plan, where there is one.
pub(super) fn plan(text: &mut String, report: &Report) {
    let Some(plan) = &report.plan else { return };
    let _ = writeln!(text, "### Plan\n\n{}\n", plan.sum());
    for warning in &plan.warnings {
        let _ = writeln!(text, "> [!WARNING]\n> {}\n", markdown(&cut(&spelled(warning, report.ci), 2000)));
    }
    table(text, plan);
    let room = if report.targets.is_empty() { ALONE } else { BESIDE_TARGETS };
    diffs(text, plan, room, report.ci);
}

fn table(text: &mut String, plan: &PlanReport) {
    let count = plan.told().count();
    if count == 0 {
        return;
    }
    text.push_str("| Object | Kind | State | Fields |\n|---|---|---|---|\n");
    let end = text.len().saturating_add(TABLE);
    for (nth, row) in plan.told().enumerate() {
        let fields: Vec<&str> = row.fields.iter().map(|field| field.path.as_str()).collect();
        let line = format!(
            "| {} | {} | {} | {} |\n",
            markdown_code(&cut(&row.title(), 200)),
            row.kind,
            row.state(),
            markdown(&cut(&fields.join(", "), 500))
        );
        if text.len().saturating_add(line.len()) > end {
            let _ = writeln!(text, "| … and {} more | | | |", count.saturating_sub(nth));
            break;
        }
        text.push_str(&line);
    }
    text.push('\n');
}

/// Each row may take its share of the room that those before it left.
fn diffs(text: &mut String, plan: &PlanReport, mut room: usize, ci: Ci) {
    let rows: Vec<&PlanRow> = plan.told().filter(|row| !(row.diff.text.is_empty() && row.notes.is_empty())).collect();
    let mut left_out = 0_usize;
    for (nth, row) in rows.iter().enumerate() {
        let share = room.checked_div(rows.len().saturating_sub(nth)).unwrap_or_default();
        if share < SHORTEST {
            left_out = left_out.saturating_add(1);
            continue;
        }
        let folded = folded(row, share.saturating_sub(FRAME));
        room = room.saturating_sub(folded.len());
        text.push_str(&folded);
    }
    if left_out > 0 {
        let file = ci.spell("result-file");
        let _ = writeln!(text, "The diffs of {left_out} more objects are left out here: `{file}` has all of them.\n");
    }
}

fn folded(row: &PlanRow, room: usize) -> String {
    let title = markdown(&cut(&row.title(), 200));
    let mut text = format!("<details><summary>{title}: {}</summary>\n\n", row.state());
    let half = room.checked_div(2).unwrap_or_default();
    let notes = row.notes.iter().map(|note| format!("- {}\n", markdown(&cut(note, 1000))));
    let fields = row.fields.iter().filter_map(|field| Some(line(&field.path, field.values.as_ref()?)));
    let lines = within(notes.chain(fields), half);
    // The lines of the fields, which stand behind, are told as a list.
    let shown: Vec<&str> = row.diff.text.lines().take(row.diff.code_lines).collect();
    if !shown.is_empty() {
        let shown: Vec<String> = shown.into_iter().map(|line| cut(&code(line), 2000) + "\n").collect();
        let ticks =
            "`".repeat(shown.iter().map(|line| longest_run(line)).max().unwrap_or_default().max(2).saturating_add(1));
        let own = within(shown.into_iter(), room.saturating_sub(lines.len()));
        let _ = writeln!(text, "{ticks}diff\n{own}{ticks}\n");
    }
    text.push_str(&lines);
    text.push_str("\n</details>\n\n");
    text
}

/// `trigger.cron: "00 30 02 * * ?" → "00 00 03 * * ?"`.
fn line(path: &str, values: &FieldValues) -> String {
    let [from, to] = [&values.from, &values.to].map(|value| match value {
        Some(value) => markdown(&cut(&value.to_string(), 500)),
        None => "(none)".to_owned(),
    });
    format!("- {}: {from} → {to}\n", markdown(&cut(path, 200)))
}

/// Whole lines within so many bytes, and how many more there are.
fn within(lines: impl Iterator<Item = String>, room: usize) -> String {
    let mut kept = String::new();
    let mut left_out = 0_usize;
    for line in lines {
        if left_out > 0 || kept.len().saturating_add(line.len()) > room {
            left_out = left_out.saturating_add(1);
        } else {
            kept.push_str(&line);
        }
    }
    if left_out > 0 { format!("{kept}… {left_out} more lines\n") } else { kept }
}

/// The longest run of backticks: a fence must be longer.
fn longest_run(line: &str) -> usize {
    line.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
