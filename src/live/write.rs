//! Writes files: appends to those of the CI, replaces those of the reports; whose they become.

#[cfg(unix)]
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::Context as _;

use super::{random, stdout};
use crate::{
    config::files::is_stream,
    report::change::{Append, Replace},
};

/// How long a pipe, of which nobody may be the reader, is waited for.
const PIPE: Duration = Duration::from_millis(500);

/// Appends to a file, which is created if it is not there.
pub(crate) fn add(addition: &Append) -> anyhow::Result<()> {
    let Append { path, text } = addition.clone();
    let written = if is_file_or_new(&path) { append(&path, &text) } else { in_time(move || append(&path, &text)) };
    written.with_context(|| format!("{} cannot be written", addition.path.display()))
}

/// Whether writing it cannot wait for a reader.
pub(crate) fn is_file_or_new(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |known| known.is_file())
}

/// Whether a file can be written. Creates its folders and changes nothing else.
pub(super) fn can_write(path: &Path) -> Result<(), String> {
    // A pipe cannot be opened before somebody reads it.
    if fs::metadata(path).is_ok_and(|known| !known.is_file() && !known.is_dir()) {
        return Ok(());
    }
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
    // Standard output may be a file, which holds the log: what waits to be printed comes first, or is printed over this.
    if is_stream(&document.path) {
        stdout::finish();
        return add(&Append { path: document.path.clone(), text: document.text.clone() });
    }
    // A link stays a link: the file that it points to is replaced.
    let path = fs::canonicalize(&document.path).unwrap_or_else(|_| document.path.clone());
    let written = if is_file_or_new(&path) {
        // Another file cannot be created in every folder, or be given to the owner of this one.
        rename_over(&path, document, Owner::Kept)
            .or_else(|_| folders(&path).and_then(|()| fs::write(&path, &document.text)))
    } else {
        let text = document.text.clone();
        in_time(move || fs::write(&path, text))
    };
    written.with_context(|| format!("{} cannot be written", document.path.display()))
}

/// Replaces a file as [`replace`] does, and is never seen half way: where it cannot be done, the old file stays as it is.
pub(crate) fn replace_whole(document: &Replace) -> anyhow::Result<()> {
    // A link stays a link: the file that it points to is replaced.
    let path = fs::canonicalize(&document.path).unwrap_or_else(|_| document.path.clone());
    let written = if is_file_or_new(&path) {
        rename_over(&path, document, Owner::IfAllowed)
    } else {
        Err(io::Error::other("not a regular file"))
    };
    written.with_context(|| format!("{} cannot be written", document.path.display()))
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    let is_new = fs::symlink_metadata(path).is_err();
    // Another step may have left its last line open.
    let gap = if ends_within_a_line(path) { "\n" } else { "" };
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    if is_new {
        give_to_owner_of_folder(path);
    }
    file.write_all(format!("{gap}{text}").as_bytes())
}

fn ends_within_a_line(path: &Path) -> bool {
    let last = || {
        let mut file = is_file_or_new(path).then(|| File::open(path).ok())??;
        file.seek(SeekFrom::End(-1)).ok()?;
        let mut last = [0];
        file.read_exact(&mut last).ok()?;
        Some(last)
    };
    last().is_some_and(|last| last != *b"\n")
}

/// Whose a file becomes that replaces another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The old owner's, or it is an error.
    Kept,
    /// The old owner's, where we may give it to them.
    IfAllowed,
}

fn rename_over(path: &Path, document: &Replace, owner: Owner) -> io::Result<()> {
    folders(path)?;
    // With a dot in front: what a killed step leaves is not a file of `source`.
    let beside = path.with_file_name(format!(".dataworks-deploy-{}", random()));
    let written = create(&beside, document).and_then(|()| {
        if let Ok(old) = fs::metadata(path) {
            return keep(&beside, &old, document.is_private, owner);
        }
        give_to_owner_of_folder(&beside);
        Ok(())
    });
    let replaced = written.and_then(|()| fs::rename(&beside, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&beside);
    }
    replaced
}

