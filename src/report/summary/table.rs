//! Writes the table of targets: those that went wrong first; many that went well are folded away.

use std::fmt::Write;

use crate::model::{
    duration::show,
    outcome::{Outcome, Remote},
    pipeline::{Stage, State},
    run_result::DateRun,
    status::Status,
};

use super::{name, sign, split};
use crate::report::{
    escape::{cut, markdown, markdown_code},
    step::{Report, TargetReport, counts},
};

/// At most this many of those that went wrong are seen at once.
const BAD: usize = 200;
/// At most this many stages of each are shown.
const STAGES: usize = 20;

/// One row per target, the workflow last; of many targets only those that went wrong.
pub(super) fn table(text: &mut String, report: &Report) {
    rows(text, split(report, BAD).0.into_iter());
}

/// The rest of many targets.
pub(super) fn folded(text: &mut String, report: &Report) {
    let (_, folded) = split(report, BAD);
    if folded.is_empty() {
        return;
    }
    let (count, how) = (folded.len(), counts(folded.iter().copied()));
    let _ = writeln!(text, "<details><summary>{count} more targets: {how}</summary>\n");
    rows(text, folded.into_iter());
    text.push_str("</details>\n\n");
}

fn rows<'a>(text: &mut String, parts: impl Iterator<Item = &'a TargetReport>) {
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return;
    }
    text.push_str("| Target | Status | Run or package | Stages | Time |\n|---|---|---|---|---|\n");
    parts.for_each(|part| row(text, part));
    text.push('\n');
}

fn row(text: &mut String, part: &TargetReport) {
    let status = part.outcome.end.status;
    let id = markdown_code(&part.outcome.id());
    let environment = part.outcome.environment().map(|name| format!(" → {name}")).unwrap_or_default();
    let took = part.journal.took().map(show).unwrap_or_default();
    let _ = writeln!(
        text,
        "| {} | {} {status}{environment} | {id} | {} | {took} |",
        name(part),
        sign(status),
        [stages(&part.outcome), runs(&part.outcome)].join(" ").trim()
    );
}

fn stages(outcome: &Outcome) -> String {
    match &outcome.found {
        Remote::Run(_, Some(pipeline)) => {
            let one = |stage: &Stage| format!("{} {}", stage_sign(&stage.state), markdown_code(&cut(&stage.code, 100)));
            let more = pipeline.stages.len().saturating_sub(STAGES);
            let more = (more > 0).then(|| format!("… and {more} more"));
            pipeline.stages.iter().take(STAGES).map(one).chain(more).collect::<Vec<_>>().join(" ")
        }
        Remote::Package(_, Some(package)) => markdown(&package.word()),
        Remote::Start(_) if outcome.end.status == Status::Success => "started".to_owned(),
        Remote::Nothing | Remote::Run(_, None) | Remote::Package(_, None) | Remote::Start(_) => String::new(),
    }
}

fn runs(outcome: &Outcome) -> String {
    let stages = outcome.runs.iter().map(DateRun::stage);
    stages.map(|run| format!("{} {}", stage_sign(&run.state), markdown_code(&run.code))).collect::<Vec<_>>().join(" ")
}

fn stage_sign(state: &State) -> &'static str {
    match state {
        State::Success => "✅",
        State::Fail => "❌",
        State::Termination | State::Cancel => "🚫",
        State::Running | State::Unknown(_) => "🔄",
        State::Init => "⚪",
    }
}
