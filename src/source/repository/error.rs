//! Says what is wrong in the files of a repository and where, and collects it, so that everything is reported at once.

use std::{collections::BTreeMap, fmt};

use crate::model::sorted::sort_by;

use super::position::{Position, Step, offset};

/// How many mistakes of one file are reported; the rest is counted. A file that was broken by a merge can have
/// thousands.
const TOLD: usize = 20;
/// How many characters of a message are kept. It quotes names and keys, which may be as long as a file.
const SHOWN: usize = 1_000;

/// One mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceError {
    /// The file, as seen from where the step was started; or the input, where the mistake is in an input.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
    /// What was seen there, and what to do.
    pub message: String,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// Something in the repository that has no effect, although somebody may believe that it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceWarning {
    /// The file or folder.
    pub file: String,
    /// What has no effect, and why.
    pub message: String,
}

impl fmt::Display for SourceWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

/// All mistakes and warnings so far.
#[derive(Debug, Default)]
pub struct Findings {
    errors: Vec<SourceError>,
    warnings: Vec<SourceWarning>,
    by_file: BTreeMap<String, usize>,
}

impl Findings {
    /// Adds a mistake of a whole file.
    pub fn file(&mut self, file: &str, message: impl Into<String>) {
        self.at(file, Position::START, message);
    }

    /// Adds a mistake at a position.
    pub fn at(&mut self, file: &str, position: Position, message: impl Into<String>) {
        if self.is_told(file) {
            self.push(file, position, message.into());
        }
    }

    /// Adds a mistake at an offset of a text.
    pub fn offset(&mut self, (file, text): (&str, &str), offset: usize, message: impl Into<String>) {
        if self.is_told(file) {
            self.push(file, Position::of(text, offset), message.into());
        }
    }

    /// Adds a mistake at a field of a JSON text, or where that field is missing.
    pub fn field(&mut self, (file, text): (&str, &str), path: &[Step], message: impl Into<String>) {
        if self.is_told(file) {
            self.push(file, Position::of(text, offset(text, path)), message.into());
        }
    }

    /// Adds a warning.
    pub fn warn(&mut self, file: &str, message: impl Into<String>) {
        self.warnings.push(SourceWarning { file: file.to_owned(), message: message.into() });
    }

    /// Whether there is no mistake yet.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// The warnings; or every mistake, in the order of files and lines.
    pub fn into_result(mut self) -> Result<Vec<SourceWarning>, Vec<SourceError>> {
        if self.errors.is_empty() {
            return Ok(self.warnings);
        }
        sort_by(&mut self.errors, SourceError::cmp);
        self.errors.dedup();
        for (file, count) in self.by_file.into_iter().filter(|(_, count)| *count > TOLD) {
            let message = format!("and {} more mistakes in this file", count.saturating_sub(TOLD));
            self.errors.push(SourceError { file, line: 1, column: 1, message });
        }
        Err(self.errors)
    }

    fn push(&mut self, file: &str, Position { line, column }: Position, mut message: String) {
        if let Some((end, _)) = message.char_indices().nth(SHOWN) {
            message.truncate(end);
            message.push('…');
        }
        self.errors.push(SourceError { file: file.to_owned(), line, column, message });
    }

    /// Counts a mistake of the file. To find a position reads the file again, so it is done for those that are reported
    /// only.
    fn is_told(&mut self, file: &str) -> bool {
        let count = self.by_file.entry(file.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count <= TOLD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_thousand_mistakes_shows_twenty_and_counts_the_rest() {
        let mut findings = Findings::default();
        (1..=1000).for_each(|line| findings.at("a", Position { line, column: 1 }, "wrong"));
        findings.file("b", "wrong");
        let errors = findings.into_result().unwrap_err();
        assert_eq!(errors.iter().filter(|error| error.file == "a" && error.message == "wrong").count(), 20);
        assert_eq!(errors.last().unwrap().to_string(), "a:1:1: and 980 more mistakes in this file");
        assert_eq!(errors.len(), 22);
    }

    #[test]
    fn a_message_that_quotes_a_whole_file_is_cut() {
        let mut findings = Findings::default();
        findings.file("a", "列".repeat(5_000));
        let errors = findings.into_result().unwrap_err();
        assert_eq!(errors[0].message.chars().count(), 1_001);
    }
}
