//! Pairs the entries of the three lists whose order says nothing: outputs, edges, named parameters.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    canonical,
    outputs::Outputs,
    shape::{Shape, is_id, text},
};

/// A list whose entries are found by what names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyed {
    /// `outputs.nodeOutputs`, by `data`.
    Outputs,
    /// The edges of a node, by `type` and `output`.
    Edges,
    /// Parameters, by `name`.
    Parameters,
}

/// The path under which the edges of a node are compared, written and told.
pub const EDGES: &str = "dependencies";

impl Keyed {
    /// What kind of list is at a path, by the repository's; `None` where the order counts.
    pub fn at(path: &str, wanted: &[Value]) -> Option<Self> {
        let is_named = |entry: &Value| entry.get("name").is_some_and(Value::is_string);
        match path {
            "outputs.nodeOutputs" => Some(Self::Outputs),
            EDGES => Some(Self::Edges),
            "parameters" | "script.parameters" => wanted.iter().all(is_named).then_some(Self::Parameters),
            _ => None,
        }
    }

    /// The fields that name an entry, which are not compared again.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Outputs => &["data"],
            Self::Edges => &["type", "output"],
            Self::Parameters => &["name"],
        }
    }

    /// An entry, for a path.
    pub fn label(self, entry: &Value) -> String {
        match self {
            Self::Outputs => entry.get("data").and_then(text).unwrap_or_default(),
            Self::Parameters => entry.get("name").and_then(text).unwrap_or_default(),
            Self::Edges => {
                let output = entry.get("output").and_then(text).unwrap_or_default();
                let kind = kind(entry);
                if kind == "Normal" { output } else { format!("{kind} {output}").trim_end().to_owned() }
            }
        }
    }

    fn is_pair(self, one: &Value, other: &Value, outputs: &Outputs) -> bool {
        let both = |key: &str| (one.get(key).and_then(text), other.get(key).and_then(text));
        match (self, both(self.names().last().unwrap_or(&""))) {
            (Self::Edges, (None, None)) => kind(one) == kind(other),
            (Self::Edges, (Some(one_output), Some(other_output))) => {
                kind(one) == kind(other) && outputs.is_same(&one_output, &other_output)
            }
            (Self::Outputs | Self::Parameters, (Some(one), Some(other))) => one == other,
            (Self::Outputs | Self::Parameters, (None, None)) => canonical::is_same(one, other),
            (Self::Outputs | Self::Parameters | Self::Edges, (None, Some(_)) | (Some(_), None)) => false,
        }
    }
}

/// What is on each side of a pair: at least one of them.
pub type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

/// Each entry of one list beside its own of the other; those of the first in their order, then what the other has more.
pub fn pairs<'a>(keyed: Keyed, one: &'a [Value], other: &'a [Value], outputs: &Outputs) -> Vec<Pair<'a>> {
    let (mut left, mut taken): (Vec<Option<&Value>>, Vec<Option<&Value>>) =
        (other.iter().map(Some).collect(), vec![None; one.len()]);
    // By the very text first: an edge that the workspace has by id as well belongs to nobody else's name.
    let none = Outputs::default();
    for outputs in [&none, outputs] {
        for (entry, taken) in one.iter().zip(&mut taken).filter(|(_, taken)| taken.is_none()) {
            let is_its = |found: &&mut Option<&Value>| found.is_some_and(|found| keyed.is_pair(entry, found, outputs));
            *taken = left.iter_mut().find(is_its).and_then(Option::take);
        }
    }
    let paired = one.iter().zip(taken).map(|(entry, found)| (Some(entry), found));
    paired.chain(left.into_iter().flatten().map(|rest| (None, Some(rest)))).collect()
}

fn kind(edge: &Value) -> &str {
    edge.get("type").and_then(Value::as_str).unwrap_or("Normal")
}

/// What DataWorks adds to an object by itself.
#[derive(Debug, Default)]
pub struct Added {
    ids: Vec<String>,
    workflow: Option<String>,
    upstream: BTreeSet<String>,
}

impl Added {
    /// What it may have added to an object that both sides have.
    pub fn to(desired: &Shape, remote: &Shape, is_workflow: bool) -> Self {
        let ids = [remote, desired].into_iter().filter_map(|shape| shape.text(&["id"]));
        let mut upstream = BTreeSet::new();
        for shape in [desired, remote] {
            let variables = shape.fields.get("inputs").and_then(|inputs| inputs.get("variables"));
            variables.into_iter().for_each(|variables| names_of_outputs(variables, &mut upstream));
        }
        Self {
            ids: ids.filter(|id| is_id(id)).collect(),
            workflow: remote.text(&["name"]).filter(|_| is_workflow),
            upstream,
        }
    }

    /// Whether an entry is DataWorks' own.
    pub fn has(&self, keyed: Keyed, entry: &Value, outputs: &Outputs) -> bool {
        let by_system = entry.get("sourceType").and_then(Value::as_str) == Some("System");
        match keyed {
            Keyed::Outputs => by_system || self.is_default(entry) || self.is_of_workflow(entry),
            Keyed::Edges => by_system || self.is_for_a_variable(entry, outputs),
            Keyed::Parameters => false,
        }
    }

    /// An output whose `data` is the node's id.
    pub fn is_default(&self, output: &Value) -> bool {
        output.get("data").and_then(text).is_some_and(|data| self.ids.contains(&data))
    }

    /// A workflow gets `PROJECT.NAME` too.
    fn is_of_workflow(&self, output: &Value) -> bool {
        let data = output.get("data").and_then(Value::as_str);
        let project =
            data.zip(self.workflow.as_deref()).and_then(|(data, name)| data.strip_suffix(name)?.strip_suffix('.'));
        project.is_some_and(|project| !project.is_empty() && !project.contains('.'))
            && output.get("isDefault").and_then(Value::as_bool) == Some(false)
    }

    /// Who reads a variable of another node gets an edge from it, by its id.
    pub fn is_for_a_variable(&self, edge: &Value, outputs: &Outputs) -> bool {
        let output = edge.get("output").and_then(text).filter(|output| is_id(output));
        output.is_some_and(|id| self.upstream.iter().any(|name| outputs.is_same(name, &id)))
    }
}

/// Every `output` of the variables, however deep; serde_json reads nothing deeper than 128.
fn names_of_outputs(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("output").and_then(text));
            fields.values().for_each(|value| names_of_outputs(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| names_of_outputs(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
