//! `StopInstance`: stops a task that runs.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2020-05-18-stopinstance>

use crate::{client::http::Request, model::service::ServiceConfig};

pub(in crate::client::api) use crate::client::api::accepted as answer;

pub(in crate::client::api) fn request(_: &ServiceConfig, instance: u64) -> Request {
    super::request("StopInstance").form("InstanceId", &instance).form("ProjectEnv", "PROD")
}
