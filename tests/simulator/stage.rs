//! What a stage of a pipeline will do when it runs: the script of one stage.

use std::time::Duration;

use serde_json::{Value, json};

/// A stage of a pipeline run, and how it will behave.
#[derive(Debug, Clone)]
#[must_use]
pub struct Stage {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) step: Option<i64>,
    pub(super) description: String,
    pub(super) detail: Value,
    pub(super) start: Start,
    pub(super) lag: Duration,
    pub(super) unknown: Option<(String, Duration)>,
    pub(super) duration: Option<Duration>,
    pub(super) outcome: String,
    pub(super) message: String,
    pub(super) approval: Option<Approval>,
}

/// What makes a stage start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// As the service does: the first stage and every `Build` stage by themselves.
    AsUsual,
    /// By itself, so long after the stage before it succeeded.
    ByItself(Duration),
    /// Only an Exec starts it.
    OnExec,
}

/// How a stage asks for a person's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Exec answers HTTP 400 until so long after the first Exec.
    RefusedByStatus(Duration),
    /// Exec answers `Success: false` until so long after the first Exec.
    RefusedBySuccess(Duration),
    /// Exec is accepted; the stage reads `Init` until so long after, then starts.
    StaysInit(Duration),
}

impl Approval {
    /// How long after the first Exec the person approves.
    pub(super) fn given_after(self) -> Duration {
        match self {
            Self::RefusedByStatus(after) | Self::RefusedBySuccess(after) | Self::StaysInit(after) => after,
        }
    }
}

impl Stage {
    /// A stage of any type, that succeeds after 40 ms and reads `Init` 20 ms after its Exec.
    pub fn new(code: &str, kind: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: code.to_lowercase().replace('_', " "),
            kind: kind.to_owned(),
            step: None,
            description: String::new(),
            detail: json!({}),
            start: Start::AsUsual,
            lag: Duration::from_millis(20),
            unknown: None,
            duration: Some(Duration::from_millis(40)),
            outcome: "Success".to_owned(),
            message: String::new(),
            approval: None,
        }
    }

    /// A stage of type `Build`, which starts by itself.
    pub fn build(code: &str) -> Self {
        Self::new(code, "Build")
    }

    /// A stage of type `Check`, with the checkers of a documented real one.
    pub fn check(code: &str) -> Self {
        Self::new(code, "Check").detail(json!({ "checkerList": [
            { "code": "BuildPackageChecker", "name": "打包检查" },
            { "code": "NodeParentDependency", "name": "父节点依赖检查" },
            { "code": "NodeInProcess", "name": "节点运行检查" },
        ] }))
    }

    /// A stage of type `Deploy`.
    pub fn deploy(code: &str) -> Self {
        Self::new(code, "Deploy")
    }

    /// A stage of type `Offline`, which takes the object out of production.
    pub fn offline(code: &str) -> Self {
        Self::new(code, "Offline")
    }

    /// A stage of type `Delete`: executed, the object is gone.
    pub fn delete(code: &str) -> Self {
        Self::new(code, "Delete")
    }

    /// The name that people read.
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The description that people read.
    pub fn described(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }

    /// Its `Step`; without this call, its place in the list, from 1.
    pub fn step(mut self, step: i64) -> Self {
        self.step = Some(step);
        self
    }

    /// Its `Detail`, as any JSON.
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// How long it reads `Running`.
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// How long it still reads `Init` after an Exec was accepted.
    pub fn lag(mut self, lag: Duration) -> Self {
        self.lag = lag;
        self
    }

    /// It reads `Running` for ever.
    pub fn hanging(mut self) -> Self {
        self.duration = None;
        self
    }

    /// It ends as `Fail`, with this message.
    pub fn failing(self, message: &str) -> Self {
        self.ending("Fail", message)
    }

    /// It ends in this status, with this message: `Termination`, `Cancel`, or one not known.
    pub fn ending(mut self, status: &str, message: &str) -> Self {
        status.clone_into(&mut self.outcome);
        message.clone_into(&mut self.message);
        self
    }

    /// A message on a stage that succeeds.
    pub fn saying(mut self, message: &str) -> Self {
        message.clone_into(&mut self.message);
        self
    }

    /// It reads this status for a while before it reads `Running`.
    pub fn reading(mut self, status: &str, duration: Duration) -> Self {
        self.unknown = Some((status.to_owned(), duration));
        self
    }

    /// It starts by itself so long after the stage before it succeeded, whatever its type.
    pub fn starting_by_itself_after(mut self, pause: Duration) -> Self {
        self.start = Start::ByItself(pause);
        self
    }

    /// It waits for an Exec, though it is the first stage or of type `Build`.
    pub fn not_starting_by_itself(mut self) -> Self {
        self.start = Start::OnExec;
        self
    }

    /// It needs a person's approval.
    pub fn approval(mut self, approval: Approval) -> Self {
        self.approval = Some(approval);
        self
    }
}
