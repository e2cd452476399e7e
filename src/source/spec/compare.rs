//! Compares an object of the repository with the workspace's: only what the repository names can differ.

use serde_json::{Map, Value};

use super::{
    canonical, code,
    lists::{Added, EDGES, Keyed, pairs},
    outputs::Outputs,
    shape::{CONTENT, Shape},
};
use crate::source::repository::desired::ObjectKind;

/// A leaf that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDifference {
    /// Its path in the object: `trigger.cron`, `outputs.nodeOutputs[ws.a]`, `dependencies[ws.b]`.
    pub path: String,
    /// What the workspace has; `None` where it lacks it.
    pub from: Option<Value>,
    /// What the repository wants; `None` for an entry of a list that only the workspace has.
    pub to: Option<Value>,
}

impl FieldDifference {
    /// Whether the workspace has the same at this place in both.
    pub fn is_from_the_same(&self, other: &Self) -> bool {
        match (&self.from, &other.from) {
            (Some(one), Some(other)) => is_same(&self.path, one, other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

/// Every leaf of the repository's object that the workspace lacks or has otherwise, and every entry of outputs, edges and
/// parameters that only the workspace has and that DataWorks did not add.
pub fn differences(kind: ObjectKind, desired: &Shape, remote: &Shape, outputs: &Outputs) -> Vec<FieldDifference> {
    let added = Added::to(desired, remote, kind == ObjectKind::Workflow);
    let mut comparison = Comparison { outputs, added, found: Vec::new() };
    let wanted = desired.compared();
    comparison.fields("", &wanted.fields, &remote.fields, &[]);
    // The edges of a workflow cannot be written: `UpdateWorkflowDefinition` never names them.
    if let Some(edges) = wanted.depends.filter(|_| kind == ObjectKind::Node) {
        comparison.list(EDGES, &edges, remote.depends.as_deref().unwrap_or_default());
    }
    comparison.found
}

struct Comparison<'a> {
    outputs: &'a Outputs,
    added: Added,
    found: Vec<FieldDifference>,
}

impl Comparison<'_> {
    fn fields(&mut self, path: &str, to: &Map<String, Value>, from: &Map<String, Value>, but: &[&str]) {
        for (key, to) in to.iter().filter(|(key, _)| !but.contains(&key.as_str())) {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            self.value(&path, to, from.get(key));
        }
    }

    fn value(&mut self, path: &str, to: &Value, from: Option<&Value>) {
        let from = from.filter(|from| !is_nothing(from));
        match (to, from) {
            (to, _) if has_no_leaf(to) => {}
            (Value::Object(to), Some(Value::Object(from))) => self.fields(path, to, from, &[]),
            (Value::Object(to), None) => self.fields(path, to, &Map::new(), &[]),
            (Value::Array(to), Some(Value::Array(from))) => self.list(path, to, from),
            (Value::Array(to), None) => self.list(path, to, &[]),
            (_, Some(from)) if is_same(path, to, from) => {}
            _ => self.differs(path, from, Some(to)),
        }
    }

    fn list(&mut self, path: &str, to: &[Value], from: &[Value]) {
        match Keyed::at(path, to) {
            Some(keyed) => self.keyed(path, keyed, to, from),
            None if to.len() == from.len() => {
                for (at, (to, from)) in to.iter().zip(from).enumerate() {
                    self.value(&format!("{path}[{at}]"), to, Some(from));
                }
            }
            None => {
                let [to, from] = [to, from].map(|list| Value::Array(list.to_vec()));
                self.differs(path, Some(&from), Some(&to));
            }
        }
    }

    fn keyed(&mut self, path: &str, keyed: Keyed, to: &[Value], from: &[Value]) {
        for (to, from) in pairs(keyed, to, from, self.outputs) {
            let Some(entry) = to.or(from) else { continue };
            // An output by the object's id, which it may have elsewhere, is the service's own.
            if keyed == Keyed::Outputs && self.added.is_default(entry) {
                continue;
            }
            let path = format!("{path}[{}]", keyed.label(entry));
            match (to, from) {
                (Some(Value::Object(to)), Some(Value::Object(from))) => self.fields(&path, to, from, keyed.names()),
                (Some(to), Some(from)) => self.value(&path, to, Some(from)),
                (None, Some(from)) if self.added.has(keyed, from, self.outputs) => {}
                (to, from) => self.differs(&path, from, to),
            }
        }
    }

    fn differs(&mut self, path: &str, from: Option<&Value>, to: Option<&Value>) {
        self.found.push(FieldDifference { path: path.to_owned(), from: from.cloned(), to: to.cloned() });
    }
}

/// What asks for nothing. An empty list does: it takes entries away.
fn has_no_leaf(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.values().all(has_no_leaf),
        Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What says as little as a field that is not there, whichever of the three the service answers.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn is_same(path: &str, to: &Value, from: &Value) -> bool {
    match (path, to, from) {
        (CONTENT, Value::String(to), Value::String(from)) => code::is_same(to, from),
        // The service completes the type: `holo` becomes what the data source really is.
        ("datasource.type", Value::String(to), Value::String(from)) => from.starts_with(to.as_str()),
        _ => canonical::is_same(to, from),
    }
}
