//! HMAC-SHA1 of an RPC request: canonical parameters, string to sign, signature; all of it travels in the query.
//!
//! <https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism>

use crate::model::{
    endpoint::Endpoint,
    secret::{Keys, Secret},
};

use super::{Stamp, hash::hmac_sha1_base64};
use crate::client::{
    encode::{encode, pairs},
    http::{HttpRequest, Request},
};

/// A request that is not signed, because there is no key yet: the parameters that name the operation, and no signature.
pub(super) fn anonymous(request: &Request, endpoint: &Endpoint, stamp: &Stamp) -> HttpRequest {
    let tokens = request.query.iter().filter(|(name, _)| name == "OIDCToken");
    let proofs = tokens.map(|(_, token)| Secret::new(token)).collect();
    HttpRequest { proofs, ..HttpRequest::new(request, endpoint, &pairs(&named(request, stamp)), request.headers()) }
}

/// The parameters of the query, with those that name the operation and the time.
fn named(request: &Request, stamp: &Stamp) -> Vec<(String, String)> {
    let mut query = request.query.clone();
    let mut add = |name: &str, value: &str| query.push((name.to_owned(), value.to_owned()));
    add("Action", request.action);
    add("Version", request.version);
    add("Format", "json");
    add("Timestamp", &stamp.iso());
    add("SignatureNonce", &stamp.nonce);
    query
}

/// Signs a request. Form parameters take part in the signature and stay in the body.
pub(super) fn sign(request: &Request, endpoint: &Endpoint, keys: &Keys, stamp: &Stamp) -> HttpRequest {
    let mut query = named(request, stamp);
    let mut add = |name: &str, value: &str| query.push((name.to_owned(), value.to_owned()));
    add("SignatureMethod", "HMAC-SHA1");
    add("SignatureVersion", "1.0");
    add("AccessKeyId", &keys.id);
    if let Some(token) = &keys.token {
        add("SecurityToken", token.expose());
    }
    let all: Vec<(String, String)> = query.iter().chain(&request.form).cloned().collect();
    let signature =
        signature(keys.secret.expose(), &string_to_sign(request.method.name(), &canonical_parameters(&all)));
    query.push(("Signature".into(), signature.clone()));
    HttpRequest::new(request, endpoint, &pairs(&query), request.headers()).hiding(keys, &signature)
}

/// Step 1: every parameter, of query and form alike, sorted and encoded.
pub(super) fn canonical_parameters(parameters: &[(String, String)]) -> String {
    pairs(parameters)
}

/// Step 2: the method, the root path, and step 1 encoded once more.
pub(super) fn string_to_sign(method: &str, canonical_parameters: &str) -> String {
    format!("{method}&%2F&{}", encode(canonical_parameters))
}

/// Step 3: base64 of the HMAC of step 2, by the secret and an `&`.
pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    hmac_sha1_base64(&format!("{secret}&"), string_to_sign)
}
