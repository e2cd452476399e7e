//! What the configuration asks of the files of this machine.

use std::path::{Path, PathBuf};

use crate::source::repository::tree::Tree;

/// The files of this machine, which `live` reads and a test makes up.
pub trait Files {
    /// The text of a small file; `None` where there is no such file.
    ///
    /// # Errors
    /// Why a file that is there cannot be read: not a regular file, larger than 1 MiB, not UTF-8, no permission.
    fn read(&self, path: &Path) -> Result<Option<String>, String>;

    /// The certificates of a PEM file; at least one that can be used.
    ///
    /// # Errors
    /// Why it has none, as the rest of a sentence that begins with the path.
    fn certificates(&self, path: &Path) -> Result<Certificates, String>;

    /// A folder of `source` with all its files. What cannot be read of it is in the tree too, with the reason.
    fn tree(&self, folder: &str) -> Tree;

    /// Whether a file can be written; makes its folders and changes nothing else.
    ///
    /// # Errors
    /// Why it cannot.
    fn can_write(&self, path: &Path) -> Result<(), String>;

    /// The file that a path leads to: from the root, links followed. Two paths with one place are one file.
    fn place(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
}

/// What a file of certificates holds.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    /// Those that can be used, each in DER.
    pub der: Vec<Vec<u8>>,
    /// Of each other part: which one, and why not.
    pub unusable: Vec<String>,
}

/// A machine without files, on which nothing can be written.
#[cfg(test)]
pub struct NoFiles;

#[cfg(test)]
impl Files for NoFiles {
    fn read(&self, _: &Path) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn certificates(&self, _: &Path) -> Result<Certificates, String> {
        Err("cannot be read: no such file".to_owned())
    }

    fn tree(&self, folder: &str) -> Tree {
        Tree::new(folder)
    }

    fn can_write(&self, _: &Path) -> Result<(), String> {
        Err("it is a folder".to_owned())
    }
}
