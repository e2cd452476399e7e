//! The contract's list of what is not a difference: one test per clause, and differences that none of them may hide.

use serde_json::{Value, json};

use crate::source::{
    repository::desired::ObjectKind,
    spec::{
        compare::{FieldDifference, differences},
        outputs::Outputs,
        shape::Shape,
    },
};

const ID: &str = "8600000000000000101";
const START: &str = "8600000000000000201";

/// The paths that differ between a node of the repository and the workspace's.
fn paths(desired: &Value, remote: &Value) -> Vec<String> {
    let node = |fields: &Value| Shape { fields: fields.as_object().unwrap().clone(), depends: None };
    told(differences(ObjectKind::Node, &node(desired), &node(remote), &outputs()))
}

/// The same for edges.
fn edges(desired: &Value, remote: &Value) -> Vec<String> {
    let spec = |inside: &Value| {
        let mut spec = json!({ "spec": { "nodes": [{ "name": "load", "id": ID }] } });
        spec["spec"].as_object_mut().unwrap().extend(inside.as_object().unwrap().clone());
        Shape::of(&spec, ObjectKind::Node).unwrap()
    };
    told(differences(ObjectKind::Node, &spec(desired), &spec(remote), &outputs()))
}

fn told(found: Vec<FieldDifference>) -> Vec<String> {
    found.into_iter().map(|difference| difference.path).collect()
}

fn outputs() -> Outputs {
    let mut outputs = Outputs::default();
    outputs.add(START, ["ws.start".to_owned(), "ws.start_too".to_owned()]);
    outputs
}

const NONE: [&str; 0] = [];

#[test]
fn a_field_that_the_repository_does_not_name_is_the_workspaces_own() {
    let remote =
        json!({ "name": "load", "owner": "1", "rerunTimes": 3, "script": { "content": "x", "language": "odps-sql" } });
    assert_eq!(paths(&json!({ "name": "load", "script": { "content": "x" } }), &remote), NONE);
    assert_eq!(edges(&json!({}), &json!({ "flow": [{ "nodeId": ID, "depends": [{ "output": "ws_root" }] }] })), NONE);
}

#[test]
fn a_leaf_that_the_workspace_lacks_or_has_otherwise_is_a_difference() {
    let desired = json!({ "recurrence": "Normal", "trigger": { "cron": "00 30 02 * * ?", "type": "Scheduler" } });
    assert_eq!(paths(&desired, &json!({})), ["recurrence", "trigger.cron", "trigger.type"]);
    let remote = json!({ "recurrence": "Pause", "trigger": { "cron": "00 31 02 * * ?", "type": "Scheduler" } });
    assert_eq!(paths(&desired, &remote), ["recurrence", "trigger.cron"]);
    assert_eq!(paths(&json!({ "timeout": 0 }), &json!({ "timeout": { "hours": 0 } })), ["timeout"]);
    assert_eq!(paths(&json!({ "timeout": 0 }), &json!({ "timeout": "0" })), ["timeout"]);
}

#[test]
fn version_and_kind_of_the_envelope() {
    let shape = |version: &str, kind: &str| {
        Shape::of(
            &json!({ "version": version, "kind": kind, "spec": { "nodes": [{ "name": "a" }] } }),
            ObjectKind::Node,
        )
    };
    let (desired, remote) = (shape("2.0.0", "Node").unwrap(), shape("1.1.0", "CycleWorkflow").unwrap());
    assert_eq!(told(differences(ObjectKind::Node, &desired, &remote, &outputs())), NONE);
}

#[test]
fn metadata() {
    assert_eq!(paths(&json!({ "metadata": { "owner": "1" } }), &json!({ "metadata": { "owner": "2" } })), NONE);
    let deep = |owner: &str| json!({ "subflow": { "nodes": [{ "name": "a", "metadata": { "owner": owner } }] } });
    assert_eq!(paths(&deep("1"), &deep("2")), NONE, "wherever it stands");
}

#[test]
fn the_id_of_the_object_its_script_trigger_runtime_resource_and_parameters() {
    let with = |id: &str| {
        json!({
            "id": id, "script": { "id": id, "parameters": [{ "name": "dt", "id": id }] }, "trigger": { "id": id },
            "runtimeResource": { "id": id },
        })
    };
    assert_eq!(paths(&with("1"), &with("2")), NONE);
    assert_eq!(paths(&with("1"), &json!({ "script": { "parameters": [{ "name": "dt" }] } })), NONE);
    let group = |id: &str| json!({ "runtimeResource": { "resourceGroupId": id } });
    assert_eq!(paths(&group("1"), &group("2")), ["runtimeResource.resourceGroupId"], "no id of the object's own");
}

