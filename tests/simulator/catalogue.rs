//! Which operations there are, and where each parameter travels.

/// The API of DataWorks' new Data Studio.
pub const V2024: &str = "2024-05-18";
/// The API of DataWorks' legacy DataStudio.
pub const V2020: &str = "2020-05-18";
/// The API of EMR Serverless Spark.
pub const SPARK: &str = "2023-08-08";
/// The API of the security token service.
pub const STS: &str = "2015-04-01";

/// An operation of an API. Its lists of parameters are written as words.
#[derive(Debug)]
pub struct Operation {
    /// The version of the API.
    pub version: &'static str,
    /// The action.
    pub name: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The parameters that travel in the query.
    pub query: &'static str,
    /// The parameters that travel in the form body.
    pub form: &'static str,
    /// The parameters that must be there; `A|B`: one of the two.
    pub required: &'static str,
}

/// The operation of that version and name.
pub fn find(version: &str, name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.version == version && operation.name == name)
}

/// Whether a list of words holds a word.
pub fn lists(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|listed| listed == word)
}

const fn get(version: &'static str, name: &'static str, query: &'static str, required: &'static str) -> Operation {
    Operation { version, name, method: "GET", query, form: "", required }
}

const fn post(version: &'static str, name: &'static str, form: &'static str, required: &'static str) -> Operation {
    Operation { version, name, method: "POST", query: "", form, required }
}

impl Operation {
    const fn with_query(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }
}

