//! What the service may answer when nothing went wrong.

use super::{
    call::{Call, FileKey},
    package::Package,
    pipeline::{Pipeline, State},
    run_once::{self, Creation, RunInstance, TaskInstance},
};

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

/// What a page says of the list that it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListInfo {
    /// `TotalCount`; 0 where it is not said. Used only where it says that more comes: it was 0 beside full
    /// pages.
    pub total: u64,
    /// Whether the page is as long as a page of this list may be, so that another may follow.
    pub is_full: bool,
}

impl From<u64> for ListInfo {
    /// Of a page that is not full.
    fn from(total: u64) -> Self {
        Self { total, is_full: false }
    }
}

/// A valid answer, by the call that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The id of the new run.
    RunCreated(String),
    /// The run.
    Run(Pipeline),
    /// It was done, or at least begun; nothing more is said.
    Accepted,
    /// A page of runs.
    Runs(Vec<Pipeline>, ListInfo),
    /// The items of a run.
    Items(Vec<Item>),
    /// The file.
    File(FileInfo),
    /// The node or workflow.
    Object(Box<ObjectInfo>),
    /// The id of the new node or workflow.
    ObjectCreated(String),
    /// A page of whatever has a name.
    Named(Vec<Named>, ListInfo),
    /// The id of the new package.
    PackageCreated(u64),
    /// The package.
    Package(Package),
    /// A page of packages, as id and name.
    Packages(Vec<(u64, String)>, ListInfo),
    /// What `StartProcessInstance` said.
    WorkflowStarted(StartReply),
    /// The id of the operation that creates workflow instances.
    InstancesRequested(String),
    /// How far that operation has come.
    InstancesCreated(Creation),
    /// A workflow instance, or a DAG.
    Instance(RunInstance),
    /// A page of workflow instances.
    Instances(Vec<RunInstance>, ListInfo),
    /// What became of each instance that was to be started or stopped.
    InstancesAccepted(Vec<run_once::Accepted>),
    /// A page of tasks.
    Tasks(Vec<TaskInstance>, ListInfo),
    /// A log, whole.
    Log(String),
    /// The ids of the new DAGs.
    DagsCreated(Vec<u64>),
}

impl Answer {
    /// Whether it answers this call. One about another run, package, file or object does not, nor does one of
    /// another kind; an id that is not told speaks of nothing else.
    pub fn is_for(&self, call: &Call) -> bool {
        let is_told = |told: &str, asked: &str| told.is_empty() || told == asked;
        match (call, self) {
            (Call::GetPipelineRun { run }, Self::Run(told)) => is_told(&told.id, run),
            (Call::GetNode { node: id } | Call::GetWorkflowDefinition { workflow: id, .. }, Self::Object(told)) => {
                is_told(&told.id, id)
            }
            (Call::GetFile(FileKey::File(file)), Self::File(told)) => told.id == *file,
            (Call::GetFile(FileKey::Node(node)), Self::File(told)) => told.node.is_none_or(|told| told == *node),
            (Call::GetDeployment { package }, Self::Package(told)) => told.id.is_none_or(|told| told == *package),
            (Call::GetWorkflowInstance { instance: id } | Call::GetDag { dag: id }, Self::Instance(told)) => {
                told.id == *id
            }
            (Call::CreatePipelineRun { .. }, Self::RunCreated(_))
            | (
                Call::ExecPipelineRunStage { .. }
                | Call::AbolishPipelineRun { .. }
                | Call::UpdateNode { .. }
                | Call::UpdateWorkflowDefinition { .. }
                | Call::StopInstance { .. },
                Self::Accepted,
            )
            | (Call::ListPipelineRuns { .. }, Self::Runs(..))
            | (Call::ListPipelineRunItems { .. }, Self::Items(_))
            | (
                Call::ListProjects { .. }
                | Call::ListWorkflowDefinitions { .. }
                | Call::ListNodes { .. }
                | Call::ListNodeDependencies { .. }
                | Call::ListFiles { .. },
                Self::Named(..),
            )
            | (Call::CreateNode { .. } | Call::CreateWorkflowDefinition { .. }, Self::ObjectCreated(_))
            | (Call::SubmitFile { .. } | Call::DeployFile { .. }, Self::PackageCreated(_))
            | (Call::ListDeployments { .. }, Self::Packages(..))
            | (Call::StartProcessInstance(_), Self::WorkflowStarted(_))
            | (Call::CreateWorkflowInstances(_), Self::InstancesRequested(_))
            | (Call::GetCreateWorkflowInstancesResult { .. }, Self::InstancesCreated(_))
            | (Call::ListWorkflowInstances { .. }, Self::Instances(..))
            | (Call::StartWorkflowInstances { .. } | Call::StopWorkflowInstances { .. }, Self::InstancesAccepted(_))
            | (Call::ListTaskInstances { .. } | Call::ListInstances { .. }, Self::Tasks(..))
            | (Call::GetTaskInstanceLog { .. } | Call::GetInstanceLog { .. }, Self::Log(_))
            | (Call::RunCycleDagNodes(_), Self::DagsCreated(_)) => true,
            _ => false,
        }
    }
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
    /// FlowSpec, as JSON text, of what was deployed; empty where the service does not say.
    pub spec: String,
}

impl Item {
    /// Whether it ended badly, or in a word that nobody knows: that is never taken for a good one.
    pub fn has_failed(&self) -> bool {
        match State::read(&self.status) {
            State::Init | State::Running | State::Success => false,
            State::Fail | State::Termination | State::Cancel => true,
            State::Unknown(word) => !word.is_empty(),
        }
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

/// Something that has a name: a workspace, a workflow, a node or a file, as lists show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The folder of a file; the script path of a node or workflow, its own name included.
    pub path: String,
    /// When a node or workflow was created, in milliseconds since 1970.
    pub created_ms: Option<u64>,
    /// When a node or workflow was last edited, in milliseconds since 1970. A few seconds late, at times.
    pub modified_ms: Option<u64>,
    /// The scheduler's id of a node; there is none before its first deployment.
    pub task: Option<u64>,
    /// The outputs of a node: each is unique in the workspace.
    pub outputs: Vec<String>,
}

/// A node or a workflow, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// FlowSpec as JSON text, as it came; empty where the service gave none.
    pub spec: String,
    /// When it was last edited, in milliseconds since 1970. A few seconds late, at times.
    pub modified_ms: Option<u64>,
    /// The scheduler's id; there is none before the first deployment.
    pub task: Option<u64>,
    /// Its script path, its own name included; empty where the Spec does not say.
    pub path: String,
    /// The workflow that a node lives in, as the node's Spec says.
    pub workflow: Option<Named>,
    /// Whether it is a manual workflow.
    pub is_manual: bool,
    /// The nodes of a workflow, or the one node itself.
    pub nodes: Vec<SpecNode>,
}

/// A node as a Spec has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecNode {
    /// Its name.
    pub name: String,
    /// The scheduler's id; there is none before the first deployment, and none in `GetNode`.
    pub task: Option<u64>,
    /// Its own parameters, `a=1 b=2`.
    pub parameters: String,
}

/// A file of the old Data Studio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileInfo {
    /// Its own id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The id of its node in the scheduling system; there is none before its first deployment.
    pub node: Option<u64>,
    /// Whether its latest edits are committed, where the service says so.
    pub committed: Option<bool>,
    /// The number of its latest committed version, where the service says so; 0 where there is none.
    pub version: Option<u64>,
    /// Whether it belongs to a manual workflow.
    pub is_manual: bool,
    /// The parameters of its node, `a=1 b=2`.
    pub parameters: String,
}
