//! Shows a change to people: a unified diff of the code, and a line for each other field.

use serde_json::Value;
use similar::{DiffOp, group_diff_ops};

use super::mask::Secrets;
use crate::source::spec::{code::lines, compare::FieldDifference, line_diff::operations, shape::CONTENT};

/// How long a diff may be, in bytes.
const LONGEST: usize = 64 * 1024;

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// What would change in an object, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// A unified diff of the code, then a line for each other field.
    pub text: String,
    /// How many of its lines are of the code.
    pub code_lines: usize,
}

/// The diff of a row, from what the workspace has to what the repository wants.
pub fn diff(name: &str, fields: &[FieldDifference], secrets: &Secrets) -> Diff {
    let mut text = String::new();
    let mut lines = String::new();
    for field in fields {
        match (field.path.as_str(), &field.from, &field.to) {
            (CONTENT, Some(Value::String(from)), Some(Value::String(to))) => {
                text.push_str(&code(name, from, to, secrets));
            }
            (CONTENT, None, Some(Value::String(to))) => text.push_str(&code(name, "", to, secrets)),
            _ => lines.push_str(&format!("{}\n", line(field, secrets))),
        }
    }
    let code_lines = text.lines().count();
    let text = cut(text + &lines);
    Diff { code_lines: code_lines.min(text.lines().count()), text }
}

/// A field on one line: `trigger.cron: "00 30 02 * * ?" → "00 00 03 * * ?"`.
pub fn line(field: &FieldDifference, secrets: &Secrets) -> String {
    let (from, to) = secrets.field(field.from.as_ref(), field.to.as_ref());
    let [from, to] = [from, to].map(|value| value.map_or_else(|| "(none)".to_owned(), |value| value.to_string()));
    format!("{}: {from} → {to}", secrets.clear(&field.path))
}

/// What is compared are the texts themselves, so that another secret is still seen as a change.
fn code(name: &str, from: &str, to: &str, secrets: &Secrets) -> String {
    let (from_shown, to_shown) = secrets.code(from, to);
    let [from, to] = [from, to].map(lines);
    let [from, to] = [&from, &to].map(|text| text.split('\n').filter(|_| !text.is_empty()).collect::<Vec<_>>());
    let mut text = format!("--- {name} (DataWorks)\n+++ {name} (repository)\n");
    for hunk in group_diff_ops(operations(&from, &to), CONTEXT) {
        let Some((first, last)) = hunk.first().zip(hunk.last()) else { continue };
        let (old, new) = (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end);
        text.push_str(&format!("@@ -{} +{} @@\n", range(&old), range(&new)));
        for operation in hunk {
            let (old, new) = (operation.old_range(), operation.new_range());
            let (sign, new) = if matches!(operation, DiffOp::Equal { .. }) { (' ', 0..0) } else { ('-', new) };
            let old = from_shown.get(old).unwrap_or_default().iter().map(|line| (sign, line));
            let new = to_shown.get(new).unwrap_or_default().iter().map(|line| ('+', line));
            old.chain(new).for_each(|(sign, line)| text.push_str(&format!("{sign}{line}\n")));
        }
    }
    text
}

/// Lines are counted from 1; an empty range is behind the line that it names.
fn range(lines: &std::ops::Range<usize>) -> String {
    let begin = if lines.is_empty() { lines.start } else { lines.start.saturating_add(1) };
    if lines.len() == 1 { begin.to_string() } else { format!("{begin},{}", lines.len()) }
}

