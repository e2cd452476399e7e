//! `AbolishPipelineRun`: ends a run; it can still be read, and reads `Cancel` or `Termination`.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-abolishpipelinerun>

use crate::{
    client::{
        api::project_id,
        http::{Method, Request},
    },
    model::service::ServiceConfig,
};

pub(in crate::client::api) use crate::client::api::accepted as answer;

pub(in crate::client::api) fn request(service: &ServiceConfig, run: &str) -> Request {
    super::request(Method::Post, "AbolishPipelineRun").form("ProjectId", &project_id(service)).form("Id", run)
}
