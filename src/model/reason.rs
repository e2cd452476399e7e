//! Why a target ended: the facts, as values. `report::reasons` puts them into words.

use std::time::Duration;

use super::{
    answer::Named,
    fault::ServiceError,
    options::Operation,
    package::Package,
    pipeline::{Stage, State},
    read_back::ReadBackResult,
    run_name::RunName,
    run_result::RunEnd,
    status::Status,
    target::Target,
    timeout::{Timeout, Waiting},
};

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
    /// What was waited for when time, or the budget of requests, was over.
    pub waiting: Option<Waiting>,
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
        Self { status, reason: reason.into(), abolish: Abolish::NotTried, resume: None, waiting: None, error }
    }
}

/// Why it ended. What the service said is in [`End::error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Words for a person, which nothing else reads.
    Text(String),
    /// The pipeline run succeeded.
    RunSucceeded(Operation),
    /// The object is out of production, and the stage that deletes it was not executed.
    TakenOffline,
    /// `until-stage` succeeded.
    StoppedAfter {
        /// The run, which is still open.
        run: String,
        /// The stage, as the input named it.
        stage: String,
        /// The code of the stage that comes next.
        next: Option<String>,
    },
    /// The pipeline run ended badly.
    RunFailed {
        /// How the run reads.
        state: State,
        /// What the service says of the run, or nothing.
        message: String,
        /// The stage that is to blame, if there is one.
        stage: Option<Box<Stage>>,
    },
    /// The run has a stage that takes offline or deletes, and the operation does not allow it.
    ForbiddenStage {
        /// The stage.
        stage: Box<Stage>,
        /// The operation.
        operation: Operation,
    },
    /// The run has no stage of the type without which the operation comes to nothing.
    MissingStage {
        /// The type.
        kind: &'static str,
        /// The operation.
        operation: Operation,
        /// The codes of the stages that there are.
        codes: Vec<String>,
    },
    /// The stage to execute has the code of another stage of the run.
    RepeatedStage {
        /// The run.
        run: String,
        /// The code.
        code: String,
    },
    /// `until-stage` names none of the stages.
    NoSuchStage {
        /// What the input named.
        wanted: String,
        /// The codes of the stages that there are.
        codes: Vec<String>,
    },
    /// The deployment package succeeded.
    PackageSucceeded {
        /// Its id.
        id: u64,
        /// Where its files went, if the service says so.
        environment: Option<&'static str>,
    },
    /// The deployment package failed.
    PackageFailed {
        /// Its id.
        id: u64,
        /// Whether it is the package of `SubmitFile`.
        is_submission: bool,
        /// How it reads.
        package: Box<Package>,
    },
    /// The service refused a call.
    Refused {
        /// The operation.
        operation: &'static str,
        /// What to check.
        hint: Hint,
    },
    /// The target is a node inside a workflow, which cannot be deployed alone.
    InnerNode {
        /// The target.
        target: Target,
        /// The node's name.
        name: String,
        /// The workflow.
        workflow: Named,
    },
    /// The file has no committed version, and is not to be submitted.
    NeverCommitted {
        /// Its id.
        file: u64,
        /// Its name.
        name: String,
    },
    /// A target cannot be read.
    Unreadable {
        /// The target.
        target: Target,
        /// The operation that was refused.
        operation: &'static str,
    },
    /// A workflow was to be started.
    Workflow {
        /// Its code.
        code: u64,
        /// What became of it.
        start: Start,
    },
    /// The credentials were refused.
    Denied,
    /// There are no credentials.
    NoCredentials,
    /// A quota is used up, or the operation is not offered.
    NotOffered,
    /// The service cannot be reached.
    Unreachable,
    /// The service gave no valid answer for this long.
    NoAnswer(Duration),
    /// Time is over.
    Timeout(Timeout),
    /// No request may be sent any more.
    BudgetSpent,
    /// The list of this operation could not be read to its end, so what it does not show may be there.
    ListCut(&'static str),
    /// Several unfinished runs have the marker of this job.
    SeveralRunsOfOurs(Vec<RunName>),
    /// It is about one of the objects of a target.
    Of {
        /// The folder of the object.
        object: String,
        /// Why.
        reason: Box<Reason>,
    },
    /// The answer to a write was lost, and reading back did not settle it.
    Lost {
        /// The operation.
        operation: &'static str,
        /// What reading back showed.
        result: ReadBackResult,
    },
    /// The process was told to stop.
    Interrupted(Interruption),
    /// The run after the deployment.
    RunOnce(Box<RunEnd>),
    /// There was nothing to ask and nothing to wait for: a fault of this program.
    Stuck,
}

/// What to check after a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Nothing; the service says it all.
    Nothing,
    /// The object of this id.
    Object(String),
    /// Endpoint, region and edition: the service does not know the operation.
    Operation,
    /// The workspace and the run's id.
    Run,
    /// The workspace and the id of the file or package.
    Package,
    /// The workspace and the names.
    Names,
    /// The file was submitted and is not ready yet.
    Unready,
    /// The file was not submitted.
    Unsubmitted,
}

/// What became of the start of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It was started.
    Started,
    /// The answer says that it was not.
    NotStarted,
    /// The call was refused.
    Refused,
    /// The answer was lost, and no operation tells.
    Unknown,
}

/// What a signal found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Work that was under way.
    Working,
    /// A target that had ended; only a best-effort call was outstanding.
    AlreadyEnded(Box<End>),
    /// A write in flight, which was answered in time: the target ended with it.
    WriteEnded(Box<End>),
}

/// What was done about a pipeline run that had not ended when we left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Abolish {
    /// Nothing: it was not asked for, or there was no run to abolish.
    #[default]
    NotTried,
    /// It was abolished.
    Done,
    /// It could not be: the request budget is used up.
    BudgetSpent,
    /// It could not be: what the last try came to.
    Failed(Box<ServiceError>),
    /// What ran after the deployment was stopped.
    Stopped,
    /// It could not be stopped, and why.
    NotStopped(Box<ServiceError>),
}

/// How a person continues with what was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resume {
    /// A pipeline run, by its id.
    Run(String),
    /// A deployment package, by its id.
    Package(u64),
    /// A pipeline run that may exist, although nobody knows its id.
    UnknownRun {
        /// The object's id.
        object: String,
        /// What its description begins with.
        marker: String,
    },
    /// A deployment package that may exist.
    UnknownPackage,
    /// Runs of business dates, by the name that their creation gave.
    Instances(String),
    /// What was written in Data Studio and not deployed, by the folders of the objects.
    Written {
        /// What was written.
        objects: Vec<String>,
        /// What may have been.
        uncertain: Option<String>,
        /// Whether something else than what was written reads back: the next plan shows drift.
        differs: bool,
    },
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
