//! `ListNodeDependencies`: the nodes that a node depends on, a hundred per page; each as `ListNodes` shows it.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-listnodedependencies>

use crate::{
    client::{
        api::project_id,
        http::{Method, Request},
    },
    model::service::ServiceConfig,
};

pub(in crate::client::api) use super::list_nodes::answer;

pub(in crate::client::api) fn request(service: &ServiceConfig, node: &str, page: u32) -> Request {
    super::request(Method::Get, "ListNodeDependencies")
        .query("Id", node)
        .query("ProjectId", &project_id(service))
        .query("PageNumber", &page)
        .query("PageSize", "100")
}
