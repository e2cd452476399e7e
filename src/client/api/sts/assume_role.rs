//! `AssumeRole`: temporary keys of a role, for a caller that has keys.
//!
//! <https://help.aliyun.com/zh/ram/developer-reference/api-sts-2015-04-01-assumerole>

use crate::{
    client::http::{Method, Request},
    model::credential_source::Role,
};

use super::VERSION;

/// Writes it; all of it travels in the query.
pub fn request(role: &Role, external_id: Option<&str>) -> Request {
    let request = Request::rpc(Method::Post, VERSION, "AssumeRole")
        .query("DurationSeconds", &role.seconds)
        .query("RoleArn", &role.arn)
        .query("RoleSessionName", &role.session);
    let request = role.policy.iter().fold(request, |request, policy| request.query("Policy", policy));
    external_id.into_iter().fold(request, |request, id| request.query("ExternalId", id))
}
