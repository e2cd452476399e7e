//! `CreateWorkflowDefinition`: a workflow without its nodes, which are created one by one.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-createworkflowdefinition>

use serde::Deserialize;

use crate::{
    client::{
        api::{id::Id, project_id, read},
        http::{Method, Request},
    },
    model::{answer::Answer, service::ServiceConfig},
};

/// `Spec` is one parameter that holds the JSON text as it is.
pub(in crate::client::api) fn request(service: &ServiceConfig, spec: &str) -> Request {
    super::request(Method::Post, "CreateWorkflowDefinition").form("ProjectId", &project_id(service)).form("Spec", spec)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    #[serde(default)]
    id: Id,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { id } = read(body)?;
    id.digits().map(Answer::ObjectCreated)
}
