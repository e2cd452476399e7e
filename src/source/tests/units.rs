//! Envelopes of the service become units: what is read of an answer, and what is not believed.

use serde_json::{Value, json};

use crate::source::{
    plan::remote::{Base, Facts, RemoteUnit},
    repository::desired::ObjectKind,
};

fn read(kind: ObjectKind, spec: &Value) -> RemoteUnit {
    RemoteUnit::read("8600000000000000001", kind, &spec.to_string(), Facts::default()).unwrap()
}

fn workflow() -> Value {
    json!({ "version": "1.1.0", "kind": "CycleWorkflow", "spec": { "name": "daily", "type": "ManualWorkflow", "workflows": [{
        "id": "8600000000000000001", "name": "daily", "script": { "path": "demo/daily" },
        "nodes": [
            { "id": 8_600_000_000_000_000_201_u64, "name": "start", "script": { "content": "" } },
            { "id": "8600000000000000301", "name": "load", "script": { "path": "demo/daily/load" } }],
        "dependencies": [{ "nodeId": "8600000000000000301", "depends": [{ "type": "Normal", "output": "8600000000000000201" }] }] }] } })
}

#[test]
fn a_stand_alone_node_that_reads_cycle_workflow_is_a_node() {
    let node = read(
        ObjectKind::Node,
        &json!({ "kind": "CycleWorkflow", "spec": { "nodes": [{ "name": "a" }], "flow": [{ "nodeId": "x", "depends": [{ "output": "ws_root" }] }] } }),
    );
    assert_eq!((node.head.key.name.as_str(), node.head.key.workflow.clone(), node.nodes.len()), ("a", None, 0));
    assert_eq!(node.head.shape.upstream().collect::<Vec<_>>(), ["ws_root"]);
}

#[test]
fn a_workflow_is_read_with_its_nodes_each_with_its_own_edges_and_ids_keep_every_digit() {
    let unit = read(ObjectKind::Workflow, &workflow());
    let nodes: Vec<(&str, usize)> =
        unit.nodes.iter().map(|node| (node.id.as_str(), node.shape.upstream().count())).collect();
    assert_eq!(nodes, [("8600000000000000201", 0), ("8600000000000000301", 1)]);
    assert!(unit.nodes.iter().all(|node| node.key.workflow.as_deref() == Some("daily")));
    assert_eq!(unit.kind, "ManualWorkflow");
    assert!(!unit.head.shape.fields.contains_key("nodes"));
}

#[test]
fn a_node_inside_a_workflow_is_not_a_unit() {
    let error = RemoteUnit::read("1", ObjectKind::Node, &workflow().to_string(), Facts::default()).unwrap_err();
    assert_eq!(error.to_string(), "the Spec of 1 cannot be read: it is a node of a workflow");
}

#[test]
fn what_is_not_a_spec_is_said() {
    for (spec, seen) in [
        ("", "the answer has none"),
        ("{}", "it holds no node and no workflow"),
        (r#"{"spec":{"nodes":[]}}"#, "it holds no node and no workflow"),
        (r#"{"spec":{"nodes":[{}]}}"#, "it has no name"),
    ] {
        let error = RemoteUnit::read("1", ObjectKind::Node, spec, Facts::default()).unwrap_err();
        assert_eq!(error.seen, seen);
    }
}

#[test]
fn code_that_the_workflow_does_not_hold_is_asked_of_the_node() {
    let mut unit = read(ObjectKind::Workflow, &workflow());
    assert_eq!(unit.nodes_without_code().collect::<Vec<_>>(), ["8600000000000000301"], "empty code is known");
    let before = unit.now.clone();
    let answer = json!({ "spec": { "workflows": [{ "name": "daily", "nodes": [{ "name": "load", "script": { "content": "x" } }] }] } });
    unit.add_code("8600000000000000301", &answer.to_string()).unwrap();
    assert_eq!(unit.nodes[1].shape.content(), Some("x"));
    assert_eq!(unit.nodes_without_code().count(), 0);
    assert_ne!(unit.now, before);
}

#[test]
fn the_hash_of_what_was_read_knows_edits_and_neither_order_of_nodes_nor_metadata() {
    let unit = read(ObjectKind::Workflow, &workflow());
    let mut other = workflow();
    let nodes = other.pointer_mut("/spec/workflows/0/nodes").unwrap().as_array_mut().unwrap();
    nodes.reverse();
    nodes[0]["metadata"] = json!({ "schedulerNodeId": 7 });
    assert_eq!(read(ObjectKind::Workflow, &other).now, unit.now);
    for path in [
        "/spec/workflows/0/script/path",
        "/spec/workflows/0/nodes/0/script/content",
        "/spec/workflows/0/dependencies/0/depends/0/output",
    ] {
        let mut other = workflow();
        *other.pointer_mut(path).unwrap() = json!("edited");
        assert_ne!(read(ObjectKind::Workflow, &other).now, unit.now, "{path}");
    }
}

#[test]
fn a_base_is_of_one_item_a_workflow_or_of_one_an_object() {
    let whole = workflow().to_string();
    let base = Base::of([whole.as_str(), "no JSON", "{}"]);
    assert!(base.object("8600000000000000001").is_some());
    assert_eq!(base.object("8600000000000000301").unwrap().upstream().count(), 1);
    let single =
        json!({ "kind": "Node", "spec": { "nodes": [{ "id": "8600000000000000301", "name": "load" }] } }).to_string();
    assert!(Base::of([single.as_str()]).object("8600000000000000301").is_some());
    assert!(Base::of([single.as_str()]).object("8600000000000000201").is_none());
}
