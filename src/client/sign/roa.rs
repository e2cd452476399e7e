//! HMAC-SHA1 of an ROA request: canonical headers and resource, string to sign, signature.
//!
//! <https://help.aliyun.com/zh/sdk/product-overview/roa-mechanism>

use crate::model::{endpoint::Endpoint, secret::Keys, sorted::sort};

use super::{Stamp, hash::hmac_sha1_base64};
use crate::client::encode::pairs;
use crate::client::http::{HttpRequest, Request};

/// Signs a request.
pub(super) fn sign(request: &Request, endpoint: &Endpoint, keys: &Keys, stamp: &Stamp) -> HttpRequest {
    let mut headers = request.headers();
    headers.extend([
        ("date", stamp.http_date()),
        ("x-acs-action", request.action.to_owned()),
        ("x-acs-signature-method", "HMAC-SHA1".to_owned()),
        ("x-acs-signature-nonce", stamp.nonce.clone()),
        ("x-acs-signature-version", "1.0".to_owned()),
        ("x-acs-version", request.version.to_owned()),
    ]);
    if let Some(token) = &keys.token {
        headers.push(("x-acs-accesskey-id", keys.id.clone()));
        headers.push(("x-acs-security-token", token.expose().to_owned()));
    }
    let text = string_to_sign(request.method.name(), &headers, &request.path, &request.query);
    let signature = signature(keys.secret.expose(), &text);
    headers.push(("authorization", format!("acs {}:{signature}", keys.id)));
    HttpRequest::new(request, endpoint, &pairs(&request.query), headers).hiding(keys, &signature)
}

/// Step 1: the `x-acs-` headers, sorted, one per line.
pub(super) fn canonical_headers(headers: &[(impl AsRef<str>, String)]) -> String {
    let lower = headers.iter().map(|(name, value)| (name.as_ref().to_ascii_lowercase(), value.trim()));
    let mut lines: Vec<_> = lower.filter(|(name, _)| name.starts_with("x-acs-")).collect();
    sort(&mut lines);
    lines.into_iter().map(|(name, value)| format!("{name}:{value}\n")).collect()
}

/// Step 2: the path with the sorted query, not encoded; an empty value leaves the bare key.
pub(super) fn canonical_resource(path: &str, query: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = query.iter().collect();
    sort(&mut sorted);
    let pair = |(key, value): &(String, String)| if value.is_empty() { key.clone() } else { format!("{key}={value}") };
    let pairs: Vec<String> = sorted.into_iter().map(pair).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Step 3: the method, four plain headers, and steps 1 and 2.
pub(super) fn string_to_sign(
    method: &str,
    headers: &[(impl AsRef<str>, String)],
    path: &str,
    query: &[(String, String)],
) -> String {
    let header = |wanted: &str| {
        let named = headers.iter().find(|(name, _)| name.as_ref().eq_ignore_ascii_case(wanted));
        named.map_or("", |(_, value)| value.as_str())
    };
    let plain = ["accept", "content-md5", "content-type", "date"].map(header).join("\n");
    format!("{method}\n{plain}\n{}{}", canonical_headers(headers), canonical_resource(path, query))
}

/// Step 4: base64 of the HMAC of step 3, by the secret as it is.
pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    hmac_sha1_base64(secret, string_to_sign)
}
