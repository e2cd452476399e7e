//! Writes what GitHub Actions reads: outputs by heredoc, workflow commands, groups and annotations.

use super::escape::{cut, github_data, github_property, line};
use crate::config::error::Place;

/// One output in the heredoc form. The delimiter is random and not part of the value, so nothing in the value closes it.
pub fn output(name: &str, value: &str, random: &str) -> String {
    let mut delimiter = format!("dwd_{random}");
    while value.contains(&delimiter) {
        delimiter.push('_');
    }
    format!("{name}<<{delimiter}\n{value}\n{delimiter}\n")
}

/// Opens a foldable group.
pub fn group(title: &str) -> String {
    format!("::group::{}", github_data(&cut(&line(title), 200)))
}

/// Closes it.
pub fn end_group() -> String {
    "::endgroup::".to_owned()
}

/// An error annotation. The runner cuts a message after 4,096 characters (`_maxIssueMessageLength`):
/// <https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs>.
pub fn error(title: &str, message: &str) -> String {
    error_at(None, title, message)
}

/// The same beside a line of a file: GitHub shows it in the changes of a pull request.
pub fn error_at(place: Option<&Place>, title: &str, message: &str) -> String {
    let file = |place: &Place| {
        let (file, line, column) = (github_property(&line(&place.file)), place.line, place.column);
        format!("file={file},line={line},col={column},")
    };
    annotation("error", &place.map(file).unwrap_or_default(), title, message)
}

/// A warning annotation.
pub fn warning(title: &str, message: &str) -> String {
    annotation("warning", "", title, message)
}

/// Masks a secret wherever the runner shows it: whole, and each line of it.
pub fn mask(secret: &str) -> Vec<String> {
    let lines = secret.lines().map(str::trim).filter(|line| !line.is_empty());
    let whole = Some(secret).filter(|secret| secret.trim().contains('\n'));
    whole.into_iter().chain(lines).map(|text| format!("::add-mask::{}", github_data(text))).collect()
}

fn annotation(kind: &str, place: &str, title: &str, message: &str) -> String {
    const LONGEST: usize = 4000;
    let title = github_property(&cut(&line(title), 200));
    format!("::{kind} {place}title={title}::{}", github_data(&cut(&line(message), LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runner's own parser of the file, as its source has it.
    fn read(file: &str) -> Vec<(String, String)> {
        let mut outputs = Vec::new();
        let mut lines = file.split('\n');
        while let Some(line) = lines.next() {
            if line.is_empty() {
                continue;
            }
            let (name, delimiter) = line.split_once("<<").expect("the heredoc form");
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            outputs.push((name.to_owned(), value.join("\n")));
        }
        outputs
    }

    #[test]
    fn every_value_comes_back_and_none_escapes() {
        let hostile = "a\nstatus<<X\nsuccess\nX\nEOF\ndwd_1234\n=\n";
        let file = [output("status", "failed", "1234"), output("message", hostile, "1234")].concat();
        let read = read(&file);
        assert_eq!(read[0], ("status".into(), "failed".into()));
        assert_eq!(read[1], ("message".into(), hostile.to_owned()));
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn a_secret_of_several_lines_is_masked_whole_and_line_by_line() {
        assert_eq!(mask("one"), ["::add-mask::one"]);
        assert_eq!(mask("a%\n\n b\n"), ["::add-mask::a%25%0A%0A b%0A", "::add-mask::a%25", "::add-mask::b"]);
        assert_eq!(mask(" \n"), Vec::<String>::new());
    }

    #[test]
    fn an_annotation_is_one_line_with_one_message() {
        let text = error("PROD_CHECK, 检查: failed", "50%\n::warning::x ##[error]y");
        assert_eq!(text, "::error title=PROD_CHECK%2C 检查%3A failed::50%25 ::warning::x ## [error]y");
    }
}
