//! What the workspace has, as values: a unit read from the Spec of `GetNode` or `GetWorkflowDefinition`.

use std::fmt;

use serde_json::{Value, json};

use super::runs::Runs;
use crate::{
    model::{json::parsed, sorted::sort_by},
    source::{
        repository::desired::{Key, ObjectKind},
        spec::{
            canonical,
            shape::{Shape, text},
        },
    },
};

/// One object of the workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteObject {
    /// Its identity.
    pub key: Key,
    /// Its id.
    pub id: String,
    /// Its fields and edges.
    pub shape: Shape,
}

/// What a read operation returns in addition to the Spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// `ModifyTime`, in milliseconds since 1970; it may run some seconds behind a write.
    pub modified_ms: Option<u64>,
    /// When the newest of its objects that the repository names was created.
    pub created_ms: Option<u64>,
    /// Whether it has a `TaskId` or a `WorkflowId`: the scheduler knows it.
    pub has_task: bool,
    /// The account that owns it.
    pub owner: Option<String>,
    /// The account that edited it last, where the service says so.
    pub editor: Option<String>,
}

/// A unit of the workspace with its witnesses.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteUnit {
    /// The workflow, or the stand-alone node.
    pub head: RemoteObject,
    /// The nodes of the workflow.
    pub nodes: Vec<RemoteObject>,
    /// `CycleWorkflow` or `ManualWorkflow` of a workflow. Of a node it says nothing.
    pub kind: String,
    /// The version of FlowSpec that it was answered in.
    pub version: Option<String>,
    /// The hash of what was read.
    pub now: String,
    /// What was returned in addition to the Spec.
    pub facts: Facts,
    /// The runs of the object, as far as they are known.
    pub runs: Runs,
    /// What the run of the newest marker deployed, where it was requested.
    pub base: Base,
}

/// A Spec that is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The object that was requested.
    pub id: String,
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the Spec of {} cannot be read: {}", self.id, self.seen)
    }
}

impl RemoteUnit {
    /// A workflow with its nodes, or a stand-alone node, from the answer's Spec. A node inside a workflow is not a unit:
    /// its Spec holds the header of its workflow.
    pub fn read(id: &str, kind: ObjectKind, spec: &str, facts: Facts) -> Result<Self, Unreadable> {
        let unreadable = |seen: String| Unreadable { id: id.to_owned(), seen };
        if spec.is_empty() {
            return Err(unreadable("the answer has none".to_owned()));
        }
        let spec: Value = parsed(spec).map_err(|error| unreadable(error.to_string()))?;
        if kind == ObjectKind::Node && spec.pointer("/spec/workflows/0").is_some() {
            return Err(unreadable("it is a node of a workflow".to_owned()));
        }
        let shape = Shape::of(&spec, kind).ok_or_else(|| unreadable("it holds no node and no workflow".to_owned()))?;
        let head =
            RemoteObject::of(None, kind, shape, Some(id)).ok_or_else(|| unreadable("it has no name".to_owned()))?;
        let workflow = Some(head.key.name.clone());
        let inner = if kind == ObjectKind::Workflow { Shape::inner(&spec) } else { Vec::new() };
        let nodes = inner.into_iter();
        let nodes =
            nodes.filter_map(|shape| RemoteObject::of(workflow.clone(), ObjectKind::Node, shape, None)).collect();
        let told = ["/spec/type", "/kind"].into_iter().find_map(|path| spec.pointer(path).and_then(text));
        let kind = told.unwrap_or_default();
        let version = spec.get("version").and_then(text);
        let (runs, base) = (Runs::default(), Base::default());
        let unit = Self { head, nodes, kind, version, now: String::new(), facts, runs, base };
        Ok(Self { now: unit.hash(), ..unit })
    }

    /// The nodes whose code the answer did not hold: unknown, and to be read by `GetNode` each.
    pub fn nodes_without_code(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter(|node| node.shape.content().is_none()).map(|node| node.id.as_str())
    }

    /// Takes the code of one of its nodes from the Spec that `GetNode` answers.
    pub fn add_code(&mut self, id: &str, spec: &str) -> Result<(), Unreadable> {
        let unreadable = |seen: &str| Unreadable { id: id.to_owned(), seen: seen.to_owned() };
        let spec: Value = parsed(spec).map_err(|error| unreadable(&error.to_string()))?;
        let shape = Shape::of(&spec, ObjectKind::Node).ok_or_else(|| unreadable("it holds no node"))?;
        let node = self.nodes.iter_mut().find(|node| node.id == id);
        let script = node.and_then(|node| node.shape.fields.get_mut("script")).and_then(Value::as_object_mut);
        if let Some((script, content)) = script.zip(shape.content()) {
            script.entry("content").or_insert_with(|| content.into());
        }
        self.now = self.hash();
        Ok(())
    }

    /// The head, then its nodes.
    pub fn objects(&self) -> impl Iterator<Item = &RemoteObject> {
        std::iter::once(&self.head).chain(&self.nodes)
    }

    /// The object of an identity.
    pub fn object(&self, key: &Key) -> Option<&RemoteObject> {
        self.objects().find(|object| object.key == *key)
    }

    /// In the order of ids, which is how the service lists nodes, and nothing promises it.
    fn hash(&self) -> String {
        let mut objects: Vec<&RemoteObject> = self.objects().collect();
        sort_by(&mut objects, |one, other| one.id.cmp(&other.id));
        let read = |object: &RemoteObject| {
            let Shape { fields, depends } = object.shape.in_one_order();
            json!({ "fields": fields, "depends": depends })
        };
        canonical::hash(&objects.into_iter().map(read).collect())
    }
}

impl RemoteObject {
    fn of(workflow: Option<String>, kind: ObjectKind, shape: Shape, id: Option<&str>) -> Option<Self> {
        let id = id.map(str::to_owned).or_else(|| shape.text(&["id"]))?;
        Some(Self { key: Key { workflow, kind, name: shape.text(&["name"])? }, id, shape })
    }

    /// Its path in the tree of Data Studio.
    pub fn script_path(&self) -> Option<String> {
        self.shape.text(&["script", "path"])
    }
}

/// What a run deployed, by the Specs of `ListPipelineRunItems`: one for each object, or one for a whole workflow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Base(Vec<Shape>);

impl Base {
    /// Reads what can be read of the items' Specs: what is missing proves nothing.
    pub fn of<'a>(specs: impl IntoIterator<Item = &'a str>) -> Self {
        let specs = specs.into_iter().filter_map(|spec| parsed::<Value>(spec).ok());
        let shapes = specs.flat_map(|spec| {
            let head = [ObjectKind::Workflow, ObjectKind::Node].into_iter().find_map(|kind| Shape::of(&spec, kind));
            head.into_iter().chain(Shape::inner(&spec))
        });
        Self(shapes.collect())
    }

    /// What was deployed of an object.
    pub fn object(&self, id: &str) -> Option<&Shape> {
        self.0.iter().find(|shape| shape.text(&["id"]).as_deref() == Some(id))
    }
}
