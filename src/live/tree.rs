//! Reads a folder of `source` into a tree: what is skipped is not opened, and nothing is read past the tree's bounds.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use crate::source::repository::{
    layout::is_passed_over,
    tree::{Bound, Entry, MAX_DEPTH, MAX_ENTRIES, MAX_FILE, Tree},
};

/// The folder of this name, as seen from where the step was started. What cannot be read is an entry that says why.
pub(super) fn read(name: &str) -> Tree {
    let mut tree = Tree::new(name);
    match fs::canonicalize(name) {
        Ok(root) if root.is_dir() => Reader { root, tree, seen: 0, followed: BTreeSet::new() }.read(),
        Ok(_) => {
            tree.insert("", Entry::Unreadable("not a folder".to_owned()));
            tree
        }
        Err(error) => {
            tree.insert("", Entry::Unreadable(error.to_string()));
            tree
        }
    }
}

struct Reader {
    /// The folder without links.
    root: PathBuf,
    tree: Tree,
    /// Files and folders so far. Folders without files are not in the tree, and there may be a million of them.
    seen: usize,
    /// The folders that are reached through a link alone.
    followed: BTreeSet<PathBuf>,
}

impl Reader {
    fn read(mut self) -> Tree {
        let mut open = vec![(self.root.clone(), String::new())];
        while let Some((folder, path)) = open.pop() {
            if !self.folder(&folder, &path, &mut open) {
                break;
            }
        }
        self.tree
    }

    /// Reads a folder whose place in the tree is `path`. `false`: a bound is passed.
    fn folder(&mut self, folder: &Path, path: &str, open: &mut Vec<(PathBuf, String)>) -> bool {
        // What is too deep by one is met, so that it is reported.
        let depth = if path.is_empty() { 0 } else { path.split('/').count() };
        let walk = WalkDir::new(folder).min_depth(1).max_depth(MAX_DEPTH.saturating_sub(depth).saturating_add(1));
        let mut walk = walk.into_iter();
        while let Some(met) = walk.next() {
            self.seen = self.seen.saturating_add(1);
            if self.seen > MAX_ENTRIES {
                return self.tree.stop(Bound::Entries);
            }
            let entry = match met {
                Ok(entry) => entry,
                Err(error) => {
                    let (below, _) = below(folder, path, error.path().unwrap_or(folder));
                    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    if !self.tree.insert(&below, Entry::Unreadable(why)) {
                        return false;
                    }
                    continue;
                }
            };
            let kind = entry.file_type();
            let (below, is_utf8) = below(folder, path, entry.path());
            if is_passed_over(&entry.file_name().to_string_lossy()) {
                if kind.is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            }
            let is_kept = if !is_utf8 {
                if kind.is_dir() {
                    walk.skip_current_dir();
                }
                self.tree.insert(&below, Entry::Unreadable("its name is not UTF-8".to_owned()))
            } else if kind.is_dir() {
                below.split('/').count() <= MAX_DEPTH || self.tree.stop(Bound::Depth(below))
            } else {
                match self.entry(&entry, &below, open) {
                    Some(entry) => self.tree.insert(&below, entry),
                    None => true,
                }
            };
            if !is_kept {
                return false;
            }
        }
        true
    }

    /// What is there, except for a folder; `None` for a link to a folder that is read from `open`.
    fn entry(&mut self, entry: &DirEntry, below: &str, open: &mut Vec<(PathBuf, String)>) -> Option<Entry> {
        if !entry.path_is_symlink() {
            return Some(file(entry.path(), false));
        }
        let target = match fs::canonicalize(entry.path()) {
            Ok(target) => target,
            Err(error) => return Some(Entry::Unreadable(format!("the target of the link cannot be read: {error}"))),
        };
        let Ok(within) = target.strip_prefix(&self.root) else { return Some(Entry::LinkOut) };
        if !target.is_dir() {
            return Some(file(&target, true));
        }
        // What has a name that is skipped is in the tree only through a link.
        let is_hidden = within.iter().any(|name| is_passed_over(&name.to_string_lossy()));
        if is_hidden && self.followed.insert(target.clone()) {
            open.push((target, below.to_owned()));
            return None;
        }
        Some(Entry::LinkAgain)
    }
}

/// The path in the tree of what lies in a folder whose own place there is `path`, and whether all of it is UTF-8.
fn below(folder: &Path, path: &str, file: &Path) -> (String, bool) {
    let rest = file.strip_prefix(folder).unwrap_or(file);
    let is_utf8 = rest.to_str().is_some();
    let names = rest.iter().map(|name| name.to_string_lossy().into_owned());
    let outer = Some(path).filter(|path| !path.is_empty()).map(str::to_owned);
    (outer.into_iter().chain(names).collect::<Vec<_>>().join("/"), is_utf8)
}

fn file(path: &Path, is_linked: bool) -> Entry {
    match bytes(path) {
        Ok(Some(bytes)) => Entry::File { bytes, is_linked },
        Ok(None) => Entry::TooLarge,
        Err(error) => Entry::Unreadable(error.to_string()),
    }
}

