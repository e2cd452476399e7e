//! Holds what every report is made of: the whole step when it is over, with each target and how it ended.

use std::time::{Duration, SystemTime};

use super::{export::ExportReport, plan::PlanReport};
use crate::{
    config::{Config, ci::Ci},
    model::{
        ci_run::CiRun, counts::RequestCounts, endpoint::Endpoint, journal::Journal, outcome::Outcome, reason::End,
        sorted::sort_by, status::Status, timestamp,
    },
};

/// A whole step, when it is over.
#[derive(Debug)]
pub struct Report {
    /// When it began.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// The CI that runs it: advice spells inputs as its users write them.
    pub ci: Ci,
    /// How it ended where it did not start: wrong inputs, missing credentials.
    pub not_started: Option<End>,
    /// What was planned, where the repository says what to deploy.
    pub plan: Option<PlanReport>,
    /// What an export did, where this is one.
    pub exported: Option<ExportReport>,
    /// Each target, in the order given.
    pub targets: Vec<TargetReport>,
    /// The workflow, where one was to be started.
    pub workflow: Option<TargetReport>,
    /// What was asked of the service.
    pub counts: RequestCounts,
    /// Where it deployed to, and for whom.
    pub about: Context,
}

/// Where a step deploys to and what started it: for a reader who does not have the job before them.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The workspace and the endpoint.
    pub place: String,
    /// Repository, commit and actor.
    pub origin: String,
    /// The CI's page of the run.
    pub url: Option<String>,
    /// What was warned of before anything began.
    pub warnings: Vec<String>,
}

impl Context {
    /// From the configuration and the CI's own variables.
    pub fn new(config: &Config, ci_run: &CiRun) -> Self {
        let service = &config.service;
        let hosts: Vec<&str> =
            [&service.dataworks, &service.spark].into_iter().flatten().map(Endpoint::authority).collect();
        let workspace = service.workspace();
        let workspace = if workspace.is_empty() { String::new() } else { format!("workspace {workspace} at ") };
        // The comment of a CI without a repository and a commit is our own name.
        let without_url = CiRun { url: None, ..ci_run.clone() };
        let is_known = ci_run.repository.is_some() || ci_run.commit.is_some();
        let origin = if is_known { without_url.comment() } else { String::new() };
        let place = format!("{workspace}{}", hosts.join(" and "));
        Self { place, origin, url: ci_run.url.clone(), warnings: config.warnings.clone() }
    }
}

/// One target, or the workflow that is started after them.
#[derive(Debug)]
pub struct TargetReport {
    /// Its name, as given.
    pub target: String,
    /// Its kind and name, for people.
    pub label: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What happened.
    pub journal: Journal,
}

impl TargetReport {
    /// Its kind and name, with the object's own name where it was given by id and its name is known.
    pub fn title(&self) -> String {
        let name = self.outcome.object_name(&self.target).map(|name| format!(" ({name})")).unwrap_or_default();
        format!("{}{name}", self.label)
    }
}

impl Report {
    /// A step that ran. Who started it adds when, how long it took, and in which CI.
    pub fn new(
        targets: Vec<TargetReport>,
        workflow: Option<TargetReport>,
        counts: RequestCounts,
        about: Context,
    ) -> Self {
        Self {
            started: SystemTime::UNIX_EPOCH,
            took: Duration::ZERO,
            ci: Ci::Other,
            not_started: None,
            plan: None,
            exported: None,
            targets,
            workflow,
            counts,
            about,
        }
    }

    /// A step that ended before it sent a request.
    pub fn not_started(end: End) -> Self {
        let report = Self::new(Vec::new(), None, RequestCounts::default(), Context::default());
        Self { not_started: Some(end), ..report }
    }

    /// Every target, the workflow last.
    pub fn parts(&self) -> impl Iterator<Item = &TargetReport> {
        self.targets.iter().chain(&self.workflow)
    }

    /// How the step ended: the first row of the exit codes that applies.
    pub fn status(&self) -> Status {
        let plan = self.plan.iter().map(|plan| plan.end.status);
        let all = || Status::of_all(self.parts().map(|part| part.outcome.end.status).chain(plan));
        self.not_started.as_ref().map_or_else(all, |end| end.status)
    }

    /// The end that decides the exit code: of the first target that has it.
    pub fn end(&self) -> Option<&End> {
        let status = self.status();
        self.not_started
            .as_ref()
            .or_else(|| self.deciding().map(|part| &part.outcome.end))
            .or(self.plan.as_ref().map(|plan| &plan.end))
            .filter(|end| end.status == status)
    }

    /// The target that decides the exit code.
    pub fn deciding(&self) -> Option<&TargetReport> {
        let status = self.status();
        self.parts().find(|part| part.outcome.end.status == status)
    }

    /// A moment of the step as a time of day.
    pub fn wall(&self, elapsed: Duration) -> SystemTime {
        self.started.checked_add(elapsed).unwrap_or(self.started)
    }
}

/// `1 failed, 3 success, 8 skipped`.
pub fn counts<'a>(parts: impl IntoIterator<Item = &'a TargetReport>) -> String {
    let mut counts: Vec<(Status, u32)> = Vec::new();
    for part in parts {
        let status = part.outcome.end.status;
        match counts.iter_mut().find(|(counted, _)| *counted == status) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((status, 1)),
        }
    }
    sort_by(&mut counts, |(one, _), (other, _)| one.is_good().cmp(&other.is_good()));
    counts.iter().map(|(status, count)| format!("{count} {status}")).collect::<Vec<_>>().join(", ")
}

/// `2026-01-02 03:04:05 UTC`.
pub fn utc(at: SystemTime) -> String {
    let text = timestamp::seconds(at);
    format!("{} UTC", text.trim_end_matches('Z').replace('T', " "))
}
