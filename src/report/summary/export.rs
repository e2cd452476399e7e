//! Writes what an export did: a line that counts, and a table of the objects whose files changed, or were kept.

use std::fmt::Write;

use crate::report::{
    escape::{cut, markdown, markdown_code},
    export::ExportRow,
    step::Report,
};

/// At most this many objects are shown; the log names them all.
const ROWS: usize = 1000;
/// At most this many files of each.
const FILES: usize = 5;

/// The export, where there is one.
pub(super) fn export(text: &mut String, report: &Report) {
    let Some(exported) = &report.exported else { return };
    let _ = writeln!(text, "### Export\n\n{}\n", exported.sum().trim_start_matches("export: "));
    let count = exported.told().count();
    if count == 0 {
        return;
    }
    text.push_str("| Object | Kind | Export | Files |\n|---|---|---|---|\n");
    exported.told().take(ROWS).for_each(|row| line(text, row));
    if count > ROWS {
        let _ = writeln!(text, "| … and {} more | | | |", count.saturating_sub(ROWS));
    }
    text.push('\n');
}

fn line(text: &mut String, row: &ExportRow) {
    let name = |path: &std::path::Path| {
        path.file_name().map(|name| markdown_code(&cut(&name.to_string_lossy(), 200))).unwrap_or_default()
    };
    let files: Vec<String> = row.files.iter().take(FILES).map(|file| name(&file.path)).collect();
    let path = markdown_code(&cut(&row.path, 200));
    let _ = writeln!(text, "| {path} | {} | {} | {} |", row.kind(), markdown(row.state.word()), files.join(", "));
}
