//! What may be asked of the service.

use super::workflow_start::WorkflowStart;

/// One request to the service, before it has a wire form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// 2024-05-18 `CreatePipelineRun`: one object, brought online or taken offline.
    CreatePipelineRun {
        /// The object's id.
        object: String,
        /// `Offline` instead of `Online`.
        offline: bool,
        /// The marker and the comment.
        description: String,
    },
    /// 2024-05-18 `GetPipelineRun`.
    GetPipelineRun {
        /// The run's id.
        run: String,
    },
    /// 2024-05-18 `ExecPipelineRunStage`: triggers a stage, and does not wait for it.
    ExecPipelineRunStage {
        /// The run's id.
        run: String,
        /// The stage's code.
        code: String,
    },
    /// 2024-05-18 `AbolishPipelineRun`.
    AbolishPipelineRun {
        /// The run's id.
        run: String,
    },
    /// 2024-05-18 `ListPipelineRuns` of one object.
    ListPipelineRuns {
        /// The object's id.
        object: String,
        /// Only runs of this status.
        status: Option<&'static str>,
        /// From 1, a hundred runs each.
        page: u32,
    },
    /// 2024-05-18 `ListPipelineRunItems`.
    ListPipelineRunItems {
        /// The run's id.
        run: String,
    },
    /// 2020-05-18 `GetFile`.
    GetFile(FileKey),
    /// 2020-05-18 `SubmitFile`.
    SubmitFile {
        /// The file's own id.
        file: u64,
        /// The comment.
        comment: String,
        /// `SkipAllDeployFileExtensions`.
        skip_check: bool,
    },
    /// 2024-05-18 `GetNode` or `GetWorkflowDefinition`.
    ReadObject {
        /// The object's id.
        object: String,
        /// A workflow, not a node.
        is_workflow: bool,
    },
    /// One page of names, to find an id.
    Find(Query, u32),
    /// 2020-05-18 `DeployFile`.
    DeployFile {
        /// The file.
        file: FileKey,
        /// The comment.
        comment: String,
    },
    /// 2020-05-18 `GetDeployment`.
    GetDeployment {
        /// The package's id.
        package: u64,
    },
    /// 2020-05-18 `ListDeployments`, the newest hundred at most.
    ListDeployments {
        /// From 1, a hundred packages each.
        page: u32,
    },
    /// EMR 2023-08-08 `StartProcessInstance`.
    StartProcessInstance(Box<WorkflowStart>),
}

/// What is looked for by name. Every filter of the service but the exact file name is fuzzy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// 2024-05-18 `ListProjects`: the workspace of a name.
    Project(String),
    /// 2020-05-18 `ListFiles`: files of an exact name.
    Files(String),
    /// 2024-05-18 `ListWorkflowDefinitions`: workflows of one type whose name resembles this one; empty: all.
    Workflows {
        /// What the name resembles.
        name: String,
        /// `ManualWorkflow` instead of `CycleWorkflow`.
        manual: bool,
    },
    /// 2024-05-18 `ListNodes`: nodes whose name resembles this one.
    Nodes {
        /// What the name resembles.
        name: String,
        /// Only those inside this workflow.
        container: Option<String>,
    },
}

/// What names a file in `DeployFile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
            Self::CreatePipelineRun { .. } => "CreatePipelineRun",
            Self::GetPipelineRun { .. } => "GetPipelineRun",
            Self::ExecPipelineRunStage { .. } => "ExecPipelineRunStage",
            Self::AbolishPipelineRun { .. } => "AbolishPipelineRun",
            Self::ListPipelineRuns { .. } => "ListPipelineRuns",
            Self::ListPipelineRunItems { .. } => "ListPipelineRunItems",
            Self::GetFile(_) => "GetFile",
            Self::SubmitFile { .. } => "SubmitFile",
            Self::ReadObject { is_workflow: false, .. } => "GetNode",
            Self::ReadObject { is_workflow: true, .. } => "GetWorkflowDefinition",
            Self::Find(Query::Project(_), _) => "ListProjects",
            Self::Find(Query::Files(_), _) => "ListFiles",
            Self::Find(Query::Workflows { .. }, _) => "ListWorkflowDefinitions",
            Self::Find(Query::Nodes { .. }, _) => "ListNodes",
            Self::DeployFile { .. } => "DeployFile",
            Self::GetDeployment { .. } => "GetDeployment",
            Self::ListDeployments { .. } => "ListDeployments",
            Self::StartProcessInstance(_) => "StartProcessInstance",
        }
    }

    /// Whether it changes something and must not be repeated blindly. An abolish may be.
    pub fn changes(&self) -> bool {
        match self {
            Self::CreatePipelineRun { .. }
            | Self::ExecPipelineRunStage { .. }
            | Self::SubmitFile { .. }
            | Self::DeployFile { .. }
            | Self::StartProcessInstance(_) => true,
            Self::GetFile(_)
            | Self::ReadObject { .. }
            | Self::Find(..)
            | Self::AbolishPipelineRun { .. }
            | Self::GetPipelineRun { .. }
            | Self::ListPipelineRuns { .. }
            | Self::ListPipelineRunItems { .. }
            | Self::GetDeployment { .. }
            | Self::ListDeployments { .. } => false,
        }
    }

    /// Whether its failure changes nothing about how a deployment ended: asked for a few times, then let go.
    pub fn is_courtesy(&self) -> bool {
        matches!(self, Self::AbolishPipelineRun { .. } | Self::ListPipelineRunItems { .. })
    }
}
