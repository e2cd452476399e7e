//! Takes one object out of its FlowSpec: its fields and the edges that lead to it, whichever envelope they came in.

use serde_json::{Map, Value};

use crate::{
    model::{
        json::parsed,
        sorted::{collected, sort_by},
    },
    source::repository::desired::ObjectKind,
};

/// The path of the code of a node.
pub const CONTENT: &str = "script.content";

/// What the service keeps of an object, and no repository can change.
pub const METADATA: &str = "metadata";

/// One node or workflow without its envelope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// What is at `spec.nodes[0]` or `spec.workflows[0]`, without the nodes and edges of a workflow.
    pub fields: Map<String, Value>,
    /// The entries of `depends`, of `flow` and `dependencies` alike; `None` where neither is there.
    pub depends: Option<Vec<Value>>,
}

impl Shape {
    /// The object of a spec that holds one: what the repository renders, or what `GetNode` answers.
    ///
    /// The object of a Spec's text; `None`: it holds none.
    pub fn read(spec: &str, kind: ObjectKind) -> Option<Self> {
        let spec: Value = parsed(spec).ok()?;
        Self::of(&spec, kind)
    }

    /// Decided by the shape, for `kind` says nothing: a stand-alone node reads `CycleWorkflow`.
    pub fn of(spec: &Value, kind: ObjectKind) -> Option<Self> {
        let inside = spec.get("spec")?;
        let workflow = inside.get("workflows").and_then(|list| list.get(0));
        match kind {
            ObjectKind::Workflow => {
                let mut fields = workflow?.as_object()?.clone();
                for of_its_nodes in ["nodes", "dependencies", "flow"] {
                    fields.remove(of_its_nodes);
                }
                Some(Self { fields, depends: edges(inside, None) })
            }
            ObjectKind::Node => {
                let holder = if inside.get("nodes").is_some() { inside } else { workflow? };
                let fields = holder.get("nodes")?.get(0)?.as_object()?.clone();
                Some(Self { fields, depends: edges(holder, None) })
            }
        }
    }

    /// The nodes of a workflow that was read as a whole, each with its own edges.
    pub fn inner(spec: &Value) -> Vec<Self> {
        let workflow = spec.pointer("/spec/workflows/0");
        let nodes = workflow.and_then(|workflow| workflow.get("nodes")).and_then(Value::as_array);
        let nodes = nodes.into_iter().flatten().filter_map(Value::as_object);
        let shape = |fields: &Map<String, Value>| {
            let names = ["id", "name"].map(|key| fields.get(key).and_then(text));
            let depends = workflow.and_then(|workflow| edges(workflow, Some(&names)));
            Self { fields: fields.clone(), depends }
        };
        nodes.map(shape).collect()
    }

    /// A text or a number of the fields, by the names that lead there.
    pub fn text(&self, path: &[&str]) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let found = rest.iter().try_fold(self.fields.get(*first)?, |value, key| value.get(key));
        found.and_then(text)
    }

    /// The code. `None` is unknown, not empty.
    pub fn content(&self) -> Option<&str> {
        self.fields.get("script")?.get("content")?.as_str()
    }

    /// The names under which other nodes depend on it.
    pub fn outputs(&self) -> Vec<String> {
        let list = self.fields.get("outputs").and_then(|outputs| outputs.get("nodeOutputs")).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(|output| output.get("data").and_then(text)).collect()
    }

    /// What its edges name: outputs, or ids of nodes.
    pub fn upstream(&self) -> impl Iterator<Item = String> + '_ {
        self.depends.iter().flatten().filter_map(|edge| edge.get("output").and_then(text))
    }

    /// With the lists whose order says nothing in one order, in which the service need not answer them twice.
    #[must_use]
    pub fn in_one_order(&self) -> Self {
        let mut ordered = self.clone();
        let lists = [("outputs", "nodeOutputs"), ("inputs", "nodeOutputs"), ("script", "parameters")];
        for (object, key) in lists {
            ordered.fields.get_mut(object).and_then(|object| object.get_mut(key)).into_iter().for_each(sort_entries);
        }
        ordered.fields.get_mut("parameters").into_iter().for_each(sort_entries);
        if let Some(depends) = &mut ordered.depends {
            sort_by_text(depends);
        }
        ordered
    }

    /// Without what is never a difference: what a comparison is made of, and a hash.
    #[must_use]
    pub fn compared(&self) -> Self {
        let mut fields = without_metadata(&self.fields);
        fields.remove("id");
        for (object, key) in [
            ("script", "id"),
            ("script", "path"),
            ("trigger", "id"),
            ("runtimeResource", "id"),
            ("inputs", "nodeOutputs"),
        ] {
            if let Some(Value::Object(object)) = fields.get_mut(object) {
                object.remove(key);
            }
        }
        let script = fields.get_mut("script").and_then(|script| script.get_mut("parameters"));
        script.into_iter().for_each(forget_ids);
        fields.get_mut("parameters").into_iter().for_each(forget_ids);
        let depends = self.depends.as_ref();
        let depends = depends.map(|edges| edges.iter().map(without_metadata_in).collect());
        Self { fields, depends }
    }
}

/// An id may come as a number or as a text. A number is taken as it was written, never by way of a float.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a text is an id of the service, of 15 digits and more, and not a name that somebody gave.
pub fn is_id(text: &str) -> bool {
    text.len() >= 15 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// All edges of a holder, or those of one of its nodes, which an entry names by id or by name.
fn edges(holder: &Value, names: Option<&[Option<String>; 2]>) -> Option<Vec<Value>> {
    let lists: Vec<&Vec<Value>> =
        ["flow", "dependencies"].into_iter().filter_map(|key| holder.get(key)?.as_array()).collect();
    let is_wanted = |entry: &&Value| {
        let of = entry.get("nodeId").and_then(text);
        names.is_none_or(|names| of.is_some() && names.contains(&of))
    };
    let depends = |entry: &Value| entry.get("depends").and_then(Value::as_array).cloned().unwrap_or_default();
    let entries = lists.iter().flat_map(|list| list.iter()).filter(is_wanted);
    (!lists.is_empty()).then(|| entries.flat_map(depends).collect())
}

/// `null` says nothing: the API is never sent one.
fn without_nulls(fields: &Map<String, Value>) -> Map<String, Value> {
    let told = fields.iter().filter(|(_, value)| !value.is_null());
    collected(told.map(|(key, value)| (key.clone(), without_null(value))))
}

/// The fields that say something, of an object and of all that it holds: `metadata` is the service's own, wherever it is.
fn without_metadata(fields: &Map<String, Value>) -> Map<String, Value> {
    let told = fields.iter().filter(|(key, value)| *key != METADATA && !value.is_null());
    collected(told.map(|(key, value)| (key.clone(), without_metadata_in(value))))
}

fn without_metadata_in(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(without_metadata(fields)),
        Value::Array(list) => Value::Array(list.iter().map(without_metadata_in).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// A value without the nulls of its objects; those of lists keep their place.
pub fn without_null(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(without_nulls(fields)),
        Value::Array(list) => Value::Array(list.iter().map(without_null).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn sort_entries(list: &mut Value) {
    list.as_array_mut().into_iter().for_each(sort_by_text);
}

fn sort_by_text(list: &mut Vec<Value>) {
    sort_by(list, |one, other| one.to_string().cmp(&other.to_string()));
}

fn forget_ids(list: &mut Value) {
    for entry in list.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        entry.remove("id");
    }
}
