//! Writes files: appends to those of the CI, replaces those of the reports.

#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt as _;
use std::{
    ffi::OsStr,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use anyhow::Context as _;

use super::random;
use crate::report::files::{Append, Replace};

/// Appends to a file, which is created if it is not there.
pub(crate) fn add(addition: &Append) -> anyhow::Result<()> {
    let append =
        || OpenOptions::new().append(true).create(true).open(&addition.path)?.write_all(addition.text.as_bytes());
    append().with_context(|| format!("{} cannot be written", addition.path.display()))
}

/// Whether a file can be written. Creates its folders and changes nothing else.
pub(super) fn can_write(path: &Path) -> Result<(), String> {
    let made = folders(path);
    // Only now: before its folders are there, `new/../file` cannot be told from a file that is not there.
    let is_new = fs::symlink_metadata(path).is_err();
    let tried = made.and_then(|()| OpenOptions::new().append(true).create(true).open(path));
    if tried.is_ok() && is_new {
        // If it cannot be removed again, it is empty and will be written at the end.
        let _ = fs::remove_file(path);
    }
    tried.map(drop).map_err(|error| error.to_string())
}

/// Replaces a file. No reader sees half of it, where the file system can do that.
pub(crate) fn replace(document: &Replace) -> anyhow::Result<()> {
    // Standard output may be a file, which holds the log.
    if document.path.starts_with("/dev") {
        return add(&Append { path: document.path.clone(), text: document.text.clone() });
    }
    // A link stays a link: the file that it points to is replaced.
    let path = fs::canonicalize(&document.path).unwrap_or_else(|_| document.path.clone());
    let is_replaceable = fs::metadata(&path).map_or(true, |known| known.is_file());
    let is_replaced = is_replaceable && rename_over(&path, document).is_ok();
    // A device, or a file in a folder where no other file may be created.
    let written = if is_replaced { Ok(()) } else { folders(&path).and_then(|()| fs::write(&path, &document.text)) };
    written.with_context(|| format!("{} cannot be written", document.path.display()))
}

fn rename_over(path: &Path, document: &Replace) -> io::Result<()> {
    folders(path)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", random()));
    let written = create(&beside, document).and_then(|()| match fs::metadata(path) {
        Ok(old) if !document.is_private => fs::set_permissions(&beside, old.permissions()),
        Ok(_) | Err(_) => Ok(()),
    });
    let replaced = written.and_then(|()| fs::rename(&beside, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&beside);
    }
    replaced
}

/// Creates a file; a private one is nobody else's from its first byte on.
fn create(path: &OsStr, document: &Replace) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if document.is_private {
        options.mode(0o600);
    }
    options.open(path)?.write_all(document.text.as_bytes())
}

fn folders(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}
