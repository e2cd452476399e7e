//! Encodes each call as a request and decodes its answer. No clock, no network; nothing else knows the service's JSON.
//!
//! To add an operation: a row in `model::call`, a row in the table below, and one file in a version's folder.

mod code;
mod fault;
mod fields;
mod id;
mod lenient;
mod repair;
mod spark;
pub mod sts;
mod v2020;
mod v2024;

use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::http::{Request, Response};
use crate::model::{
    answer::{Answer, ListInfo, Reply},
    call::Call,
    fault::{Fault, FaultKind, ServiceError},
    service::ServiceConfig,
};

use self::{
    fault::Envelope,
    fields::{Fields, Flag},
    lenient::{Int, Object, Total},
    repair::repair,
};

/// Each operation's request and answer: `request` and `answer` of its file.
macro_rules! operations {
    ($service:ident: $($name:ident $parameters:tt => $version:ident::$file:ident($($argument:expr),*);)*) => {
        /// Writes a call as the vendor's own client would.
        pub fn encode(call: &Call, $service: &ServiceConfig) -> Request {
            match call { $(Call::$name $parameters => $version::$file::request($service, $($argument),*),)* }
        }

        /// Reads a valid answer to a call; `None`: it does not tell what it should.
        fn read_answer(call: &Call, body: &[u8]) -> Option<Answer> {
            match call { $(Call::$name { .. } => $version::$file::answer(body),)* }
        }
    };
}

operations! { service:
    CreatePipelineRun { object, offline, description } => v2024::create_pipeline_run(object, *offline, description);
    GetPipelineRun { run } => v2024::get_pipeline_run(run);
    ExecPipelineRunStage { run, code } => v2024::exec_pipeline_run_stage(run, code);
    AbolishPipelineRun { run } => v2024::abolish_pipeline_run(run);
    ListPipelineRuns { object, status, page } => v2024::list_pipeline_runs(object.as_deref(), *status, *page);
    ListPipelineRunItems { run, page } => v2024::list_pipeline_run_items(run, *page);
    ListProjects { name, page } => v2024::list_projects(name, *page);
    ListWorkflowDefinitions { name, manual, page } => v2024::list_workflow_definitions(name, *manual, *page);
    ListNodes { name, container, page } => v2024::list_nodes(name, container.as_deref(), *page);
    ListNodeDependencies { node, page } => v2024::list_node_dependencies(node, *page);
    GetNode { node } => v2024::get_node(node);
    GetWorkflowDefinition { workflow, with_code } => v2024::get_workflow_definition(workflow, *with_code);
    CreateNode { spec, container, scene } => v2024::create_node(spec, container.as_deref(), *scene);
    UpdateNode { node, spec } => v2024::update_node(node, spec);
    CreateWorkflowDefinition { spec } => v2024::create_workflow_definition(spec);
    UpdateWorkflowDefinition { workflow, spec } => v2024::update_workflow_definition(workflow, spec);
    CreateWorkflowInstances(backfill) => v2024::create_workflow_instances(backfill);
    GetCreateWorkflowInstancesResult { operation } => v2024::get_create_workflow_instances_result(operation);
    ListWorkflowInstances { date_ms, name, page } => v2024::list_workflow_instances(*date_ms, name, *page);
    GetWorkflowInstance { instance } => v2024::get_workflow_instance(*instance);
    StartWorkflowInstances { instances } => v2024::start_workflow_instances(instances);
    StopWorkflowInstances { instances } => v2024::stop_workflow_instances(instances);
    ListTaskInstances { instance, date_ms, page } => v2024::list_task_instances(*instance, *date_ms, *page);
    GetTaskInstanceLog { instance } => v2024::get_task_instance_log(*instance);
    RunCycleDagNodes(backfill) => v2020::run_cycle_dag_nodes(backfill);
    GetDag { dag } => v2020::get_dag(*dag);
    ListInstances { dag, page } => v2020::list_instances(*dag, *page);
    GetInstanceLog { instance } => v2020::get_instance_log(*instance);
    StopInstance { instance } => v2020::stop_instance(*instance);
    ListFiles { name, is_exact, page } => v2020::list_files(name, *is_exact, *page);
    GetFile(file) => v2020::get_file(*file);
    SubmitFile { file, comment, skip_check } => v2020::submit_file(*file, comment, *skip_check);
    DeployFile { file, comment } => v2020::deploy_file(*file, comment);
    GetDeployment { package } => v2020::get_deployment(*package);
    ListDeployments { page } => v2020::list_deployments(*page);
    StartProcessInstance(start) => spark::start_process_instance(start);
}

