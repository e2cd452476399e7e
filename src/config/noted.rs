//! Notes which files the configuration reads, so that no report is written over one of them.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use super::files::{Certificates, Files, Place};
use crate::source::repository::{layout, tree::Tree};

/// The files of this machine, and which of them were read.
pub(super) struct NotedFiles<'a, F> {
    files: &'a F,
    read: RefCell<Vec<PathBuf>>,
}

impl<'a, F: Files> NotedFiles<'a, F> {
    pub(super) fn new(files: &'a F) -> Self {
        Self { files, read: RefCell::default() }
    }

    /// Whether this file was read. There may be thousands, so nothing is asked of the disk for a file that is new.
    pub(super) fn was_read(&self, place: &Place) -> bool {
        place.is_there && self.read.borrow().iter().any(|path| self.files.place(path).is_same(place))
    }

    fn note(&self, path: &Path) {
        self.read.borrow_mut().push(path.to_owned());
    }
}

impl<F: Files> Files for NotedFiles<'_, F> {
    fn read(&self, path: &Path) -> Result<Option<String>, String> {
        self.note(path);
        self.files.read(path)
    }

    fn certificates(&self, path: &Path) -> Result<Certificates, String> {
        self.note(path);
        self.files.certificates(path)
    }

    fn tree(&self, folder: &str) -> Tree {
        let tree = self.files.tree(folder);
        layout::files_of_objects(&tree).iter().for_each(|path| self.note(Path::new(path)));
        tree
    }

    fn can_write(&self, path: &Path) -> Result<(), String> {
        self.files.can_write(path)
    }

    fn place(&self, path: &Path) -> Place {
        self.files.place(path)
    }
}
