//! ACS3-HMAC-SHA256, for RPC and ROA alike: canonical request, string to sign, signature.
//!
//! <https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature>

use crate::model::{endpoint::Endpoint, secret::Keys, sorted::sort};

use super::{
    Stamp,
    hash::{hmac_sha256_hex, sha256_hex},
};
use crate::client::{
    encode::pairs,
    http::{HttpRequest, Request},
};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Signs a request. Every header that is set is signed.
pub(super) fn sign(request: &Request, endpoint: &Endpoint, keys: &Keys, stamp: &Stamp) -> HttpRequest {
    let body = request.body();
    let payload_hash = sha256_hex(body.as_bytes());
    let mut headers = request.headers();
    headers.extend([
        ("host", endpoint.authority().to_owned()),
        ("x-acs-action", request.action.to_owned()),
        ("x-acs-content-sha256", payload_hash.clone()),
        ("x-acs-date", stamp.iso()),
        ("x-acs-signature-nonce", stamp.nonce.clone()),
        ("x-acs-version", request.version.to_owned()),
    ]);
    if let Some(token) = &keys.token {
        headers.push(("x-acs-accesskey-id", keys.id.clone()));
        headers.push(("x-acs-security-token", token.expose().to_owned()));
    }
    sort(&mut headers);
    let (query, names) = (pairs(&request.query), signed_headers(&headers));
    let canonical = canonical_request(request.method.name(), &request.path, &query, &headers, &names, &payload_hash);
    let signature = signature(keys.secret.expose(), &string_to_sign(&canonical));
    let authorization = format!("{ALGORITHM} Credential={},SignedHeaders={names},Signature={signature}", keys.id);
    headers.push(("authorization", authorization));
    HttpRequest::new(request, endpoint, &query, headers).hiding(keys, &signature)
}

/// Step 1: method, path, query, headers, their names and the hash of the body, one per line.
///
/// The headers are sorted, and their names are in lower case.
pub(super) fn canonical_request(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(impl AsRef<str>, String)],
    names: &str,
    payload_hash: &str,
) -> String {
    let path = if path.is_empty() { "/" } else { path };
    let lines: String = headers.iter().flat_map(|(name, value)| [name.as_ref(), ":", value.trim(), "\n"]).collect();
    [method, path, query, &lines, names, payload_hash].join("\n")
}

/// Step 2: the algorithm and the hash of step 1.
pub(super) fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", sha256_hex(canonical_request.as_bytes()))
}

/// Step 3: hex of the HMAC of step 2, by the secret as it is.
pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    hmac_sha256_hex(secret, string_to_sign)
}

/// The names of the signed headers, joined by `;`.
pub(super) fn signed_headers(headers: &[(impl AsRef<str>, String)]) -> String {
    headers.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>().join(";")
}