/// The same request by the operation's name in older documents; `None` where it never had another.
///
/// Parameters and their places are the same under both names.
pub fn by_older_name(request: &Request) -> Option<Request> {
    let action = match (request.version, request.action) {
        ("2024-05-18", "CreatePipelineRun") => "CreateDeployment",
        ("2024-05-18", "GetPipelineRun") => "GetDeployment",
        ("2024-05-18", "ExecPipelineRunStage") => "ExecDeploymentStage",
        ("2024-05-18", "AbolishPipelineRun") => "AbolishDeployment",
        ("2024-05-18", "ListPipelineRuns") => "ListDeployments",
        _ => return None,
    };
    Some(Request { action, ..request.clone() })
}

/// Reads the answer to a call: a reply, or what went wrong.
pub fn decode(call: &Call, response: &Response) -> Result<Reply, Fault> {
    let body = repair(&response.body);
    if response.status != 200 {
        return Err(fault::from_response(response, &body));
    }
    let Some(fields) = Fields::read(&body) else {
        return Err(Fault::new(
            FaultKind::Lost,
            ServiceError { status: 200, message: fault::excerpt(&body), ..ServiceError::default() },
        ));
    };
    let envelope = Envelope::of(&fields);
    let request_id = envelope.request_id.clone();
    // Of `StartProcessInstance` it is one of three signs, which its file reads together.
    let success = if matches!(call, Call::StartProcessInstance(_)) { Flag::Absent } else { envelope.success };
    let answer = match success {
        Flag::No => {
            let error = envelope.error(200);
            return Err(Fault::new(fault::kind(&error), error));
        }
        // It may have had an effect, and it may not.
        Flag::Unclear => None,
        Flag::Absent | Flag::Yes => read_answer(call, &body),
    };
    let Some(answer) = answer else {
        let message = format!("the answer to {} is not usable: a required field is missing", call.operation());
        return Err(Fault::new(
            FaultKind::Lost,
            ServiceError { status: 200, message, request_id, ..ServiceError::default() },
        ));
    };
    let since_1970 = response.date().and_then(|clock| clock.duration_since(SystemTime::UNIX_EPOCH).ok());
    let clock_ms = since_1970.and_then(|since| u64::try_from(since.as_millis()).ok());
    Ok(Reply { answer, request_id, clock_ms })
}

/// The most entries that are requested of any list in one page.
const PAGE: u64 = 100;

/// A page of a list and what it says of the list; `size` is the `PageSize` that the answer names. `None` if the list is
/// missing although there are entries, or if one of them has no id: what is not seen would be created a second time.
fn page<T, U>(
    items: Option<Vec<T>>,
    total: Total,
    size: Int,
    read: impl Fn(T) -> Option<U>,
) -> Option<(Vec<U>, ListInfo)> {
    let Total(total) = total;
    let items = match items {
        Some(items) => items.into_iter().map(read).collect::<Option<Vec<U>>>()?,
        None if total == 0 => Vec::new(),
        None => return None,
    };
    let longest = size.unsigned().filter(|size| *size > 0).unwrap_or(PAGE).min(PAGE);
    let is_full = u64::try_from(items.len()).is_ok_and(|count| count >= longest);
    Some((items, ListInfo { total, is_full }))
}

/// Reads a body; one with a field that comes twice is refused.
fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok().map(|Object(read)| read)
}

/// The answer of an operation that says no more than that it was done, or begun: `Success: true`, which it documents.
/// Any other JSON is not an answer.
fn accepted(body: &[u8]) -> Option<Answer> {
    Fields::read(body).filter(|said| said.flag("Success") == Flag::Yes).map(|_| Answer::Accepted)
}

/// The workspace of a 2024-05-18 request: by number only.
fn project_id(service: &ServiceConfig) -> String {
    service.project_id.map(|id| id.to_string()).unwrap_or_default()
}

/// The workspace of a 2020-05-18 request: by number, else by name.
fn with_project(request: Request, service: &ServiceConfig) -> Request {
    match (service.project_id, &service.project_identifier) {
        (Some(id), _) => request.form("ProjectId", &id),
        (None, Some(name)) => request.form("ProjectIdentifier", name),
        (None, None) => request,
    }
}

#[cfg(test)]
mod tests;
