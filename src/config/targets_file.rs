//! A file of targets: one target per line, an input's name and a value; a mistake names its line.

use crate::model::target::TargetSpec;

use super::{
    error::{InputError, given},
    target_kind::TargetKind,
};

/// The targets of a file's text, in its order.
pub(super) fn targets(path: &str, text: Result<String, String>, errors: &mut Vec<InputError>) -> Vec<TargetSpec> {
    const TOLD: usize = 20;
    let mut wrong = |said: String| errors.push(InputError::new("targets-file", said));
    let text = match text {
        Ok(text) => text,
        Err(why) => {
            wrong(format!("{path} cannot be read: {why}; accepted: a text file with one target per line"));
            return Vec::new();
        }
    };
    let lines = text.lines().zip(1_usize..).map(|(line, number)| (without_comment(line), number));
    let read = lines.filter(|(line, _)| !line.is_empty()).map(|(line, number)| (target(line), line, number));
    let (good, bad): (Vec<_>, Vec<_>) = read.partition(|(target, ..)| target.is_ok());
    for (why, line, number) in bad.iter().take(TOLD) {
        let why = why.as_ref().err().copied().unwrap_or_default();
        wrong(format!("line {number} of {path}: {}", given(line, why)));
    }
    if let Some(more) = bad.len().checked_sub(TOLD).filter(|more| *more > 0) {
        wrong(format!("{path}: and {more} more lines with mistakes"));
    }
    if good.is_empty() && bad.is_empty() {
        wrong(format!("{path} names no target; accepted: one target per line, such as object-id 7001"));
    }
    good.into_iter().filter_map(|(target, ..)| target.ok()).collect()
}

/// A `#` at the start or after a space begins a comment; within a name it is part of it.
fn without_comment(line: &str) -> &str {
    let starts = line.match_indices('#').map(|(at, _)| at);
    let before = |at: usize| line.get(..at).unwrap_or_default();
    let comment = starts.map(before).find(|before| before.chars().next_back().is_none_or(char::is_whitespace));
    comment.unwrap_or(line).trim()
}

fn target(line: &str) -> Result<TargetSpec, &'static str> {
    const KINDS: &str =
        "file-id, node-id, file-name, object-id, object-name, deployment-id or pipeline-run-id, a space, and its value";
    let (input, value) = line.split_once(char::is_whitespace).ok_or(KINDS)?;
    let kind = TargetKind::ALL.into_iter().find(|kind| kind.input() == input).ok_or(KINDS)?;
    kind.read(value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let mut errors = Vec::new();
        let targets = targets("t.txt", Ok(text.to_owned()), &mut errors);
        (targets.iter().map(TargetSpec::label).collect(), errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_line_is_a_target_and_a_comment_is_none() {
        let text =
            "# of tonight\r\n\r\nobject-id 7001\r\n  file-name\ta/b c/#1.sql  # the first\nnode-id 5#6\nfile-id 5 #6";
        let (targets, errors) = read(text);
        assert_eq!(targets, ["object-id 7001", "file-name a/b c/#1.sql", "file-id 5"]);
        assert_eq!(errors.len(), 1);
        assert!(errors[0].starts_with("targets-file: line 5 of t.txt: \"node-id 5#6\" was given"), "{errors:?}");
    }

    #[test]
    fn every_wrong_line_is_named_but_not_thousands() {
        let (targets, errors) = read("object 7001\nfile-id x\nobject-id\nobject-id 8.6E+18\nobject-id 1");
        assert_eq!(targets, ["object-id 1"]);
        let lines: Vec<bool> = (1..5).map(|line| errors[line - 1].contains(&format!("line {line} "))).collect();
        assert_eq!(lines, [true; 4], "{errors:?}");
        let (_, errors) = read(&"nonsense\n".repeat(5_000));
        assert_eq!(errors.len(), 21);
        assert!(errors[20].contains("4980 more"), "{}", errors[20]);
    }

    #[test]
    fn a_file_that_cannot_be_read_or_names_nothing_is_a_mistake() {
        assert!(read("# nothing\n\n").1[0].contains("names no target"));
        let mut errors = Vec::new();
        assert!(targets("t.txt", Err("no such file".into()), &mut errors).is_empty());
        assert!(errors[0].to_string().contains("t.txt cannot be read: no such file"));
    }
}
