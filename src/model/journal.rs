//! What happened, and when: the one record that the log, the summary, the reports and the outputs are made from.

use std::{collections::HashMap, time::Duration};

use super::{
    duration::Elapsed,
    fault::ServiceError,
    package::Package,
    pipeline::{Stage, State},
    status::Status,
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
    /// The target was started.
    Begun,
    /// The id of the remote object is known.
    Known {
        /// Whose id it is.
        kind: RemoteKind,
        /// Of the run or the package.
        id: String,
        /// How we got it.
        how: Provenance,
    },
    /// A stage reads another state than before, as it now reads.
    Stage(Stage),
    /// A package reads another status than before, as it now reads.
    Package(Package),
    /// A stage was executed.
    Executed(String),
    /// A stage waits for a person.
    Approval {
        /// The stage's code.
        code: String,
        /// Why we think so.
        error: ServiceError,
    },
    /// A call failed, and is retried or read back after a pause.
    Retry {
        /// The operation.
        operation: &'static str,
        /// The error text.
        error: ServiceError,
        /// How long until we go on.
        pause: Duration,
    },
    /// Something that a user should know.
    Warning(String),
    /// The target ended.
    Ended(Status),
}

/// What an id on the service's side is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteKind {
    /// A pipeline run.
    Run,
    /// A deployment package.
    Package,
    /// The run of one business date.
    Instance,
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

/// The record of one target, and the time line that follows from it.
///
/// The time line grows with each note: a run may have thousands of stages, and the log asks after every one of them.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
    bars: Vec<Bar>,
    /// The index of the bar of each code.
    places: HashMap<String, usize>,
}

impl Journal {
    /// Writes down what happened.
    pub fn note(&mut self, at: Elapsed, note: Note) {
        match &note {
            Note::Executed(code) => self.begin(code, at),
            Note::Stage(stage) if stage.state != State::Init => {
                self.begin(&stage.code, at);
                if stage.state.is_end() {
                    self.end(&stage.code, at);
                }
            }
            Note::Package(_) => self.begin(PACKAGE, at),
            Note::Ended(_) => self.end(PACKAGE, at),
            Note::Begun
            | Note::Known { .. }
            | Note::Stage(_)
            | Note::Approval { .. }
            | Note::Retry { .. }
            | Note::Warning(_) => {}
        }
        self.entries.push(Entry { at, note });
    }

    /// Appends another record.
    pub fn append(&mut self, other: &Self) {
        other.entries.iter().for_each(|entry| self.note(entry.at, entry.note.clone()));
    }

    /// Everything so far, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How long the target took, as far as it is known; `None`: it was never started.
    pub fn took(&self) -> Option<Duration> {
        let (begun, ended) = (self.entries.first()?, self.entries.last()?);
        Some(ended.at.saturating_sub(begun.at))
    }

    /// When a bar of the time line ends: one that is open, with the target.
    pub fn until(&self, bar: &Bar) -> Elapsed {
        bar.until.or(self.entries.last().map(|entry| entry.at)).unwrap_or(bar.from)
    }

    /// The bar of each stage, or of the package, in the order in which they were first seen to move.
    pub fn timeline(&self) -> &[Bar] {
        &self.bars
    }

    /// The bar of one stage.
    pub fn bar(&self, code: &str) -> Option<&Bar> {
        self.bars.get(*self.places.get(code)?)
    }

    fn begin(&mut self, code: &str, at: Elapsed) {
        if !self.places.contains_key(code) {
            self.places.insert(code.to_owned(), self.bars.len());
            self.bars.push(Bar { code: code.to_owned(), from: at, until: None });
        }
    }

    fn end(&mut self, code: &str, at: Elapsed) {
        let place = self.places.get(code).copied();
        if let Some(bar) = place.and_then(|place| self.bars.get_mut(place)) {
            bar.until.get_or_insert(at);
        }
    }
}

/// The code of a package in the time line, which has no stages.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_begins_with_the_first_sign_of_its_stage_and_ends_once() {
        let at = Duration::from_secs;
        let stage = |code: &str, state| Note::Stage(Stage { code: code.into(), state, ..Stage::default() });
        let mut journal = Journal::default();
        for (second, note) in [
            (1, stage("A", State::Init)),
            (2, Note::Executed("A".into())),
            (3, stage("B", State::Running)),
            (4, stage("A", State::Running)),
            (5, stage("A", State::Fail)),
            (6, stage("A", State::Success)),
        ] {
            journal.note(at(second), note);
        }
        let bar =
            |code: &str, from, until: Option<u64>| Bar { code: code.into(), from: at(from), until: until.map(at) };
        assert_eq!(journal.timeline(), [bar("A", 2, Some(5)), bar("B", 3, None)]);
        assert_eq!(journal.bar("B"), Some(&bar("B", 3, None)));
        assert_eq!((journal.bar("C"), journal.until(&bar("B", 3, None))), (None, at(6)));
    }
}
