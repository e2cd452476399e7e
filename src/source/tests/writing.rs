//! What is sent, as text, whole: the smallest Spec, and never a field that the service may refuse.

use serde_json::{Value, json};

use super::world::key;
use crate::source::{
    plan::{
        remote::{Facts, RemoteUnit},
        unit::DesiredUnit,
        write::{Write, create, update},
    },
    repository::desired::{Desired, ObjectKind},
    spec::outputs::Outputs,
};

const ID: &str = "8600000000000000101";
const START: &str = "8600000000000000201";

/// A node of the workflow `daily`.
fn node(fields: &Value, depends: Option<Value>) -> Desired {
    let mut spec = json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [fields] } });
    if let Some(depends) = depends {
        spec["spec"]["flow"] = json!([{ "nodeId": "load", "depends": depends }]);
    }
    Desired::new(key(None, ObjectKind::Node, "load"), "dws/load".into(), spec)
}

fn outputs() -> Outputs {
    let mut outputs = Outputs::default();
    outputs.add(START, ["ws.start".to_owned()]);
    outputs
}

fn updated(desired: Desired, mut remote: Value, depends: &Value) -> String {
    remote["name"] = "load".into();
    let spec = json!({ "kind": "CycleWorkflow", "spec": { "nodes": [remote], "flow": [{ "nodeId": ID, "depends": depends }] } });
    let there = RemoteUnit::read(ID, ObjectKind::Node, &spec.to_string(), Facts::default()).unwrap();
    let unit = DesiredUnit::group(&[desired]).remove(0);
    let Write::UpdateNode { id, spec } = update(&unit.head, &there.head, &outputs()) else {
        panic!("an update of a node")
    };
    assert_eq!(id, ID);
    spec
}

/// What the service has: more than anybody sent.
fn there() -> Value {
    json!({ "name": "load", "id": ID, "owner": "2000000000000001", "recurrence": "Normal", "metadata": { "owner": "1" },
        "script": { "id": "8600000000000000102", "path": "demo/load", "content": "old", "language": "odps-sql",
            "runtime": { "command": "ODPS_SQL", "commandTypeId": 10, "cu": "0.25" },
            "parameters": [{ "id": "9", "name": "dt", "value": "1", "scope": "NodeParameter" }] },
        "trigger": { "id": "8600000000000000103", "type": "Scheduler", "cron": "00 12 00 * * ?", "extra": null },
        "datasource": { "name": "ws_odps", "type": "hologres" },
        "runtimeResource": { "id": "8600000000000000104", "resourceGroup": "S_res" },
        "outputs": { "nodeOutputs": [{ "data": ID, "isDefault": true }, { "data": "ws.load", "isDefault": false, "refTableName": "load" }] } })
}

#[test]
fn a_line_of_code_is_sent_with_who_it_is_of_and_nothing_else() {
    let fields = json!({ "id": "elsewhere", "name": "load", "recurrence": "Normal",
        "script": { "path": "here/load", "content": "new", "runtime": { "command": "ODPS_SQL" } },
        "datasource": { "name": "ws_odps", "type": "holo" }, "runtimeResource": { "resourceGroup": "S_res" } });
    assert_eq!(
        updated(
            node(&fields, Some(json!([{ "output": "ws_root" }]))),
            there(),
            &json!([{ "type": "Normal", "output": "ws_root" }])
        ),
        r#"{"kind":"Node","spec":{"nodes":[{"id":"8600000000000000101","name":"load","script":{"content":"new","path":"demo/load","runtime":{"command":"ODPS_SQL"}}}]},"version":"1.1.0"}"#
    );
}

#[test]
fn a_field_that_differs_is_sent_whole_with_what_the_workspace_has_besides() {
    let fields = json!({ "name": "load", "trigger": { "id": "elsewhere", "cron": "00 30 02 * * ?" }, "datasource": { "name": "other", "type": "holo" } });
    assert_eq!(
        updated(node(&fields, None), there(), &json!([])),
        r#"{"kind":"Node","spec":{"nodes":[{"datasource":{"name":"other","type":"hologres"},"id":"8600000000000000101","name":"load","script":{"content":"old","path":"demo/load","runtime":{"command":"ODPS_SQL"}},"trigger":{"cron":"00 30 02 * * ?","id":"8600000000000000103","type":"Scheduler"}}]},"version":"1.1.0"}"#
    );
}

#[test]
fn lists_are_sent_whole_with_what_dataworks_added_and_without_what_is_taken_away() {
    let fields = json!({ "name": "load", "script": { "parameters": [{ "name": "hh", "value": "2" }, { "name": "dt", "value": "3" }] },
        "outputs": { "nodeOutputs": [{ "data": "ws.load_two" }] } });
    assert_eq!(
        updated(node(&fields, None), there(), &json!([])),
        r#"{"kind":"Node","spec":{"nodes":[{"id":"8600000000000000101","name":"load","outputs":{"nodeOutputs":[{"data":"ws.load_two"},{"data":"8600000000000000101","isDefault":true}]},"script":{"content":"old","parameters":[{"name":"hh","value":"2"},{"id":"9","name":"dt","scope":"NodeParameter","value":"3"}],"path":"demo/load","runtime":{"command":"ODPS_SQL"}}}]},"version":"1.1.0"}"#
    );
}

