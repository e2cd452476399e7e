//! Writes the spec and the code of an object that the folder does not have: all of it but what the service adds.

use std::collections::BTreeMap;

use crate::model::sorted::collected;

use serde_json::{Map, Value, json};

use super::secrets::Secrets;
use crate::source::{
    plan::remote::{RemoteObject, RemoteUnit},
    repository::desired::ObjectKind,
    spec::{
        lists::{Added, Keyed},
        outputs::Outputs,
        shape::{Shape, is_id, text, without_null},
    },
};

/// The texts of a new object.
pub struct Fresh {
    /// The spec.
    pub spec: String,
    /// The code and how the name of its file ends; `None`: it has none.
    pub code: Option<(&'static str, String)>,
}

/// The first output of each node that is a name, by the node's id.
pub struct Names(BTreeMap<String, String>);

impl Names {
    pub fn new(nodes: impl Iterator<Item = (String, Vec<String>)>) -> Self {
        let first = |(id, outputs): (String, Vec<String>)| Some((id, outputs.into_iter().find(|name| !is_id(name))?));
        Self(collected(nodes.filter_map(first)))
    }

    /// An edge by a node's id as one by that node's own output.
    pub fn edge(&self, edge: &Value) -> Value {
        let mut edge = without_null(edge);
        let name = edge.get("output").and_then(text).and_then(|output| self.0.get(&output));
        if let Some((name, slot)) = name.zip(edge.get_mut("output")) {
            *slot = name.clone().into();
        }
        edge
    }
}

/// The files of an object of the workspace.
pub fn fresh(object: &RemoteObject, unit: &RemoteUnit, outputs: &Outputs, names: &Names, secrets: &Secrets) -> Fresh {
    let is_workflow = object.key.kind == ObjectKind::Workflow;
    let added = Added::to(&Shape::default(), &object.shape, is_workflow);
    let shape = object.shape.compared();
    let mut fields = shape.fields;
    for of_the_service in ["owner", "inputs", "nodes", "dependencies", "flow"] {
        fields.remove(of_the_service);
    }
    // Its path in the tree is compared with nothing, and a creation needs it.
    let path = object.script_path();
    let script = fields.get_mut("script").and_then(Value::as_object_mut);
    let content = script.and_then(|script| {
        script.extend(path.map(|path| ("path".to_owned(), Value::String(path))));
        script.remove("content")
    });
    let list =
        fields.get_mut("outputs").and_then(|outputs| outputs.get_mut("nodeOutputs")).and_then(Value::as_array_mut);
    if let Some(list) = list {
        list.retain(|output| !added.has(Keyed::Outputs, output, outputs));
    }
    let edges = shape.depends.into_iter().flatten().filter(|edge| !added.has(Keyed::Edges, edge, outputs));
    let edges: Vec<Value> = edges.map(|edge| names.edge(&edge)).collect();
    let content = content.as_ref().and_then(Value::as_str).filter(|code| !is_workflow && !code.trim().is_empty());
    let spec = envelope(object, unit, &fields, &edges);
    Fresh {
        spec: format!("{:#}\n", secrets.value(&spec)),
        code: content.map(|code| (extension(object), with_a_last_line_end(&secrets.text(code)))),
    }
}

fn envelope(object: &RemoteObject, unit: &RemoteUnit, fields: &Map<String, Value>, edges: &[Value]) -> Value {
    let version = unit.version.as_deref().unwrap_or("1.1.0");
    let (kind, list) = match object.key.kind {
        ObjectKind::Workflow if unit.kind.eq_ignore_ascii_case("ManualWorkflow") => ("ManualWorkflow", "workflows"),
        ObjectKind::Workflow => ("CycleWorkflow", "workflows"),
        ObjectKind::Node => ("Node", "nodes"),
    };
    let mut inside = json!({ list: [fields] });
    if object.key.kind == ObjectKind::Node {
        let key = if version.starts_with("1.") { "flow" } else { "dependencies" };
        let whole = json!([{ "nodeId": object.key.name, "depends": edges }]);
        inside.as_object_mut().into_iter().for_each(|inside| _ = inside.insert(key.to_owned(), whole.clone()));
    }
    json!({ "version": version, "kind": kind, "spec": inside })
}

/// Code is compared without its last line end, and a file of a repository has one.
fn with_a_last_line_end(code: &str) -> String {
    let code = code.replace("\r\n", "\n");
    if code.ends_with('\n') { code } else { format!("{code}\n") }
}

/// The name of the code file of a new object, where it has code.
pub fn code_file(object: &RemoteObject) -> Option<String> {
    let has_code =
        object.key.kind == ObjectKind::Node && object.shape.content().is_some_and(|code| !code.trim().is_empty());
    has_code.then(|| format!("{}.{}", object.key.name, extension(object)))
}

/// How the name of a code file ends says nothing to the plan; it tells an editor what is in it.
fn extension(object: &RemoteObject) -> &'static str {
    let command = object.shape.text(&["script", "runtime", "command"]).unwrap_or_default().to_ascii_uppercase();
    if command.contains("SQL") {
        "sql"
    } else if command.contains("SHELL") {
        "sh"
    } else if command.contains("PY") {
        "py"
    } else {
        "txt"
    }
}
