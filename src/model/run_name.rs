//! A pipeline run as a person tells it from others: id, state and creator.

use std::fmt;

use super::pipeline::{Pipeline, State};

/// A run as a person tells it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunName {
    /// Its id.
    pub id: String,
    /// Its state.
    pub state: State,
    /// Who created it, or empty.
    pub creator: String,
}

impl From<&Pipeline> for RunName {
    fn from(run: &Pipeline) -> Self {
        Self { id: run.id.clone(), state: run.state.clone(), creator: run.creator.clone() }
    }
}

impl fmt::Display for RunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.id, self.state)?;
        if !self.creator.is_empty() {
            write!(f, ", by {}", self.creator)?;
        }
        f.write_str(")")
    }
}
