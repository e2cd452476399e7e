//! `UpdateNode`: changes a node; what the Spec leaves out stays as it is.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-updatenode>

use crate::{
    client::{
        api::project_id,
        http::{Method, Request},
    },
    model::service::ServiceConfig,
};

pub(in crate::client::api) use crate::client::api::accepted as answer;

pub(in crate::client::api) fn request(service: &ServiceConfig, node: &str, spec: &str) -> Request {
    super::request(Method::Post, "UpdateNode")
        .form("Id", node)
        .form("ProjectId", &project_id(service))
        .form("Spec", spec)
}
