//! Checks objects: the shape of each spec, where it is, and that no two of them claim the same.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    desired::{Desired, ObjectKind},
    error::Findings,
    layout::above,
    position::Step::{self, Field, Item},
    role::{Read, Role},
    work,
};

/// The list of a spec that holds an object of this kind.
const fn list(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Workflow => "workflows",
        ObjectKind::Node => "nodes",
    }
}

/// The object itself within its spec.
pub fn body(desired: &Desired) -> Option<&Value> {
    desired.spec.get("spec")?.get(list(desired.key.kind))?.get(0)
}

/// Checks what a spec needs to be sent.
pub fn shape(desired: &Desired, findings: &mut Findings) {
    let kind = desired.key.kind;
    let list = list(kind);
    let place = (desired.origin.spec.path.as_str(), desired.origin.spec.text.as_str());
    let whole = [Field("spec"), Field(list)];
    let within = |rest: &[Step<'static>]| [&[Field("spec"), Field(list), Item(0)], rest].concat();
    let Some(body) = body(desired).filter(|body| body.is_object()) else {
        let hint = match kind {
            ObjectKind::Workflow => "; for a node the kind is Node",
            ObjectKind::Node => "",
        };
        findings.field(place, &whole, format!("spec.{list}[0] is missing{hint}"));
        return;
    };
    let count = desired.spec.pointer(&format!("/spec/{list}")).and_then(Value::as_array).map_or(0, Vec::len);
    if count > 1 {
        let message =
            format!("spec.{list} has {count} entries, and all but the first are ignored; one folder holds one");
        findings.field(place, &[Field("spec"), Field(list), Item(1)], message);
    }
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() {
        findings.field(place, &within(&[Field("name")]), format!("spec.{list}[0].name is missing or not a text"));
    } else if name != desired.key.name {
        let shown = desired.shown().pointer(&format!("/spec/{list}/0/name")).unwrap_or_default();
        let message = format!("the name is {shown}, but the file's is {:?}: they must be the same", desired.key.name);
        findings.field(place, &within(&[Field("name")]), message);
    }
    let command = body.pointer("/script/runtime/command").and_then(Value::as_str).unwrap_or_default();
    if command.is_empty() {
        let path = within(&[Field("script"), Field("runtime"), Field("command")]);
        let example = match kind {
            ObjectKind::Workflow => "WORKFLOW",
            ObjectKind::Node => "ODPS_SQL",
        };
        let message =
            format!("spec.{list}[0].script.runtime.command is missing or not a text; an example is {example}");
        findings.field(place, &path, message);
    }
    if kind == ObjectKind::Workflow {
        let inner = body.get("nodes").map(|nodes| (nodes, within(&[Field("nodes")])));
        let beside = desired.spec.pointer("/spec/nodes").map(|nodes| (nodes, vec![Field("spec"), Field("nodes")]));
        for (_, path) in [inner, beside].into_iter().flatten().filter(|(nodes, _)| !is_nothing(nodes)) {
            let message = "a workflow's spec has no nodes: each node is a folder below, with a spec of its own";
            findings.field(place, &path, message);
        }
    }
}

/// What means the same as an absent field.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Gives each node the workflow that it lives in; reports specs at places where none may be. `folders` are those of one tree.
pub fn place(folders: &mut BTreeMap<String, Read>, findings: &mut Findings) {
    let mut nodes = Vec::new();
    for (path, read) in &*folders {
        if read.role == Role::PassedOver {
            continue;
        }
        let mut around = above(path).filter_map(|above| {
            work::step();
            folders.get(above).filter(|read| read.role != Role::PassedOver)
        });
        let Some(around) = around.next() else { continue };
        match (around.role, read.role) {
            (Role::Node, _) => {
                let message = format!("this is inside the folder of a node, {}; move it out", around.file);
                findings.file(&read.file, message);
            }
            (Role::Workflow, Role::Workflow) => {
                let message = format!("this workflow is inside another workflow, {}; move it out", around.file);
                findings.file(&read.file, message);
            }
            // What cannot be read may be a workflow: its name is that of its file.
            (Role::Workflow | Role::Unknown, Role::Node) => nodes.push((path.clone(), around.name.clone())),
            (Role::Workflow | Role::Unknown | Role::PassedOver, _) => {}
        }
    }
    for (path, workflow) in nodes {
        if let Some(desired) = folders.get_mut(&path).and_then(|read| read.desired.as_mut()) {
            desired.key.workflow = Some(workflow);
        }
    }
}

/// Reports two objects of one identity, and two outputs of one name.
pub fn duplicates(objects: &[Desired], findings: &mut Findings) {
    let mut keys = BTreeMap::new();
    let mut outputs = BTreeMap::new();
    for desired in objects {
        work::step();
        let file = &desired.origin.spec;
        let place = (file.path.as_str(), file.text.as_str());
        let list = list(desired.key.kind);
        if let Some(first) = keys.insert(&desired.key, &file.path) {
            let what = match (&desired.key.workflow, desired.key.kind) {
                (Some(workflow), _) => format!("node {:?} of workflow {workflow:?}", desired.key.name),
                (None, ObjectKind::Node) => format!("stand-alone node {:?}", desired.key.name),
                (None, ObjectKind::Workflow) => format!("workflow {:?}", desired.key.name),
            };
            let path = [Field("spec"), Field(list), Item(0), Field("name")];
            findings.field(place, &path, format!("{what} is in {first} too: a name must be unique"));
        }
        for (nth, data) in own_outputs(desired) {
            work::step();
            let Some(first) = outputs.insert(data, &file.path) else { continue };
            let steps = ["outputs", "nodeOutputs"].map(Field);
            let path = [&[Field("spec"), Field(list), Item(0)], &steps[..], &[Item(nth), Field("data")]].concat();
            let pointer = format!("/spec/{list}/0/outputs/nodeOutputs/{nth}/data");
            let shown = desired.shown().pointer(&pointer).unwrap_or_default();
            let message = format!("the output {shown} is in {first} too: an output belongs to one node");
            findings.field(place, &path, message);
        }
    }
}

/// The names of an object's outputs, each with its place in the list.
pub fn own_outputs(desired: &Desired) -> impl Iterator<Item = (usize, &str)> {
    let outputs = body(desired).and_then(|body| body.pointer("/outputs/nodeOutputs")?.as_array());
    let outputs = outputs.into_iter().flatten().enumerate();
    outputs.filter_map(|(nth, output)| Some((nth, output.get("data")?.as_str().filter(|data| !data.is_empty())?)))
}
