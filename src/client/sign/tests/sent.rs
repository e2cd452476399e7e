//! What is sent: the signature is of the very bytes that travel, by each algorithm, with and without a body and a token.

use percent_encoding::percent_decode_str;

use crate::client::{
    http::{HttpRequest, Method, Request},
    sign::{Stamp, acs3, hash::sha256_hex, roa, rpc, sign},
};
use crate::model::{
    endpoint::Endpoint,
    secret::{Keys, Secret},
    service::Signature,
};

fn signed(request: &Request, algorithm: Signature, token: Option<&str>) -> HttpRequest {
    let keys = Keys { id: "AK".into(), secret: Secret::new("the secret"), token: token.map(Secret::new) };
    let endpoint = Endpoint::parse("http://127.0.0.1:18999").unwrap();
    let at = humantime::parse_rfc3339("2026-01-02T03:04:05Z").unwrap();
    sign(request, algorithm, &endpoint, &keys, &Stamp { at, nonce: "n-1".into() })
}

fn bare() -> Request {
    Request::rpc(Method::Get, "2024-05-18", "GetPipelineRun").query("Id", "a b/c~")
}

fn with_form() -> Request {
    Request::rpc(Method::Post, "2020-05-18", "DeployFile").form("Comment", "发布 *+").form("FileId", &1001)
}

fn in_roa_style() -> Request {
    Request { style: crate::client::sign::Style::Roa, path: "/api/v1/a%20b".into(), ..bare() }
}

fn parameters(text: &str) -> Vec<(String, String)> {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().unwrap().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn headers(sent: &HttpRequest) -> Vec<(&'static str, String)> {
    sent.headers.iter().map(|(name, value)| (*name, value.expose().to_owned())).collect()
}

/// The headers but the one that holds the signature, and that one.
fn split(sent: &HttpRequest) -> (Vec<(&'static str, String)>, String) {
    let (mut proof, rest): (Vec<_>, Vec<_>) = headers(sent).into_iter().partition(|(name, _)| *name == "authorization");
    assert_eq!(proof.len(), 1);
    (rest, proof.remove(0).1)
}

/// The secret, the token and the signature.
fn assert_proofs(sent: &HttpRequest, token: Option<&str>, signature: &str) {
    let wanted = [Some("the secret"), token, Some(signature)];
    let proofs: Vec<&str> = sent.proofs.iter().map(Secret::expose).collect();
    assert_eq!(proofs, wanted.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn a_form_is_the_body_and_says_so() {
    for algorithm in [Signature::Acs3HmacSha256, Signature::HmacSha1] {
        for (request, body) in
            [(with_form(), "Comment=%E5%8F%91%E5%B8%83%20%2A%2B&FileId=1001"), (bare(), ""), (in_roa_style(), "")]
        {
            let sent = signed(&request, algorithm, None);
            assert_eq!((sent.method, sent.body.as_str()), (request.method, body));
            let value = |wanted: &str| headers(&sent).into_iter().find(|(name, _)| *name == wanted).map(|(_, is)| is);
            let form = (!body.is_empty()).then(|| "application/x-www-form-urlencoded".to_owned());
            assert_eq!((value("accept").as_deref(), value("content-type")), (Some("application/json"), form));
            assert!(value("user-agent").unwrap().starts_with("dataworks-deploy/"));
        }
    }
}

#[test]
fn rpc_signs_the_query_and_the_form_that_travel() {
    for (request, token) in [(bare(), None), (bare(), Some("the token")), (with_form(), Some("the token"))] {
        let sent = signed(&request, Signature::HmacSha1, token);
        let (place, query) = sent.url.expose().split_once('?').unwrap();
        assert_eq!(place, "http://127.0.0.1:18999/");
        let all = [parameters(query), parameters(&sent.body)].concat();
        let (proof, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| name == "Signature");
        let text = rpc::string_to_sign(sent.method.name(), &rpc::canonical_parameters(&rest));
        let signature = rpc::signature("the secret", &text);
        assert_eq!(proof, [("Signature".to_owned(), signature.clone())]);
        assert_proofs(&sent, token, &signature);
        let value = |wanted: &str| rest.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        for (name, wanted) in [
            ("Action", Some(request.action)),
            ("Version", Some(request.version)),
            ("Timestamp", Some("2026-01-02T03:04:05Z")),
            ("SignatureNonce", Some("n-1")),
            ("AccessKeyId", Some("AK")),
            ("SecurityToken", token),
        ] {
            assert_eq!(value(name), wanted, "{name}");
        }
    }
}

#[test]
fn acs3_signs_every_header_and_the_body_that_travel() {
    for (request, token) in [(bare(), None), (with_form(), Some("the token")), (in_roa_style(), Some("the token"))] {
        let sent = signed(&request, Signature::Acs3HmacSha256, token);
        let (mut headers, authorization) = split(&sent);
        headers.sort();
        let (hash, names) = (sha256_hex(sent.body.as_bytes()), acs3::signed_headers(&headers));
        let query = if request.query.is_empty() { "" } else { "Id=a%20b%2Fc~" };
        let canonical = acs3::canonical_request(sent.method.name(), &request.path, query, &headers, &names, &hash);
        let signature = acs3::signature("the secret", &acs3::string_to_sign(&canonical));
        let wanted = format!("ACS3-HMAC-SHA256 Credential=AK,SignedHeaders={names},Signature={signature}");
        assert_eq!(authorization, wanted);
        assert_proofs(&sent, token, &signature);
        let mark = if query.is_empty() { "" } else { "?" };
        assert_eq!(sent.url.expose(), format!("http://127.0.0.1:18999{}{mark}{query}", request.path));
        let value = |wanted: &str| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        for (name, wanted) in [
            ("host", Some("127.0.0.1:18999")),
            ("x-acs-action", Some(request.action)),
            ("x-acs-content-sha256", Some(hash.as_str())),
            ("x-acs-date", Some("2026-01-02T03:04:05Z")),
            ("x-acs-signature-nonce", Some("n-1")),
            ("x-acs-version", Some(request.version)),
            ("x-acs-security-token", token),
        ] {
            assert_eq!(value(name), wanted, "{name}");
        }
    }
}

#[test]
fn roa_signs_the_headers_and_the_query_that_travel() {
    for token in [None, Some("the token")] {
        let request = in_roa_style();
        let sent = signed(&request, Signature::HmacSha1, token);
        let (headers, authorization) = split(&sent);
        let text = roa::string_to_sign(sent.method.name(), &headers, &request.path, &request.query);
        let signature = roa::signature("the secret", &text);
        assert_eq!(authorization, format!("acs AK:{signature}"));
        assert_proofs(&sent, token, &signature);
        assert_eq!(sent.url.expose(), "http://127.0.0.1:18999/api/v1/a%20b?Id=a%20b%2Fc~");
        let value = |wanted: &str| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        let date = Some("Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!((value("date"), value("x-acs-signature-nonce")), (date, Some("n-1")));
        assert_eq!(value("x-acs-security-token"), token);
    }
}
