//! Writes what the person on call needs first: what failed, why, and what to do.

use std::fmt::Write;

use crate::model::{
    journal::Note,
    json::parsed,
    outcome::{Outcome, Remote},
    status::Status,
};

use super::name;
use crate::report::{
    advice::{self, Advice},
    escape::{cut, markdown, markdown_code},
    reasons, run_once,
    step::{Report, TargetReport},
};

/// At most this many failed targets are described in full; the table has them all.
const AT_LENGTH: usize = 5;
/// At most this many of the items that failed are listed.
const ITEMS: usize = 50;

/// The failures, the one that decides the exit code first; a note where a good end is not the whole way.
pub(super) fn failure(text: &mut String, report: &Report) {
    let status = report.status();
    let Some(end) = report.end() else { return };
    let whose = report.deciding().filter(|_| report.parts().count() > 1);
    let whose = whose.map(|part| format!("{}, ", name(part))).unwrap_or_default();
    let message = markdown(&cut(&reasons::spelled(end, report.ci), 4000));
    if status.is_good() {
        if status != Status::Success {
            let _ = writeln!(text, "> [!NOTE]\n> **{whose}{status}**: {message}\n");
        }
        return;
    }
    let _ = writeln!(text, "> [!CAUTION]\n> **{whose}{status}**: {message}\n");
    let Some(deciding) = report.deciding() else {
        next(text, &advice::for_step(report));
        return;
    };
    facts(text, deciding);
    let advice: Vec<Advice> =
        advice::for_target(deciding, report.ci).into_iter().chain(advice::for_several(report)).collect();
    next(text, &advice);
    let bad = || report.parts().filter(|part| !part.outcome.end.status.is_good());
    for part in bad().filter(|part| !std::ptr::eq(*part, deciding)).take(AT_LENGTH.saturating_sub(1)) {
        let end = &part.outcome.end;
        let (status, message) = (end.status, reasons::spelled(end, report.ci));
        let _ = writeln!(text, "**{}, {status}**: {}\n", name(part), markdown(&cut(&message, 1000)));
        facts(text, part);
    }
    let more = bad().count().saturating_sub(AT_LENGTH);
    if more > 0 {
        let _ = writeln!(text, "{more} more were not successful: see the table.\n");
    }
}

fn facts(text: &mut String, part: &TargetReport) {
    let outcome = &part.outcome;
    let error = &outcome.end.error;
    let mut facts: Vec<(&str, String)> = Vec::new();
    match &outcome.found {
        Remote::Run(id, pipeline) => {
            facts.push(("Pipeline run", markdown_code(id)));
            let mut stages = outcome.stages().into_iter();
            let blamed = stages.find(|stage| Some(&stage.code) == outcome.failed_stage.as_ref());
            let current = || pipeline.as_ref().and_then(|pipeline| pipeline.current()).cloned();
            if let Some(stage) = blamed.or_else(current) {
                let named = if stage.name.is_empty() { String::new() } else { format!(" {}", short(&stage.name)) };
                let (kind, reads) = (short(&stage.kind), short(&stage.state.to_string()));
                facts.push(("Stage", format!("{}{named} ({kind}), {reads}", short_code(&stage.code))));
                let checkers = checkers(&stage.detail);
                if !checkers.is_empty() {
                    facts.push(("Checkers that ran", checkers.join(", ")));
                }
            }
        }
        Remote::Package(id, package) => {
            facts.push(("Deployment package", markdown_code(&id.to_string())));
            facts.extend(package.as_ref().map(|package| ("Status", markdown(&package.word()))));
        }
        Remote::Nothing | Remote::Start(_) => {}
    }
    let approvals = part.journal.entries().iter().rev();
    let approval = approvals.into_iter().find_map(|entry| match &entry.note {
        Note::Approval { code, error } => Some((code, error)),
        Note::Begun
        | Note::Known { .. }
        | Note::Stage(_)
        | Note::Package(_)
        | Note::Executed(_)
        | Note::Retry { .. }
        | Note::Warning(_)
        | Note::Ended(_) => None,
    });
    if let Some((code, error)) = approval {
        facts.push((
            "Waited for a person's approval",
            format!("{}, {}", short_code(code), markdown(&cut(&error.to_string(), 1000))),
        ));
    }
    if !error.code.is_empty() {
        facts.push(("Error code", short_code(&error.code)));
    }
    if !error.request_id.is_empty() {
        facts.push(("Request id, for the vendor's support", short_code(&error.request_id)));
    }
    for (name, value) in &facts {
        let _ = writeln!(text, "- {name}: {value}");
    }
    if !facts.is_empty() {
        text.push('\n');
    }
    items(text, outcome);
    logs(text, outcome);
}

/// The ends of the logs of the tasks that failed.
fn logs(text: &mut String, outcome: &Outcome) {
    for (code, task, log) in run_once::logs(outcome) {
        let _ = writeln!(text, "{}:\n\n```text", markdown(&run_once::title(&code, task)));
        // Four blanks in front, so that no line can close the fence.
        run_once::lines(log).for_each(|line| {
            let _ = writeln!(text, "    {line}");
        });
        text.push_str("```\n\n");
    }
}

fn items(text: &mut String, outcome: &Outcome) {
    let bad: Vec<_> = outcome.items.iter().filter(|item| item.has_failed()).collect();
    if bad.is_empty() {
        return;
    }
    text.push_str("| Item that failed | Type | Version | Why |\n|---|---|---|---|\n");
    for item in bad.iter().take(ITEMS) {
        let name = if item.name.is_empty() { &item.id } else { &item.name };
        let cells = [name, &item.kind, &item.version, &item.message].map(|cell| markdown(&cut(cell, 500)));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    if bad.len() > ITEMS {
        let _ = writeln!(text, "| … and {} more | | | |", bad.len().saturating_sub(ITEMS));
    }
    text.push('\n');
}

fn next(text: &mut String, advice: &[Advice]) {
    if advice.is_empty() {
        return;
    }
    // A heading, because two lists with nothing but a blank line between them are one list in Markdown.
    text.push_str("### What to do next\n\n");
    for piece in advice {
        let copy = piece.copy.as_ref().map(|copy| format!(": {}", markdown_code(copy))).unwrap_or_default();
        let _ = writeln!(text, "- {}{copy}", markdown(&piece.text));
    }
    text.push('\n');
}

/// A name of the service is as long as it likes.
fn short(text: &str) -> String {
    markdown(&cut(text, 200))
}

fn short_code(text: &str) -> String {
    markdown_code(&cut(text, 200))
}

/// `name (code)` of each checker; the service does not say how each ended.
fn checkers(detail: &str) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Detail {
        #[serde(rename = "checkerList", default)]
        checkers: Vec<Checker>,
    }
    #[derive(serde::Deserialize)]
    struct Checker {
        #[serde(default)]
        code: String,
        #[serde(default)]
        name: String,
    }
    let read: Option<Detail> = parsed(detail).ok();
    let named = |checker: &Checker| match (checker.name.as_str(), checker.code.as_str()) {
        ("", code) => short_code(code),
        (name, "") => short(name),
        (name, code) => format!("{} ({})", short(name), short_code(code)),
    };
    read.map(|detail| detail.checkers.iter().take(50).map(named).collect()).unwrap_or_default()
}
