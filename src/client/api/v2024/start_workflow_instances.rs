//! `StartWorkflowInstances`: starts instances that were created and do not run.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-startworkflowinstances>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::{
    client::{
        api::{
            lenient::{Object, Text},
            read,
        },
        http::{Method, Request},
    },
    model::{answer::Answer, run_once::Accepted, service::ServiceConfig},
};

/// `Ids` is one form parameter that holds a JSON array.
pub(in crate::client::api) fn request(_: &ServiceConfig, instances: &[u64]) -> Request {
    super::request(Method::Post, "StartWorkflowInstances").form("Ids", &json!(instances))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    success_info: BTreeMap<String, Object<WireAccepted>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireAccepted {
    success: Text,
    message: Text,
}

/// HTTP 200 says nothing of each: one that waits for an earlier date reads `Success: false`.
pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { success_info } = read(body)?;
    let accepted = success_info.into_iter().map(|(id, Object(accepted))| {
        let success = accepted.success.0.eq_ignore_ascii_case("true");
        Some(Accepted { id: id.parse().ok()?, success, message: accepted.message.0 })
    });
    accepted.collect::<Option<_>>().map(Answer::InstancesAccepted)
}
