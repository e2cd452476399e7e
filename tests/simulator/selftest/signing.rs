//! Who may ask, and what is answered to the others.

use std::net::TcpStream;
use std::time::SystemTime;

use serde_json::Value;

use super::super::params::pairs;
use super::super::signature::{roa, rpc};
use super::super::{
    KEY_ID, KEY_SECRET, PROJECT_ID, PROJECT_NAME, Scheme, Simulator, TOKEN, TOKEN_KEY_ID, TOKEN_KEY_SECRET,
    WorkflowAnswer, World,
};
use super::{Asking, exchange, get, owned, post, raw, target};

fn ask() -> Asking {
    get("2024-05-18", "GetProject", &[("Id", "10000")])
}

#[test]
fn a_signed_request_is_answered_and_remembered() {
    let sim = Simulator::start(World::new());
    let body = ask().send(&sim).ok();
    assert_eq!(body["Project"]["Name"], PROJECT_NAME);
    let seen = &sim.requests()[0];
    assert_eq!((seen.operation.as_str(), seen.version.as_str()), ("GetProject", "2024-05-18"));
    assert_eq!(seen.query, owned(&[("Id", "10000")]));
    assert_eq!((seen.status, body["RequestId"].as_str()), (Some(200), Some(&*seen.request_id)));
    let identity = seen.identity.as_ref().expect("an identity");
    assert_eq!((identity.key_id.as_str(), identity.scheme), (KEY_ID, Scheme::Acs3));
    assert_eq!((sim.count("GetProject"), sim.violations()), (1, Vec::<String>::new()));
}

