//! What may be asked of the service: one row per operation, with its parameters and its effect, in the vendor's names.
//!
//! To add an operation: a row here, a row and a `mod` line in `client::api`, and one file there.

use super::{
    run_once::{BackfillDags, BackfillInstances},
    workflow_start::WorkflowStart,
};

/// What an operation does on the service's side, and so what a lost answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing: it may be sent again at any time.
    Read,
    /// It changes something: after a lost answer it is read back first, and never simply repeated.
    Write,
    /// Its failure does not change how a deployment ended: a few tries, then it is left out. It may be repeated.
    BestEffort,
}

macro_rules! calls {
    ($(
        $(#[$doc:meta])*
        $effect:ident $name:ident
        $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })?
        $(( $only:ty ))?;
    )*) => {
        /// One request to the service, before it has a wire form.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Call {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $type),* })? $(( $only ))?,)*
        }

        impl Call {
            /// The vendor's name of the operation.
            pub fn operation(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }

            /// What it does on the service's side.
            pub fn effect(&self) -> Effect {
                match self { $(Self::$name { .. } => Effect::$effect,)* }
            }
        }
    };
}

calls! {
    /// 2024-05-18: the run of one object, which is brought online or taken offline.
    Write CreatePipelineRun {
        /// The object's id.
        object: String,
        /// `Offline` instead of `Online`.
        offline: bool,
        /// The marker and the comment.
        description: String,
    };
    /// 2024-05-18.
    Read GetPipelineRun {
        /// The run's id.
        run: String,
    };
    /// 2024-05-18: triggers a stage, and does not wait for it.
    Write ExecPipelineRunStage {
        /// The run's id.
        run: String,
        /// The stage's code.
        code: String,
    };
    /// 2024-05-18.
    BestEffort AbolishPipelineRun {
        /// The run's id.
        run: String,
    };
    /// 2024-05-18.
    Read ListPipelineRuns {
        /// Only runs of this object; `None`: of the whole workspace.
        object: Option<String>,
        /// Only runs of this status.
        status: Option<&'static str>,
        /// From 1, a hundred runs each.
        page: u32,
    };
    /// 2024-05-18.
    BestEffort ListPipelineRunItems {
        /// The run's id.
        run: String,
        /// From 1, a hundred items each.
        page: u32,
    };
    /// 2024-05-18: workspaces of an exact name.
    Read ListProjects {
        /// The name.
        name: String,
        /// From 1, a hundred workspaces each.
        page: u32,
    };
    /// 2024-05-18: workflows of one type.
    Read ListWorkflowDefinitions {
        /// Only those whose name resembles this one; empty: all.
        name: String,
        /// `ManualWorkflow` instead of `CycleWorkflow`.
        manual: bool,
        /// From 1, a hundred workflows each.
        page: u32,
    };
    /// 2024-05-18.
    Read ListNodes {
        /// Only those whose name resembles this one; empty: all.
        name: String,
        /// Only those inside this workflow.
        container: Option<String>,
        /// From 1, a hundred nodes each.
        page: u32,
    };
    /// 2024-05-18: the nodes that a node depends on.
    Read ListNodeDependencies {
        /// The node's id.
        node: String,
        /// From 1, a hundred nodes each.
        page: u32,
    };
    /// 2024-05-18.
    Read GetNode {
        /// The node's id.
        node: String,
    };
    /// 2024-05-18.
    Read GetWorkflowDefinition {
        /// The workflow's id.
        workflow: String,
        /// With the code of its nodes.
        with_code: bool,
    };
    /// 2024-05-18. No client token: after a lost answer look for the node before a second try.
    Write CreateNode {
        /// FlowSpec as JSON text; only its first node counts.
        spec: String,
        /// The workflow to create it in.
        container: Option<String>,
        /// What kind of place it is created in.
        scene: Scene,
    };
    /// 2024-05-18: fields that the Spec leaves out keep their values.
    Write UpdateNode {
        /// The node's id.
        node: String,
        /// FlowSpec as JSON text.
        spec: String,
    };
    /// 2024-05-18: the workflow alone, without its nodes.
    Write CreateWorkflowDefinition {
        /// FlowSpec as JSON text.
        spec: String,
    };
    /// 2024-05-18: the workflow alone, without its nodes; fields that the Spec leaves out keep their values.
    Write UpdateWorkflowDefinition {
        /// The workflow's id.
        workflow: String,
        /// FlowSpec as JSON text.
        spec: String,
    };
    /// 2024-05-18: runs deployed nodes once more for business dates. No client token: never sent twice.
    Write CreateWorkflowInstances(Box<BackfillInstances>);
    /// 2024-05-18.
    Read GetCreateWorkflowInstancesResult {
        /// What `CreateWorkflowInstances` answered.
        operation: String,
    };
    /// 2024-05-18: backfills in production. An empty list proves nothing.
    Read ListWorkflowInstances {
        /// The business date: 00:00 in China, in milliseconds since 1970.
        date_ms: u64,
        /// Only those whose name resembles this one.
        name: String,
        /// From 1, a hundred instances each.
        page: u32,
    };
    /// 2024-05-18.
    Read GetWorkflowInstance {
        /// The instance's id.
        instance: u64,
    };
    /// 2024-05-18: those that were created and do not run.
    Write StartWorkflowInstances {
        /// Their ids.
        instances: Vec<u64>,
    };
    /// 2024-05-18.
    BestEffort StopWorkflowInstances {
        /// Their ids.
        instances: Vec<u64>,
    };
    /// 2024-05-18: the tasks of a workflow instance in production.
    BestEffort ListTaskInstances {
        /// The workflow instance's id.
        instance: u64,
        /// Its business date as `GetWorkflowInstance` reads; required in addition to the id.
        date_ms: u64,
        /// From 1, a hundred tasks each.
        page: u32,
    };
    /// 2024-05-18: the log of a task's newest run, whole.
    BestEffort GetTaskInstanceLog {
        /// The task instance's id.
        instance: u64,
    };
    /// 2020-05-18: runs one deployed node once more for successive business dates. No client token: never sent twice.
    Write RunCycleDagNodes(Box<BackfillDags>);
    /// 2020-05-18: the state of the run of one business date.
    Read GetDag {
        /// The DAG's id.
        dag: u64,
    };
    /// 2020-05-18: the tasks of a DAG in production.
    BestEffort ListInstances {
        /// The DAG's id.
        dag: u64,
        /// From 1, a hundred tasks each.
        page: u32,
    };
    /// 2020-05-18: the log of a task, whole.
    BestEffort GetInstanceLog {
        /// The instance's id.
        instance: u64,
    };
    /// 2020-05-18.
    BestEffort StopInstance {
        /// The instance's id.
        instance: u64,
    };
    /// 2020-05-18: files of a name.
    Read ListFiles {
        /// The name.
        name: String,
        /// Whether it is the whole name; else a part of it.
        is_exact: bool,
        /// From 1, a hundred files each.
        page: u32,
    };
    /// 2020-05-18.
    Read GetFile(FileKey);
    /// 2020-05-18.
    Write SubmitFile {
        /// The file's own id.
        file: u64,
        /// The comment.
        comment: String,
        /// `SkipAllDeployFileExtensions`.
        skip_check: bool,
    };
    /// 2020-05-18.
    Write DeployFile {
        /// The file.
        file: FileKey,
        /// The comment.
        comment: String,
    };
    /// 2020-05-18.
    Read GetDeployment {
        /// The package's id.
        package: u64,
    };
    /// 2020-05-18, the newest hundred at most.
    Read ListDeployments {
        /// From 1, a hundred packages each.
        page: u32,
    };
    /// EMR Serverless Spark 2023-08-08.
    Write StartProcessInstance(Box<WorkflowStart>);
}

impl Call {
    /// Whether it ends what has not ended, when we leave early.
    pub fn is_abolish(&self) -> bool {
        matches!(self, Self::AbolishPipelineRun { .. } | Self::StopWorkflowInstances { .. } | Self::StopInstance { .. })
    }
}

/// What names a file in `DeployFile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKey {
    /// By its own id.
    File(u64),
    /// By the id of its node in the scheduling system.
    Node(u64),
}

/// What kind of place a node is created in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// A scheduled workflow, or no workflow.
    Project,
    /// A manual workflow.
    ManualWorkflow,
}
