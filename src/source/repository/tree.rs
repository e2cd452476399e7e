//! A folder of the checkout as a value: relative paths and what is there, within bounds.
//!
//! Whoever reads the disk fills it; from there on nothing touches a file.

use std::collections::BTreeMap;

/// Ten times the largest repository that must work (10,000 objects of three files), rounded down.
///
/// More is a mistyped folder, such as one with a package cache in it.
pub const MAX_ENTRIES: usize = 100_000;
/// DataWorks has folders of fewer levels; it also bounds the work for one path.
pub const MAX_DEPTH: usize = 64;
/// Almost four times the longest request that was seen to be accepted (1.1 MB): spec and code travel in one request.
pub const MAX_FILE: usize = 4 * 1024 * 1024;
/// 10,000 objects of 25 KB each. All files are held in memory at once.
pub const MAX_TOTAL: usize = 256 * 1024 * 1024;

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file, directly or through a link that stays within the folder.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Whether it was reached through a link.
        is_linked: bool,
    },
    /// A file of more than [`MAX_FILE`] bytes, which was not read.
    TooLarge,
    /// A link to something outside of the folder.
    LinkOut,
    /// A link to a folder whose content is in the tree already: it is not followed a second time.
    LinkAgain,
    /// It could not be read, with the reason.
    Unreadable(String),
}

impl Entry {
    /// A file that was not reached through a link.
    #[cfg(any(test, fuzzing))]
    pub fn file(bytes: impl Into<Vec<u8>>) -> Self {
        Self::File { bytes: bytes.into(), is_linked: false }
    }
}

/// A bound that the folder passes. What lies beyond it is not in the tree, so nothing may be concluded from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// More than [`MAX_ENTRIES`] entries.
    Entries,
    /// A path of more than [`MAX_DEPTH`] parts.
    Depth(String),
    /// More than [`MAX_TOTAL`] bytes.
    Total,
}

/// One folder of the input `source`, without its empty folders.
#[derive(Clone, Debug)]
pub struct Tree {
    name: String,
    entries: BTreeMap<String, Entry>,
    size: usize,
    bound: Option<Bound>,
}

impl Tree {
    /// An empty folder, by its path as given: `warehouse`, `./warehouse/`, `.`.
    pub fn new(name: &str) -> Self {
        let absolute = if name.starts_with('/') { "/" } else { "" };
        let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let name = format!("{absolute}{}", parts.join("/"));
        Self { name, entries: BTreeMap::new(), size: 0, bound: None }
    }

    /// Adds what is at a relative path, with `/` between the parts. `false`: a bound is passed, so reading can stop.
    pub fn insert(&mut self, path: &str, entry: Entry) -> bool {
        let parts = path.split('/').count();
        let size = match &entry {
            Entry::File { bytes, .. } if bytes.len() <= MAX_FILE => bytes.len(),
            Entry::File { .. } | Entry::TooLarge | Entry::LinkOut | Entry::LinkAgain | Entry::Unreadable(_) => 0,
        };
        let total = self.size.saturating_add(size);
        let passed = match () {
            () if self.entries.len() >= MAX_ENTRIES => Some(Bound::Entries),
            () if parts > MAX_DEPTH => Some(Bound::Depth(path.to_owned())),
            () if total > MAX_TOTAL => Some(Bound::Total),
            () => None,
        };
        if self.bound.is_none() {
            self.bound = passed;
        }
        if self.bound.is_some() {
            return false;
        }
        let leaves = path.split('/').any(|part| part == "..");
        let is_large = matches!(&entry, Entry::File { bytes, .. } if bytes.len() > MAX_FILE);
        let entry = match () {
            () if leaves => Entry::LinkOut,
            () if is_large => Entry::TooLarge,
            () => entry,
        };
        self.size = total;
        self.entries.insert(path.to_owned(), entry);
        true
    }

    /// Says that reading stopped at a bound. Always `false`, as of an entry that was not taken.
    pub fn stop(&mut self, bound: Bound) -> bool {
        self.bound.get_or_insert(bound);
        false
    }

