//! `StopWorkflowInstances`: stops instances that have not ended.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-stopworkflowinstances>

use serde_json::json;

use crate::{
    client::http::{Method, Request},
    model::service::ServiceConfig,
};

pub(in crate::client::api) use super::start_workflow_instances::answer;

/// `Ids` is one form parameter that holds a JSON array.
pub(in crate::client::api) fn request(_: &ServiceConfig, instances: &[u64]) -> Request {
    super::request(Method::Post, "StopWorkflowInstances").form("Ids", &json!(instances))
}
