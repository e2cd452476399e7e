//! `ListInstances`: the tasks of a DAG in production, a hundred per page.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-listinstances>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            self,
            lenient::{Int, Object, Text, Total},
            project_id, read,
        },
        http::Request,
    },
    model::{
        answer::Answer,
        run_once::{RunState, TaskInstance},
        service::ServiceConfig,
    },
};

/// It takes the workspace by number only, unlike the other operations of 2020-05-18.
pub(in crate::client::api) fn request(service: &ServiceConfig, dag: u64, page: u32) -> Request {
    super::request("ListInstances")
        .form("ProjectId", &project_id(service))
        .form("ProjectEnv", "PROD")
        .form("DagId", &dag)
        .form("PageNumber", &page)
        .form("PageSize", "100")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Object<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    instances: Option<Vec<Object<WireInstance>>>,
    #[serde(default)]
    total_count: Total,
    #[serde(default)]
    page_size: Int,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireInstance {
    instance_id: Int,
    node_name: Text,
    status: Text,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data: Object(page) } = read(body)?;
    let (tasks, total) = api::page(page.instances, page.total_count, page.page_size, |Object(instance)| {
        Some(TaskInstance {
            id: instance.instance_id.unsigned()?,
            name: instance.node_name.0,
            state: RunState::read(&instance.status.0)?,
        })
    })?;
    Some(Answer::Tasks(tasks, total))
}
