//! `GetCreateWorkflowInstancesResult`: whether the instances are there, and their ids.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-getcreateworkflowinstancesresult>

use serde::Deserialize;

use crate::{
    client::{
        api::{
            lenient::{Int, Object, Text},
            read,
        },
        http::{Method, Request},
    },
    model::{answer::Answer, run_once::Creation, service::ServiceConfig},
};

pub(in crate::client::api) fn request(_: &ServiceConfig, operation: &str) -> Request {
    super::request(Method::Get, "GetCreateWorkflowInstancesResult").query("OperationId", operation)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    result: Object<WireResult>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct WireResult {
    status: Text,
    failure_message: Text,
    workflow_instance_ids: Option<Vec<Int>>,
}

/// An id that cannot be read would be a run that nobody watches.
pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { result: Object(result) } = read(body)?;
    let creation = match result.status.0.as_str() {
        "" => return None,
        "Created" => {
            let ids = result.workflow_instance_ids?.into_iter().map(Int::unsigned).collect::<Option<Vec<_>>>()?;
            Creation::Created(Some(ids).filter(|ids| !ids.is_empty())?)
        }
        "CreateFailure" => Creation::Failed(result.failure_message.0),
        _ => Creation::Pending,
    };
    Some(Answer::InstancesCreated(creation))
}
