//! Brings objects that ask the same of every workspace into one form, by the rules of the comparison: the hash `src` is of it.
//!
//! `[]` stays, although it is compared like an absent field: it asks for entries to be taken away. So does a
//! `datasource.type` that is the beginning of another: only the workspace says which of the two asks for more.

use serde_json::{Map, Value, json};

use super::{
    code,
    lists::{Added, EDGES, Keyed},
    shape::{CONTENT, Shape},
};
use crate::{
    model::sorted::{collected, sort_by},
    source::repository::desired::ObjectKind,
};

/// What an object asks of a workspace.
pub fn normal(kind: ObjectKind, shape: &Shape) -> Value {
    let wanted = shape.compared();
    let form = Form { added: Added::to(shape, &Shape::default(), false) };
    // The edges of a workflow are never compared.
    let edges = wanted.depends.filter(|_| kind == ObjectKind::Node).map(|edges| form.list(EDGES, &edges));
    json!({ "fields": form.fields("", &wanted.fields, &[]), "depends": edges })
}

struct Form {
    added: Added,
}

impl Form {
    /// The fields that ask for something: of an object without fields nothing is compared.
    fn fields(&self, path: &str, fields: &Map<String, Value>, but: &[&str]) -> Map<String, Value> {
        let asked = fields.iter().filter(|(key, _)| !but.contains(&key.as_str()));
        let normal = asked.map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            (key.clone(), self.value(&path, value))
        });
        collected(normal.filter(|(_, value)| !value.is_null() && !value.as_object().is_some_and(Map::is_empty)))
    }

    fn value(&self, path: &str, value: &Value) -> Value {
        match value {
            Value::Object(fields) => Value::Object(self.fields(path, fields, &[])),
            Value::Array(list) => self.list(path, list),
            Value::String(text) if path == CONTENT => code::canonical(text).into(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    fn list(&self, path: &str, list: &[Value]) -> Value {
        let within = format!("{path}[]");
        let Some(keyed) = Keyed::at(path, list) else {
            return list.iter().map(|entry| self.value(&within, entry)).collect();
        };
        let own = list.iter().filter(|entry| !(keyed == Keyed::Outputs && self.added.is_default(entry)));
        let mut entries: Vec<(String, Value)> = own
            .map(|entry| {
                let rest = entry.as_object().map(|fields| self.fields(&within, fields, keyed.names()));
                (keyed.label(entry), rest.map_or_else(|| self.value(&within, entry), Value::Object))
            })
            .collect();
        // Of entries of one name the order counts.
        sort_by(&mut entries, |(one, _), (other, _)| one.cmp(other));
        entries.into_iter().map(|(label, rest)| json!([label, rest])).collect()
    }
}
