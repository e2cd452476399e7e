//! A HAR file becomes a gateway: the recorded answers, by operation, in their order.

use serde_json::{Value, json};

use super::super::{Playback, Simulator};
use super::{get, post};

const V: &str = "2024-05-18";

fn entry(request: &Value, status: u16, content: &Value) -> Value {
    json!({
        "startedDateTime": "2026-11-25T01:02:03.004Z",
        "time": 12,
        "request": request,
        "response": { "status": status, "headers": [{ "name": "Content-Length", "value": "7" }, { "name": "Retry-After", "value": "1" }],
            "content": content },
    })
}

fn named(comment: &str, status: u16, body: &Value) -> Value {
    let mut entry = entry(&json!({}), status, &json!({ "text": body.to_string(), "mimeType": "application/json" }));
    entry["comment"] = json!(comment);
    entry
}

fn har(entries: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "creator": { "name": "t", "version": "0" }, "entries": entries } }).to_string()
}

fn replaying(entries: &[Value]) -> Simulator {
    Simulator::replay(Playback::read(&har(entries)).expect("a HAR")).expect("a port")
}

#[test]
fn the_answers_of_an_operation_come_in_order_and_the_last_one_stays() {
    let sim = replaying(&[
        named("GetPipelineRun", 200, &json!({ "n": 1 })),
        named("CreatePipelineRun again", 503, &json!({ "n": 2 })),
        named("GetPipelineRun", 200, &json!({ "n": 3 })),
    ]);
    let run = || get(V, "GetPipelineRun", &[("Id", "whatever")]).key("unknown", "wrong").send(&sim);
    assert_eq!(
        [run().body["n"].take(), run().body["n"].take(), run().body["n"].take()],
        [json!(1), json!(3), json!(3)]
    );
    let refused = post(V, "CreatePipelineRun", &[("Anything", "goes")]).send(&sim);
    assert_eq!((refused.status, &refused.body), (503, &json!({ "n": 2 })));
    assert!(refused.head.contains("Retry-After: 1\r\n") && refused.head.contains("Content-Type: application/json\r\n"));
    assert_eq!((sim.violations().len(), sim.count("GetPipelineRun"), sim.requests()[3].status), (0, 3, Some(503)));
}

#[test]
fn an_operation_is_found_in_headers_in_the_query_and_in_the_url() {
    let text = |n: u16| json!({ "text": json!({ "n": n }).to_string() });
    let sim = replaying(&[
        entry(&json!({ "headers": [{ "name": "X-Acs-Action", "value": "GetNode" }] }), 200, &text(1)),
        entry(&json!({ "queryString": [{ "name": "Action", "value": "ListNodes" }] }), 200, &text(2)),
        entry(&json!({ "url": "https://sts.aliyuncs.com/?Version=1&Action=AssumeRole" }), 200, &text(3)),
        entry(
            &json!({ "url": "http://127.0.0.1/latest/role?x" }),
            200,
            &json!({ "text": "eyJuIjo0fQ==", "encoding": "base64" }),
        ),
    ]);
    let n = |action: &str| get(V, action, &[]).send(&sim).ok()["n"].take();
    assert_eq!([n("GetNode"), n("ListNodes"), n("AssumeRole")], [json!(1), json!(2), json!(3)]);
    let mut role = get(V, "", &[]);
    "/latest/role".clone_into(&mut role.path);
    assert_eq!(role.send(&sim).ok()["n"], 4);
}

#[test]
fn no_answer_is_played_back_as_none_and_what_was_never_recorded_is_said() {
    let sim = replaying(&[named("GetNode", 0, &json!(null))]);
    get(V, "GetNode", &[]).try_send(&sim).expect_err("no answer");
    assert_eq!(get(V, "ListNodes", &[]).send(&sim).refused(), (404, "InvalidAction.NotFound"));
    assert_eq!(sim.violations(), ["ListNodes was never recorded"]);
}

#[test]
fn what_is_no_har_is_said() {
    let why = |text: &str| Playback::read(text).expect_err("no HAR");
    assert!(why("{").starts_with("not JSON"));
    assert_eq!(why("{}"), "not a HAR: there is no log.entries");
    assert_eq!(why(&har(&[json!({})])), "entry 0: no operation is named");
    assert_eq!(why(&har(&[json!({ "comment": "GetNode" })])), "entry 0, GetNode: its response has no status");
}
