//! Decides which folder is an object, which of its files is what, and which names are skipped.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::sorted::collected;

use super::{
    error::Findings,
    tree::{Bound, Entry, MAX_DEPTH, MAX_ENTRIES, MAX_TOTAL, Tree},
    work,
};

/// How the name of a spec ends; before it stands the name of the object.
pub const SPEC: &str = ".spec.json";
/// The file of values for placeholders.
pub const PROPERTIES: &str = "dataworks.properties";
/// The folder in which DataWorks' own Git integration keeps its settings.
const SYSTEM: &str = "DATAWORKS_SYSTEM_CONFIG";

/// A file of a folder that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in the folder.
    pub name: String,
    /// What is there.
    pub entry: Entry,
}

/// The files of one folder, without those of the folders in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Its `*.spec.json`; one makes it an object.
    pub specs: Vec<File>,
    /// All other files; in the folder of a node one is its code.
    pub code: Vec<File>,
    /// Its `dataworks.properties`.
    pub properties: Option<Entry>,
}

/// Whether a file or a folder of this name is skipped, with all that is in it.
///
/// Whoever reads the disk asks too: `.git` need not be read.
pub fn is_passed_over(name: &str) -> bool {
    let is_documentation =
        name.starts_with("README") || name.starts_with("LICENSE") || name.strip_suffix(".md").is_some();
    name.starts_with('.') || name == SYSTEM || (is_documentation && !name.ends_with(SPEC))
}

/// The files that say something of an object, as seen from where the step was started: all in a folder with a spec, and
/// every `dataworks.properties`. A report of an earlier run that lies elsewhere in the tree is not one of them.
pub fn files_of_objects(tree: &Tree) -> Vec<String> {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let objects: BTreeSet<String> = collected(tree.paths().filter(|path| path.ends_with(SPEC)).map(folder));
    let is_of_object = |path: &&str| path.ends_with(PROPERTIES) || objects.contains(&folder(path));
    tree.paths().filter(is_of_object).map(|path| tree.path(path)).collect()
}

/// The folders that have files, by their paths; the outermost one is the empty path.
pub fn folders(tree: &mut Tree, findings: &mut Findings) -> BTreeMap<String, Folder> {
    if let Some(bound) = tree.bound() {
        findings.file(tree.name(), passed(bound));
    }
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    for (path, entry) in tree.take_entries() {
        work::step();
        if path.split('/').any(is_passed_over) {
            continue;
        }
        match &entry {
            Entry::LinkOut => {
                let message = format!("this link leads out of {}; replace it with the file itself", tree.name());
                findings.file(&tree.path(&path), message);
                continue;
            }
            Entry::Unreadable(why) => {
                findings.file(&tree.path(&path), format!("cannot be read: {why}"));
                continue;
            }
            Entry::LinkAgain => continue,
            Entry::File { .. } | Entry::TooLarge => {}
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let folder = folders.entry(folder.to_owned()).or_default();
        if name == PROPERTIES {
            folder.properties = Some(entry);
        } else {
            let kind = if name.ends_with(SPEC) { &mut folder.specs } else { &mut folder.code };
            kind.push(File { name: name.to_owned(), entry });
        }
    }
    for (path, folder) in &folders {
        check(&tree.path(path), folder, findings);
    }
    folders
}

/// The folders around a path, from the nearest to the outermost.
pub fn above(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path).filter(|path| !path.is_empty());
    std::iter::from_fn(move || {
        let (above, _) = rest?.rsplit_once('/').unwrap_or_default();
        rest = Some(above).filter(|above| !above.is_empty());
        Some(above)
    })
}

fn check(path: &str, folder: &Folder, findings: &mut Findings) {
    match (folder.specs.as_slice(), folder.code.as_slice()) {
        ([], [first, more @ ..]) => {
            let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            let message = format!("has {}{more}, and no *{SPEC}: it is not an object, and is not deployed", first.name);
            findings.warn(if path.is_empty() { "." } else { path }, message);
        }
        ([first, more @ ..], _) => {
            for second in more {
                let message = format!("{} is in this folder too: one folder holds one object", first.name);
                let file = if path.is_empty() { second.name.clone() } else { format!("{path}/{}", second.name) };
                findings.file(&file, message);
            }
        }
        ([], []) => {}
    }
}

fn passed(bound: &Bound) -> String {
    match bound {
        Bound::Entries => format!("holds more than {MAX_ENTRIES} files; name the folder with the specs"),
        Bound::Depth(path) => format!("{path} is more than {MAX_DEPTH} folders deep; name the folder with the specs"),
        Bound::Total => {
            format!("holds more than {} MiB; name the folder with the specs", MAX_TOTAL >> 20)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_passed_over() {
        let passed =
            [".git", ".spec.json", ".x.spec.json", SYSTEM, "README", "README.zh-CN.txt", "a.md", "LICENSE-MIT"];
        for name in passed {
            assert!(is_passed_over(name), "{name}");
        }
        for name in ["a", "a.spec.json", "a.sql", "readme.sql", "a.md.sql", "README.spec.json", PROPERTIES] {
            assert!(!is_passed_over(name), "{name}");
        }
    }

    #[test]
    fn the_files_of_objects_are_those_beside_a_spec_and_the_properties() {
        let mut tree = Tree::new("w");
        for path in ["a/a.spec.json", "a/a.sql", "a/b/c.sql", "dataworks.properties", "out/result.json", "x.sql"] {
            tree.insert(path, Entry::file(""));
        }
        assert_eq!(files_of_objects(&tree), ["w/a/a.spec.json", "w/a/a.sql", "w/dataworks.properties"]);
    }

    #[test]
    fn the_folders_above_a_path_begin_with_the_nearest() {
        let above = |path| above(path).collect::<Vec<_>>();
        assert_eq!(above("a/b/c"), ["a/b", "a", ""]);
        assert_eq!(above("a"), [""]);
        assert_eq!(above(""), [""; 0]);
    }
}
