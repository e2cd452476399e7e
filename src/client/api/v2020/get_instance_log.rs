//! `GetInstanceLog`: the log of a task, whole.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-getinstancelog>

use serde::Deserialize;

use crate::{
    client::{
        api::{lenient::Log, read},
        http::Request,
    },
    model::{answer::Answer, service::ServiceConfig},
};

pub(in crate::client::api) fn request(_: &ServiceConfig, instance: u64) -> Request {
    super::request("GetInstanceLog").form("InstanceId", &instance).form("ProjectEnv", "PROD")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    data: Log,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { data } = read(body)?;
    Some(Answer::Log(data.0))
}