/// Cuts on a line, and says how much is missing.
fn cut(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    // Room for the last line.
    let most = LONGEST.saturating_sub(64);
    let mut kept = String::new();
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next_if(|line| kept.len().saturating_add(line.len()) <= most) {
        kept.push_str(line);
    }
    format!("{kept}… {} more lines\n", lines.count())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(path: &str, from: Value, to: Value) -> FieldDifference {
        FieldDifference {
            path: path.into(),
            from: Some(from).filter(|from| !from.is_null()),
            to: Some(to).filter(|to| !to.is_null()),
        }
    }

    fn secrets() -> Secrets {
        Secrets::new(["hunter2".to_owned()])
    }

    #[test]
    fn code_and_fields_of_a_row_as_they_are_shown() {
        let from: String = (1..=20).map(|at| format!("line {at}\n")).collect();
        let to = from.replace("line 3\n", "line three\nline and a half\n").replace("line 18\n", "");
        let fields = [
            field("script.content", from.into(), to.into()),
            field("trigger.cron", json!("00 30 02 * * ?"), json!("00 00 03 * * ?")),
            field("dependencies[ws.a]", json!(null), json!({ "output": "ws.a" })),
        ];
        assert_eq!(
            diff("dws/load", &fields, &secrets()).text,
            "--- dws/load (DataWorks)\n+++ dws/load (repository)\n@@ -1,6 +1,7 @@\n line 1\n line 2\n-line 3\n+line three\n\
             +line and a half\n line 4\n line 5\n line 6\n@@ -15,6 +16,5 @@\n line 15\n line 16\n line 17\n-line 18\n line 19\n line 20\n\
             trigger.cron: \"00 30 02 * * ?\" → \"00 00 03 * * ?\"\ndependencies[ws.a]: (none) → {\"output\":\"ws.a\"}\n"
        );
    }

    #[test]
    fn the_code_stands_first_wherever_it_is_among_the_fields() {
        let fields = [field("name", json!(null), json!("load")), field("script.content", json!(null), json!("a\n"))];
        let text = diff("load", &fields, &secrets());
        assert_eq!(
            text.text,
            "--- load (DataWorks)\n+++ load (repository)\n@@ -0,0 +1 @@\n+a\nname: (none) → \"load\"\n"
        );
    }

    #[test]
    fn a_secret_that_changed_is_seen_to_change_and_not_seen() {
        let fields = [
            field("script.content", json!("a\npw=older\n"), json!("a\npw=hunter2\n")),
            field("description", json!("older"), json!("hunter2")),
        ];
        assert_eq!(
            diff("load", &fields, &secrets()).text,
            "--- load (DataWorks)\n+++ load (repository)\n@@ -1,2 +1,2 @@\n a\n-pw=***\n+pw=***\ndescription: \"***\" → \"***\"\n"
        );
    }

    #[test]
    fn code_comes_first_wherever_its_field_stands() {
        let fields = [
            field("description", json!("a"), json!("b")),
            field("script.content", json!("a"), json!("b")),
            field("timeout", json!(1), json!(2)),
        ];
        let diff = diff("load", &fields, &secrets());
        assert_eq!(diff.code_lines, 5);
        assert!(diff.text.ends_with("-a\n+b\ndescription: \"a\" → \"b\"\ntimeout: 1 → 2\n"), "{}", diff.text);
    }

    #[test]
    fn code_that_is_new_is_all_added() {
        let new = diff("load", &[field("script.content", json!(null), json!("a\nb\n"))], &secrets()).text;
        assert_eq!(new, "--- load (DataWorks)\n+++ load (repository)\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    #[test]
    fn a_diff_of_any_length_ends_on_a_line_within_its_bound() {
        let text = |word: &str| Value::from((0..50_000).map(|at| format!("{word} {at}\n")).collect::<String>());
        let long = diff("load", &[field("script.content", text("old"), text("new"))], &secrets()).text;
        assert!(long.len() <= LONGEST && long.len() > LONGEST - 100, "{}", long.len());
        assert!(long.starts_with("--- load (DataWorks)\n+++ load (repository)\n@@ -1,50000 +1,50000 @@\n-old 0\n"));
        let last: Vec<&str> = long.lines().rev().take(2).collect();
        assert!(
            last[0].starts_with("… ") && last[0].ends_with(" more lines") && last[1].starts_with("-old "),
            "{last:?}"
        );
        let one = diff("load", &[field("script.content", json!("x".repeat(100_000)), json!("y"))], &secrets());
        assert!(one.text.len() < LONGEST, "a line that is too long alone is left out");
    }

    #[test]
    fn long_texts_are_compared_from_both_ends() {
        let lines = |changed: &str| -> String {
            (0..6_000).map(|at| if at == 3_000 { changed.to_owned() } else { format!("{at}\n") }).collect()
        };
        let diff =
            diff("load", &[field("script.content", lines("old\n").into(), lines("new\nmore\n").into())], &secrets())
                .text;
        assert_eq!(
            diff,
            "--- load (DataWorks)\n+++ load (repository)\n@@ -2998,7 +2998,8 @@\n 2997\n 2998\n 2999\n-old\n+new\n+more\n 3001\n 3002\n 3003\n"
        );
    }
}
