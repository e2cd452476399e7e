//! The files of this machine, as the configuration asks for them.

use std::{io, path::Path};

use super::{files::text, tls, write};
use crate::config::files::Files;

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

    fn certificates(&self, path: &Path) -> Result<Vec<Vec<u8>>, String> {
        tls::certificates(path)
    }

    fn can_write(&self, path: &Path) -> Result<(), String> {
        write::can_write(path)
    }
}
