//! The job summary: for a failure first what failed, why and what to do; then the table, the picture, the details.

use std::fmt::Write;

use crate::model::{
    journal::{Line, PACKAGE},
    outcome::{Found, Outcome, Status},
    pipeline::{Stage, State},
    span::show,
};

use super::{
    Part, Report,
    escape::{cut, line, markdown, markdown_code, mermaid},
    outputs, utc,
};

/// GitHub throws a summary over 1 MiB away as a whole; this is well below.
const LONGEST: usize = 900 * 1024;

/// The whole Markdown.
pub fn summary(report: &Report) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "## {}\n", title(report));
    if let Some(end) = report.end().filter(|end| !end.status.is_good()) {
        let _ = writeln!(text, "> [!CAUTION]\n> {}\n", markdown(&cut(&end.message, 4000)));
        if let Some(part) = report.deciding() {
            failure(&mut text, part);
        }
        if !end.words.request_id.is_empty() {
            let _ = writeln!(text, "Request id for the vendor's support: {}\n", markdown_code(&end.words.request_id));
        }
    }
    table(&mut text, report);
    gantt(&mut text, report);
    for part in report.parts() {
        details(&mut text, report, part);
    }
    let _ = writeln!(text, "Began {}, took {}; {}.", utc(report.started), show(report.took), requests(report));
    fit(text)
}

fn title(report: &Report) -> String {
    let what = match report.targets.as_slice() {
        [] if report.workflow.is_some() => "DataWorks workflow".to_owned(),
        [] => "DataWorks deployment".to_owned(),
        [part] => format!("DataWorks deployment of {}", markdown(&part.label)),
        parts => format!("DataWorks deployment of {} targets", parts.len()),
    };
    format!("{} {what}: {}", sign(report.status()), report.status())
}

fn sign(status: Status) -> &'static str {
    match status {
        Status::Success => "✅",
        Status::Stopped => "⏸️",
        Status::DryRun => "📝",
        Status::Skipped => "⏭️",
        Status::Cancelled(_) => "🚫",
        Status::TimedOut => "⌛",
        Status::Failed | Status::Invalid | Status::Denied | Status::Unavailable => "❌",
    }
}

/// What a person needs who has just been woken up by this.
fn failure(text: &mut String, part: &Part) {
    let outcome = &part.outcome;
    let Found::Run(id, Some(pipeline)) = &outcome.found else { return };
    let failed = pipeline.stages.iter().find(|stage| Some(&stage.code) == outcome.failed_stage.as_ref());
    let checkers = failed.map(|stage| checkers(&stage.detail)).unwrap_or_default();
    if !checkers.is_empty() {
        let _ = writeln!(
            text,
            "Checkers of {}: {}\n",
            markdown_code(&outcome.failed_stage.clone().unwrap_or_default()),
            checkers.join(", ")
        );
    }
    let bad: Vec<_> = outcome.items.iter().filter(|item| item.has_failed()).collect();
    if !bad.is_empty() {
        text.push_str("| Item that failed | Type | Version | Why |\n|---|---|---|---|\n");
        for item in bad.iter().take(100) {
            let cells = [&item.name, &item.kind, &item.version, &item.message].map(|cell| markdown(&cut(cell, 500)));
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        text.push('\n');
    }
    if outcome.end.status == Status::Failed {
        let _ = writeln!(
            text,
            "What to do: mend what the message names, then run the job again; it deploys anew. The pipeline run {} stays in the console as it is.\n",
            markdown_code(id)
        );
    }
}

/// `name (code)` of each checker; the service tells no result of theirs.
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
    let read: Option<Detail> = serde_json::from_str(detail).ok();
    let named = |checker: &Checker| match (checker.name.as_str(), checker.code.as_str()) {
        ("", code) => markdown_code(code),
        (name, "") => markdown(name),
        (name, code) => format!("{} ({})", markdown(name), markdown_code(code)),
    };
    read.map(|detail| detail.checkers.iter().take(50).map(named).collect()).unwrap_or_default()
}

fn table(text: &mut String, report: &Report) {
    if report.parts().next().is_none() {
        return;
    }
    text.push_str("| Target | Status | Run or package | Stages | Time |\n|---|---|---|---|---|\n");
    for part in report.parts() {
        let status = part.outcome.end.status;
        let id = match &part.outcome.found {
            Found::Run(id, _) => markdown_code(id),
            Found::Package(id, _) => markdown_code(&id.to_string()),
            Found::Nothing | Found::Start(_) => String::new(),
        };
        let environment = outputs::environment(&part.outcome).map(|name| format!(" → {name}")).unwrap_or_default();
        let (begun, ended) = part.journal.lifetime();
        let took = begun.zip(ended).map(|(begun, ended)| show(ended.saturating_sub(begun))).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {} {status}{environment} | {id} | {} | {took} |",
            markdown(&part.label),
            sign(status),
            stages_cell(&part.outcome)
        );
    }
    text.push('\n');
}