#[test]
fn null_an_empty_object_and_an_empty_list_for_an_absent_field() {
    let desired = json!({ "a": null, "b": {}, "c": [], "d": { "e": {}, "f": null, "g": { "h": [] } } });
    assert_eq!(paths(&desired, &json!({})), NONE);
    assert_eq!(paths(&json!({}), &json!({ "a": null, "b": {}, "c": [] })), NONE);
    assert_eq!(paths(&json!({ "c": [] }), &json!({ "c": null })), NONE);
    assert_eq!(paths(&json!({ "b": {}, "c": [] }), &json!({ "b": [], "c": {} })), NONE, "each says as little");
    assert_eq!(paths(&json!({ "c": [] }), &json!({ "c": [1] })), ["c"], "an empty list takes away what is there");
    assert_eq!(paths(&json!({ "a": "" }), &json!({})), ["a"], "an empty text is a value");
}

#[test]
fn inputs_node_outputs() {
    let with = |output: &str| json!({ "inputs": { "nodeOutputs": [{ "data": output }] } });
    assert_eq!(paths(&with("ws.a"), &with("ws.b")), NONE);
    assert_eq!(paths(&json!({ "inputs": { "tables": ["a"] } }), &with("ws.b")), ["inputs.tables"]);
}

#[test]
fn script_path() {
    assert_eq!(paths(&json!({ "script": { "path": "a/load" } }), &json!({ "script": { "path": "b/load" } })), NONE);
}

#[test]
fn datasource_type_of_which_the_repositorys_is_a_beginning() {
    let with = |kind: &str| json!({ "datasource": { "type": kind } });
    assert_eq!(paths(&with("holo"), &with("hologres")), NONE);
    assert_eq!(paths(&with("hologres"), &with("holo")), ["datasource.type"]);
    assert_eq!(paths(&json!({ "type": "holo" }), &json!({ "type": "hologres" })), ["type"], "of the data source alone");
}

#[test]
fn flow_for_dependencies() {
    let list = json!([{ "nodeId": "load", "depends": [{ "type": "Normal", "output": "ws_root" }] }]);
    assert_eq!(edges(&json!({ "flow": list }), &json!({ "dependencies": list })), NONE);
    assert_eq!(edges(&json!({ "dependencies": list }), &json!({ "flow": list })), NONE);
    assert_eq!(edges(&json!({ "dependencies": list }), &json!({ "flow": [] })), ["dependencies[ws_root]"]);
}

#[test]
fn a_node_id_by_id_for_one_by_name() {
    let by =
        |node: &str| json!({ "flow": [{ "nodeId": node, "depends": [{ "type": "Normal", "output": "ws_root" }] }] });
    assert_eq!(edges(&by("load"), &by(ID)), NONE);
    let number = json!({ "flow": [{ "nodeId": 8_600_000_000_000_000_101_u64, "depends": [{ "output": "ws_root" }] }] });
    assert_eq!(edges(&by("load"), &number), NONE);
}

/// One edge each.
fn edge(output: &str) -> Value {
    json!({ "flow": [{ "nodeId": "load", "depends": [{ "type": "Normal", "output": output }] }] })
}

#[test]
fn an_output_of_an_edge_that_is_a_nodes_id_for_any_output_of_that_node() {
    assert_eq!(edges(&edge("ws.start"), &edge(START)), NONE);
    assert_eq!(edges(&edge(START), &edge("ws.start_too")), NONE);
    assert_eq!(
        edges(&edge("ws.start"), &edge("ws.start_too")),
        ["dependencies[ws.start]", "dependencies[ws.start_too]"]
    );
    assert_eq!(edges(&edge("ws.start"), &edge(ID)).len(), 2, "another node's id");
    let both = json!({ "flow": [{ "depends": [{ "output": START }, { "output": "ws.start" }] }] });
    assert_eq!(edges(&edge("ws.start"), &both), [format!("dependencies[{START}]")], "each entry is one edge");
}

