//! The hash `src` of what the repository renders: what is never a difference does not count.

use std::collections::BTreeMap;

use crate::model::sorted::{collected, sort_by};

use serde_json::{Map, Value, json};

use super::object::Object;
use crate::source::{
    repository::desired::ObjectKind,
    spec::{canonical::hash, code, lists::Added, shape::Shape},
};

/// `src`: of a unit as the repository renders it, all its nodes, without what is never a difference.
pub fn source(head: &Object, nodes: &[Object]) -> String {
    let nodes: BTreeMap<&str, Value> = collected(nodes.iter().map(|node| (node.key.name.as_str(), comparable(node))));
    hash(&json!({ "head": comparable(head), "nodes": nodes }))
}

/// One object of it. Of a workflow the type counts and the edges, which are never compared, do not; of a node the reverse.
fn comparable(object: &Object) -> Value {
    let is_node = object.key.kind == ObjectKind::Node;
    let Shape { mut fields, depends } = object.shape.compared();
    if let Some(Value::Object(script)) = fields.get_mut("script") {
        if let Some(Value::String(content)) = script.get_mut("content") {
            *content = code::canonical(content);
        }
        script.get_mut("parameters").into_iter().for_each(|list| sort(list, &["name"]));
    }
    fields.get_mut("parameters").into_iter().for_each(|list| sort(list, &["name"]));
    if let Some(Value::Object(outputs)) = fields.get_mut("outputs") {
        let added = Added::to(&object.shape, &Shape::default(), false);
        if let Some(list) = outputs.get_mut("nodeOutputs") {
            list.as_array_mut().into_iter().for_each(|list| list.retain(|output| !added.is_default(output)));
            sort(list, &["data"]);
        }
    }
    let mut depends = depends.filter(|_| is_node).map(Value::Array);
    depends.iter_mut().for_each(|list| sort(list, &["type", "output"]));
    let kind = Some(&object.kind).filter(|_| !is_node);
    without_empty(&json!({ "kind": kind, "fields": fields, "depends": depends }))
}

/// Sorted by the fields that name an entry; a list of anything else keeps its order, which then counts.
fn sort(list: &mut Value, by: &[&str]) {
    let Value::Array(list) = list else { return };
    let key = |entry: &Value| by.iter().map(|key| entry.get(key).map(Value::to_string)).collect::<Vec<_>>();
    if list.iter().all(Value::is_object) {
        let mut keyed: Vec<(Vec<_>, Value)> = list.drain(..).map(|entry| (key(&entry), entry)).collect();
        sort_by(&mut keyed, |(one, _), (other, _)| one.cmp(other));
        list.extend(keyed.into_iter().map(|(_, entry)| entry));
    }
}

/// `{}` says as little as a field that is not there. `[]` stays: it takes away what the workspace has.
fn without_empty(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), without_empty(value)));
            Value::Object(collected(fields.filter(|(_, value)| !is_empty(value))))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => value.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(Map::is_empty)
}
