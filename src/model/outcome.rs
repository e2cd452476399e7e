//! How a step may end, and with which exit code. The codes are public interface.

use std::fmt;

use super::{
    answer::{Item, StartReply},
    fault::ServiceError,
    package::Package,
    pipeline::{Pipeline, Stage, State},
    reason::{Abolish, Reason, Resume},
};

/// How a target, or the whole step, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Deployed.
    Success,
    /// Stopped at `until-stage`, as asked.
    Stopped,
    /// Everything was read, nothing was changed, and nothing is wrong.
    DryRun,
    /// Not begun: another target failed before, or the step was interrupted.
    Skipped,
    /// The deployment failed, or the workflow was refused.
    Failed,
    /// The inputs are wrong, or a target was not found.
    Invalid,
    /// Time ran out, or the budget of requests.
    TimedOut,
    /// Credentials are missing, refused or without permission.
    Denied,
    /// The service could not be reached, made no sense, or its quota is spent.
    Unavailable,
    /// Interrupted, with the exit code that the signal asks for.
    Cancelled(u8),
}

impl Status {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Success | Self::Stopped | Self::DryRun | Self::Skipped => 0,
            Self::Failed => 1,
            Self::Invalid => 2,
            Self::TimedOut => 3,
            Self::Denied => 4,
            Self::Unavailable => 5,
            Self::Cancelled(code) => code,
        }
    }

    /// Whether nothing went wrong.
    pub fn is_good(self) -> bool {
        self.exit_code() == 0
    }

    /// The one that counts among several: 130/143, 1, 4, 5, 3, 2, 0. Of none at all: nothing was deployed, which is
    /// never a success.
    pub fn of_all(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().min_by_key(|status| status.rank()).unwrap_or(Self::Invalid)
    }

    fn rank(self) -> u8 {
        match self {
            Self::Cancelled(_) => 0,
            Self::Failed => 1,
            Self::Denied => 2,
            Self::Unavailable => 3,
            Self::TimedOut => 4,
            Self::Invalid => 5,
            Self::Stopped => 6,
            Self::DryRun => 7,
            Self::Success => 8,
            Self::Skipped => 9,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Success => "success",
            Self::Stopped => "stopped",
            Self::DryRun => "dry-run",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Invalid => "invalid",
            Self::TimedOut => "timed-out",
            Self::Denied => "denied",
            Self::Unavailable => "unavailable",
            Self::Cancelled(_) => "cancelled",
        })
    }
}

/// How a target ended, and why; `report::reasons` puts it into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// How.
    pub status: Status,
    /// Why.
    pub reason: Reason,
    /// What was done about a pipeline run that was left.
    pub abolish: Abolish,
    /// How to go on with what was left.
    pub resume: Option<Resume>,
    /// What the service said, where it said something: its code and the request id go to the outputs.
    pub error: ServiceError,
}

impl End {
    /// An end of which the service said nothing.
    pub fn new(status: Status, reason: impl Into<Reason>) -> Self {
        Self::said(status, reason, ServiceError::default())
    }

    /// An end with what the service said.
    pub fn said(status: Status, reason: impl Into<Reason>, error: ServiceError) -> Self {
        Self { status, reason: reason.into(), abolish: Abolish::NotTried, resume: None, error }
    }
}

/// Everything known of a target when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How and why.
    pub end: End,
    /// What the service last said of it.
    pub found: Remote,
    /// What the run carried, read when it failed.
    pub items: Vec<Item>,
    /// The code of the stage that `until-stage` or `offline` left.
    pub next_stage: Option<String>,
    /// The code of the stage that is to blame.
    pub failed_stage: Option<String>,
}

/// The remote object that a target created or follows, as last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Remote {
    /// None that we know of.
    #[default]
    Nothing,
    /// A pipeline run: its id, and how it last read.
    Run(String, Option<Pipeline>),
    /// A deployment package: its id, and how it last read.
    Package(u64, Option<Package>),
    /// A workflow's start.
    Start(StartReply),
}

impl Outcome {
    /// A target that was never begun, though nothing is wrong with it.
    pub fn skipped(why: &str) -> Self {
        Self::of(End::new(Status::Skipped, why))
    }

    /// An end without a remote object.
    pub fn of(end: End) -> Self {
        Self { end, found: Remote::Nothing, items: Vec::new(), next_stage: None, failed_stage: None }
    }

    /// The id of the pipeline run or of the package; empty where there is neither.
    pub fn id(&self) -> String {
        match &self.found {
            Remote::Run(id, _) => id.clone(),
            Remote::Package(id, _) => id.to_string(),
            Remote::Nothing | Remote::Start(_) => String::new(),
        }
    }

    /// Where it was deployed to: what the package says, or the last deploying stage that succeeded.
    pub fn environment(&self) -> Option<&'static str> {
        match &self.found {
            Remote::Package(_, Some(package)) => package.environment(),
            Remote::Run(_, Some(pipeline)) => run_environment(pipeline),
            Remote::Nothing | Remote::Run(_, None) | Remote::Package(_, None) | Remote::Start(_) => None,
        }
    }

    /// The name of an object that was named by its id, where its run's items were read.
    pub fn object_name(&self, id: &str) -> Option<&str> {
        let item = self.items.iter().find(|item| item.id == id && !item.name.is_empty())?;
        Some(&item.name)
    }
}

fn run_environment(pipeline: &Pipeline) -> Option<&'static str> {
    let deploys = |stage: &&Stage| stage.is("Deploy") || stage.is("Offline");
    let done = pipeline.stages.iter().filter(deploys).rfind(|stage| stage.state == State::Success);
    match done {
        Some(stage) if stage.code.to_ascii_uppercase().starts_with("DEV") => Some("development"),
        Some(_) => Some("production"),
        None if pipeline.state == State::Success => Some("production"),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_that_applies_counts() {
        use Status::{Cancelled, Denied, Failed, Invalid, Skipped, Stopped, Success, TimedOut, Unavailable};
        let order = [Cancelled(143), Failed, Denied, Unavailable, TimedOut, Invalid, Stopped];
        for (first, status) in order.iter().enumerate() {
            let rest = order[first..].iter().copied().chain([Success, Skipped]);
            assert_eq!(Status::of_all(rest.rev()), *status);
        }
        assert_eq!(Status::of_all([Skipped, Success]), Success);
        assert_eq!(Status::of_all([]), Invalid, "no target is not a success");
    }
}
