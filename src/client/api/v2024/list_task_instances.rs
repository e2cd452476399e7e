//! `ListTaskInstances`: the tasks of a workflow instance in production, a hundred per page.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listtaskinstances>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            self,
            lenient::{Int, Object, Text, Total},
            project_id, read,
        },
        http::{Method, Request},
    },
    model::{
        answer::Answer,
        run_once::{RunState, TaskInstance},
        service::ServiceConfig,
    },
};

/// A read, and a `POST` all the same. `Bizdate` is required in addition to the instance.
pub(in crate::client::api) fn request(service: &ServiceConfig, instance: u64, date_ms: u64, page: u32) -> Request {
    super::request(Method::Post, "ListTaskInstances")
        .form("ProjectId", &project_id(service))
        .form("WorkflowInstanceId", &instance)
        .form("Bizdate", &date_ms)
        .form("ProjectEnv", "Prod")
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
    task_instances: Option<Vec<Object<WireTask>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireTask {
    id: Int,
    task_name: Text,
    status: Text,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { paging_info: Object(page) } = read(body)?;
    let (tasks, total) = api::page(page.task_instances, page.total_count, page.page_size, |Object(task)| {
        Some(TaskInstance { id: task.id.unsigned()?, name: task.task_name.0, state: RunState::read(&task.status.0)? })
    })?;
    Some(Answer::Tasks(tasks, total))
}
