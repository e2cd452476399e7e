//! Says what an export did with each object, and holds the files that it writes.

use super::change::Replace;
use crate::source::repository::desired::{Key, ObjectKind};

/// An export.
#[derive(Debug, Default)]
pub struct ExportReport {
    /// Its objects, workflows before their nodes.
    pub rows: Vec<ExportRow>,
}

/// One object.
#[derive(Debug)]
pub struct ExportRow {
    /// Its identity.
    pub key: Key,
    /// Its folder below `source`.
    pub path: String,
    /// What became of its files.
    pub state: ExportState,
    /// Those whose text changes.
    pub files: Vec<Replace>,
}

/// What became of the files of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// The folder did not have it.
    Added,
    /// What differed was changed.
    Changed,
    /// Nothing differs.
    Unchanged,
    /// The workspace does not have it: its files stay as they are.
    Kept,
    /// It was to be written, and a file before it, or one of its own, could not be.
    NotWritten,
}

impl ExportState {
    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Kept => "not in DataWorks, kept",
            Self::NotWritten => "not written",
        }
    }
}

impl ExportReport {
    /// How many objects have files that changed, or would change.
    pub fn changes(&self) -> usize {
        self.count(ExportState::Added).saturating_add(self.count(ExportState::Changed))
    }

    /// How many objects are in a state.
    pub fn count(&self, state: ExportState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }

    /// `export: 1 added, 2 changed, 14 unchanged, 0 not in DataWorks`.
    pub fn sum(&self) -> String {
        let [added, changed, unchanged, kept] =
            [ExportState::Added, ExportState::Changed, ExportState::Unchanged, ExportState::Kept]
                .map(|state| self.count(state));
        format!("export: {added} added, {changed} changed, {unchanged} unchanged, {kept} not in DataWorks")
    }

    /// The rows that a person looks for: none in which nothing changed.
    pub fn told(&self) -> impl Iterator<Item = &ExportRow> {
        self.rows.iter().filter(|row| row.state != ExportState::Unchanged)
    }

    /// Writes its files one after another. The first that cannot be written ends it: the error, and how many were written.
    pub fn write<E>(&mut self, mut replace: impl FnMut(&Replace) -> Result<(), E>) -> Result<(), (E, usize)> {
        let (mut failed, mut written) = (None, 0_usize);
        for row in &mut self.rows {
            let before = written;
            for file in &row.files {
                if failed.is_some() {
                    break;
                }
                match replace(file) {
                    Ok(()) => written = written.saturating_add(1),
                    Err(error) => failed = Some(error),
                }
            }
            if failed.is_some() && written == before && !row.files.is_empty() {
                row.state = ExportState::NotWritten;
            }
        }
        failed.map_or(Ok(()), |error| Err((error, written)))
    }
}

impl ExportRow {
    /// `workflow` or `node`.
    pub fn kind(&self) -> &'static str {
        match self.key.kind {
            ObjectKind::Workflow => "workflow",
            ObjectKind::Node => "node",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, state: ExportState, files: &[&str]) -> ExportRow {
        let key = Key { workflow: None, kind: ObjectKind::Node, name: path.to_owned() };
        let files = files.iter().map(|file| Replace::public(file, String::new())).collect();
        ExportRow { key, path: path.to_owned(), state, files }
    }

    #[test]
    fn a_file_that_cannot_be_written_ends_it_and_what_was_not_written_is_not_counted() {
        let rows = [
            row("a", ExportState::Added, &["a.spec.json", "a.sql"]),
            row("b", ExportState::Unchanged, &[]),
            row("c", ExportState::Changed, &["c.spec.json", "c.sql"]),
            row("d", ExportState::Changed, &["d.sql"]),
        ];
        let written = |fails: &str| {
            let mut report =
                ExportReport { rows: rows.iter().map(|one| row(&one.path, one.state, &names(one))).collect() };
            let ended = report.write(|file| if file.path.ends_with(fails) { Err("full") } else { Ok(()) });
            (ended, report.changes(), report.rows.iter().map(|row| row.state.word()).collect::<Vec<_>>())
        };
        assert_eq!(written("none"), (Ok(()), 3, vec!["added", "unchanged", "changed", "changed"]));
        assert_eq!(
            written("c.spec.json"),
            (Err(("full", 2)), 1, vec!["added", "unchanged", "not written", "not written"])
        );
        assert_eq!(written("c.sql"), (Err(("full", 3)), 2, vec!["added", "unchanged", "changed", "not written"]));
    }

    fn names(row: &ExportRow) -> Vec<&str> {
        row.files.iter().filter_map(|file| file.path.to_str()).collect()
    }
}
