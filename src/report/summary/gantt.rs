//! Draws when each stage ran, as a Mermaid gantt. Mermaid shows the times as they are written: in UTC.

use std::{cmp::Reverse, fmt::Write, time::Duration};

use crate::model::{
    duration::show,
    journal::{Bar, PACKAGE},
    outcome::{Outcome, Remote},
    run_result::DateRun,
    sorted::sort_by,
    status::Status,
    timestamp,
};

use crate::report::{
    escape::{cut, mermaid},
    step::{Report, TargetReport},
};

/// At most this many targets are drawn: nobody reads a longer picture.
const TARGETS: usize = 20;
/// At most this many stages of each: with 20 targets this stays below the 50,000 characters that Mermaid draws
/// (`maxTextSize`):
/// <https://mermaid.js.org/config/schema-docs/config.html#maxtextsize>.
const BARS: usize = 12;

/// The picture; nothing where nothing ran.
pub(super) fn gantt(text: &mut String, report: &Report) {
    let all: Vec<(&TargetReport, &[Bar])> = report
        .targets
        .iter()
        .map(|part| (part, part.journal.timeline()))
        .filter(|(_, bars)| !bars.is_empty())
        .collect();
    let drawn = drawn(&all);
    let spans = || drawn.iter().flat_map(|(part, bars)| bars.iter().map(|bar| (bar.from, part.journal.until(bar))));
    let (Some(first), Some(last)) = (spans().map(|(from, _)| from).min(), spans().map(|(_, until)| until).max()) else {
        return;
    };
    if drawn.len() < all.len() {
        let (shown, count) = (drawn.len(), all.len());
        let _ = writeln!(
            text,
            "The picture shows {shown} of {count} targets: those that were not successful, then the slowest.\n"
        );
    }
    let margin = drawn.iter().map(|(part, _)| margin(&section(part))).max().unwrap_or_default();
    let (axis, tick) = axis(last.saturating_sub(first));
    let _ = writeln!(
        text,
        "```mermaid\n%%{{init: {{\"gantt\": {{\"leftPadding\": {margin}}}}}}}%%\ngantt\n    title Stages, in UTC\n    dateFormat YYYY-MM-DDTHH:mm:ss.SSS\n    axisFormat {axis}\n    tickInterval {tick}\n    todayMarker off"
    );
    for (part, bars) in drawn {
        let _ = writeln!(text, "    section {}", section(part));
        for bar in bars.iter().take(BARS) {
            let stamp = |at| timestamp::milliseconds(report.wall(at)).replace('Z', "");
            let until = part.journal.until(bar);
            let took = show(until.saturating_sub(bar.from));
            // Mermaid does not draw a bar without length, and nobody sees a very short one.
            let visible = last.saturating_sub(first).checked_div(200).unwrap_or_default();
            let until = until.max(bar.from.saturating_add(visible.max(Duration::from_millis(1))));
            let (sign, tag) = bar_style(&part.outcome, bar);
            let _ = writeln!(text, "    {sign} {} {took} :{tag}{}, {}", name(&bar.code), stamp(bar.from), stamp(until));
        }
    }
    text.push_str("```\n\n");
}

fn section(part: &TargetReport) -> String {
    cut(&mermaid(&part.label), 40)
}

/// The room in front of the bars, in pixels, so that they do not cover a section's name.
fn margin(section: &str) -> usize {
    const LEAST: usize = 75;
    let wide = |c: char| if c.is_ascii() { 7_usize } else { 12 };
    section.chars().map(wide).fold(25_usize, usize::saturating_add).max(LEAST)
}

/// Those that went wrong, then the slowest, in the order given.
fn drawn<'a>(all: &[(&'a TargetReport, &'a [Bar])]) -> Vec<(&'a TargetReport, &'a [Bar])> {
    let mut order: Vec<(usize, &TargetReport, &[Bar])> =
        all.iter().enumerate().map(|(at, (part, bars))| (at, *part, *bars)).collect();
    let key = |part: &TargetReport| (part.outcome.end.status.is_good(), Reverse(part.journal.took()));
    sort_by(&mut order, |(_, one, _), (_, other, _)| key(one).cmp(&key(other)));
    order.truncate(TARGETS);
    sort_by(&mut order, |(one, ..), (other, ..)| one.cmp(other));
    order.into_iter().map(|(_, part, bars)| (part, bars)).collect()
}

/// How times are written, and how far apart: some ten marks, that do not run into each other.
fn axis(span: Duration) -> (&'static str, &'static str) {
    match span.as_secs() {
        0..=10 => ("%H:%M:%S", "1second"),
        11..=30 => ("%H:%M:%S", "5second"),
        31..=60 => ("%H:%M:%S", "10second"),
        61..=300 => ("%H:%M:%S", "30second"),
        301..=900 => ("%H:%M", "2minute"),
        901..=1_800 => ("%H:%M", "5minute"),
        1_801..=3_600 => ("%H:%M", "10minute"),
        3_601..=21_600 => ("%H:%M", "1hour"),
        21_601..=86_400 => ("%H:%M", "3hour"),
        _ => ("%m-%d %H:%M", "1day"),
    }
}

/// The sign in front keeps a name such as `section` or `click` from being a keyword of Mermaid.
fn name(code: &str) -> String {
    if code == PACKAGE { "package".to_owned() } else { cut(&mermaid(code), 40) }
}

fn bar_style(outcome: &Outcome, bar: &Bar) -> (char, &'static str) {
    let of_run = outcome.runs.iter().find(|run| run.code() == bar.code);
    let failed = match &outcome.found {
        _ if of_run.is_some() => of_run.is_some_and(DateRun::has_failed),

        Remote::Run(_, Some(pipeline)) => {
            pipeline.stages.iter().any(|stage| stage.code == bar.code && stage.state.is_failure())
        }
        Remote::Package(..) => outcome.end.status == Status::Failed,
        Remote::Nothing | Remote::Run(_, None) | Remote::Start(_) => false,
    };
    match (failed, bar.until) {
        (true, _) => ('✗', "crit, "),
        (false, Some(_)) => ('✓', "done, "),
        (false, None) => ('…', "active, "),
    }
}
