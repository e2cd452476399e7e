//! What happened, and when: the one record that the log, the summary, the reports and the outputs are readings of.

use std::time::Duration;

use super::{
    duration::Elapsed,
    fault::ServiceError,
    outcome::Status,
    package::Package,
    pipeline::{Stage, State},
};

/// One thing that happened to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, since the start of the step.
    pub at: Elapsed,
    /// What.
    pub note: Note,
}

/// What may happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The errand was begun.
    Begun,
    /// The id of what stands on the service's side is known.
    Known {
        /// Of the run or the package.
        id: String,
        /// How we came by it.
        how: Provenance,
    },
    /// A stage reads another state than before, as it now reads.
    Stage(Stage),
    /// A package reads another status than before, as it now reads.
    Package(Package),
    /// A stage was asked to begin.
    Executed(String),
    /// A stage waits for a person.
    Approval {
        /// The stage's code.
        code: String,
        /// Why we think so.
        error: ServiceError,
    },
    /// A call went wrong and is tried again, or looked into, after a pause.
    Retry {
        /// The operation.
        operation: &'static str,
        /// What was said or seen.
        error: ServiceError,
        /// How long until we go on.
        pause: Duration,
    },
    /// Something that a user should know.
    Warning(String),
    /// The errand ended.
    Ended(Status),
}

/// How a run or a package came to be ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// This step created it.
    Created,
    /// It was created by this step, and its answer was lost.
    Recovered,
    /// An earlier attempt of this CI run created it.
    Resumed,
    /// The inputs named it.
    Followed,
}

/// The record of one target.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
}

impl Journal {
    /// Writes down what happened.
    pub fn note(&mut self, at: Elapsed, note: Note) {
        self.entries.push(Entry { at, note });
    }

    /// Everything so far, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How long the errand took, as far as it is known; `None`: it was never begun.
    pub fn took(&self) -> Option<Duration> {
        let (begun, ended) = (self.entries.first()?, self.entries.last()?);
        Some(ended.at.saturating_sub(begun.at))
    }

    /// When a line of the time line ends: one that is open, with the errand.
    pub fn until(&self, line: &Bar) -> Elapsed {
        line.until.or(self.entries.last().map(|entry| entry.at)).unwrap_or(line.from)
    }

    /// The time line of each stage, or of the package, in the order in which they were first seen to move.
    pub fn timeline(&self) -> Vec<Bar> {
        let mut lines: Vec<Bar> = Vec::new();
        for Entry { at, note } in &self.entries {
            match note {
                Note::Executed(code) => begin(&mut lines, code, *at),
                Note::Stage(stage) if stage.state != State::Init => {
                    begin(&mut lines, &stage.code, *at);
                    if stage.state.is_end() {
                        end(&mut lines, &stage.code, *at);
                    }
                }
                Note::Package(_) => begin(&mut lines, PACKAGE, *at),
                Note::Ended(_) => end(&mut lines, PACKAGE, *at),
                Note::Begun
                | Note::Known { .. }
                | Note::Stage(_)
                | Note::Approval { .. }
                | Note::Retry { .. }
                | Note::Warning(_) => {}
            }
        }
        lines
    }
}

/// The code under which a package stands in the time line, which has no stages.
pub const PACKAGE: &str = "PACKAGE";

/// When something began and ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The stage's code, or [`PACKAGE`].
    pub code: String,
    /// When it was executed, or first seen to run.
    pub from: Elapsed,
    /// When it was seen to have ended.
    pub until: Option<Elapsed>,
}

fn begin(lines: &mut Vec<Bar>, code: &str, at: Elapsed) {
    if !lines.iter().any(|line| line.code == code) {
        lines.push(Bar { code: code.to_owned(), from: at, until: None });
    }
}

fn end(lines: &mut [Bar], code: &str, at: Elapsed) {
    if let Some(line) = lines.iter_mut().find(|line| line.code == code) {
        line.until.get_or_insert(at);
    }
}
