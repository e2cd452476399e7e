//! The table of targets: those that went wrong first, and a crowd that went well folded away.

use std::fmt::Write;

use crate::model::{
    outcome::{Found, Outcome, Status},
    pipeline::{Stage, State},
    span::show,
};

use super::{
    super::{
        Part, Report,
        escape::{cut, markdown, markdown_code},
        outputs,
    },
    sign,
};

/// More of those that went well than this are folded away.
const OPEN: usize = 20;

/// One row a target, the workflow last.
pub(super) fn table(text: &mut String, report: &Report) {
    let (bad, good): (Vec<&Part>, Vec<&Part>) = report.parts().partition(|part| !part.outcome.end.status.is_good());
    if good.len() <= OPEN {
        rows(text, bad.into_iter().chain(good));
        return;
    }
    rows(text, bad.into_iter());
    let _ = writeln!(text, "<details><summary>{} more targets: success or not begun</summary>\n", good.len());
    rows(text, good.into_iter());
    text.push_str("</details>\n\n");
}

fn rows<'a>(text: &mut String, parts: impl Iterator<Item = &'a Part>) {
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return;
    }
    text.push_str("| Target | Status | Run or package | Stages | Time |\n|---|---|---|---|---|\n");
    parts.for_each(|part| row(text, part));
    text.push('\n');
}

fn row(text: &mut String, part: &Part) {
    let status = part.outcome.end.status;
    let id = markdown_code(&outputs::id(&part.outcome));
    let environment = outputs::environment(&part.outcome).map(|name| format!(" → {name}")).unwrap_or_default();
    let (begun, ended) = part.journal.lifetime();
    let took = begun.zip(ended).map(|(begun, ended)| show(ended.saturating_sub(begun))).unwrap_or_default();
    let _ = writeln!(
        text,
        "| {} | {} {status}{environment} | {id} | {} | {took} |",
        markdown(&cut(&part.label, 200)),
        sign(status),
        stages(&part.outcome)
    );
}

fn stages(outcome: &Outcome) -> String {
    match &outcome.found {
        Found::Run(_, Some(pipeline)) => {
            let one = |stage: &Stage| format!("{} {}", stage_sign(&stage.state), markdown_code(&stage.code));
            pipeline.stages.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        Found::Package(_, Some(package)) => markdown(&package.word()),
        Found::Start(_) if outcome.end.status == Status::Success => "started".to_owned(),
        Found::Nothing | Found::Run(_, None) | Found::Package(_, None) | Found::Start(_) => String::new(),
    }
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
