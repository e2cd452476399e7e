//! `ListPipelineRunItems`: what a run carries, and the status of each item; a hundred per page.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listpipelinerunitems>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            id::Id,
            lenient::{Object, Spec, Text},
            project_id, read,
        },
        http::{Method, Request},
    },
    model::{
        answer::{Answer, Item},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(service: &ServiceConfig, run: &str, page: u32) -> Request {
    super::request(Method::Get, "ListPipelineRunItems")
        .query("ProjectId", &project_id(service))
        .query("PipelineRunId", run)
        .query("PageNumber", &page)
        .query("PageSize", "100")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    paging_info: Object<Page>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(default)]
    pipeline_run_items: Option<Vec<Object<WireItem>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireItem {
    id: Id,
    name: Text,
    r#type: Text,
    version: Text,
    /// What is not a text is kept as it came: it is not taken for absent.
    status: Spec,
    message: Text,
    spec: Spec,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let items = page.pipeline_run_items.unwrap_or_default().into_iter().map(|Object(item)| Item {
        id: item.id.0,
        name: item.name.0,
        kind: item.r#type.0,
        version: item.version.0,
        status: item.status.0,
        message: item.message.0,
        spec: item.spec.0,
    });
    Some(Answer::Items(items.collect()))
}
