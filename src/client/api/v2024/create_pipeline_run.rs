//! `CreatePipelineRun`: the run of one object is created; its first stage starts by itself.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-createpipelinerun>

use serde::Deserialize;
use serde_json::json;

use crate::{
    client::{
        api::{id::Id, project_id, read},
        http::{Method, Request},
    },
    model::{answer::Answer, service::ServiceConfig},
};

/// `ObjectIds` is one parameter that holds a JSON array; all but its first element are ignored, so there is but one.
pub(in crate::client::api) fn request(
    service: &ServiceConfig,
    object: &str,
    offline: bool,
    description: &str,
) -> Request {
    super::request(Method::Post, "CreatePipelineRun")
        .form("ProjectId", &project_id(service))
        .form("Type", if offline { "Offline" } else { "Online" })
        .form("ObjectIds", &json!([object]))
        .form("Description", description)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    #[serde(default)]
    id: Id,
}

pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { id } = read(body)?;
    id.given().map(Answer::RunCreated)
}
