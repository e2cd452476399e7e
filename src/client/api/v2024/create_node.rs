//! `CreateNode`: a node, alone or in a workflow. It is not deployed by this.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-createnode>

use crate::{
    client::{
        api::project_id,
        http::{Method, Request},
    },
    model::{call::Scene, service::ServiceConfig},
};

pub(in crate::client::api) use super::create_workflow_definition::answer;

/// `Scene` has other words here than in `ListNodes`.
pub(in crate::client::api) fn request(
    service: &ServiceConfig,
    spec: &str,
    container: Option<&str>,
    scene: Scene,
) -> Request {
    let scene = match scene {
        Scene::Project => "DATAWORKS_PROJECT",
        Scene::ManualWorkflow => "DATAWORKS_MANUAL_WORKFLOW",
    };
    let request = super::request(Method::Post, "CreateNode")
        .form("ProjectId", &project_id(service))
        .form("Scene", scene)
        .form("Spec", spec);
    match container {
        Some(id) => request.form("ContainerId", id),
        None => request,
    }
}