/// The bytes of a regular file; `None` where there are more than may be. A pipe would be waited for.
fn bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let known = fs::metadata(path)?;
    if !known.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let longest = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
    if known.len() > longest {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(longest.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() <= MAX_FILE))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn put(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn entries(root: &Path) -> BTreeMap<String, Entry> {
        read(root.to_str().unwrap()).take_entries()
    }

    #[test]
    fn files_are_read_and_what_is_passed_over_is_not_opened() {
        let root = tempfile::tempdir().unwrap();
        for path in ["a/b/c.sql", "a/b/c.spec.json", "top", ".git/x", "a/README.md", "DATAWORKS_SYSTEM_CONFIG/y"] {
            put(root.path(), path, path);
        }
        fs::create_dir_all(root.path().join("empty/folder")).unwrap();
        let wanted = ["a/b/c.spec.json", "a/b/c.sql", "top"].map(|path| (path.to_owned(), Entry::file(path)));
        assert_eq!(entries(root.path()), wanted.into());
        assert_eq!(
            read(root.path().join("top").to_str().unwrap()).take_entries(),
            [(String::new(), Entry::Unreadable("not a folder".to_owned()))].into()
        );
        let absent = read(root.path().join("absent").to_str().unwrap()).take_entries();
        assert!(matches!(absent.get(""), Some(Entry::Unreadable(why)) if why.contains("No such file")), "{absent:?}");
    }

    #[test]
    fn a_file_of_more_than_the_bound_is_told_and_not_read() {
        let root = tempfile::tempdir().unwrap();
        let large = fs::File::create(root.path().join("large")).unwrap();
        large.set_len(u64::try_from(MAX_FILE).unwrap() + 1).unwrap();
        let fits = fs::File::create(root.path().join("fits")).unwrap();
        fits.set_len(u64::try_from(MAX_FILE).unwrap()).unwrap();
        let entries = entries(root.path());
        assert_eq!(entries.get("large"), Some(&Entry::TooLarge));
        assert!(matches!(entries.get("fits"), Some(Entry::File { bytes, .. }) if bytes.len() == MAX_FILE));
    }

    #[test]
    fn a_tree_that_is_too_deep_or_has_too_much_in_it_ends_at_its_bound() {
        let root = tempfile::tempdir().unwrap();
        let deep = vec!["d"; MAX_DEPTH + 3].join("/");
        fs::create_dir_all(root.path().join(&deep)).unwrap();
        let tree = read(root.path().to_str().unwrap());
        assert!(matches!(tree.bound(), Some(Bound::Depth(path)) if path.split('/').count() == MAX_DEPTH + 1));
        let mut many = Reader { root: root.path().into(), tree, seen: MAX_ENTRIES, followed: BTreeSet::new() };
        many.tree = Tree::new("x");
        assert_eq!(many.read().bound(), Some(&Bound::Entries), "folders count too");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_within_the_folder_is_followed_once_and_one_that_leaves_it_is_told() {
        use std::os::unix::fs::symlink;

        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        put(root.path(), "a/code.sql", "select 1;");
        put(root.path(), ".shared/x/code.sql", "select 2;");
        put(outside.path(), "secret", "hunter2");
        let link = |to: &Path, from: &str| symlink(to, root.path().join(from)).unwrap();
        link(Path::new("a/code.sql"), "file");
        link(Path::new("a"), "folder");
        link(Path::new("."), "a/around");
        link(Path::new(".shared"), "hidden");
        link(Path::new(".shared"), "second");
        link(Path::new("../hidden"), ".shared/again");
        link(&outside.path().join("secret"), "out");
        link(outside.path(), "out-folder");
        link(Path::new("nowhere"), "broken");
        let mut entries = entries(root.path());
        let broken = entries.remove("broken");
        assert!(
            matches!(broken, Some(Entry::Unreadable(why)) if why.starts_with("the target of the link cannot be read: "))
        );
        // Which of the two links is met first is the disk's own order.
        let (hidden, second) = (entries.remove("hidden"), entries.remove("second"));
        assert_eq!(hidden.or(second), Some(Entry::LinkAgain));
        let shared: Vec<String> = entries.keys().filter(|path| path.ends_with("/x/code.sql")).cloned().collect();
        assert_eq!(shared.len(), 1, "{entries:?}");
        let linked = |text: &str| Entry::File { bytes: text.into(), is_linked: true };
        for (path, wanted) in [
            ("a/around", Entry::LinkAgain),
            ("a/code.sql", Entry::file("select 1;")),
            ("file", linked("select 1;")),
            ("folder", Entry::LinkAgain),
            ("out", Entry::LinkOut),
            ("out-folder", Entry::LinkOut),
        ] {
            assert_eq!(entries.get(path), Some(&wanted), "{path}");
        }
        assert!(!format!("{entries:?}").contains("hunter2"));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_a_file_and_a_name_that_is_not_a_text_are_told_and_not_opened() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

        let root = tempfile::tempdir().unwrap();
        let odd = root.path().join(OsStr::from_bytes(b"odd\xff"));
        fs::create_dir(&odd).unwrap();
        put(&odd, "inside", "x");
        let socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
        let told = entries(root.path());
        let wanted = [("odd\u{fffd}", "its name is not UTF-8"), ("socket", "not a regular file")];
        assert_eq!(told, wanted.map(|(path, why)| (path.to_owned(), Entry::Unreadable(why.to_owned()))).into());
        drop(socket);
    }
}
