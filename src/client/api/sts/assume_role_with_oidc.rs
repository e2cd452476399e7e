//! `AssumeRoleWithOIDC`: temporary keys of a role, for a caller that has a token. It is not signed: there are no keys yet.
//!
//! <https://help.aliyun.com/zh/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc>

use crate::{
    client::http::{Method, Request},
    model::{credential_source::Role, secret::Secret},
};

use super::VERSION;

/// Writes it. All of it travels in the query, the token too, as the vendor's client has it: so the URL is secret.
pub fn request(role: &Role, provider: &str, token: &Secret) -> Request {
    let request = Request::rpc(Method::Post, VERSION, "AssumeRoleWithOIDC")
        .query("DurationSeconds", &role.seconds)
        .query("OIDCProviderArn", provider)
        .query("OIDCToken", token.expose())
        .query("RoleArn", &role.arn)
        .query("RoleSessionName", &role.session);
    role.policy.iter().fold(request, |request, policy| request.query("Policy", policy))
}
