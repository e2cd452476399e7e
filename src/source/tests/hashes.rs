//! What the two hashes of a marker depend on, and what they do not.

use serde_json::{Value, json};

use crate::source::{
    plan::{
        remote::{Facts, RemoteUnit},
        unit::DesiredUnit,
    },
    repository::desired::{Desired, Key, ObjectKind},
    spec::canonical,
};

fn src(spec: Value) -> String {
    let key = Key { workflow: None, kind: ObjectKind::Node, name: "load".into() };
    DesiredUnit::group(&[Desired::new(key, "load".into(), spec)]).remove(0).src
}

#[test]
fn src_is_the_same_without_what_is_no_difference_and_another_for_what_is_one() {
    let plain = json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [{ "name": "load", "timeout": 1,
        "script": { "runtime": { "command": "ODPS_SQL" }, "content": "{\"a\": 1}", "parameters": [{ "name": "a" }, { "name": "b" }] },
        "outputs": { "nodeOutputs": [{ "data": "ws.a" }, { "data": "ws.b" }] } }],
        "flow": [{ "nodeId": "load", "depends": [{ "output": "ws_root" }, { "output": "ws.x" }] }] } });
    let odd = json!({ "version": "2.0.0", "kind": "CycleWorkflow", "metadata": { "a": 1 }, "spec": { "nodes": [{
        "id": "8600000000000000101", "name": "load", "timeout": 1.0, "metadata": {}, "trigger": { "id": "1" }, "datasource": null,
        "script": { "id": "2", "path": "a/load", "runtime": { "command": "ODPS_SQL" }, "content": "{ \"a\":1 }\r\n",
            "parameters": [{ "name": "b" }, { "id": 7, "name": "a" }] },
        "inputs": { "nodeOutputs": [{ "data": "ws_root" }] }, "runtimeResource": { "id": "3" },
        "outputs": { "nodeOutputs": [{ "data": "ws.b" }, { "data": "8600000000000000101" }, { "data": "ws.a" }] } }],
        "dependencies": [{ "nodeId": "8600000000000000101", "depends": [{ "output": "ws.x" }, { "output": "ws_root" }] }] } });
    assert_eq!(src(plain.clone()), src(odd));
    assert_eq!(src(plain.clone()).len(), 12);
    for (pointer, value) in [
        ("/spec/nodes/0/timeout", json!(2)),
        ("/spec/nodes/0/script/content", json!("{\"a\": 2}")),
        ("/spec/nodes/0/script/parameters", json!([])),
        ("/spec/nodes/0/outputs/nodeOutputs/0/data", json!("ws.c")),
        ("/spec/flow/0/depends/0/output", json!("ws.c")),
        ("/spec/flow/0/depends", json!([])),
    ] {
        let mut other = plain.clone();
        *other.pointer_mut(pointer).unwrap() = value;
        assert_ne!(src(plain.clone()), src(other), "{pointer}");
    }
}

#[test]
fn src_of_a_workflow_is_of_all_its_nodes_and_of_its_type() {
    let workflow = |kind: &str| {
        Desired::new(
            Key { workflow: None, kind: ObjectKind::Workflow, name: "daily".into() },
            "daily".into(),
            json!({ "kind": kind, "spec": { "workflows": [{ "name": "daily" }] } }),
        )
    };
    let node = |name: &str, content: &str| {
        Desired::new(
            Key { workflow: Some("daily".into()), kind: ObjectKind::Node, name: name.into() },
            format!("daily/{name}"),
            json!({ "spec": { "nodes": [{ "name": name, "script": { "content": content } }] } }),
        )
    };
    let src = |desired: &[Desired]| {
        let units = DesiredUnit::group(desired);
        assert_eq!(units.len(), 1);
        units[0].src.clone()
    };
    let one = src(&[workflow("CycleWorkflow"), node("a", "1"), node("b", "2")]);
    assert_eq!(one, src(&[node("b", "2"), node("a", "1"), workflow("CycleWorkflow")]));
    assert_ne!(one, src(&[workflow("CycleWorkflow"), node("a", "1"), node("b", "3")]));
    assert_ne!(one, src(&[workflow("CycleWorkflow"), node("a", "1")]));
    assert_ne!(one, src(&[workflow("ManualWorkflow"), node("a", "1"), node("b", "2")]));
}

#[test]
fn now_is_of_canonical_json_without_metadata_and_times() {
    let read = |text: &str| canonical::hash(&serde_json::from_str(text).unwrap());
    assert_eq!(read(r#"{"a":1,"b":{"c":2.0}}"#), read(r#"{"b":{"metadata":{"x":1},"c":2},"createTime":"now","a":1}"#));
    assert_ne!(read(r#"{"a":1}"#), read(r#"{"a":"1"}"#));
    assert_ne!(read(r#"{"a":[1,2]}"#), read(r#"{"a":[2,1]}"#));
    assert_ne!(
        read(r#"{"startTime":"1970"}"#),
        read(r#"{"startTime":"1971"}"#),
        "a time of the trigger is configuration"
    );
}

#[test]
fn now_is_the_same_in_whichever_order_outputs_edges_and_parameters_are_answered() {
    let now = |lists: [&str; 3]| {
        let [outputs, depends, parameters] = lists;
        let spec = format!(
            r#"{{"spec":{{"nodes":[{{"id":"1","name":"a","outputs":{{"nodeOutputs":[{outputs}]}},"script":{{"parameters":[{parameters}]}}}}],"flow":[{{"nodeId":"1","depends":[{depends}]}}]}}}}"#
        );
        RemoteUnit::read("1", ObjectKind::Node, &spec, Facts::default()).unwrap().now
    };
    let one = now([r#"{"data":"x"},{"data":"y"}"#, r#"{"output":"x"},{"output":"y"}"#, r#"{"name":"x"},{"name":"y"}"#]);
    let other =
        now([r#"{"data":"y"},{"data":"x"}"#, r#"{"output":"y"},{"output":"x"}"#, r#"{"name":"y"},{"name":"x"}"#]);
    assert_eq!(one, other);
    assert_ne!(one, now([r#"{"data":"y"}"#, r#"{"output":"y"},{"output":"x"}"#, r#"{"name":"y"},{"name":"x"}"#]));
}

#[test]
fn an_edge_by_the_id_in_a_siblings_file_is_an_edge_by_its_output() {
    let node = |name: &str, id: &str, output: &str, upstream: &str| {
        Desired::new(
            Key { workflow: None, kind: ObjectKind::Node, name: name.into() },
            name.into(),
            json!({ "spec": { "nodes": [{ "name": name, "id": id, "outputs": { "nodeOutputs": [{ "data": id }, { "data": output }] } }],
            "flow": [{ "nodeId": id, "depends": [{ "output": upstream }] }] } }),
        )
    };
    let units = DesiredUnit::group(&[
        node("a", "8600000000000000201", "ws.a", "ws_root"),
        node("b", "8600000000000000301", "ws.b", "8600000000000000201"),
    ]);
    let upstream: Vec<String> = units[1].head.shape.upstream().collect();
    assert_eq!(upstream, ["ws.a"]);
}