fn stages_cell(outcome: &Outcome) -> String {
    let Found::Run(_, Some(pipeline)) = &outcome.found else { return String::new() };
    let one = |stage: &Stage| format!("{} {}", stage_sign(&stage.state), markdown_code(&stage.code));
    pipeline.stages.iter().map(one).collect::<Vec<_>>().join(" ")
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

/// A picture of when each stage ran. Mermaid takes the times as they stand, so they read as UTC.
fn gantt(text: &mut String, report: &Report) {
    const BARS: usize = 100;
    let bars: Vec<(&Part, Vec<Line>)> = report.targets.iter().map(|part| (part, part.journal.timeline())).collect();
    if bars.iter().all(|(_, lines)| lines.is_empty()) {
        return;
    }
    text.push_str("```mermaid\ngantt\n    title Stages, in UTC\n    dateFormat YYYY-MM-DDTHH:mm:ss.SSS\n    axisFormat %H:%M:%S\n");
    let mut left = BARS;
    for (part, lines) in bars.iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = writeln!(text, "    section {}", mermaid(&part.label));
        for bar in lines.iter().take(left) {
            let stamp = |at| humantime::format_rfc3339_millis(report.wall(at)).to_string().replace('Z', "");
            let until = bar.until.or(part.journal.lifetime().1).unwrap_or(bar.from);
            // A bar of no length is not drawn.
            let until = until.max(bar.from.saturating_add(std::time::Duration::from_millis(1)));
            let tag = bar_tag(&part.outcome, bar);
            let _ = writeln!(text, "    {} :{tag}{}, {}", bar_name(&bar.code), stamp(bar.from), stamp(until));
        }
        left = left.saturating_sub(lines.len());
        if left == 0 {
            break;
        }
    }
    text.push_str("```\n\n");
}

fn bar_name(code: &str) -> String {
    if code == PACKAGE { "package".to_owned() } else { format!("stage {}", mermaid(code)) }
}

fn bar_tag(outcome: &Outcome, bar: &Line) -> &'static str {
    let failed = match &outcome.found {
        Found::Run(_, Some(pipeline)) => {
            pipeline.stages.iter().any(|stage| stage.code == bar.code && stage.state.is_failure())
        }
        Found::Package(..) => outcome.end.status == Status::Failed,
        Found::Nothing | Found::Run(_, None) | Found::Start(_) => false,
    };
    match (failed, bar.until) {
        (true, _) => "crit, ",
        (false, Some(_)) => "done, ",
        (false, None) => "active, ",
    }
}

/// Every stage and file, folded away.
fn details(text: &mut String, report: &Report, part: &Part) {
    let timeline = part.journal.timeline();
    let mut rows = String::new();
    match &part.outcome.found {
        Found::Run(_, Some(pipeline)) => {
            rows.push_str("| Stage | Type | Status | Began (UTC) | Time | Message |\n|---|---|---|---|---|---|\n");
            for stage in &pipeline.stages {
                let bar = timeline.iter().find(|bar| bar.code == stage.code);
                let began = bar.map(|bar| utc(report.wall(bar.from)).replace(" UTC", "")).unwrap_or_default();
                let took = bar.and_then(|bar| Some(show(bar.until?.saturating_sub(bar.from)))).unwrap_or_default();
                let name = if stage.name.is_empty() { String::new() } else { format!(" {}", markdown(&stage.name)) };
                let _ = writeln!(
                    rows,
                    "| {}{name} | {} | {} | {began} | {took} | {} |",
                    markdown_code(&stage.code),
                    markdown(&stage.kind),
                    markdown(&stage.state.to_string()),
                    markdown(&cut(&stage.message, 1000))
                );
            }
        }
        Found::Package(_, Some(package)) if !package.items.is_empty() => {
            rows.push_str("| File | Version | Status |\n|---|---|---|\n");
            for item in package.items.iter().take(500) {
                let version = item.version.map(|version| version.to_string()).unwrap_or_default();
                let _ = writeln!(rows, "| {} | {version} | {} |", markdown_code(&item.file), item.word());
            }
        }
        Found::Nothing | Found::Run(..) | Found::Package(..) | Found::Start(_) => return,
    }
    let _ = writeln!(text, "<details><summary>{}</summary>\n\n{rows}\n</details>\n", html(&part.label));
}

/// Within an HTML element Markdown's entities are as good as HTML's.
fn html(label: &str) -> String {
    markdown(&line(label))
}

fn requests(report: &Report) -> String {
    let tally = &report.tally;
    let total = tally.by_operation.values().fold(0_u64, |total, count| total.saturating_add(*count));
    let by: Vec<String> = tally.by_operation.iter().map(|(operation, count)| format!("{operation} {count}")).collect();
    let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
    format!("{total} requests{by}, {} retried, {} throttled", tally.retried, tally.throttled)
}

/// Cuts at a line's end, so that nothing is left half open but what a notice can follow.
fn fit(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let mut cut = String::with_capacity(LONGEST);
    for line in text.split_inclusive('\n') {
        if cut.len().saturating_add(line.len()) > LONGEST.saturating_sub(200) {
            break;
        }
        cut.push_str(line);
    }
    let open_fence = cut.matches("```").count() % 2 == 1;
    let open_details = cut.matches("<details>").count() > cut.matches("</details>").count();
    format!(
        "{cut}{}{}\n\nThe summary was cut here; the log has everything.\n",
        if open_fence { "```\n" } else { "" },
        if open_details { "\n</details>\n" } else { "" }
    )
}
