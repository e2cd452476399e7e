//! The lists that lead from a name to an id: `ListProjects`, `ListWorkflowDefinitions`, `ListNodes`; and the reads by
//! id, `GetNode` and `GetWorkflowDefinition`.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listnodes>

use serde::Deserialize;
use serde_json::json;

use crate::{
    client::{
        api::{
            self,
            lenient::{Id, Object, Text, Total},
            project_id, read,
        },
        http::{Method, Request},
    },
    model::{
        answer::{Answer, Named},
        service::ServiceConfig,
    },
};

/// `Names` is one form parameter that holds a JSON array.
pub(in crate::client::api) fn projects(name: &str, page: u32) -> Request {
    super::request(Method::Post, "ListProjects")
        .form("Names", &json!([name]))
        .form("PageNumber", &page)
        .form("PageSize", "100")
}

/// Each of the two types is a list of its own.
pub(in crate::client::api) fn workflows(service: &ServiceConfig, name: &str, manual: bool, page: u32) -> Request {
    let request = super::request(Method::Get, "ListWorkflowDefinitions")
        .query("ProjectId", &project_id(service))
        .query("Type", if manual { "ManualWorkflow" } else { "CycleWorkflow" })
        .query("PageNumber", &page)
        .query("PageSize", "100");
    if name.is_empty() { request } else { request.query("Name", name) }
}

pub(in crate::client::api) fn nodes(
    service: &ServiceConfig,
    name: &str,
    container: Option<&str>,
    page: u32,
) -> Request {
    let request = super::request(Method::Get, "ListNodes")
        .query("ProjectId", &project_id(service))
        .query("Name", name)
        .query("PageNumber", &page)
        .query("PageSize", "100");
    match container {
        Some(id) => request.query("ContainerId", id),
        None => request,
    }
}

pub(in crate::client::api) fn object(service: &ServiceConfig, id: &str, is_workflow: bool) -> Request {
    let action = if is_workflow { "GetWorkflowDefinition" } else { "GetNode" };
    super::request(Method::Get, action).query("ProjectId", &project_id(service)).query("Id", id)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    paging_info: Object<Page>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(alias = "Projects", alias = "WorkflowDefinitions", default)]
    nodes: Option<Vec<Object<WireNamed>>>,
    #[serde(default)]
    total_count: Total,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireNamed {
    id: Id,
    name: Text,
    script: Option<Object<Script>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Script {
    path: Text,
}

pub(in crate::client::api) fn list(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let (named, total) = api::page(page.nodes, page.total_count, |Object(named)| {
        let Object(script) = named.script.unwrap_or_default();
        Some(Named { id: named.id.given()?, name: named.name.0, path: script.path.0 })
    })?;
    Some(Answer::Named(named, total))
}

#[derive(Deserialize)]
struct ObjectBody {
    #[serde(rename = "Node", alias = "WorkflowDefinition")]
    object: Object<WireNamed>,
}

pub(in crate::client::api) fn read_object(body: &[u8]) -> Option<Answer> {
    let ObjectBody { object: Object(object) } = read(body)?;
    Some(Answer::Object(object.name.0))
}
