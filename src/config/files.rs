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

    /// Where a path leads.
    fn place(&self, path: &Path) -> Place {
        Place { path: path.to_owned(), is_there: true, id: None }
    }
}

/// The file that a path leads to. It may have several names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the root, symbolic links followed.
    pub path: PathBuf,
    /// Whether something is there.
    pub is_there: bool,
    /// Device and number, which all hard links to a file share; where the system has them.
    pub id: Option<(u64, u64)>,
}

impl Place {
    /// Whether both are one file.
    pub fn is_same(&self, other: &Self) -> bool {
        self.path == other.path || (self.id.is_some() && self.id == other.id)
    }
}

/// Whether a path names an open file or a device, such as `/dev/stdout`: what is written there is appended.
pub fn is_stream(path: &Path) -> bool {
    path.parent().is_some_and(|folder| [Path::new("/dev"), Path::new("/dev/fd")].contains(&folder))
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
