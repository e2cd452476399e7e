//! `ListWorkflowInstances`: the backfills of one business date in production, by name. An empty list proves nothing.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listworkflowinstances>

use serde::Deserialize;

use super::get_workflow_instance::WireInstance;
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

/// A read, and a `POST` all the same.
pub(in crate::client::api) fn request(service: &ServiceConfig, date_ms: u64, name: &str, page: u32) -> Request {
    super::request(Method::Post, "ListWorkflowInstances")
        .form("ProjectId", &project_id(service))
        .form("BizDate", &date_ms)
        .form("Name", name)
        .form("Type", "SupplementData")
        .form("EnvType", "Prod")
        .form("PageNumber", &page)
        .form("PageSize", "100")
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
    workflow_instances: Option<Vec<Object<WireInstance>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let (instances, total) =
        api::page(page.workflow_instances, page.total_count, page.page_size, WireInstance::instance)?;
    Some(Answer::Instances(instances, total))
}
