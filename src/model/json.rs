//! Reads JSON from a text.

use serde::Deserialize;

/// Reads a text as bytes are read: serde_json compiles each type once for each kind of reader, and answers come as
/// bytes.
pub fn parsed<'de, T: Deserialize<'de>>(text: &'de str) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_bytes())
}
