//! An error in the inputs: it names the input, what was given and what is accepted.

use std::fmt;

use crate::model::endpoint::without_user;

/// One error in the inputs. All of them are reported together, before any request is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// Absent where no single input is wrong.
    input: Option<String>,
    /// Its place, if it is in a file of `source`.
    place: Option<Place>,
    message: String,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as seen from where the step was started.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl InputError {
    /// An error of the named input.
    pub fn new(input: &str, message: impl Into<String>) -> Self {
        Self { input: Some(input.to_owned()), place: None, message: message.into() }
    }

    /// An error of the inputs taken together; the message names those that would fix it.
    pub fn general(message: impl Into<String>) -> Self {
        Self { input: None, place: None, message: message.into() }
    }

    /// An error in a file of the repository.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self { input: None, place: Some(place), message: message.into() }
    }

    /// The same with the input and the message put in other words. `message` is told whether it speaks of a file's line.
    #[must_use]
    pub fn reworded(&self, input: impl Fn(&str) -> String, message: impl Fn(&str, bool) -> String) -> Self {
        let said = message(&self.message, self.place.is_some());
        Self { input: self.input.as_deref().map(input), place: self.place.clone(), message: said }
    }

    /// Its place, if it is in a file.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// A text that the input does not accept.
    pub fn shape(input: &str, text: &str, accepted: &str) -> Self {
        Self::new(input, given(text, accepted))
    }
}

/// What was given and what is accepted; a long text is shown in part, and a URL without its user and password.
pub fn given(text: &str, accepted: &str) -> String {
    const SHOWN: usize = 80;
    let text = without_user(text);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("{shown:?} was given; accepted: {accepted}")
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.input, &self.place) {
            (Some(input), _) => write!(f, "{input}: {}", self.message),
            (None, Some(Place { file, line, column })) => write!(f, "{file}:{line}:{column}: {}", self.message),
            (None, None) => f.write_str(&self.message),
        }
    }
}
