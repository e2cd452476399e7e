//! What is sent for a row: the smallest Spec that creates it, or that changes what differs.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{object::Object, remote::RemoteObject};
use crate::{
    model::sorted::collected,
    source::{
        repository::desired::ObjectKind,
        spec::{
            compare::{FieldDifference, differences},
            lists::{Added, EDGES},
            outputs::Outputs,
            overlay::Overlay,
            shape::{Shape, without_null},
        },
    },
};

/// A request that writes, except for the workspace and the workflow that a node is created in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// `CreateWorkflowDefinition`: a workflow without nodes.
    CreateWorkflow {
        /// `Spec`.
        spec: String,
    },
    /// `CreateNode`, with `ContainerId` for a node inside a workflow.
    CreateNode {
        /// `Scene`.
        scene: &'static str,
        /// `Spec`.
        spec: String,
    },
    /// `UpdateWorkflowDefinition`.
    UpdateWorkflow {
        /// `Id`.
        id: String,
        /// `Spec`.
        spec: String,
    },
    /// `UpdateNode`.
    UpdateNode {
        /// `Id`.
        id: String,
        /// `Spec`.
        spec: String,
    },
}

/// What creates an object. `workflow` is the type of the workflow that holds it.
pub fn create(object: &Object, workflow: Option<&str>) -> Write {
    let name = &object.key.name;
    let mut fields = object.shape.compared().fields;
    if let Some(Value::Array(outputs)) = fields.get_mut("outputs").and_then(|outputs| outputs.get_mut("nodeOutputs")) {
        // An id that it has elsewhere would be another node's here.
        let added = Added::to(&object.shape, &Shape::default(), false);
        outputs.retain(|output| !added.is_default(output));
    }
    if let Some(inputs) = object.shape.fields.get("inputs") {
        fields.insert("inputs".to_owned(), without_null(inputs));
    }
    set(&mut fields, "script", "path", path(object).into());
    match object.key.kind {
        ObjectKind::Workflow => Write::CreateWorkflow { spec: workflow_spec(object, &fields) },
        ObjectKind::Node => {
            fields.insert("id".to_owned(), name.clone().into());
            let edges = object.shape.compared().depends.filter(|edges| !edges.is_empty());
            let is_manual = workflow.is_some_and(|kind| kind.eq_ignore_ascii_case("ManualWorkflow"));
            let scene = if is_manual { "DATAWORKS_MANUAL_WORKFLOW" } else { "DATAWORKS_PROJECT" };
            Write::CreateNode { scene, spec: node_spec(object, &fields, edges.map(Value::Array)) }
        }
    }
}

/// The path of a new object in the tree of Data Studio: as its spec says, else as its folder lies.
pub fn path(object: &Object) -> String {
    let folder = object.path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
    object.shape.text(&["script", "path"]).unwrap_or_else(|| format!("{folder}{}", object.key.name))
}

/// What changes an object into the repository's. Fields that are left out keep their value; each that is sent is whole.
pub fn update(object: &Object, there: &RemoteObject, outputs: &Outputs) -> Write {
    let differs = differences(object.key.kind, &object.shape, &there.shape, outputs);
    let is_workflow = object.key.kind == ObjectKind::Workflow;
    let overlay = Overlay { outputs, added: Added::to(&object.shape, &there.shape, is_workflow) };
    let wanted = object.shape.compared();
    let mut fields = identity(object, there);
    for (field, part) in parts(&differs) {
        let at = |fields: &Map<String, Value>| match part {
            Some(part) => fields.get(field)?.get(part).cloned(),
            None => fields.get(field).cloned(),
        };
        let Some(to) = at(&wanted.fields) else { continue };
        let path = part.map_or_else(|| field.to_owned(), |part| format!("{field}.{part}"));
        let whole = overlay.value(&path, &to, at(&there.shape.fields).as_ref());
        match part {
            Some(part) => set(&mut fields, field, part, whole),
            None => _ = fields.insert(field.to_owned(), whole),
        }
    }
    if is_workflow {
        return Write::UpdateWorkflow { id: there.id.clone(), spec: workflow_spec(object, &fields) };
    }
    let edges = wanted.depends.filter(|_| differs.iter().any(|field| split(&field.path).0 == EDGES));
    let edges = edges.map(|edges| overlay.list(EDGES, &edges, there.shape.depends.as_deref().unwrap_or_default()));
    Write::UpdateNode { id: there.id.clone(), spec: node_spec(object, &fields, edges) }
}

/// What gives a node its edges, and changes nothing else of it: the code that is sent along is the one that it has.
pub fn edges(object: &Object, there: &RemoteObject, outputs: &Outputs) -> Write {
    let script = there.shape.content().map(|content| json!({ "content": content }));
    let fields = collected(script.map(|script| ("script".to_owned(), script)));
    let shape = Shape { fields, depends: object.shape.depends.clone() };
    update(&Object { shape, ..object.clone() }, there, outputs)
}

/// What every update names: who it is, and the code, whether it differs or not.
fn identity(object: &Object, there: &RemoteObject) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), there.id.clone().into());
    fields.insert("name".to_owned(), object.key.name.clone().into());
    let told = |path: [&str; 3]| {
        let path: Vec<&str> = path.into_iter().filter(|key| !key.is_empty()).collect();
        there.shape.text(&path).or_else(|| object.shape.text(&path))
    };
    if let Some(path) = told(["script", "path", ""]) {
        set(&mut fields, "script", "path", path.into());
    }
    if let Some(command) = told(["script", "runtime", "command"]) {
        set(&mut fields, "script", "runtime", json!({ "command": command }));
    }
    if let Some(content) = object.shape.content().or(there.shape.content()) {
        set(&mut fields, "script", "content", content.into());
    }
    fields
}

/// The fields that differ; of `script` its parts, for the rest of it is the service's own.
fn parts(differs: &[FieldDifference]) -> BTreeSet<(&str, Option<&str>)> {
    let parts = differs.iter().map(|difference| match split(&difference.path) {
        ("script", rest) => ("script", Some(split(rest).0)),
        (field, _) => (field, None),
    });
    collected(parts.filter(|(field, part)| *field != EDGES && *part != Some("content")))
}

/// A path's first name, and what comes behind it.
fn split(path: &str) -> (&str, &str) {
    path.split_once(['.', '[']).unwrap_or((path, ""))
}

fn set(fields: &mut Map<String, Value>, object: &str, key: &str, value: Value) {
    let slot = fields.entry(object.to_owned()).or_insert_with(|| json!({}));
    if let Value::Object(slot) = slot {
        slot.insert(key.to_owned(), value);
    }
}

fn node_spec(object: &Object, fields: &Map<String, Value>, edges: Option<Value>) -> String {
    let mut spec = json!({ "nodes": [fields] });
    let told = object.version.as_deref().unwrap_or("1.1.0");
    // The vendor documents `spec.dependencies` with 2.0.0 alone; 1.x has them as `flow`.
    let version = if edges.is_some() && told.starts_with("1.") { "2.0.0" } else { told };
    if let (Some(edges), Value::Object(spec)) = (edges, &mut spec) {
        spec.insert(EDGES.to_owned(), json!([{ "nodeId": object.key.name, "depends": edges }]));
    }
    json!({ "version": version, "kind": "Node", "spec": spec }).to_string()
}

fn workflow_spec(object: &Object, fields: &Map<String, Value>) -> String {
    let version = object.version.as_deref().unwrap_or("1.1.0");
    json!({ "version": version, "kind": object.kind, "spec": { "workflows": [fields] } }).to_string()
}
