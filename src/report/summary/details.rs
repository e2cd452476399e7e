//! Writes every stage and file of every target, folded away; those that went wrong first.

use std::fmt::Write;

use crate::model::{duration::show, outcome::Remote, package::Package, pipeline::Stage};

use super::{LONGEST, OPEN, name, split};
use crate::report::{
    escape::{cut, markdown, markdown_code},
    step::{Report, TargetReport, utc},
};

/// At most this many files of a package are listed.
const FILES: usize = 500;

/// One folded table per target; of many targets only those that went wrong.
pub(super) fn details(text: &mut String, report: &Report) {
    split(report, OPEN).0.into_iter().for_each(|part| one(text, report, part));
}

/// The rest of many targets, all together.
pub(super) fn folded(text: &mut String, report: &Report) {
    let (_, folded) = split(report, OPEN);
    if folded.is_empty() {
        return;
    }
    text.push_str("<details><summary>Stages and files of the other targets</summary>\n\n");
    for part in folded {
        if text.len() > LONGEST {
            // It is cut there in any case.
            break;
        }
        one(text, report, part);
    }
    text.push_str("</details>\n\n");
}

fn one(text: &mut String, report: &Report, part: &TargetReport) {
    let staged = part.outcome.stages();
    let mut rows = if staged.is_empty() { String::new() } else { stages(report, part, &staged) };
    if let Remote::Package(_, Some(package)) = &part.outcome.found
        && !package.items.is_empty()
    {
        let between = if rows.is_empty() { "" } else { "\n" };
        rows = format!("{}{between}{rows}", files(package));
    }
    if rows.is_empty() {
        return;
    }
    // Within an HTML element Markdown's entities are as good as HTML's.
    let _ = writeln!(text, "<details><summary>{}</summary>\n\n{rows}\n</details>\n", name(part));
}

fn stages(report: &Report, part: &TargetReport, all: &[Stage]) -> String {
    let mut rows =
        String::from("| Stage | Type | Status | Began (UTC) | Time | Message |\n|---|---|---|---|---|---|\n");
    for stage in all {
        let bar = part.journal.bar(&stage.code);
        let began = bar.map(|bar| utc(report.wall(bar.from)).replace(" UTC", "")).unwrap_or_default();
        let took = bar.and_then(|bar| Some(show(bar.until?.saturating_sub(bar.from)))).unwrap_or_default();
        let named =
            if stage.name.is_empty() { String::new() } else { format!(" {}", markdown(&cut(&stage.name, 200))) };
        let _ = writeln!(
            rows,
            "| {}{named} | {} | {} | {began} | {took} | {} |",
            markdown_code(&cut(&stage.code, 100)),
            markdown(&cut(&stage.kind, 100)),
            markdown(&cut(&stage.state.to_string(), 100)),
            markdown(&cut(&stage.message, 1000))
        );
    }
    rows
}

fn files(package: &Package) -> String {
    let mut rows = String::from("| File | Version | Status |\n|---|---|---|\n");
    let (bad, good): (Vec<_>, Vec<_>) = package.items.iter().partition(|item| item.has_failed());
    for item in bad.iter().chain(&good).take(FILES) {
        let version = item.version.map(|version| version.to_string()).unwrap_or_default();
        let _ = writeln!(rows, "| {} | {version} | {} |", markdown_code(&item.file), item.word());
    }
    if package.items.len() > FILES {
        let _ = writeln!(rows, "| … and {} more | | |", package.items.len().saturating_sub(FILES));
    }
    rows
}
