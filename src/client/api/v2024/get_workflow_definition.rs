//! `GetWorkflowDefinition`: a workflow with its nodes, and with their code if that is requested.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-getworkflowdefinition>

use serde::Deserialize;

use super::object::WireObject;
use crate::{
    client::{
        api::{lenient::Object, project_id, read},
        http::{Method, Request},
    },
    model::{
        answer::{Answer, ObjectInfo},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(service: &ServiceConfig, workflow: &str, with_code: bool) -> Request {
    let request = super::request(Method::Get, "GetWorkflowDefinition")
        .query("ProjectId", &project_id(service))
        .query("Id", workflow);
    if with_code { request.query("IncludeScriptContent", &true) } else { request }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    workflow_definition: Object<WireObject>,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { workflow_definition: Object(workflow) } = read(body)?;
    let flow = workflow.flow();
    let path = flow.workflow().map(|(workflow, _)| workflow.path).unwrap_or_default();
    let (is_manual, nodes) = (flow.is_manual(), flow.spec_nodes());
    Some(Answer::Object(Box::new(ObjectInfo { path, is_manual, nodes, ..workflow.info() })))
}
