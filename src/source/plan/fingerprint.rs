//! The hash `src` of what the repository renders: what is never a difference does not count.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::object::Object;
use crate::{
    model::sorted::collected,
    source::{
        repository::desired::ObjectKind,
        spec::{canonical::hash, normal::normal},
    },
};

/// `src`: of a unit as the repository renders it, all its nodes.
pub fn source(head: &Object, nodes: &[Object]) -> String {
    let nodes: BTreeMap<&str, Value> = collected(nodes.iter().map(|node| (node.key.name.as_str(), asked(node))));
    hash(&json!({ "head": asked(head), "nodes": nodes }))
}

/// One object of it. Of a workflow the type counts, too.
fn asked(object: &Object) -> Value {
    let kind = Some(&object.kind).filter(|_| object.key.kind == ObjectKind::Workflow);
    json!({ "kind": kind, "asks": normal(object.key.kind, &object.shape) })
}
