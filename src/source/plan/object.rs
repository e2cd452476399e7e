//! One object of the repository as the plan sees it: out of its envelope.

use crate::source::{
    repository::desired::{Desired, Key},
    spec::shape::{Shape, text},
};

/// One object of the repository, out of its envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its identity.
    pub key: Key,
    /// Its folder below `source`.
    pub path: String,
    /// The version of FlowSpec that it is written in.
    pub version: Option<String>,
    /// `kind` of the spec: of a workflow its type.
    pub kind: String,
    /// Whether the spec of a workflow lists edges of its nodes, which belong in the files of the nodes.
    pub has_edges: bool,
    /// Its fields and edges.
    pub shape: Shape,
}

impl Object {
    pub fn of(desired: &Desired) -> Self {
        let told = |key: &str| desired.spec.get(key).and_then(text);
        Self {
            key: desired.key.clone(),
            path: desired.path.clone(),
            version: told("version"),
            kind: told("kind").unwrap_or_default(),
            has_edges: desired.spec.pointer("/spec/workflows/0/dependencies/0").is_some(),
            shape: Shape::of(&desired.spec, desired.key.kind).unwrap_or_default(),
        }
    }
}
