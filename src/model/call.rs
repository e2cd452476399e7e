//! The words that the walk and the API share: what may be asked, what may come back, and what may go wrong.

use std::{fmt, time::Duration};

use super::{package::Package, pipeline::Pipeline, start::Start};

/// One request to the service, before it has a wire form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// 2024-05-18 `CreatePipelineRun`: one object, brought online or taken offline.
    CreateRun {
        /// The object's id.
        object: String,
        /// `Offline` instead of `Online`.
        offline: bool,
        /// The marker and the comment.
        description: String,
    },
    /// 2024-05-18 `GetPipelineRun`.
    LookAtRun {
        /// The run's id.
        run: String,
    },
    /// 2024-05-18 `ExecPipelineRunStage`: triggers a stage, and does not wait for it.
    ExecuteStage {
        /// The run's id.
        run: String,
        /// The stage's code.
        code: String,
    },
    /// 2024-05-18 `AbolishPipelineRun`.
    AbolishRun {
        /// The run's id.
        run: String,
    },
    /// 2024-05-18 `ListPipelineRuns` of one object.
    ListRuns {
        /// The object's id.
        object: String,
        /// Only runs of this status.
        status: Option<&'static str>,
        /// From 1, a hundred runs each.
        page: u32,
    },
    /// 2024-05-18 `ListPipelineRunItems`.
    ListItems {
        /// The run's id.
        run: String,
    },
    /// 2020-05-18 `DeployFile`.
    DeployFile {
        /// The file.
        file: FileKey,
        /// The comment.
        comment: String,
    },
    /// 2020-05-18 `GetDeployment`.
    LookAtPackage {
        /// The package's id.
        package: u64,
    },
    /// 2020-05-18 `ListDeployments`, the newest hundred at most.
    ListPackages {
        /// From 1, a hundred packages each.
        page: u32,
    },
    /// EMR 2023-08-08 `StartProcessInstance`.
    StartWorkflow(Box<Start>),
}

/// What names a file in `DeployFile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKey {
    /// By its own id.
    File(u64),
    /// By the id of its node in the scheduling system.
    Node(u64),
}

impl Call {
    /// The vendor's name of the operation.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreateRun { .. } => "CreatePipelineRun",
            Self::LookAtRun { .. } => "GetPipelineRun",
            Self::ExecuteStage { .. } => "ExecPipelineRunStage",
            Self::AbolishRun { .. } => "AbolishPipelineRun",
            Self::ListRuns { .. } => "ListPipelineRuns",
            Self::ListItems { .. } => "ListPipelineRunItems",
            Self::DeployFile { .. } => "DeployFile",
            Self::LookAtPackage { .. } => "GetDeployment",
            Self::ListPackages { .. } => "ListDeployments",
            Self::StartWorkflow(_) => "StartProcessInstance",
        }
    }

    /// Whether it changes something and must not be repeated blindly. An abolish may be.
    pub fn changes(&self) -> bool {
        match self {
            Self::CreateRun { .. } | Self::ExecuteStage { .. } | Self::DeployFile { .. } | Self::StartWorkflow(_) => {
                true
            }
            Self::AbolishRun { .. }
            | Self::LookAtRun { .. }
            | Self::ListRuns { .. }
            | Self::ListItems { .. }
            | Self::LookAtPackage { .. }
            | Self::ListPackages { .. } => false,
        }
    }
}

impl Call {
    /// Whether its failure changes nothing about how a deployment ended: asked for a few times, then let go.
    pub fn is_courtesy(&self) -> bool {
        matches!(self, Self::AbolishRun { .. } | Self::ListItems { .. })
    }
}

/// What came back, with what every answer carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// What the vendor's support asks for.
    pub request_id: String,
    /// The service's clock when it answered, in milliseconds since 1970.
    pub clock_ms: Option<u64>,
}

/// A good answer, by the call that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The id of the new run.
    RunCreated(String),
    /// The run.
    Run(Pipeline),
    /// The stage was triggered, or the run abolished.
    Accepted,
    /// A page of runs, and how many there are in all.
    Runs(Vec<Pipeline>, u64),
    /// The items of a run.
    Items(Vec<Item>),
    /// The id of the new package.
    PackageCreated(u64),
    /// The package.
    Package(Package),
    /// A page of packages, as id and name, and how many there are in all.
    Packages(Vec<(u64, String)>, u64),
    /// What `StartProcessInstance` said.
    WorkflowStarted(StartReply),
}

/// One thing that a run carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// `Node`, `WorkflowDefinition`, `Resource`, `Function`, or a word that is not in the documents.
    pub kind: String,
    /// Its version.
    pub version: String,
    /// The word of its status.
    pub status: String,
    /// Why it failed, if it did.
    pub message: String,
}

impl Item {
    /// Whether it ended badly.
    pub fn has_failed(&self) -> bool {
        super::pipeline::State::read(&self.status).is_failure()
    }
}

/// The answer of `StartProcessInstance`, good or bad, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartReply {
    /// `success` true, `failed` not true, and `code` absent, 0 or 200.
    pub started: bool,
    /// The backend's return code, or empty.
    pub code: String,
    /// Its description.
    pub message: String,
    /// Whatever it is; nothing is promised of it. JSON text.
    pub data: String,
    /// The status that the body speaks of.
    pub http_status: Option<i64>,
    /// For the vendor's support.
    pub request_id: String,
}

/// What the service said about a refusal, or what we saw where it said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The HTTP status; 0 where there was no answer.
    pub status: u16,
    /// The vendor's error code, or empty.
    pub code: String,
    /// The message, or what was seen.
    pub message: String,
    /// For the vendor's support, or empty.
    pub request_id: String,
}

impl Words {
    /// What we saw, where the service said nothing.
    pub fn seen(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.status != 0 {
            parts.push(format!("HTTP {}", self.status));
        }
        if !self.code.is_empty() {
            parts.push(self.code.clone());
        }
        if !self.message.is_empty() {
            parts.push(self.message.clone());
        }
        f.write_str(&parts.join(", "))?;
        if !self.request_id.is_empty() {
            write!(f, " (request id {})", self.request_id)?;
        }
        Ok(())
    }
}

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it means for what was asked.
    pub kind: Kind,
    /// How long the service asks us to stay away.
    pub after: Option<Duration>,
    /// What was said or seen.
    pub words: Words,
}

impl Fault {
    /// A fault of which the service did not say when to come again.
    pub fn new(kind: Kind, words: Words) -> Self {
        Self { kind, after: None, words }
    }
}

/// The four kinds that the promise "once" turns on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was certainly not sent: no effect.
    NotSent(Reach),
    /// The service asks to come again later: no effect.
    Busy,
    /// An error answer that says no: no effect.
    Refused(Why),
    /// Anything else: it may have had an effect.
    Lost,
}

/// Why nothing could be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The name does not resolve, the connection is refused, or the certificate is not trusted: it will stay so.
    Hopeless,
    /// Anything else: it may pass.
    Passing,
}

/// Why the service says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Credentials or permission.
    Denied,
    /// A quota is spent, or the operation is not offered here: another try would not help.
    Unavailable,
    /// What is to be deployed is not there, or cannot be deployed alone.
    NotFound,
    /// The service does not know the operation, at least not by this name.
    UnknownOperation,
    /// Any other reason.
    Other,
}