#[test]
fn the_order_of_node_outputs_by_data() {
    let with = |names: [&str; 2]| json!({ "outputs": { "nodeOutputs": names.map(|name| json!({ "data": name, "refTableName": name })) } });
    assert_eq!(paths(&with(["ws.a", "ws.b"]), &with(["ws.b", "ws.a"])), NONE);
    assert_eq!(
        paths(&with(["ws.a", "ws.b"]), &with(["ws.c", "ws.a"])),
        ["outputs.nodeOutputs[ws.b]", "outputs.nodeOutputs[ws.c]"]
    );
    let renamed = json!({ "outputs": { "nodeOutputs": [{ "data": "ws.b", "refTableName": "t" }, { "data": "ws.a", "refTableName": "ws.a" }] } });
    assert_eq!(paths(&with(["ws.a", "ws.b"]), &renamed), ["outputs.nodeOutputs[ws.b].refTableName"]);
}

#[test]
fn the_order_of_depends_by_type_and_output() {
    let with = |list: Value| json!({ "flow": [{ "depends": list }] });
    let (one, two) = (
        json!({ "type": "Normal", "output": "ws.a" }),
        json!({ "type": "CrossCycleDependsOnOtherNode", "output": "ws.a" }),
    );
    assert_eq!(edges(&with(json!([one, two])), &with(json!([two, one]))), NONE);
    assert_eq!(edges(&with(json!([one, one])), &with(json!([two, one]))).len(), 2, "the type counts");
    let itself = json!({ "type": "CrossCycleDependsOnSelf" });
    assert_eq!(edges(&with(json!([itself, one])), &with(json!([one, itself]))), NONE);
}

#[test]
fn the_order_of_named_parameters() {
    let with = |list: Value| json!({ "script": { "parameters": list } });
    let (one, two) = (json!({ "name": "a", "value": "1" }), json!({ "name": "b", "value": "2" }));
    assert_eq!(paths(&with(json!([one, two])), &with(json!([two, one]))), NONE);
    let other = json!({ "name": "b", "value": "3" });
    assert_eq!(paths(&with(json!([one, two])), &with(json!([other, one]))), ["script.parameters[b].value"]);
    assert_eq!(paths(&with(json!(["a", "b"])), &with(json!(["b", "a"]))).len(), 2, "without names the order counts");
}

#[test]
fn an_output_whose_data_is_the_nodes_id() {
    let own = json!({ "data": ID, "isDefault": true });
    let remote = json!({ "id": ID, "outputs": { "nodeOutputs": [own, { "data": "ws.load" }] } });
    assert_eq!(paths(&json!({ "outputs": { "nodeOutputs": [{ "data": "ws.load" }] } }), &remote), NONE);
    let elsewhere = json!({ "id": START, "outputs": { "nodeOutputs": [{ "data": START }, { "data": "ws.load" }] } });
    assert_eq!(paths(&elsewhere, &remote), NONE, "by the id that it has where it was exported");
    let named = json!({ "id": "load", "outputs": { "nodeOutputs": [{ "data": "load" }] } });
    assert_eq!(paths(&named, &json!({ "id": ID })), ["outputs.nodeOutputs[load]"], "a name is not an id");
}

#[test]
fn one_for_one_point_zero() {
    let number = |text: &str| serde_json::from_str::<Value>(&format!("{{\"a\": {text}}}")).unwrap();
    assert_eq!(paths(&number("1"), &number("1.0")), NONE);
    assert_eq!(paths(&number("-0.0"), &number("0")), NONE);
    assert_eq!(paths(&number("1"), &number("1.5")), ["a"]);
    assert_eq!(paths(&number("9007199254740993"), &number("9007199254740992.0")), ["a"], "no float in between");
}

#[test]
fn the_layout_of_code_that_is_json_on_both_sides() {
    let with = |content: &str| json!({ "script": { "content": content } });
    assert_eq!(paths(&with("{\n  \"a\": 1\n}\n"), &with("{\"a\":1}")), NONE);
    assert_eq!(paths(&with("{\n  \"a\": 1\n}\n"), &with("{\"a\":2}")), ["script.content"]);
    assert_eq!(
        paths(&json!({ "description": "{ }" }), &json!({ "description": "{}" })),
        ["description"],
        "of code alone"
    );
}

