//! The text of a file.

use super::{error::Findings, position::Position};

/// The text of a file: UTF-8, without a byte-order mark.
pub fn decode(file: &str, bytes: Vec<u8>, findings: &mut Findings) -> Option<String> {
    const MARK: char = '\u{feff}';
    match String::from_utf8(bytes) {
        Ok(text) => Some(text.strip_prefix(MARK).map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default());
            let message = "this is not UTF-8; save the file in UTF-8";
            findings.at(file, Position::of(&before, good), message);
            None
        }
    }
}
