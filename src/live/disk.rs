//! The files of this machine, as the configuration asks for them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{files::text, tls, tree, write};
use crate::{
    config::files::{Certificates, Files, Place},
    source::repository::tree::Tree,
};

/// The files of this machine.
pub(crate) struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<Option<String>, String> {
        match text(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn certificates(&self, path: &Path) -> Result<Certificates, String> {
        tls::certificates(path)
    }

    fn tree(&self, folder: &str) -> Tree {
        tree::read(folder)
    }

    fn can_write(&self, path: &Path) -> Result<(), String> {
        write::can_write(path)
    }

    fn place(&self, path: &Path) -> Place {
        let known = fs::metadata(path).ok();
        Place { path: from_root(path), is_there: known.is_some(), id: known.as_ref().and_then(id) }
    }
}

/// The path from the root. What is not there yet has no links to follow below the folders that are.
fn from_root(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let known = whole.ancestors().find_map(|folder| Some((folder, fs::canonicalize(folder).ok()?)));
    let Some((folder, place)) = known else { return whole };
    whole
        .strip_prefix(folder)
        .ok()
        .filter(|rest| !rest.as_os_str().is_empty())
        .map_or(place.clone(), |rest| place.join(rest))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn id(known: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((known.dev(), known.ino()))
}

#[cfg(not(unix))]
fn id(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}
