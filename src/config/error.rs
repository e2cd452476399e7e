//! What is wrong with the inputs, in words that name the input, what was given and what is accepted.

use std::fmt;

use crate::model::endpoint::without_user;

/// One mistake in the inputs. All of them are told together, before any request is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// Absent where it is of no one input.
    input: Option<String>,
    said: String,
}

impl InputError {
    /// A mistake of the named input, in our own words.
    pub fn new(input: &str, said: impl Into<String>) -> Self {
        Self { input: Some(input.to_owned()), said: said.into() }
    }

    /// A mistake of the inputs taken together; the words name those that would mend it.
    pub fn of_all(said: impl Into<String>) -> Self {
        Self { input: None, said: said.into() }
    }

    /// A text that is not of the input's shape.
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
        match &self.input {
            Some(input) => write!(f, "{input}: {}", self.said),
            None => f.write_str(&self.said),
        }
    }
}
