//! Whose time may be over, and what was waited for then.

use std::time::Duration;

/// Which timeout has expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// The step's.
    Step(Duration),
    /// A stage's own.
    Stage {
        /// Its code.
        code: String,
        /// Its `stage-timeout`.
        limit: Duration,
    },
    /// The time for a person to approve a stage.
    Approval {
        /// The stage's code.
        code: String,
        /// The `approval-timeout`.
        limit: Duration,
    },
    /// A package's.
    Package(Duration),
    /// That of a run after the deployment.
    Run(Duration),
}

/// What is waited for, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub awaited: Awaited,
    /// Since the start of the step.
    pub since: Duration,
}

/// What may be waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// The stage of this code.
    Stage(String),
    /// A person who approves the stage of this code.
    Approval(String),
    /// The package of this id.
    Package(u64),
    /// The end of these other runs of the object.
    Others(String),
    /// The end of these runs in production.
    Runs(String),
}
