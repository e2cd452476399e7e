//! Writes the job summary: for a failure first what failed, why and what to do; then every target, the picture, details.

mod details;
mod export;
mod failure;
mod gantt;
mod plan;
mod table;

use std::fmt::Write;

use crate::config::spelling::spelled;
use crate::model::{duration::show, journal::Note, status::Status};

use super::{
    escape::{cut, markdown, markdown_code},
    step::{Report, TargetReport, counts, utc},
};

/// GitHub drops a summary over 1 MiB as a whole, and near that limit may drop it too:
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>,
/// <https://github.com/actions/runner/issues/4337>.
const LONGEST: usize = 900 * 1024;
/// At most this many warnings are repeated; the log has them all.
const WARNINGS: usize = 20;
/// More targets that went well than this are folded away.
const OPEN: usize = 20;

/// The whole Markdown, the most important first: where it is too long, its end is cut.
pub fn summary(report: &Report) -> String {
    let mut text = format!("## {}\n\n", title(report));
    if report.parts().count() > 1 {
        let _ = writeln!(text, "{}\n", counts(report.parts()));
    }
    // Each has its own bound, so that none pushes the next one out.
    let sections: [(Section, usize); 7] = [
        (failure::failure, 250 * 1024),
        (plan::plan, 750 * 1024),
        (export::export, 250 * 1024),
        (context, 50 * 1024),
        (table::table, 250 * 1024),
        (gantt::gantt, 60 * 1024),
        (details::details, 150 * 1024),
    ];
    for (section, room) in sections {
        let mut own = String::new();
        section(&mut own, report);
        text.push_str(&fit(own, room));
    }
    table::folded(&mut text, report);
    details::folded(&mut text, report);
    fit(text, LONGEST)
}

type Section = fn(&mut String, &Report);

/// Those that are seen at once and those that are folded away; in both, those that went wrong come first.
fn split(report: &Report, most_bad: usize) -> (Vec<&TargetReport>, Vec<&TargetReport>) {
    let (mut open, good): (Vec<&TargetReport>, Vec<&TargetReport>) =
        report.parts().partition(|part| !part.outcome.end.status.is_good());
    let mut folded = open.split_off(open.len().min(most_bad));
    let crowd = !folded.is_empty() || good.len() > OPEN;
    if crowd { &mut folded } else { &mut open }.extend(good);
    (open, folded)
}

/// A target's name; a name may be as long as an input.
fn name(part: &TargetReport) -> String {
    markdown(&cut(&part.title(), 200))
}

fn title(report: &Report) -> String {
    let what = match report.targets.as_slice() {
        _ if report.plan.is_some() => return of_plan(report),
        [] if report.workflow.is_some() => "DataWorks workflow".to_owned(),
        [] => "DataWorks deployment".to_owned(),
        [part] if report.exported.is_some() => format!("DataWorks export into {}", name(part)),
        [part] => format!("DataWorks deployment of {}", name(part)),
        parts => format!("DataWorks deployment of {} targets", parts.len()),
    };
    format!("{} {what}: {}", sign(report.status()), report.status())
}

fn of_plan(report: &Report) -> String {
    let label = report.plan.as_ref().map(|plan| markdown(&cut(&plan.label, 200))).unwrap_or_default();
    let what = if report.targets.is_empty() { "plan" } else { "deployment" };
    format!("{} DataWorks {what} of {label}: {}", sign(report.status()), report.status())
}

fn sign(status: Status) -> &'static str {
    match (status, status.exit_code()) {
        (Status::Success, _) => "✅",
        (Status::Stopped, _) => "⏸️",
        (Status::Skipped, _) => "⏭️",
        (_, 0) => "📝",
        (_, 3) => "⌛",
        (_, 130 | 143) => "🚫",
        _ => "❌",
    }
}

/// Where, for whom, when, and how many requests it took.
fn context(text: &mut String, report: &Report) {
    let about = &report.about;
    // A heading, because the list before it would go on otherwise.
    text.push_str("### About this run\n\n");
    if !about.place.is_empty() {
        let _ = writeln!(text, "- Where: {}", markdown(&about.place));
    }
    if !about.origin.is_empty() {
        let link = about.url.as_deref().filter(|url| is_plain(url)).map(|url| format!(" ([CI run]({url}))"));
        let _ = writeln!(text, "- For: {}{}", markdown(&about.origin), link.unwrap_or_default());
    }
    let _ = writeln!(text, "- When: {}, for {}", utc(report.started), show(report.took));
    let _ = writeln!(text, "- Requests: {}", requests(report));
    for warning in about.warnings.iter().take(WARNINGS) {
        let _ = writeln!(text, "- ⚠️ {}", markdown(&cut(warning, 500)));
    }
    for (part, warning) in report.parts().flat_map(warnings).take(WARNINGS) {
        let _ = writeln!(text, "- ⚠️ {}: {}", name(part), markdown(&cut(&spelled(warning, report.ci), 500)));
    }
    text.push('\n');
}

