//! `GetWorkflowInstance`: the state of the run of one business date.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-getworkflowinstance>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            lenient::{Int, Object, Text},
            read,
        },
        http::{Method, Request},
    },
    model::{
        answer::Answer,
        run_once::{RunInstance, RunState},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(_: &ServiceConfig, instance: u64) -> Request {
    super::request(Method::Get, "GetWorkflowInstance").query("Id", &instance)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    workflow_instance: Object<WireInstance>,
}

/// An instance as it is written here and in lists.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct WireInstance {
    id: Int,
    name: Text,
    status: Text,
    biz_date: Int,
    started_time: Int,
    finished_time: Int,
}

impl WireInstance {
    /// An instance without an id or a status says nothing.
    pub(super) fn instance(Object(wire): Object<Self>) -> Option<RunInstance> {
        Some(RunInstance {
            id: wire.id.unsigned()?,
            state: RunState::read(&wire.status.0)?,
            name: wire.name.0,
            date_ms: wire.biz_date.unsigned(),
            started_ms: wire.started_time.unsigned(),
            finished_ms: wire.finished_time.unsigned(),
        })
    }
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { workflow_instance } = read(body)?;
    WireInstance::instance(workflow_instance).map(Answer::Instance)
}
