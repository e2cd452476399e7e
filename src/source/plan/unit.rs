//! Groups what the repository wants into units: what is written, left, marked and deployed together.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::sorted::{collected, sort_by};

use super::{fingerprint, object::Object, order::order};
use crate::source::{
    repository::desired::{Desired, ObjectKind},
    spec::shape::{is_id, text},
};

/// A workflow with its nodes, or a stand-alone node.
#[derive(Clone, Debug, PartialEq)]
pub struct DesiredUnit {
    /// The workflow, or the stand-alone node.
    pub head: Object,
    /// The nodes of the workflow.
    pub nodes: Vec<Object>,
    /// The hash of all of it, as the marker tells it.
    pub src: String,
}

impl DesiredUnit {
    /// The units, in the order of their paths. A node whose workflow is not there, which no layout gives, is one of its own.
    pub fn group(desired: &[Desired]) -> Vec<Self> {
        let mut objects: Vec<Object> = desired.iter().map(Object::of).collect();
        name_upstream_by_output(&mut objects);
        let mut nodes: BTreeMap<String, Vec<Object>> = BTreeMap::new();
        let is_workflow = |object: &Object| object.key.kind == ObjectKind::Workflow;
        let (mut heads, rest): (Vec<Object>, Vec<Object>) = objects.into_iter().partition(is_workflow);
        let workflows: BTreeSet<String> = collected(heads.iter().map(|head| head.key.name.clone()));
        for object in rest {
            match object.key.workflow.clone().filter(|name| workflows.contains(name)) {
                Some(workflow) => nodes.entry(workflow).or_default().push(object),
                None => heads.push(object),
            }
        }
        let units = heads.into_iter().map(|head| {
            let nodes = Some(&head.key.name).filter(|_| is_workflow(&head)).and_then(|name| nodes.remove(name));
            let mut nodes = nodes.unwrap_or_default();
            sort_by(&mut nodes, |one, other| one.path.cmp(&other.path));
            Self { src: fingerprint::source(&head, &nodes), head, nodes }
        });
        let mut units: Vec<Self> = units.collect();
        sort_by(&mut units, |one, other| one.head.path.cmp(&other.head.path));
        units
    }

    /// The head, then its nodes, parents first.
    pub fn in_order(&self) -> Vec<&Object> {
        let makers: Vec<Vec<String>> = self.nodes.iter().map(|node| node.shape.outputs()).collect();
        let made = makers.iter().enumerate();
        let makers: BTreeMap<&String, usize> =
            collected(made.flat_map(|(at, outputs)| outputs.iter().map(move |output| (output, at))));
        let parents = |node: &Object| node.shape.upstream().filter_map(|output| makers.get(&output).copied()).collect();
        let parents: Vec<Vec<usize>> = self.nodes.iter().map(parents).collect();
        let nodes = order(&parents).into_iter().flatten().filter_map(|at| self.nodes.get(at));
        std::iter::once(&self.head).chain(nodes).collect()
    }

    /// The head, then its nodes.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        std::iter::once(&self.head).chain(&self.nodes)
    }
}

/// An edge by the id that a node has in its own file says nothing in this workspace: it becomes that node's first output.
fn name_upstream_by_output(objects: &mut [Object]) {
    let mut names: BTreeMap<(Option<String>, String), String> = BTreeMap::new();
    for object in objects.iter() {
        let Some(id) = object.shape.text(&["id"]) else { continue };
        let own = object.shape.outputs().into_iter().find(|output| *output != id);
        // The id of a service is unique; a name is so within its workflow.
        let scope = object.key.workflow.clone().filter(|_| !is_id(&id));
        names.extend(own.map(|own| ((scope, id), own)));
    }
    let outputs: BTreeSet<String> =
        collected(objects.iter().flat_map(|object| object.shape.outputs()).filter(|name| !is_id(name)));
    for object in objects {
        let workflow = object.key.workflow.clone();
        for edge in object.shape.depends.iter_mut().flatten() {
            let Some(output) = edge.get("output").and_then(text).filter(|output| !outputs.contains(output)) else {
                continue;
            };
            let scope = workflow.clone().filter(|_| !is_id(&output));
            if let (Some(name), Some(slot)) = (names.get(&(scope, output)), edge.get_mut("output")) {
                *slot = name.clone().into();
            }
        }
    }
}