    /// The folder as a person names it.
    pub fn name(&self) -> &str {
        if self.name.is_empty() { "." } else { &self.name }
    }

    /// A path below it, as seen from where the step was started.
    pub fn path(&self, below: &str) -> String {
        match (self.name.as_str(), below) {
            ("", below) => below.to_owned(),
            (name, "") => name.to_owned(),
            ("/", below) => format!("/{below}"),
            (name, below) => format!("{name}/{below}"),
        }
    }

    /// The bound that it passes.
    pub fn bound(&self) -> Option<&Bound> {
        self.bound.as_ref()
    }

    /// The path of each entry, in their order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Takes the entries out, in the order of their paths.
    pub fn take_entries(&mut self) -> BTreeMap<String, Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Whether one of two folders lies within the other, or both are the same.
    pub fn overlaps(&self, other: &Self) -> bool {
        let within = |inner: &str, outer: &str| {
            let rest = inner.strip_prefix(outer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || outer.is_empty() || outer == "/")
        };
        // A relative path is not compared with an absolute one: only the disk knows.
        let same_kind = self.name.starts_with('/') == other.name.starts_with('/');
        same_kind && (within(&self.name, &other.name) || within(&other.name, &self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_without_dots_and_slashes_at_its_ends() {
        let shown = |name: &str| (Tree::new(name).name().to_owned(), Tree::new(name).path("a/b"));
        assert_eq!(shown("./warehouse/"), ("warehouse".to_owned(), "warehouse/a/b".to_owned()));
        assert_eq!(shown("."), (".".to_owned(), "a/b".to_owned()));
        assert_eq!(shown("/srv//x/"), ("/srv/x".to_owned(), "/srv/x/a/b".to_owned()));
        assert_eq!(shown("/"), ("/".to_owned(), "/a/b".to_owned()));
    }

    #[test]
    fn two_folders_overlap_where_one_lies_within_the_other() {
        let overlap = |left: &str, right: &str| Tree::new(left).overlaps(&Tree::new(right));
        assert!(overlap("a", "./a/") && overlap("a/b", "a") && overlap(".", "a") && overlap("/", "/a"));
        assert!(!overlap("a", "ab") && !overlap("a/b", "a/c") && !overlap("/a", "a"));
    }

    #[test]
    fn a_folder_that_passes_a_bound_takes_nothing_more() {
        let mut deep = Tree::new("x");
        let path = vec!["d"; MAX_DEPTH + 1].join("/");
        assert!(deep.insert(path.strip_prefix("d/").unwrap(), Entry::file("")));
        assert!(!deep.insert(&path, Entry::file("")));
        assert_eq!(deep.bound(), Some(&Bound::Depth(path)));
        let mut many = Tree::new("x");
        assert!((0..MAX_ENTRIES).all(|nth| many.insert(&nth.to_string(), Entry::file(""))));
        assert!(!many.insert("one more", Entry::file("")) && !many.insert("0", Entry::file("")));
        assert_eq!(many.bound(), Some(&Bound::Entries));
        assert_eq!(many.take_entries().len(), MAX_ENTRIES);
        let mut large = Tree::new("x");
        let taken = (0..1000).take_while(|nth| large.insert(&nth.to_string(), Entry::file(vec![0; MAX_FILE]))).count();
        assert_eq!((large.bound(), taken), (Some(&Bound::Total), MAX_TOTAL / MAX_FILE));
    }

    #[test]
    fn a_file_that_is_too_large_is_not_kept_and_a_path_upwards_leaves_the_folder() {
        let mut tree = Tree::new("x");
        tree.insert("large", Entry::file(vec![0; MAX_FILE + 1]));
        tree.insert("a/../../b", Entry::file(""));
        let entries: Vec<Entry> = tree.take_entries().into_values().collect();
        assert_eq!(entries, [Entry::LinkOut, Entry::TooLarge]);
    }
}
