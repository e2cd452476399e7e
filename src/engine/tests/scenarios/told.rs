//! What a scenario came to: the calls, the journal and the outcome, in the words that the scenarios ask for.

use std::time::Duration;

use crate::{
    engine::tests::sim::Cloud,
    model::{
        duration::Elapsed,
        journal::{Journal, Note, Provenance},
        outcome::{Outcome, Remote},
        status::Status,
    },
};

use super::{START, name};

/// A deployment after it was told.
pub(super) struct Told {
    pub(super) cloud: Cloud,
    pub(super) outcome: Outcome,
    /// The words of its end.
    pub(super) message: String,
    /// When it ended, since it began.
    pub(super) at: Elapsed,
    pub(super) journal: Journal,
    /// What was being waited for, one after the other.
    pub(super) doings: Vec<String>,
}

impl Told {
    /// Every call since it began, as `SECONDS OPERATION DETAIL`.
    pub(super) fn calls(&self) -> Vec<String> {
        let calls = self.cloud.calls.iter();
        calls.map(|(at, call, _)| format!("{:.1} {}", at.abs_diff(START).as_secs_f64(), name(call))).collect()
    }

    /// Every call but the polls of a run or a package that is known, and the look for another run of ours that follows the
    /// first poll.
    pub(super) fn deeds(&self) -> Vec<String> {
        let calls = self.calls();
        let polls = |call: &str| call.contains("GetPipelineRun") || call.contains("GetDeployment");
        let before = std::iter::once("").chain(calls.iter().map(String::as_str));
        let is_twin =
            |before: &str, call: &str| before.contains("GetPipelineRun") && call.contains("ListPipelineRuns ");
        let deeds = before.zip(&calls).filter(|(before, call)| !polls(call) && !is_twin(before, call));
        deeds.map(|(_, call)| call.clone()).collect()
    }

    /// The moments of the calls of one operation.
    pub(super) fn moments(&self, operation: &str) -> Vec<Elapsed> {
        let calls = self.cloud.calls.iter().filter(|(_, call, _)| call.operation() == operation);
        calls.map(|(at, ..)| at.abs_diff(START)).collect()
    }

    pub(super) fn status(&self) -> Status {
        self.outcome.end.status
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// The id of the run or the package, and how it came to be ours.
    pub(super) fn known(&self) -> Vec<(&str, Provenance)> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Known { id, how, .. } => Some((id.as_str(), *how)),
            _ => None,
        });
        notes.collect()
    }

    /// When a stage was said to wait for a person, which, and why.
    pub(super) fn approvals(&self) -> Vec<(Elapsed, &str, &str)> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Approval { code, error } => Some((entry.at, code.as_str(), error.message.as_str())),
            _ => None,
        });
        notes.collect()
    }

    /// Every change of a stage, as `CODE STATE`.
    pub(super) fn stages(&self) -> Vec<String> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Stage(stage) => Some(format!("{} {}", stage.code, stage.state)),
            _ => None,
        });
        notes.collect()
    }

    /// Every change of a package, in a word.
    pub(super) fn packages(&self) -> Vec<String> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Package(package) => Some(package.word()),
            _ => None,
        });
        notes.collect()
    }

    /// Every call that went wrong, why, and how long until the next try.
    pub(super) fn troubles(&self) -> Vec<(&str, &str, Duration)> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Retry { operation, error, pause } => Some((*operation, error.message.as_str(), *pause)),
            _ => None,
        });
        notes.collect()
    }

    pub(super) fn warnings(&self) -> Vec<&str> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Warning(text) => Some(text.as_str()),
            _ => None,
        });
        notes.collect()
    }

    /// The id of the run or the package in the outcome.
    pub(super) fn found(&self) -> Option<String> {
        match &self.outcome.found {
            Remote::Run(id, _) => Some(id.clone()),
            Remote::Package(id, _) => Some(id.to_string()),
            Remote::Nothing | Remote::Start(_) => None,
        }
    }
}
