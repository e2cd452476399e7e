//! The whole value of a field that is sent: the workspace's, with the repository's leaves over it.

use crate::model::sorted::collected;

use serde_json::{Map, Value};

use super::{
    lists::{Added, Keyed, pairs},
    outputs::Outputs,
    shape::without_null,
};

/// What is known of the object whose field it is.
pub struct Overlay<'a> {
    /// The node behind an edge.
    pub outputs: &'a Outputs,
    /// What DataWorks added by itself.
    pub added: Added,
}

impl Overlay<'_> {
    /// The value at a path. Never `null`, which the service was never seen to take.
    pub fn value(&self, path: &str, to: &Value, from: Option<&Value>) -> Value {
        match (to, from) {
            (Value::Object(to), Some(Value::Object(from))) => Value::Object(self.object(path, to, from)),
            (Value::Array(to), Some(Value::Array(from))) => self.list(path, to, from),
            (Value::String(to), Some(Value::String(from))) if path == "datasource.type" && from.starts_with(to) => {
                Value::String(from.clone())
            }
            _ => without_null(to),
        }
    }

    fn object(&self, path: &str, to: &Map<String, Value>, from: &Map<String, Value>) -> Map<String, Value> {
        let kept = from.iter().filter(|(_, value)| !value.is_null());
        let mut whole: Map<String, Value> = collected(kept.map(|(key, value)| (key.clone(), without_null(value))));
        for (key, to) in to.iter().filter(|(_, value)| !value.is_null()) {
            let within = format!("{path}.{key}");
            whole.insert(key.clone(), self.value(&within, to, from.get(key)));
        }
        whole
    }

    /// Lists go whole: whether the service would merge a part of one is not known.
    pub fn list(&self, path: &str, to: &[Value], from: &[Value]) -> Value {
        let within = format!("{path}[]");
        let Some(keyed) = Keyed::at(path, to) else {
            let beside = |at: usize| from.get(at).filter(|_| to.len() == from.len());
            return to.iter().enumerate().map(|(at, to)| self.value(&within, to, beside(at))).collect();
        };
        let entries = pairs(keyed, to, from, self.outputs).into_iter().filter_map(|(to, from)| match (to, from) {
            (Some(to), None) => {
                Some(to).filter(|to| !(keyed == Keyed::Outputs && self.added.is_default(to))).map(without_null)
            }
            (Some(to), from) => Some(self.value(&within, to, from)),
            (None, from) => from.filter(|from| self.is_kept(keyed, from)).map(without_null),
        });
        entries.collect()
    }

    /// An edge that comes with a variable is not sent: naming it as well makes two edges of it.
    fn is_kept(&self, keyed: Keyed, entry: &Value) -> bool {
        self.added.has(keyed, entry, self.outputs) && !self.added.is_for_a_variable(entry, self.outputs)
    }
}
