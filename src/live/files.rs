//! Reads small files: regular ones only, and no more of them than they can sensibly hold.
//!
//! Reading a pipe could wait past every deadline, and a device has no end.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

/// A file of tokens, profiles or certificates is nowhere near as large.
const LARGEST: u64 = 1024 * 1024;

/// The bytes of a file.
pub(super) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST.saturating_add(1)).read_to_end(&mut bytes)?;
    let is_small = u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST);
    is_small.then_some(bytes).ok_or_else(|| io::Error::other("larger than 1 MiB"))
}

/// The text of a file, without the byte-order mark that some editors put before it.
pub(super) fn text(path: &Path) -> io::Result<String> {
    let text = String::from_utf8(bytes(path)?).map_err(|_| io::Error::other("not valid UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_file_or_has_no_end_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let read = |content: &[u8]| {
            fs::write(&file, content).unwrap();
            text(&file).map_err(|error| error.to_string())
        };
        assert_eq!(read("\u{feff}a\n".as_bytes()), Ok("a\n".to_owned()));
        assert_eq!(read(&vec![b'a'; 1024 * 1024]).map(|text| text.len()), Ok(1024 * 1024));
        assert_eq!(read(&vec![b'a'; 1024 * 1024 + 1]), Err("larger than 1 MiB".to_owned()));
        assert_eq!(read(&[0xff]), Err("not valid UTF-8".to_owned()));
        assert!(text(folder.path()).unwrap_err().to_string().contains("not a regular file"));
        #[cfg(unix)]
        assert!(text(Path::new("/dev/zero")).unwrap_err().to_string().contains("not a regular file"));
    }
}