#[test]
fn another_runtime_keeps_the_rest_of_what_the_workspace_has_there() {
    let fields =
        json!({ "name": "load", "script": { "runtime": { "command": "ODPS_SQL", "cu": "0.5" }, "content": "old" } });
    assert_eq!(
        updated(node(&fields, None), there(), &json!([])),
        r#"{"kind":"Node","spec":{"nodes":[{"id":"8600000000000000101","name":"load","script":{"content":"old","path":"demo/load","runtime":{"command":"ODPS_SQL","commandTypeId":10,"cu":"0.5"}}}]},"version":"1.1.0"}"#
    );
}

#[test]
fn edges_go_as_dependencies_of_the_name_and_whole() {
    let edges = json!([{ "type": "Normal", "output": "ws.start" }, { "type": "Normal", "output": "ws.more" }]);
    let has = json!([{ "type": "Normal", "output": START, "refTableName": "start" }, { "type": "Normal", "output": "ws_root" }]);
    assert_eq!(
        updated(node(&json!({ "name": "load" }), Some(edges)), there(), &has),
        r#"{"kind":"Node","spec":{"dependencies":[{"depends":[{"output":"ws.start","refTableName":"start","type":"Normal"},{"output":"ws.more","type":"Normal"}],"nodeId":"load"}],"nodes":[{"id":"8600000000000000101","name":"load","script":{"content":"old","path":"demo/load","runtime":{"command":"ODPS_SQL"}}}]},"version":"2.0.0"}"#
    );
}

#[test]
fn code_that_nobody_knows_is_not_sent() {
    let mut unknown = there();
    unknown["script"].as_object_mut().unwrap().remove("content");
    let spec = updated(node(&json!({ "name": "load", "timeout": 1 }), None), unknown, &json!([]));
    assert!(!spec.contains("content"), "{spec}");
}

#[test]
fn a_node_is_created_without_ids_of_elsewhere_and_under_its_name() {
    let fields = json!({ "id": ID, "name": "load", "metadata": { "owner": "1" }, "datasource": null, "inputs": {},
        "script": { "id": "1", "runtime": { "command": "ODPS_SQL" }, "content": "select 1;\n", "parameters": [{ "id": "2", "name": "dt" }] },
        "trigger": { "id": "3", "cron": "00 30 02 * * ?" },
        "outputs": { "nodeOutputs": [{ "data": ID, "isDefault": true }, { "data": "ws.load" }] } });
    let unit = DesiredUnit::group(&[node(&fields, Some(json!([{ "type": "Normal", "output": "ws_root" }])))]).remove(0);
    let Write::CreateNode { scene, spec } = create(&unit.head, None) else { panic!("a create of a node") };
    assert_eq!(scene, "DATAWORKS_PROJECT");
    assert_eq!(
        spec,
        r#"{"kind":"Node","spec":{"dependencies":[{"depends":[{"output":"ws_root","type":"Normal"}],"nodeId":"load"}],"nodes":[{"id":"load","inputs":{},"name":"load","outputs":{"nodeOutputs":[{"data":"ws.load"}]},"script":{"content":"select 1;\n","parameters":[{"name":"dt"}],"path":"dws/load","runtime":{"command":"ODPS_SQL"}},"trigger":{"cron":"00 30 02 * * ?"}}]},"version":"2.0.0"}"#
    );
    let Write::CreateNode { scene, .. } = create(&unit.head, Some("ManualWorkflow")) else {
        panic!("a create of a node")
    };
    assert_eq!(scene, "DATAWORKS_MANUAL_WORKFLOW");
}

#[test]
fn a_workflow_is_written_without_its_nodes_and_their_edges() {
    let spec = json!({ "version": "1.1.0", "kind": "ManualWorkflow", "spec": { "workflows": [{ "name": "daily", "id": "1",
        "script": { "path": "demo/daily", "runtime": { "command": "WORKFLOW" } }, "strategy": { "timeout": 1 },
        "dependencies": [{ "nodeId": "x" }] }] } });
    let desired = Desired::new(key(None, ObjectKind::Workflow, "daily"), "daily".into(), spec);
    let unit = DesiredUnit::group(&[desired]).remove(0);
    assert_eq!(
        create(&unit.head, None),
        Write::CreateWorkflow { spec: r#"{"kind":"ManualWorkflow","spec":{"workflows":[{"name":"daily","script":{"path":"demo/daily","runtime":{"command":"WORKFLOW"}},"strategy":{"timeout":1}}]},"version":"1.1.0"}"#.into() }
    );
    let there = json!({ "kind": "ManualWorkflow", "spec": { "workflows": [{ "name": "daily", "strategy": { "timeout": 0, "rerunTimes": 3 },
        "script": { "path": "w/daily", "runtime": { "command": "WORKFLOW" } }, "nodes": [{ "id": "2", "name": "x" }], "dependencies": [] }] } });
    let there = RemoteUnit::read(ID, ObjectKind::Workflow, &there.to_string(), Facts::default()).unwrap();
    let Write::UpdateWorkflow { id, spec } = update(&unit.head, &there.head, &outputs()) else { panic!("an update") };
    assert_eq!(id, ID);
    assert_eq!(
        spec,
        r#"{"kind":"ManualWorkflow","spec":{"workflows":[{"id":"8600000000000000101","name":"daily","script":{"path":"w/daily","runtime":{"command":"WORKFLOW"}},"strategy":{"rerunTimes":3,"timeout":1}}]},"version":"1.1.0"}"#
    );
}
