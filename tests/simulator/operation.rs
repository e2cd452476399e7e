//! Whether a request asks for an operation as documented: its method, where its parameters
//! travel, and what they hold.

use super::catalogue::{Operation, STS, V2020, V2024, lists};
use super::http::Request;
use super::identity::Scheme;
use super::params::{self, Pairs};
use super::refusal::Refusal;

/// Parameters that hold a whole number.
const NUMBERS: &str = "ProjectId FileId NodeId DeploymentId PageNumber PageSize EndCreateTime EndExecuteTime \
                       processDefinitionCode versionNumber BizDate WorkflowId WorkflowInstanceId \
                       DagId RootNodeId InstanceId ConcurrentRuns RunNumber expectedParallelismNumber DurationSeconds";
/// Parameters that hold `true` or `false`.
const BOOLEANS: &str = "AutoStartEnabled Parallelism StartFutureInstanceImmediately SkipAllDeployFileExtensions NeedAbsoluteFolderPath NeedContent isProd IncludeScriptContent \
                        DevEnvironmentEnabled DevRoleDisabled PaiTaskEnabled";
/// Parameters that hold an id as text.
const IDS: &str = "Id ObjectId PipelineRunId ContainerId Code";
/// Operations whose `Id` is a number.
const NUMBERED: &str = "GetProject GetWorkflowInstance GetTaskInstanceLog";
/// The types of instances.
const RUN_TYPES: &str = "Normal Manual SmokeTest SupplementData ManualWorkflow TriggerWorkflow";
/// Lists whose pages hold ten entries at least.
const LONG_PAGES: &str = "ListNodes ListWorkflowDefinitions ListNodeDependencies";
/// Parameters that a signature adds to the query.
const COMMON: &str = "Action Version Format Timestamp SignatureNonce SignatureMethod SignatureVersion SignatureType \
                      AccessKeyId SecurityToken Signature";

/// The version and the action that a request names.
pub fn named(request: &Request, scheme: Scheme) -> (String, String) {
    let header = |name| request.header(name).unwrap_or_default().to_owned();
    let query = |name| params::find(&request.query, name).unwrap_or_default().to_owned();
    match scheme {
        Scheme::Rpc => (query("Version"), query("Action")),
        Scheme::Anonymous if request.header("x-acs-action").is_none() => (query("Version"), query("Action")),
        Scheme::Acs3 | Scheme::Roa | Scheme::Anonymous => (header("x-acs-version"), header("x-acs-action")),
    }
}

/// Checks method and parameters, and gives the parameters, wherever they travelled.
pub fn read(operation: &Operation, request: &Request, scheme: Scheme) -> Result<Pairs, Refusal> {
    // The vendor's clients ask the token service in both ways.
    let either = operation.version == STS && request.method == "GET";
    if request.method != operation.method && !either {
        let message = format!("{} must be sent with {}", operation.name, operation.method);
        return Err(Refusal::new(405, "UnsupportedHTTPMethod", message));
    }
    if operation.form.is_empty() && !request.body.is_empty() {
        return Err(Refusal::invalid(format!("{} has no body", operation.name)));
    }
    if !request.body.is_empty() && request.form.is_empty() {
        return Err(Refusal::invalid("the body is not application/x-www-form-urlencoded"));
    }
    let mut query = request.query.clone();
    if matches!(scheme, Scheme::Rpc | Scheme::Anonymous) {
        query.retain(|(name, _)| !lists(COMMON, name));
    }
    misplaced(&query, operation.query, "the query")?;
    misplaced(&request.form, operation.form, "the form")?;
    let all = [query, request.form.clone()].concat();
    for (at, (name, value)) in all.iter().enumerate() {
        if params::find(&all[..at], name).is_some() {
            return Err(Refusal::invalid(format!("{name} was sent twice")));
        }
        check_value(operation, name, value)?;
    }
    for required in operation.required.split_whitespace() {
        if !required.split('|').any(|name| params::find(&all, name).is_some_and(|v| !v.is_empty())) {
            return Err(Refusal::missing(required));
        }
    }
    Ok(all)
}

fn misplaced(sent: &Pairs, known: &str, place: &str) -> Result<(), Refusal> {
    let wrong = sent.iter().find(|(name, _)| !lists(known, name));
    wrong.map_or(Ok(()), |(name, _)| Err(Refusal::invalid(format!("{name} does not belong in {place}"))))
}

fn check_value(operation: &Operation, name: &str, value: &str) -> Result<(), Refusal> {
    let number = || value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u64>().is_ok();
    let fits = match name {
        "PageSize" if operation.name == "ListTaskInstances" => matches!(value.parse(), Ok(1..=500_u64)),
        "PageSize" => matches!(value.parse(), Ok(1..=100_u64)),
        "PageNumber" => matches!(value.parse(), Ok(1..=u64::MAX)),
        "Status" if operation.name == "ListDeployments" && operation.version == V2020 => number(),
        "Bizdate" if operation.version == V2024 => number(),
        "Id" if lists(NUMBERED, operation.name) => number(),
        "DefaultRunProperties" | "Periods" | "TaskParameters" => is_object(value),
        name if lists(IDS, name) => value.trim() == value,
        name if lists(NUMBERS, name) => number(),
        name if lists(BOOLEANS, name) => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        "FileIdIn" => value.split(',').count() <= 50 && value.split(',').all(|id| id.parse::<u64>().is_ok()),
        "ObjectIds" | "Names" => serde_json::from_str::<Vec<String>>(value).is_ok(),
        "Ids" => serde_json::from_str::<Vec<u64>>(value).is_ok(),
        "Scene" if operation.name == "ListNodes" => {
            matches!(value, "DataworksProject" | "DataworksManualWorkflow" | "DataworksManualTask")
        }
        "Scene" => matches!(value, "DATAWORKS_PROJECT" | "DATAWORKS_MANUAL_WORKFLOW" | "DATAWORKS_MANUAL_TASK"),
        "Type" if operation.name.ends_with("Instances") => lists(RUN_TYPES, value),
        "Type" if operation.name.starts_with("Create") => matches!(value, "Online" | "Offline"),
        "Type" => matches!(value, "CycleWorkflow" | "ManualWorkflow"),
        "ProjectEnv" if operation.name == "ListTaskInstances" => matches!(value, "Dev" | "Prod"),
        "ProjectEnv" => matches!(value, "DEV" | "PROD"),
        _ => true,
    };
    let short = lists(LONG_PAGES, operation.name) && name == "PageSize" && matches!(value.parse(), Ok(1..10_u64));
    if short {
        return Err(Refusal::new(400, "InvalidPageSize", format!("PageSize cannot be {value}")));
    }
    if fits { Ok(()) } else { Err(Refusal::invalid(format!("{name} cannot be {value:?}"))) }
}

fn is_object(value: &str) -> bool {
    matches!(serde_json::from_str(value), Ok(serde_json::Value::Object(_)))
}