fn warnings(part: &TargetReport) -> impl Iterator<Item = (&TargetReport, &str)> {
    part.journal.entries().iter().filter_map(move |entry| match &entry.note {
        Note::Warning(warning) => Some((part, warning.as_str())),
        Note::Begun
        | Note::Known { .. }
        | Note::Stage(_)
        | Note::Package(_)
        | Note::Executed(_)
        | Note::Approval { .. }
        | Note::Retry { .. }
        | Note::Ended(_) => None,
    })
}

/// Whether an address of the CI can stand in a link as it is.
fn is_plain(url: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '.' | '-' | '_' | '%' | '~' | '?' | '=');
    (url.starts_with("https://") || url.starts_with("http://")) && url.chars().all(plain)
}

fn requests(report: &Report) -> String {
    let counts = &report.counts;
    let total = counts.by_operation.values().fold(0_u64, |total, count| total.saturating_add(*count));
    let one = |(operation, count): (&&str, &u64)| format!("{} {count}", markdown_code(operation));
    let by: Vec<String> = counts.by_operation.iter().map(one).collect();
    let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
    let troubled: Vec<String> = [(counts.retried, "retried"), (counts.throttled, "throttled")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!(", {count} {word}"))
        .collect();
    format!("{total}{by}{}", troubled.concat())
}

/// Cuts at a line's end where there are more bytes than that, and closes what was left open.
fn fit(text: String, most: usize) -> String {
    const NOTICE: usize = 300;
    if text.len() <= most {
        return text;
    }
    let mut kept = String::with_capacity(most);
    // What a fence holds begins with no backtick, and a longer fence holds shorter ones.
    let (mut fence, mut folds) = (None, 0_usize);
    for line in text.split_inclusive('\n') {
        if kept.len().saturating_add(line.len()) > most.saturating_sub(NOTICE) {
            break;
        }
        let ticks = line.len().saturating_sub(line.trim_start_matches('`').len());
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(opened) if opened == ticks => fence = None,
            Some(_) => {}
            None => {
                folds = folds.saturating_add(line.matches("<details>").count());
                folds = folds.saturating_sub(line.matches("</details>").count());
            }
        }
        kept.push_str(line);
    }
    let fence = fence.map(|ticks| format!("{}\n", "`".repeat(ticks))).unwrap_or_default();
    let folds = "\n</details>\n".repeat(folds);
    format!(
        "{kept}{fence}{folds}\nCut here: GitHub shows no summary over 1 MiB. The log and the result have everything.\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::samples;

    #[test]
    fn five_thousand_targets_are_cut_cleanly_and_the_failures_are_there() {
        let report = samples::crowd(5_000, "a message of some length, | again and again. ".repeat(20).as_str());
        let text = summary(&report);
        assert!(text.len() <= LONGEST, "{}", text.len());
        assert!(text.trim_end().ends_with("have everything."), "it ends with the notice");
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        assert_eq!(text.matches("```").count() % 2, 0);
        for failed in samples::FAILED_OF_CROWD {
            let at = text.find(&format!("object-id {failed} ")).unwrap();
            assert!(at < 20_000, "{failed} stands at {at}");
        }
        let gantt = text.split("```mermaid").nth(1).unwrap().split("```").next().unwrap();
        assert_eq!(gantt.matches("section ").count(), 20);
        assert!(gantt.len() < 50_000, "Mermaid draws no longer text");
    }

    /// Whatever the names: it is not too long, nothing is left open, and what matters is there.
    #[test]
    fn a_crowd_with_long_hostile_names_is_cut_cleanly_too() {
        let long = samples::HOSTILE.repeat(4);
        let mut some = samples::crowd(5_000, &long);
        some.targets.iter_mut().for_each(|part| part.label = format!("object-name {long}"));
        let all = samples::saying(samples::crowd(5_000, &long), &long);
        for (report, counted) in [(some, "3 failed, 4997 success"), (all, "5000 failed")] {
            let text = summary(&report);
            assert!(text.len() <= LONGEST, "{}", text.len());
            assert!(text.lines().take(3).any(|line| line == counted), "{:?}", text.get(..200));
            for (opened, closed) in [("<details>", "</details>"), ("```mermaid\n", "```\n\n")] {
                assert_eq!(text.matches(opened).count(), text.matches(closed).count(), "{opened}");
            }
            assert_eq!(text.matches("```mermaid\n").count(), 1, "the picture is there");
            let rows = text.lines().filter(|line| line.starts_with('|'));
            assert!(rows.clone().count() > 200);
            assert!(rows.into_iter().all(|row| row.ends_with('|') && [5, 6, 7].contains(&row.matches('|').count())));
        }
    }

    #[test]
    fn only_an_address_without_markup_becomes_a_link() {
        assert!(is_plain("https://github.com/acme/sql/actions/runs/42"));
        assert!(is_plain("https://git.example/acme/sql/actions/runs/42?by_index=1"));
        for url in ["javascript:alert(1)", "https://x/)[y](z", "https://x/<b>", "https://x y", "x"] {
            assert!(!is_plain(url), "{url}");
        }
    }
}
