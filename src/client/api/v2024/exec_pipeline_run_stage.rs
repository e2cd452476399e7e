//! `ExecPipelineRunStage`: triggers a stage; its success says nothing of the stage's.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-execpipelinerunstage>

use crate::{
    client::{
        api::project_id,
        http::{Method, Request},
    },
    model::service::ServiceConfig,
};

pub(in crate::client::api) use crate::client::api::accepted as answer;

/// The workspace travels in the query, the rest in the form.
pub(in crate::client::api) fn request(service: &ServiceConfig, run: &str, code: &str) -> Request {
    super::request(Method::Post, "ExecPipelineRunStage")
        .query("ProjectId", &project_id(service))
        .form("Id", run)
        .form("Code", code)
}
