//! Small repositories and workspaces for the tests of the planner.

use serde_json::{Value, json};

use crate::model::{marker::Written, pipeline::State};

use crate::source::{
    plan::{
        remote::{Facts, RemoteUnit},
        runs::Run,
        workspace::Workspace,
    },
    repository::desired::{Desired, Key, ObjectKind},
};

pub fn key(workflow: Option<&str>, kind: ObjectKind, name: &str) -> Key {
    Key { workflow: workflow.map(str::to_owned), kind, name: name.into() }
}

pub fn node_key(name: &str) -> Key {
    key(None, ObjectKind::Node, name)
}

pub fn fields(name: &str, code: &str) -> Value {
    json!({ "name": name, "script": { "path": name, "runtime": { "command": "ODPS_SQL" }, "content": code },
        "outputs": { "nodeOutputs": [{ "data": format!("ws.{name}") }] } })
}

/// A node of the repository, with the outputs that it waits for.
pub fn node(workflow: Option<&str>, name: &str, code: &str, upstream: &[&str]) -> Desired {
    let depends: Vec<Value> = upstream.iter().map(|output| json!({ "output": output })).collect();
    Desired::new(
        key(workflow, ObjectKind::Node, name),
        workflow.map_or_else(|| name.to_owned(), |workflow| format!("{workflow}/{name}")),
        json!({ "kind": "Node", "spec": { "nodes": [fields(name, code)], "flow": [{ "nodeId": name, "depends": depends }] } }),
    )
}

pub fn workflow(name: &str) -> Desired {
    let spec = json!({ "kind": "CycleWorkflow", "spec": { "workflows": [{ "name": name, "script": { "runtime": { "command": "WORKFLOW" } } }] } });
    Desired::new(key(None, ObjectKind::Workflow, name), name.into(), spec)
}

/// What the service reads of a stand-alone node.
pub fn there(id: &str, name: &str, code: &str) -> RemoteUnit {
    let mut fields = fields(name, code);
    fields["id"] = id.into();
    let spec = json!({ "kind": "CycleWorkflow", "spec": { "nodes": [fields], "flow": [] } });
    RemoteUnit::read(id, ObjectKind::Node, &spec.to_string(), Facts { has_task: true, ..Facts::default() }).unwrap()
}

/// The same of a workflow.
pub fn workflow_there(name: &str, nodes: &[(&str, &str, &str)]) -> RemoteUnit {
    let nodes = nodes.iter().map(|(id, name, code)| {
        let mut fields = fields(name, code);
        fields["id"] = (*id).into();
        fields
    });
    let workflow = json!({ "id": "1", "name": name, "script": { "runtime": { "command": "WORKFLOW" } }, "nodes": nodes.collect::<Vec<_>>() });
    let spec = json!({ "kind": "CycleWorkflow", "spec": { "workflows": [workflow] } });
    RemoteUnit::read(
        "1",
        ObjectKind::Workflow,
        &spec.to_string(),
        Facts { modified_ms: Some(1), has_task: true, ..Facts::default() },
    )
    .unwrap()
}

pub fn run(src: &str, now: &str) -> Run {
    let written = Some(Written { src: src.into(), now: now.into() });
    let (id, bears_the_marker) = ("run".into(), false);
    Run { id, created_ms: Some(10), state: State::Success, written, bears_the_marker, has_description: true }
}

pub fn workspace(units: impl IntoIterator<Item = RemoteUnit>) -> Workspace {
    let units = units.into_iter().map(|unit| (unit.head.key.clone(), unit)).collect();
    Workspace { units, ..Workspace::default() }
}
