//! The vendor's own cases: every intermediate that its code fed to the hash, asserted where we make it.

use serde_json::{Map, Value};

use crate::client::{
    encode,
    sign::{acs3, hash::sha256_hex, roa, rpc},
};

const CASES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signatures.json"));

struct Case(Value);

impl Case {
    fn all(algorithm: &str) -> Vec<Self> {
        let file: Value = serde_json::from_str(CASES).unwrap();
        let cases = file["cases"].as_array().unwrap().iter().cloned().map(Self);
        // The QUIRK is a bug of one library: a space that becomes `+`.
        cases.filter(|case| case.text("algorithm") == algorithm && !case.name().contains("QUIRK")).collect()
    }

    fn name(&self) -> String {
        self.text("name")
    }

    fn text(&self, field: &str) -> String {
        self.0[field].as_str().unwrap_or_default().to_owned()
    }

    /// What the vendor's client sent, where it was recorded, else what the signing function was given.
    fn request(&self, recorded: &str, given: &str) -> &Value {
        let request = &self.0["request"][recorded];
        if request.is_null() { &self.0["inputs"][given] } else { request }
    }

    fn method(&self) -> String {
        self.request("method", "method").as_str().unwrap().to_owned()
    }

    fn path(&self) -> String {
        self.request("pathname", "path").as_str().unwrap().to_owned()
    }

    fn query(&self) -> Vec<(String, String)> {
        pairs(self.request("query", "query"))
    }

    fn headers(&self) -> Vec<(String, String)> {
        let mut headers = pairs(if self.0["headers_sent"].is_null() {
            self.request("headers", "headers")
        } else {
            &self.0["headers_sent"]
        });
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        headers
    }

    fn body(&self) -> String {
        self.request("body", "body").as_str().unwrap_or_default().to_owned()
    }

    fn secret(&self) -> String {
        self.0["inputs"]["access_key_secret"].as_str().unwrap().to_owned()
    }

    /// Every parameter that an RPC signature covers, wherever it travels.
    fn rpc_parameters(&self) -> Vec<(String, String)> {
        let inputs = &self.0["inputs"];
        let url = self.text("signed_url");
        let mut parameters = if !inputs["signed_params"].is_null() {
            pairs(&inputs["signed_params"])
        } else if !url.is_empty() {
            [form(url.split_once('?').unwrap().1), pairs(&inputs["body_params"])].concat()
        } else {
            [self.query(), form(&self.body())].concat()
        };
        parameters.retain(|(name, _)| name != "Signature");
        parameters
    }
}

fn pairs(object: &Value) -> Vec<(String, String)> {
    let none = Map::new();
    let fields = object.as_object().unwrap_or(&none);
    fields.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

fn form(text: &str) -> Vec<(String, String)> {
    let decode =
        |part: &str| percent_encoding::percent_decode_str(&part.replace('+', " ")).decode_utf8().unwrap().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap()).map(|(name, value)| (decode(name), decode(value))).collect()
}

#[test]
fn every_case_has_a_test() {
    let tested = ["HMAC-SHA1 (RPC V1)", "HMAC-SHA1 (ROA V1)", "ACS3-HMAC-SHA256"].map(|name| Case::all(name).len());
    assert_eq!(tested, [19, 9, 21], "50 cases less the QUIRK");
}

#[test]
fn rpc_hmac_sha1() {
    for case in Case::all("HMAC-SHA1 (RPC V1)") {
        let canonical = rpc::canonical_parameters(&case.rpc_parameters());
        let string_to_sign = rpc::string_to_sign(&case.method(), &canonical);
        assert_eq!(string_to_sign, case.text("string_to_sign"), "{}: string to sign", case.name());
        assert_eq!(
            rpc::signature(&case.secret(), &string_to_sign),
            case.text("signature"),
            "{}: signature",
            case.name()
        );
    }
}

#[test]
fn roa_hmac_sha1() {
    for case in Case::all("HMAC-SHA1 (ROA V1)") {
        let headers = case.headers();
        let string_to_sign = roa::string_to_sign(&case.method(), &headers, &case.path(), &case.query());
        assert_eq!(string_to_sign, case.text("string_to_sign"), "{}: string to sign", case.name());
        assert_eq!(
            roa::signature(&case.secret(), &string_to_sign),
            case.text("signature"),
            "{}: signature",
            case.name()
        );
    }
}

#[test]
fn acs3_hmac_sha256() {
    for case in Case::all("ACS3-HMAC-SHA256") {
        let payload_hash = sha256_hex(case.body().as_bytes());
        let mut headers: Vec<(String, String)> =
            case.headers().into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        headers.retain(|(name, _)| name != "x-acs-content-sha256");
        headers.push(("x-acs-content-sha256".into(), payload_hash.clone()));
        headers.sort();
        let (query, names) = (encode::pairs(&case.query()), acs3::signed_headers(&headers));
        let canonical = acs3::canonical_request(&case.method(), &case.path(), &query, &headers, &names, &payload_hash);
        assert_eq!(canonical, case.text("canonical_request"), "{}: canonical request", case.name());
        let string_to_sign = acs3::string_to_sign(&canonical);
        assert_eq!(string_to_sign, case.text("string_to_sign"), "{}: string to sign", case.name());
        let signature = acs3::signature(&case.secret(), &string_to_sign);
        assert_eq!(signature, case.text("signature"), "{}: signature", case.name());
        assert!(case.text("authorization").contains(&format!("SignedHeaders={names},")), "{}: {names}", case.name());
    }
}

#[test]
fn a_moment_is_written_as_each_algorithm_wants_it() {
    let at = humantime::parse_rfc3339("2026-01-02T03:04:05.678Z").unwrap();
    let stamp = crate::client::sign::Stamp { at, nonce: String::new() };
    assert_eq!(stamp.iso(), "2026-01-02T03:04:05Z");
    assert_eq!(stamp.http_date(), "Fri, 02 Jan 2026 03:04:05 GMT");
}
