//! Floor 2, voice: what is told, to whom, in which form. Each part returns text; none opens a file.

pub mod advice;
pub mod ci;
pub mod dotenv;
pub mod escape;
pub mod files;
pub mod github;
pub mod help;
pub mod junit;
pub mod log;
pub mod outputs;
pub mod result;
pub mod summary;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod samples;

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use crate::model::{
    endpoint::Endpoint,
    journal::Journal,
    moment,
    origin::Origin,
    outcome::{End, Outcome, Status},
    plan::Plan,
};

/// A whole step, when it is over.
#[derive(Debug)]
pub struct Report {
    /// When it began.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// How it ended where it did not even begin: wrong inputs, missing credentials.
    pub refused: Option<End>,
    /// Each target, in the order given.
    pub targets: Vec<Part>,
    /// The workflow, where one was to be started.
    pub workflow: Option<Part>,
    /// What was asked of the service.
    pub tally: Tally,
    /// Where it all happened, and for whom.
    pub about: About,
}

/// Where a step deploys to, and what set it going: for a reader who does not have the job before them.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The workspace and the endpoint.
    pub place: String,
    /// Repository, commit and actor.
    pub origin: String,
    /// The CI's page of the run.
    pub url: Option<String>,
}

impl About {
    /// What the plan and the CI's own variables tell.
    pub fn of(plan: &Plan, origin: &Origin) -> Self {
        let service = &plan.service;
        let hosts: Vec<&str> =
            [&service.dataworks, &service.spark].into_iter().flatten().map(Endpoint::authority).collect();
        let workspace = service.workspace();
        let workspace = if workspace.is_empty() { String::new() } else { format!("workspace {workspace} at ") };
        // The comment of a CI that tells nothing of itself is our own name.
        let told = Origin { url: None, ..origin.clone() };
        let told = if told.repository.is_some() || told.commit.is_some() { told.comment() } else { String::new() };
        Self { place: format!("{workspace}{}", hosts.join(" and ")), origin: told, url: origin.url.clone() }
    }
}

/// One errand.
#[derive(Debug)]
pub struct Part {
    /// Its name, as given.
    pub target: String,
    /// Its kind and name, for people.
    pub label: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What happened.
    pub journal: Journal,
}

/// How many requests were sent.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By operation.
    pub by_operation: BTreeMap<&'static str, u64>,
    /// Those that had to be sent because an earlier one failed.
    pub retried: u64,
    /// Those that were told to come again later.
    pub throttled: u64,
}

impl Report {
    /// A step that did not begin, or of which nothing is told yet.
    pub fn refused(end: Option<End>) -> Self {
        Self {
            started: SystemTime::UNIX_EPOCH,
            took: Duration::ZERO,
            refused: end,
            targets: Vec::new(),
            workflow: None,
            tally: Tally::default(),
            about: About::default(),
        }
    }

    /// Every errand, the workflow last.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.targets.iter().chain(&self.workflow)
    }

    /// How the step ended: the first row of the exit codes that applies.
    pub fn status(&self) -> Status {
        match &self.refused {
            Some(end) => end.status,
            None => Status::of_all(self.parts().map(|part| part.outcome.end.status)),
        }
    }

    /// The end that decides the exit code: the first errand that has it.
    pub fn end(&self) -> Option<&End> {
        let status = self.status();
        self.refused
            .as_ref()
            .or_else(|| self.deciding().map(|part| &part.outcome.end))
            .filter(|end| end.status == status)
    }

    /// The errand that decides the exit code.
    pub fn deciding(&self) -> Option<&Part> {
        let status = self.status();
        self.parts().find(|part| part.outcome.end.status == status)
    }

    /// A moment of the step as a time of day.
    fn wall(&self, elapsed: Duration) -> SystemTime {
        self.started.checked_add(elapsed).unwrap_or(self.started)
    }
}

/// `1 failed, 3 success, 8 skipped`.
fn counts<'a>(parts: impl IntoIterator<Item = &'a Part>) -> String {
    let mut counts: Vec<(Status, u32)> = Vec::new();
    for part in parts {
        let status = part.outcome.end.status;
        match counts.iter_mut().find(|(counted, _)| *counted == status) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((status, 1)),
        }
    }
    counts.sort_by_key(|(status, _)| status.is_good());
    counts.iter().map(|(status, count)| format!("{count} {status}")).collect::<Vec<_>>().join(", ")
}

/// `2026-01-02 03:04:05 UTC`.
fn utc(at: SystemTime) -> String {
    let text = moment::seconds(at);
    format!("{} UTC", text.trim_end_matches('Z').replace('T', " "))
}