/// Creates a file; a private one is nobody else's from its first byte on.
fn create(path: &Path, document: &Replace) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if document.is_private {
        options.mode(0o600);
    }
    options.open(path)?.write_all(document.text.as_bytes())
}

/// Gives a file the owner and the mode of the one that it replaces.
fn keep(path: &Path, old: &Metadata, is_private: bool, owner: Owner) -> io::Result<()> {
    #[cfg(unix)]
    {
        let new = fs::metadata(path)?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            let given = chown(path, Some(old.uid()), Some(old.gid()));
            if owner == Owner::Kept {
                given?;
            }
        }
    }
    if is_private { Ok(()) } else { fs::set_permissions(path, old.permissions()) }
}

/// What root makes in somebody's folder is his, so that he can remove it.
fn give_to_owner_of_folder(path: &Path) {
    #[cfg(unix)]
    if let (Ok(made), Some(Ok(folder))) = (fs::metadata(path), path.parent().map(|folder| fs::metadata(name(folder))))
        && made.uid() == 0
        && folder.uid() != 0
    {
        // Where that is not allowed, it stays as it is: the report is there.
        let _ = chown(path, Some(folder.uid()), Some(folder.gid()));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The folder of a bare file name is where we are.
fn name(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Makes the folders of a file; each belongs to whom the one above it belongs.
fn folders(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let missing: Vec<PathBuf> =
        folder.ancestors().take_while(|folder| fs::metadata(name(folder)).is_err()).map(Path::to_owned).collect();
    fs::create_dir_all(folder)?;
    missing.iter().rev().for_each(|folder| give_to_owner_of_folder(folder));
    Ok(())
}

/// Does what may wait for a reader, and waits for it only this long.
fn in_time(write: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    let (tell, told) = mpsc::channel();
    thread::Builder::new().spawn(move || drop(tell.send(write())))?;
    told.recv_timeout(PIPE).unwrap_or_else(|_| Err(io::Error::other("no process reads from it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addition(path: &Path) -> Append {
        Append { path: path.to_owned(), text: "a=1\n".to_owned() }
    }

    fn document(path: &Path, is_private: bool) -> Replace {
        Replace { path: path.to_owned(), text: "new".to_owned(), is_private }
    }

    #[test]
    fn a_file_whose_last_line_is_open_gets_its_line_break_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("output");
        for (before, wanted) in [("", "a=1\n"), ("b=2\n", "b=2\na=1\n"), ("b=2", "b=2\na=1\n")] {
            fs::write(&path, before).unwrap();
            add(&addition(&path)).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), wanted);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_nobody_reads_holds_nothing_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(can_write(&path), Ok(()));
        assert!(format!("{:#}", add(&addition(&path)).unwrap_err()).contains("no process reads from it"));
        assert!(format!("{:#}", replace(&document(&path, false)).unwrap_err()).contains("no process reads from it"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_mode_and_owner_and_what_root_makes_is_the_folders_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let is_root = fs::metadata(folder.path()).unwrap().uid() == 0;
        let (old, new) = (folder.path().join("old"), folder.path().join("a/b/new"));
        fs::write(&old, "old").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
        if is_root {
            chown(folder.path(), Some(1001), Some(1002)).unwrap();
            chown(&old, Some(1003), Some(1004)).unwrap();
        }
        replace(&document(&old, false)).unwrap();
        replace(&document(&new, true)).unwrap();
        add(&addition(&folder.path().join("c"))).unwrap();
        let of = |path: &str| {
            let known = fs::metadata(folder.path().join(path)).unwrap();
            (known.mode() & 0o777, known.uid(), known.gid())
        };
        assert_eq!((of("old").0, of("a/b/new").0), (0o640, 0o600));
        if is_root {
            assert_eq!((of("old").1, of("old").2), (1003, 1004));
            for made in ["a", "a/b", "a/b/new", "c"] {
                assert_eq!((of(made).1, of(made).2), (1001, 1002), "{made}");
            }
        }
    }
}
