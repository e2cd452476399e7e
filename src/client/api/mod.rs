//! Floor 2, wire: how each call is written, and how its answer is read. No clock, no network; the only floor that
//! knows JSON from the service.
//!
//! To add an operation: copy one file of a version's folder, and give it an arm in [`encode`] and in [`decode`].

mod fault;
mod fields;
mod lenient;
mod spark;
pub mod sts;
mod v2020;
mod v2024;

use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::http::{Request, Response};
use crate::model::{
    answer::{Answer, Reply},
    call::{Call, Query},
    fault::{Fault, FaultKind, ServiceError},
    service::ServiceConfig,
};

use self::{
    fault::Envelope,
    fields::{Fields, Flag},
    lenient::{Object, Total},
};

/// Writes a call as the vendor's own client would.
pub fn encode(call: &Call, service: &ServiceConfig) -> Request {
    match call {
        Call::CreatePipelineRun { object, offline, description } => {
            v2024::create_pipeline_run::request(service, object, *offline, description)
        }
        Call::GetPipelineRun { run } => v2024::get_pipeline_run::request(service, run),
        Call::ExecPipelineRunStage { run, code } => v2024::exec_pipeline_run_stage::request(service, run, code),
        Call::AbolishPipelineRun { run } => v2024::abolish_pipeline_run::request(service, run),
        Call::ListPipelineRuns { object, status, page } => {
            v2024::list_pipeline_runs::request(service, object, *status, *page)
        }
        Call::ListPipelineRunItems { run } => v2024::list_pipeline_run_items::request(service, run),
        Call::GetFile(file) => v2020::get_file::request(service, *file),
        Call::SubmitFile { file, comment, skip_check } => {
            v2020::submit_file::request(service, *file, comment, *skip_check)
        }
        Call::ReadObject { object, is_workflow } => v2024::names::object(service, object, *is_workflow),
        Call::Find(Query::Project(name), page) => v2024::names::projects(name, *page),
        Call::Find(Query::Files(name), page) => v2020::list_files::request(service, name, *page),
        Call::Find(Query::Workflows { name, manual }, page) => v2024::names::workflows(service, name, *manual, *page),
        Call::Find(Query::Nodes { name, container }, page) => {
            v2024::names::nodes(service, name, container.as_deref(), *page)
        }
        Call::DeployFile { file, comment } => v2020::deploy_file::request(service, *file, comment),
        Call::GetDeployment { package } => v2020::get_deployment::request(service, *package),
        Call::ListDeployments { page } => v2020::list_deployments::request(service, *page),
        Call::StartProcessInstance(start) => spark::start_process_instance::request(start),
    }
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
    if response.status != 200 {
        return Err(fault::of(response));
    }
    let Some(fields) = Fields::read(&response.body) else {
        return Err(Fault::new(
            FaultKind::Lost,
            ServiceError { status: 200, message: fault::excerpt(&response.body), ..ServiceError::default() },
        ));
    };
    let envelope = Envelope::of(&fields);
    let request_id = envelope.request_id.clone();
    let answer = match call {
        // Its `success` is one of three signs; they are read together.
        Call::StartProcessInstance(_) => Some(spark::start_process_instance::answer(&fields)),
        _ if envelope.success == Flag::No => {
            let error = envelope.error(200);
            return Err(Fault::new(fault::kind(&error), error));
        }
        // It may have had an effect, and it may not.
        _ if envelope.success == Flag::Unclear => None,
        Call::CreatePipelineRun { .. } => v2024::create_pipeline_run::answer(&response.body),
        Call::GetPipelineRun { .. } => v2024::get_pipeline_run::answer(&response.body),
        Call::ExecPipelineRunStage { .. } | Call::AbolishPipelineRun { .. } => Some(Answer::Accepted),
        Call::ListPipelineRuns { .. } => v2024::list_pipeline_runs::answer(&response.body),
        Call::ListPipelineRunItems { .. } => v2024::list_pipeline_run_items::answer(&response.body),
        Call::GetFile(_) => v2020::get_file::answer(&response.body),
        Call::ReadObject { .. } => v2024::names::read_object(&response.body),
        Call::Find(Query::Files(_), _) => v2020::list_files::answer(&response.body),
        Call::Find(..) => v2024::names::list(&response.body),
        Call::SubmitFile { .. } | Call::DeployFile { .. } => v2020::deploy_file::answer(&response.body),
        Call::GetDeployment { .. } => v2020::get_deployment::answer(&response.body),
        Call::ListDeployments { .. } => v2020::list_deployments::answer(&response.body),
    };
    let Some(answer) = answer else {
        let message = format!("the answer to {} makes no sense: it has not what it should tell", call.operation());
        return Err(Fault::new(
            FaultKind::Lost,
            ServiceError { status: 200, message, request_id, ..ServiceError::default() },
        ));
    };
    let since_1970 = response.date().and_then(|clock| clock.duration_since(SystemTime::UNIX_EPOCH).ok());
    let clock_ms = since_1970.and_then(|since| u64::try_from(since.as_millis()).ok());
    Ok(Reply { answer, request_id, clock_ms })
}

/// A page of a list and how many there are in all. It makes no sense where the list is missing although there are some,
/// or where one of them cannot be named: what is not seen would be made a second time.
fn page<T, U>(items: Option<Vec<T>>, total: Total, read: impl Fn(T) -> Option<U>) -> Option<(Vec<U>, u64)> {
    match (items, total) {
        (Some(items), Total(total)) => Some((items.into_iter().map(read).collect::<Option<_>>()?, total)),
        (None, Total(0)) => Some((Vec::new(), 0)),
        (None, Total(_)) => None,
    }
}

/// Reads a body; a field that comes twice makes no sense of it.
fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok().map(|Object(read)| read)
}

/// The workspace of a 2024-05-18 request, which knows it by number only.
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
