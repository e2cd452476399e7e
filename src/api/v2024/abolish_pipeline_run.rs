//! `AbolishPipelineRun`: ends a run; it can still be read, and reads `Cancel` or `Termination`.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-abolishpipelinerun>

use crate::{
    api::project_id,
    model::plan::Service,
    sign::request::{Method, Request},
};

pub(in crate::api) fn request(service: &Service, run: &str) -> Request {
    super::request(Method::Post, "AbolishPipelineRun").form("ProjectId", &project_id(service)).form("Id", run)
}
