//! `ListWorkflowDefinitions`: the workflows of one type, a hundred per page; the name filter is fuzzy.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listworkflowdefinitions>

use serde::Deserialize;

use super::named::WireNamed;
use crate::{
    client::{
        api::{
            self,
            lenient::{Int, Object, Total},
            project_id, read,
        },
        http::{Method, Request},
    },
    model::{answer::Answer, service::ServiceConfig},
};

/// Each of the two types is a list of its own.
pub(in crate::client::api) fn request(service: &ServiceConfig, name: &str, manual: bool, page: u32) -> Request {
    let request = super::request(Method::Get, "ListWorkflowDefinitions")
        .query("ProjectId", &project_id(service))
        .query("Type", if manual { "ManualWorkflow" } else { "CycleWorkflow" })
        .query("PageNumber", &page)
        .query("PageSize", "100");
    if name.is_empty() { request } else { request.query("Name", name) }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    paging_info: Object<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    workflow_definitions: Option<Vec<Object<WireNamed>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let (workflows, total) = api::page(page.workflow_definitions, page.total_count, page.page_size, WireNamed::named)?;
    Some(Answer::Named(workflows, total))
}