/// Every operation that the simulator knows.
static OPERATIONS: &[Operation] = &[
    post(V2024, "CreatePipelineRun", CREATE, "ObjectIds ProjectId Type"),
    get(V2024, "GetPipelineRun", "Id ProjectId", "Id ProjectId"),
    post(V2024, "ExecPipelineRunStage", "Code Id", "Code Id ProjectId").with_query("ProjectId"),
    post(V2024, "AbolishPipelineRun", "Id ProjectId", "Id ProjectId"),
    get(V2024, "ListPipelineRuns", "Creator ObjectId PageNumber PageSize ProjectId Status", "ProjectId"),
    get(V2024, "ListPipelineRunItems", "PageNumber PageSize PipelineRunId ProjectId", "PipelineRunId ProjectId"),
    get(V2024, "ListNodes", "ContainerId Name PageNumber PageSize ProjectId Recurrence RerunMode Scene", "ProjectId"),
    get(V2024, "ListWorkflowDefinitions", "Name Owner PageNumber PageSize ProjectId Type", "ProjectId"),
    get(V2024, "GetNode", "Id ProjectId", "Id"),
    get(V2024, "GetWorkflowDefinition", "Id IncludeScriptContent ProjectId", "Id ProjectId"),
    get(V2024, "ListNodeDependencies", "Id PageNumber PageSize ProjectId", "Id ProjectId"),
    post(V2024, "CreateNode", "ContainerId ProjectId Scene Spec", "ProjectId Scene Spec"),
    post(V2024, "UpdateNode", "Id ProjectId Spec", "Id ProjectId Spec"),
    post(V2024, "CreateWorkflowDefinition", "ProjectId Spec", "ProjectId Spec"),
    post(V2024, "UpdateWorkflowDefinition", "Id ProjectId Spec", "Id ProjectId Spec"),
    post(
        V2024,
        "CreateWorkflowInstances",
        "AutoStartEnabled Comment DefaultRunProperties EnvType Name Periods ProjectId TagCreationPolicy Tags \
         TaskParameters Type WorkflowId WorkflowParameters",
        "Name ProjectId Type WorkflowId",
    ),
    get(V2024, "GetCreateWorkflowInstancesResult", "OperationId", "OperationId"),
    post(V2024, "StartWorkflowInstances", "Comment Ids", "Ids"),
    post(V2024, "StopWorkflowInstances", "Comment Ids", "Ids"),
    get(V2024, "GetWorkflowInstance", "Id", "Id"),
    post(
        V2024,
        "ListWorkflowInstances",
        "BizDate EnvType Filter Ids Name Owner PageNumber PageSize ProjectId SortBy Tags Type \
         UnifiedWorkflowInstanceId WorkflowId",
        "BizDate ProjectId",
    ),
    post(
        V2024,
        "ListTaskInstances",
        "Bizdate Filter Id Ids Owner PageNumber PageSize ProjectEnv ProjectId RuntimeResource SortBy Status TaskId \
         TaskIds TaskName TaskType TriggerRecurrence TriggerType UnifiedWorkflowInstanceId WorkflowId \
         WorkflowInstanceId WorkflowInstanceType",
        "Bizdate ProjectId",
    ),
    get(V2024, "GetTaskInstanceLog", "Id RunNumber", "Id"),
    get(V2024, "GetProject", "Id", "Id"),
    post(
        V2024,
        "ListProjects",
        "AliyunResourceGroupId AliyunResourceTags DevEnvironmentEnabled DevRoleDisabled Ids Names \
         PageNumber PageSize PaiTaskEnabled Status",
        "",
    ),
    post(V2024, "CreateDeployment", CREATE, "ObjectIds ProjectId Type"),
    get(V2024, "GetDeployment", "Id ProjectId", "Id ProjectId"),
    post(V2024, "ExecDeploymentStage", "Code Id", "Code Id ProjectId").with_query("ProjectId"),
    post(V2024, "AbolishDeployment", "Id ProjectId", "Id ProjectId"),
    get(V2024, "ListDeployments", "Creator ObjectId PageNumber PageSize ProjectId Status", "ProjectId"),
    post(
        V2020,
        "DeployFile",
        "Comment FileId NodeId ProjectId ProjectIdentifier",
        "FileId|NodeId ProjectId|ProjectIdentifier",
    ),
    post(
        V2020,
        "GetDeployment",
        "DeploymentId ProjectId ProjectIdentifier",
        "DeploymentId ProjectId|ProjectIdentifier",
    ),
    post(
        V2020,
        "ListDeployments",
        "Creator EndCreateTime EndExecuteTime Executor Keyword PageNumber PageSize ProjectId \
         ProjectIdentifier Status",
        "ProjectId|ProjectIdentifier",
    ),
    post(
        V2020,
        "SubmitFile",
        "Comment FileId ProjectId ProjectIdentifier SkipAllDeployFileExtensions",
        "FileId ProjectId|ProjectIdentifier",
    ),
    post(
        V2020,
        "ListFiles",
        "ExactFileName FileFolderPath FileIdIn FileTypes Keyword LastEditUser NeedAbsoluteFolderPath \
         NeedContent NodeId Owner PageNumber PageSize ProjectId ProjectIdentifier UseType",
        "ProjectId|ProjectIdentifier",
    ),
    post(V2020, "GetFile", "FileId NodeId ProjectId ProjectIdentifier", "FileId|NodeId ProjectId|ProjectIdentifier"),
    post(
        V2020,
        "ListNodes",
        "BizName NodeName Owner PageNumber PageSize ProgramType ProjectEnv ProjectId SchedulerType",
        "ProjectEnv ProjectId",
    ),
    post(V2020, "GetProject", "", "ProjectId|ProjectIdentifier").with_query("ProjectId ProjectIdentifier"),
    post(
        V2020,
        "RunCycleDagNodes",
        "AlertNoticeType AlertType BizBeginTime BizEndTime ConcurrentRuns EndBizDate ExcludeNodeIds IncludeNodeIds Name \
         NodeParams Parallelism ProjectEnv RootNodeId StartBizDate StartFutureInstanceImmediately",
        "BizBeginTime BizEndTime EndBizDate IncludeNodeIds Name Parallelism ProjectEnv RootNodeId StartBizDate",
    ),
    post(V2020, "GetDag", "DagId ProjectEnv", "DagId ProjectEnv"),
    post(
        V2020,
        "ListInstances",
        "BeginBizdate Bizdate BizName DagId EndBizdate NodeId NodeName OrderBy Owner PageNumber PageSize ProgramType \
         ProjectEnv ProjectId Status",
        "ProjectEnv ProjectId",
    ),
    post(V2020, "GetInstanceLog", "InstanceHistoryId InstanceId ProjectEnv", "InstanceId ProjectEnv"),
    post(V2020, "StopInstance", "InstanceId ProjectEnv", "InstanceId ProjectEnv"),
    post(SPARK, "StartProcessInstance", "", "processDefinitionCode productNamespace").with_query(
        "action comments email expectedParallelismNumber interval isProd processDefinitionCode \
         productNamespace regionId runMode runtimeQueue versionHashCode versionNumber",
    ),
    post(STS, "AssumeRole", "", "RoleArn RoleSessionName")
        .with_query("DurationSeconds ExternalId Policy RoleArn RoleSessionName SourceIdentity"),
    post(STS, "AssumeRoleWithOIDC", OIDC, "OIDCProviderArn OIDCToken RoleArn RoleSessionName").with_query(OIDC),
];

const CREATE: &str = "AutoRunUntilStage Description ObjectIds ProjectId RunMode Type";
/// The vendor's client sends these in the query; the form is accepted too.
const OIDC: &str = "DurationSeconds OIDCProviderArn OIDCToken Policy RoleArn RoleSessionName";