#[test]
fn line_ends_and_the_last_line_break_of_code() {
    let with = |content: &str| json!({ "script": { "content": content } });
    assert_eq!(paths(&with("a\nb\n"), &with("a\r\nb")), NONE);
    assert_eq!(paths(&with("a\nb\n"), &with("a\n\nb")), ["script.content"]);
}

#[test]
fn an_entry_that_only_the_workspace_has_is_a_difference_unless_dataworks_adds_it() {
    let remote = json!({ "outputs": { "nodeOutputs": [{ "data": "ws.a" }, { "data": "ws.b" }] },
        "script": { "parameters": [{ "name": "dt" }, { "name": "hh" }] } });
    let desired =
        json!({ "outputs": { "nodeOutputs": [{ "data": "ws.a" }] }, "script": { "parameters": [{ "name": "dt" }] } });
    assert_eq!(paths(&desired, &remote), ["outputs.nodeOutputs[ws.b]", "script.parameters[hh]"]);
    let two = json!({ "flow": [{ "depends": [{ "output": "ws_root" }, { "output": "ws.start" }] }] });
    assert_eq!(edges(&edge("ws_root"), &two), ["dependencies[ws.start]"]);
    assert_eq!(edges(&json!({ "flow": [] }), &two).len(), 2, "an empty list names that there is none");
    let parsed =
        json!({ "flow": [{ "depends": [{ "output": "ws_root" }, { "output": "ws.start", "sourceType": "System" }] }] });
    assert_eq!(edges(&edge("ws_root"), &parsed), NONE, "found in the code by DataWorks");
}

#[test]
fn the_edge_that_comes_with_a_variable_of_another_node_is_dataworks_own() {
    let shape = |edges: Value, inputs: Value| {
        let node = json!({ "name": "load", "inputs": inputs });
        Shape::of(&json!({ "spec": { "nodes": [node], "flow": [{ "depends": edges }] } }), ObjectKind::Node).unwrap()
    };
    let variables = json!({ "variables": [{ "name": "v", "referenceVariable": { "name": "v", "node": { "output": "ws.start" } } }] });
    let desired = shape(json!([]), variables.clone());
    let of = |remote: &Shape| told(differences(ObjectKind::Node, &desired, remote, &outputs()));
    assert_eq!(of(&shape(json!([{ "type": "Normal", "output": START }]), variables.clone())), NONE);
    assert_eq!(of(&shape(json!([{ "type": "Normal", "output": ID }]), variables)), [format!("dependencies[{ID}]")]);
}

#[test]
fn the_second_output_of_a_workflow_is_dataworks_own() {
    let workflow = |outputs: Value| {
        let workflow =
            json!({ "name": "daily", "id": ID, "outputs": { "nodeOutputs": outputs }, "nodes": [{ "name": "x" }] });
        Shape::of(&json!({ "spec": { "workflows": [workflow] } }), ObjectKind::Workflow).unwrap()
    };
    let remote = workflow(json!([{ "data": ID, "isDefault": true }, { "data": "ws.daily", "isDefault": false }]));
    let none = told(differences(ObjectKind::Workflow, &workflow(json!([])), &remote, &outputs()));
    assert_eq!(none, NONE);
    let edited = workflow(json!([{ "data": "ws.weekly", "isDefault": false }]));
    assert_eq!(
        told(differences(ObjectKind::Workflow, &workflow(json!([])), &edited, &outputs())),
        ["outputs.nodeOutputs[ws.weekly]"]
    );
}

#[test]
fn other_lists_are_compared_entry_by_entry_and_whole_where_their_lengths_differ() {
    let with = |list: Value| json!({ "tags": list });
    assert_eq!(paths(&with(json!([1, { "a": 2 }])), &with(json!([1, { "a": 3, "b": 4 }]))), ["tags[1].a"]);
    assert_eq!(paths(&with(json!([1, 2])), &with(json!([1]))), ["tags"]);
    assert_eq!(paths(&with(json!([1, 2])), &with(json!([2, 1]))), ["tags[0]", "tags[1]"]);
}

#[test]
fn code_that_an_answer_does_not_hold_is_unknown_and_never_equal() {
    let desired = json!({ "script": { "content": "" } });
    assert_eq!(paths(&desired, &json!({ "script": {} })), ["script.content"]);
    assert_eq!(paths(&desired, &json!({ "script": { "content": "" } })), NONE);
}
