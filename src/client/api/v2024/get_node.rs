//! `GetNode`: a node with its Spec, code included, and the workflow that it lives in.
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-getnode>

use serde::Deserialize;

use super::object::WireObject;
use crate::{
    client::{
        api::{lenient::Object, project_id, read},
        http::{Method, Request},
    },
    model::{
        answer::{Answer, ObjectInfo},
        service::ServiceConfig,
    },
};

pub(in crate::client::api) fn request(service: &ServiceConfig, node: &str) -> Request {
    super::request(Method::Get, "GetNode").query("ProjectId", &project_id(service)).query("Id", node)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    node: Object<WireObject>,
}

/// A node in a workflow comes as that workflow with this one node. The Spec's `kind` says nothing: a stand-alone
/// node may have `CycleWorkflow`.
pub(in crate::client::api) fn answer(body: &[u8]) -> Option<Answer> {
    let Body { node: Object(node) } = read(body)?;
    let flow = node.flow();
    let (workflow, nodes) = match flow.workflow() {
        Some((workflow, nodes)) => (Some(workflow), nodes),
        None => (None, flow.nodes()),
    };
    let path = nodes.into_iter().next().map(|node| node.path).unwrap_or_default();
    let nodes = flow.spec_nodes();
    Some(Answer::Object(Box::new(ObjectInfo { path, workflow, nodes, ..node.info() })))
}
