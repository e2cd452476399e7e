//! ARCHITECTURE.md is true: its import table is the law's, and the files that it names are there.

use super::{documents::rows, imports::LAW, tree};

const DOCUMENT: &str = "ARCHITECTURE.md";
/// What the table leaves out: the entry point, and what benches and fuzz targets see.
const BESIDE: [&str; 3] = ["bench", "fuzzing", "main"];

#[test]
fn the_modules_are_those_of_the_law() {
    let rows = rows(DOCUMENT, "The layout and the import law");
    for (module, ours, _) in LAW.iter().filter(|(module, ..)| !BESIDE.contains(module)) {
        let row = rows.iter().find(|row| row.cells[0] == format!("`{module}`"));
        let row = row.unwrap_or_else(|| panic!("{DOCUMENT} has no module {module}"));
        let is_module = |word: &&str| LAW.iter().any(|(module, ..)| module == word);
        let mut told: Vec<&str> = words(&row.cells[2]).filter(is_module).collect();
        told.sort_unstable();
        assert_eq!(told, *ours, "what {module} may know, as {DOCUMENT} has it and as the law");
    }
    assert_eq!(rows.len(), LAW.len() - BESIDE.len(), "{DOCUMENT} has a module that is not there");
}

#[test]
fn every_file_of_a_table_is_there() {
    for chapter in ["One place for each decision", "How it is tested"] {
        let rows = rows(DOCUMENT, chapter);
        let named: Vec<&str> = rows.iter().flat_map(|row| words(row.cells.last().unwrap())).collect();
        let paths = named.into_iter().filter(|word| word.contains(['/', '.']));
        let missing: Vec<&str> = paths.filter(|path| !tree::has(path) && !tree::has(&format!("src/{path}"))).collect();
        assert!(missing.is_empty() && rows.len() > 10, "{DOCUMENT}, {chapter}: not there are {missing:?}");
    }
}

/// What is between backticks.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}