/// The vendor's own clients' requests, byte for byte, on a clock set back to their day.
#[test]
fn the_vendors_recorded_requests_are_verified() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/signatures.json");
    let file = std::fs::read_to_string(path).expect("the recorded signatures");
    let file: Value = serde_json::from_str(&file).expect("the recorded signatures are JSON");
    let recorded = humantime::parse_rfc3339("2026-01-02T03:04:05Z").expect("a date");
    let offset = recorded
        .duration_since(SystemTime::now())
        .map_or_else(
            |behind| i64::try_from(behind.duration().as_secs()).map(|seconds| -seconds),
            |ahead| i64::try_from(ahead.as_secs()),
        )
        .expect("a few years");
    let cases = file["cases"].as_array().expect("a list of cases");
    let mut replayed = 0;
    for case in cases.iter().filter(|case| case.get("request").is_some()) {
        let (request, inputs) = (&case["request"], &case["inputs"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (id, secret) = (text(&inputs["access_key_id"]), text(&inputs["access_key_secret"]));
        let token = inputs["security_token"].as_str();
        let sim = Simulator::start(World::new().clock_offset(offset).key(&id, &secret, token));
        let url = text(&request["url"]);
        let target = &url[url[8..].find('/').expect("a path") + 8..];
        let headers = request["headers"].as_object().expect("headers").iter();
        let headers = headers.map(|(name, value)| (name.clone(), text(value))).collect();
        let bytes = raw(&text(&request["method"]), target, &headers, &text(&request["body"]));
        let mut stream = TcpStream::connect(sim.address()).expect("a connection");
        exchange(&mut stream, &bytes).expect("an answer");
        let identity = sim.requests()[0].identity.clone();
        let identity = identity.unwrap_or_else(|| panic!("{}: {:?}", case["name"], sim.violations()));
        assert_eq!(identity.key_id, id);
        replayed += 1;
    }
    assert_eq!(replayed, 13);
}

#[test]
fn rpc_signatures_take_the_form_along() {
    let sim = Simulator::start(World::new());
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let mut query = owned(&[
        ("Action", "DeployFile"),
        ("Version", "2020-05-18"),
        ("Format", "JSON"),
        ("Timestamp", &now),
        ("SignatureNonce", "rpc-1"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("AccessKeyId", TOKEN_KEY_ID),
        ("SecurityToken", TOKEN),
    ]);
    let body = "FileId=1&ProjectId=10000&Comment=a+b%2Bc";
    let all = [query.clone(), pairs(body).expect("a form")].concat();
    let signature = rpc::signature(TOKEN_KEY_SECRET, &rpc::string_to_sign("POST", &all));
    query.push(("Signature".to_owned(), signature));
    let form = [("host", "h"), ("content-type", "application/x-www-form-urlencoded")];
    let bytes = raw("POST", &target("/", &query), &owned(&form), body);
    let mut stream = TcpStream::connect(sim.address()).expect("a connection");
    let got = exchange(&mut stream, &bytes).expect("an answer");
    assert_eq!(got.body["ErrorMessage"], "The file does not exist.", "{:?}", sim.violations());
    assert_eq!(sim.requests()[0].identity.as_ref().expect("known").scheme, Scheme::Rpc);
    assert_eq!(sim.violations(), Vec::<String>::new());
    let again = exchange(&mut stream, &bytes).expect("an answer on the same connection");
    assert_eq!(again.refused(), (400, "SignatureNonceUsed"));
}

#[test]
fn roa_signatures_have_an_unescaped_query() {
    let sim = Simulator::start(World::new().workflow("w-1", 12, WorkflowAnswer::ok()));
    let path = "/dolphinscheduler/projects/w-1/executors/start-process-instance";
    let date = httpdate::fmt_http_date(SystemTime::now());
    let query = owned(&[("processDefinitionCode", "12"), ("productNamespace", "SS"), ("comments", "a b+c/手动")]);
    let mut headers = owned(&[
        ("host", "h"),
        ("accept", "application/json"),
        ("date", &date),
        ("x-acs-action", "StartProcessInstance"),
        ("x-acs-version", "2023-08-08"),
        ("x-acs-signature-nonce", "roa-1"),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("x-acs-signature-version", "1.0"),
    ]);
    let to_sign = roa::string_to_sign("POST", path, &query, &headers);
    let authorization = format!("acs {KEY_ID}:{}", roa::signature(KEY_SECRET, &to_sign));
    headers.push(("authorization".to_owned(), authorization));
    let bytes = raw("POST", &target(path, &query), &headers, "");
    let mut stream = TcpStream::connect(sim.address()).expect("a connection");
    let got = exchange(&mut stream, &bytes).expect("an answer");
    assert_eq!((got.status, &got.body["success"]), (200, &Value::Bool(true)));
    assert_eq!(sim.requests()[0].identity.as_ref().expect("known").scheme, Scheme::Roa);
    assert_eq!((sim.starts().len(), sim.violations()), (1, Vec::new()));
}

#[test]
fn wrong_credentials_have_their_documented_errors() {
    let sim = Simulator::start(World::new());
    let refused = |asking: Asking| {
        let got = asking.send(&sim);
        (got.status, got.body["Code"].as_str().unwrap_or_default().to_owned())
    };
    let error = |status, code: &str| (status, code.to_owned());
    assert_eq!(refused(ask().key("nobody", "x")), error(404, "InvalidAccessKeyId.NotFound"));
    assert_eq!(refused(ask().key(KEY_ID, "x")), error(400, "SignatureDoesNotMatch"));
    let temporary = || ask().key(TOKEN_KEY_ID, TOKEN_KEY_SECRET);
    let malformed = error(400, "InvalidSecurityToken.Malformed");
    assert_eq!(refused(temporary()), malformed);
    assert_eq!(refused(temporary().header("x-acs-security-token", "stale")), malformed);
    assert_eq!(refused(ask().header("x-acs-security-token", TOKEN)), malformed);
    let late = ask().header("x-acs-date", "2020-01-02T03:04:05Z");
    assert_eq!(refused(late), error(400, "InvalidTimeStamp.Expired"));
    let once = || ask().header("x-acs-signature-nonce", "the-same");
    assert_eq!(once().send(&sim).status, 200);
    assert_eq!(refused(once()), error(400, "SignatureNonceUsed"));
    let whole = temporary().header("x-acs-security-token", TOKEN);
    assert_eq!(refused(whole.clone()), error(400, "MissingParameter"));
    assert_eq!(whole.header("x-acs-accesskey-id", TOKEN_KEY_ID).send(&sim).status, 200);
    let broken = sim.violations();
    assert_eq!(broken.len(), 3, "{broken:?}");
}

#[test]
fn what_is_sent_must_be_what_was_signed() {
    let sim = Simulator::start(World::new());
    let tampered = |from: &str, to: &str| {
        let bytes = post("2020-05-18", "GetFile", &[("FileId", "1"), ("ProjectId", "10000")]).signed();
        let text = String::from_utf8(bytes).expect("text").replacen(from, to, 1);
        let mut stream = TcpStream::connect(sim.address()).expect("a connection");
        let got = exchange(&mut stream, text.as_bytes()).expect("an answer");
        got.body["Code"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(tampered("FileId=1&", "FileId=2&"), "SignatureDoesNotMatch");
    assert_eq!(tampered("POST / ", "POST /?a=1 "), "SignatureDoesNotMatch");
    assert_eq!(tampered("host: 127.0.0.1", "host: elsewhere"), "SignatureDoesNotMatch");
    assert_eq!(tampered("x-acs-version", "x-acs-other: 1\r\nx-acs-version"), "IncompleteSignature");
    assert_eq!(tampered("=content-type;", "="), "IncompleteSignature");
    assert_eq!(tampered("x-acs-date: ", "x-other-date: "), "MissingParameter");
    assert_eq!(tampered("authorization: ACS3", "authorization: none"), "MissingSignature");
    assert_eq!(tampered("GetFile", "GetFile"), "");
    assert_eq!(sim.violations().len(), 7 + 1, "{:#?}", sim.violations());
}

#[test]
fn parameters_travel_where_they_should() {
    let sim = Simulator::start(World::new());
    let code = |asking: Asking| {
        let got = asking.send(&sim);
        got.body["Code"].as_str().unwrap_or_default().to_owned()
    };
    let id = PROJECT_ID.to_string();
    let project = ("ProjectId", id.as_str());
    let v2024 = "2024-05-18";
    assert_eq!(code(get(v2024, "GetPipelineRun", &[project])), "MissingParameter");
    assert_eq!(code(get(v2024, "ListNodes", &[project, ("PageSize", "101")])), "InvalidParameter");
    assert_eq!(code(get(v2024, "ListNodes", &[("ProjectId", "dw")])), "InvalidParameter");
    assert_eq!(code(get(v2024, "ListNodes", &[project, ("Nmae", "x")])), "InvalidParameter");
    assert_eq!(code(post(v2024, "ListNodes", &[project])), "UnsupportedHTTPMethod");
    let misplaced = post(v2024, "ExecPipelineRunStage", &[project, ("Id", "1"), ("Code", "A")]);
    assert_eq!(code(misplaced), "InvalidParameter");
    let untrimmed = get(v2024, "GetPipelineRun", &[project, ("Id", "a\n")]);
    assert_eq!(code(untrimmed), "InvalidParameter");
    let numbers = [project, ("ObjectIds", "[7001]"), ("Type", "Online")];
    assert_eq!(code(post(v2024, "CreatePipelineRun", &numbers)), "InvalidParameter");
    assert_eq!(code(get(v2024, "MakeCoffee", &[])), "InvalidAction.NotFound");
    assert_eq!(code(get(v2024, "GetDeployment", &[project, ("Id", "1")])), "InvalidAction.NotFound");
    assert_eq!(sim.violations().len(), 10, "{:#?}", sim.violations());
}

#[test]
fn bytes_that_are_no_request_are_a_violation() {
    for bytes in ["GET\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n", "GET /?a=é HTTP/1.1\r\n\r\n"] {
        let sim = Simulator::start(World::new());
        let mut stream = TcpStream::connect(sim.address()).expect("a connection");
        let got = exchange(&mut stream, bytes.as_bytes()).expect("an answer");
        assert_eq!((got.status, sim.violations().len()), (400, 1), "{bytes}");
    }
}
