//! Holds what is to become of a file: a text that is appended, or one that becomes its whole content.

use std::path::PathBuf;

/// A text to append to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Of the file.
    pub path: PathBuf,
    /// What is appended.
    pub text: String,
}

/// A text that becomes the whole content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// Of the file.
    pub path: PathBuf,
    /// The whole content.
    pub text: String,
    /// Whether its owner alone may read it.
    pub is_private: bool,
}

impl Replace {
    /// A file that everybody may read who could.
    pub fn public(path: &str, text: String) -> Self {
        Self { path: path.into(), text, is_private: false }
    }
}
