//! `ListNodes`: the nodes of a workspace or of one workflow, a hundred per page; the name filter is fuzzy.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listnodes>

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

pub(in crate::client::api) fn request(
    service: &ServiceConfig,
    name: &str,
    container: Option<&str>,
    page: u32,
) -> Request {
    let request = super::request(Method::Get, "ListNodes")
        .query("ProjectId", &project_id(service))
        .query("PageNumber", &page)
        .query("PageSize", "100");
    let request = if name.is_empty() { request } else { request.query("Name", name) };
    match container {
        Some(id) => request.query("ContainerId", id),
        None => request,
    }
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
    nodes: Option<Vec<Object<WireNamed>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let (nodes, total) = api::page(page.nodes, page.total_count, page.page_size, WireNamed::named)?;
    Some(Answer::Named(nodes, total))
}
