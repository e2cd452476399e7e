//! `GetTaskInstanceLog`: the log of a task's newest run, whole; no limit of its size is stated.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-gettaskinstancelog>

use serde::Deserialize;

use crate::{
    client::{
        api::{lenient::Log, read},
        http::{Method, Request},
    },
    model::{answer::Answer, service::ServiceConfig},
};

pub(in crate::client::api) fn request(_: &ServiceConfig, instance: u64) -> Request {
    super::request(Method::Get, "GetTaskInstanceLog").query("Id", &instance)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    task_instance_log: Log,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { task_instance_log } = read(body)?;
    Some(Answer::Log(task_instance_log.0))
}
