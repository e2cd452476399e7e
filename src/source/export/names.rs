//! Decides in which folder a new object is written, and which names cannot be one.

use std::collections::BTreeSet;

use crate::source::repository::layout::{SPEC, is_passed_over};

/// The longest name of a file on the usual file systems, in bytes.
const LONGEST: usize = 255;

/// Why a name cannot be that of a folder.
pub fn why_not(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.contains(['/', '\\']) || name.contains(char::is_control) {
        Some("has a character that a folder's name cannot have")
    } else if is_passed_over(name) {
        Some("begins with a dot, or is a name that ⟨source⟩ skips")
    } else if name.len().saturating_add(SPEC.len()) > LONGEST {
        Some("is too long")
    } else {
        None
    }
}

/// The folders of `source` that are taken, below it.
pub struct Folders(BTreeSet<String>);

impl Folders {
    pub fn new<'a>(taken: impl Iterator<Item = &'a str>) -> Self {
        Self(taken.map(alike).collect())
    }

    /// A folder of this name that nothing is in yet, below another; the outermost is the empty path. `code`: the file that
    /// an export that was killed may have left there.
    pub fn take(&mut self, below: &str, name: &str, code: Option<&str>) -> String {
        let lead = if below.is_empty() { String::new() } else { format!("{below}/") };
        let numbered = (2_usize..).map(|nth| format!("{lead}{name}-{nth}"));
        let mut names = std::iter::once(format!("{lead}{name}")).chain(numbered);
        let free = names
            .find(|path| !self.is_taken(path) || code.is_some_and(|code| self.has_only(path, code)))
            .unwrap_or_default();
        self.0.insert(alike(&free));
        free
    }

    fn has_only(&self, path: &str, code: &str) -> bool {
        let path = alike(path);
        let (below, code) = (format!("{path}/"), alike(&format!("{path}/{code}")));
        let mut there = self.0.range(below.clone()..).take_while(|next| next.starts_with(&below));
        self.0.contains(&path) && self.0.contains(&code) && there.all(|next| *next == code)
    }

    fn is_taken(&self, path: &str) -> bool {
        let path = alike(path);
        let below = format!("{path}/");
        self.0.contains(&path) || self.0.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below))
    }
}

/// Some file systems do not tell capital letters from small ones.
fn alike(path: &str) -> String {
    path.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_no_folder_of_source_can_have_is_refused() {
        for name in ["", "a/b", "a\\b", ".", "..", ".hidden", "a\nb", "README_x", "notes.md", &"x".repeat(250)] {
            assert!(why_not(name).is_some(), "{name:?}");
        }
        for name in ["daily_report", "日报 1", "a.sql", "a..b", "-"] {
            assert_eq!(why_not(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_folder_that_is_taken_is_taken_once() {
        let mut folders = Folders::new(["etl/load", "Report"].into_iter());
        assert_eq!(folders.take("", "report", None), "report-2");
        assert_eq!(folders.take("", "etl", None), "etl-2", "something lies below it");
        assert_eq!([folders.take("etl", "x", None), folders.take("etl", "x", None)], ["etl/x", "etl/x-2"]);
    }

    #[test]
    fn a_folder_that_holds_the_code_alone_is_gone_on_with() {
        let there = |files: &[&str]| Folders::new(["load"].into_iter().chain(files.iter().copied()));
        assert_eq!(there(&["load/load.sql"]).take("", "load", Some("load.sql")), "load");
        assert_eq!(there(&["load/load.sql"]).take("", "load", Some("load.sh")), "load-2");
        assert_eq!(there(&["load/load.sql"]).take("", "load", None), "load-2", "it would become the code");
        assert_eq!(there(&["load/load.spec.json", "load/load.sql"]).take("", "load", Some("load.sql")), "load-2");
    }
}
