//! What came of a run after the deployment: each date, the tasks that failed, and why it ended.

use super::{
    business_date::BusinessDate,
    pipeline::{Stage, State},
    run_once::RunState,
};

/// The run of one business date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateRun {
    /// Which date.
    pub date: BusinessDate,
    /// The id of its workflow instance or of its DAG.
    pub instance: Option<u64>,
    /// Its state.
    pub state: DateState,
    /// When it started, in milliseconds since 1970.
    pub started_ms: Option<u64>,
    /// When it ended, in milliseconds since 1970.
    pub finished_ms: Option<u64>,
    /// The tasks that failed, the first of them with the end of their log.
    pub tasks: Vec<FailedTask>,
}

/// The state of the run of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateState {
    /// Nothing was requested.
    NotBegun,
    /// It was requested, and this is what it last read.
    Reads(RunState),
    /// It will not run: one before it failed.
    Skipped,
}

/// A task that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedTask {
    /// Its name for people.
    pub name: String,
    /// The id of its instance.
    pub instance: u64,
    /// The last lines of its log; `None`: it was not read.
    pub log: Option<String>,
}

/// Why a run after the deployment ended. What the service said is in the end's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// Every date succeeded.
    Succeeded(Vec<BusinessDate>),
    /// A date failed.
    Failed {
        /// Which, the first of them.
        date: BusinessDate,
        /// The names of the tasks that failed, where they could be read.
        tasks: Vec<String>,
        /// The dates that did not run because of that.
        skipped: Vec<BusinessDate>,
    },
    /// Nodes without an id at the scheduler, by name.
    NoTasks(Vec<String>),
    /// The service could not create the instances, and says why.
    NotCreated(String),
    /// The answer to the creation was lost: a run of this name may have been started.
    MayHaveStarted {
        /// The operation.
        operation: &'static str,
        /// The name that it was given.
        name: String,
        /// The instances of that name that were found, not of every date.
        found: Vec<u64>,
    },
    /// The answers do not tell which instance is of which date.
    NotOfTheDates(Vec<u64>),
    /// The object has no business date: it is a manual workflow.
    Manual,
    /// The object is a node inside this workflow.
    Inner(String),
}

impl DateRun {
    /// A date of which nothing was requested yet.
    pub fn new(date: BusinessDate) -> Self {
        let (state, tasks) = (DateState::NotBegun, Vec::new());
        Self { date, instance: None, state, started_ms: None, finished_ms: None, tasks }
    }

    /// Its code among the stages of its target: `RUN 2026-11-24`.
    pub fn code(&self) -> String {
        format!("RUN {}", self.date)
    }

    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        self.state == DateState::Reads(RunState::Failure)
    }

    /// Whether it succeeded.
    pub fn has_succeeded(&self) -> bool {
        self.state == DateState::Reads(RunState::Success)
    }

    /// Whether it will not change any more.
    pub fn is_over(&self) -> bool {
        self.has_failed() || self.has_succeeded() || self.state == DateState::Skipped
    }

    /// Its state, as one word.
    pub fn word(&self) -> String {
        match &self.state {
            DateState::NotBegun => "not-begun".into(),
            DateState::Skipped => "skipped".into(),
            DateState::Reads(RunState::NotRun) => "NotRun".into(),
            DateState::Reads(RunState::Active(word)) => word.clone(),
            DateState::Reads(RunState::Success) => "Success".into(),
            DateState::Reads(RunState::Failure) => "Failure".into(),
        }
    }

    /// It as a stage of its target.
    pub fn stage(&self) -> Stage {
        let failed: Vec<&str> = self.tasks.iter().map(|task| task.name.as_str()).collect();
        let message = match &self.state {
            DateState::Skipped => "skipped: an earlier date failed".to_owned(),
            _ if failed.is_empty() => String::new(),
            DateState::NotBegun | DateState::Reads(_) => format!("failed: {}", failed.join(", ")),
        };
        let state = match &self.state {
            DateState::NotBegun | DateState::Skipped | DateState::Reads(RunState::NotRun) => State::Init,
            // No word of what has not ended may read as an end.
            DateState::Reads(RunState::Active(word)) => {
                Some(State::read(word)).filter(|state| !state.is_end()).unwrap_or(State::Running)
            }
            DateState::Reads(RunState::Success) => State::Success,
            DateState::Reads(RunState::Failure) => State::Fail,
        };
        Stage { code: self.code(), kind: "Run".into(), state, message, ..Stage::default() }
    }
}
