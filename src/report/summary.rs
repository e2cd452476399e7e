//! The job summary. For a failure first what failed, why and what to do; then every target, the picture, the details.

mod details;
mod failure;
mod gantt;
mod table;

use std::fmt::Write;

use crate::model::{journal::Note, outcome::Status, span::show};

use super::{
    Part, Report,
    escape::{cut, markdown, markdown_code},
    utc,
};

/// GitHub throws a summary over 1 MiB away as a whole; this is well below.
const LONGEST: usize = 900 * 1024;
/// So many warnings are told again; the log has them all.
const WARNINGS: usize = 20;

/// The whole Markdown, the most important first: where it is too long, its end is cut.
pub fn summary(report: &Report) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "## {}\n", title(report));
    failure::failure(&mut text, report);
    context(&mut text, report);
    table::table(&mut text, report);
    gantt::gantt(&mut text, report);
    details::details(&mut text, report);
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

/// Where, for whom, when, and at what price in requests.
fn context(text: &mut String, report: &Report) {
    let about = &report.about;
    if report.parts().count() > 1 {
        let _ = writeln!(text, "- What: {}", counts(report));
    }
    if !about.place.is_empty() {
        let _ = writeln!(text, "- Where: {}", markdown(&about.place));
    }
    if !about.origin.is_empty() {
        let link = about.url.as_deref().filter(|url| is_plain(url)).map(|url| format!(" ([CI run]({url}))"));
        let _ = writeln!(text, "- For: {}{}", markdown(&about.origin), link.unwrap_or_default());
    }
    let _ = writeln!(text, "- When: {}, for {}", utc(report.started), show(report.took));
    let _ = writeln!(text, "- Requests: {}", requests(report));
    for (label, said) in report.parts().flat_map(warnings).take(WARNINGS) {
        let _ = writeln!(text, "- ⚠️ {}: {}", markdown(label), markdown(&cut(said, 500)));
    }
    text.push('\n');
}

/// `3 success, 1 failed, 8 skipped`.
fn counts(report: &Report) -> String {
    let mut counts: Vec<(String, u32)> = Vec::new();
    for part in report.parts() {
        let status = part.outcome.end.status.to_string();
        match counts.iter_mut().find(|(word, _)| *word == status) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((status, 1)),
        }
    }
    counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

fn warnings(part: &Part) -> impl Iterator<Item = (&str, &str)> {
    part.journal.entries().iter().filter_map(|entry| match &entry.note {
        Note::Warning(said) => Some((part.label.as_str(), said.as_str())),
        Note::Begun
        | Note::Known { .. }
        | Note::Stage(_)
        | Note::Package(_)
        | Note::Executed(_)
        | Note::Approval { .. }
        | Note::Trouble { .. }
        | Note::Ended(_) => None,
    })
}

/// Whether an address of the CI can stand in a link as it is.
fn is_plain(url: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '.' | '-' | '_' | '%' | '~');
    (url.starts_with("https://") || url.starts_with("http://")) && url.chars().all(plain)
}

fn requests(report: &Report) -> String {
    let tally = &report.tally;
    let total = tally.by_operation.values().fold(0_u64, |total, count| total.saturating_add(*count));
    let one = |(operation, count): (&&str, &u64)| format!("{} {count}", markdown_code(operation));
    let by: Vec<String> = tally.by_operation.iter().map(one).collect();
    let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
    let troubled: Vec<String> = [(tally.retried, "retried"), (tally.throttled, "throttled")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!(", {count} {word}"))
        .collect();
    format!("{total}{by}{}", troubled.concat())
}

/// Cuts at a line's end, and closes what was left open.
fn fit(text: String) -> String {
    const NOTICE: usize = 200;
    if text.len() <= LONGEST {
        return text;
    }
    let mut kept = String::with_capacity(LONGEST);
    for line in text.split_inclusive('\n') {
        if kept.len().saturating_add(line.len()) > LONGEST.saturating_sub(NOTICE) {
            break;
        }
        kept.push_str(line);
    }
    let open_fence = kept.matches("```").count() % 2 == 1;
    let open_details = kept.matches("<details>").count() > kept.matches("</details>").count();
    format!(
        "{kept}{}{}\nThe summary was cut here: GitHub shows none that is longer. The log and the result have everything.\n",
        if open_fence { "```\n" } else { "" },
        if open_details { "\n</details>\n" } else { "" }
    )
}

#[cfg(test)]
mod tests {
    use super::{super::samples, *};

    #[test]
    fn five_thousand_targets_are_cut_cleanly_and_the_failures_are_there() {
        let report = samples::crowd(5_000, "a message of some length, | again and again. ".repeat(20).as_str());
        let text = summary(&report);
        assert!(text.len() <= LONGEST, "{}", text.len());
        assert!(text.ends_with("have everything.\n"), "it ends with the notice");
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

    #[test]
    fn only_an_address_without_markup_becomes_a_link() {
        assert!(is_plain("https://github.com/acme/sql/actions/runs/42"));
        for url in ["javascript:alert(1)", "https://x/)[y](z", "https://x/<b>", "https://x y", "x"] {
            assert!(!is_plain(url), "{url}");
        }
    }
}
