//! What can be deployed through the new Data Studio, and the runs that are there already.

use std::time::Duration;

use serde_json::{Value, json};

use super::stage::Stage;

/// A node or a workflow of the new Data Studio.
#[derive(Debug, Clone)]
#[must_use]
pub struct Object {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: ObjectKind,
    pub(super) container: Option<String>,
    pub(super) project: u64,
    pub(super) path: Option<String>,
    pub(super) owner: String,
    pub(super) online: Vec<Stage>,
    pub(super) offline: Vec<Stage>,
    pub(super) items: Vec<Item>,
    pub(super) opening: Duration,
    pub(super) opens_without_stages: bool,
    pub(super) unknown: Option<(String, Duration)>,
    pub(super) settling: Duration,
    pub(super) spec: Value,
    pub(super) depends: Vec<String>,
    pub(super) deployed: bool,
    pub(super) written_ago: Duration,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A node, alone or inside a workflow.
    Node,
    /// A workflow that is scheduled.
    CycleWorkflow,
    /// A workflow that is started by hand.
    ManualWorkflow,
}

impl Object {
    /// A stand-alone node, with the usual stages, all of which succeed.
    pub fn node(id: &str, name: &str) -> Self {
        Self::new(id, name, ObjectKind::Node)
    }

    /// A scheduled workflow.
    pub fn workflow(id: &str, name: &str) -> Self {
        Self::new(id, name, ObjectKind::CycleWorkflow)
    }

    /// A workflow that is started by hand.
    pub fn manual_workflow(id: &str, name: &str) -> Self {
        Self::new(id, name, ObjectKind::ManualWorkflow)
    }

    fn new(id: &str, name: &str, kind: ObjectKind) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            container: None,
            project: super::PROJECT_ID,
            path: None,
            owner: "20000001".to_owned(),
            online: vec![Stage::build("BUILD_PACKAGE"), Stage::check("PROD_CHECK"), Stage::deploy("PROD")],
            offline: vec![
                Stage::check("OfflineCheck"),
                Stage::check("PROD_CHECK"),
                Stage::offline("PROD"),
                Stage::delete("DeleteNode"),
            ],
            items: vec![Item::new(id, name, kind.item_type())],
            opening: Duration::from_millis(20),
            opens_without_stages: false,
            unknown: None,
            settling: Duration::ZERO,
            spec: json!({}),
            depends: Vec::new(),
            deployed: true,
            written_ago: Duration::from_secs(3600),
        }
    }

    /// A node that lives in that workflow, and cannot be deployed alone.
    pub fn inside(mut self, workflow: &str) -> Self {
        self.container = Some(workflow.to_owned());
        self
    }

    /// The workspace, if not the default one.
    pub fn in_project(mut self, project: u64) -> Self {
        self.project = project;
        self
    }

    /// Its `Script.Path`.
    pub fn path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// The stages of a run of type `Online`, in the order listed.
    pub fn online(mut self, stages: Vec<Stage>) -> Self {
        self.online = stages;
        self
    }

    /// The stages of a run of type `Offline`.
    pub fn offline(mut self, stages: Vec<Stage>) -> Self {
        self.offline = stages;
        self
    }

    /// What its runs deploy, as `ListPipelineRunItems` tells.
    pub fn items(mut self, items: Vec<Item>) -> Self {
        self.items = items;
        self
    }

    /// How long a new run reads `Init`.
    pub fn opening(mut self, duration: Duration) -> Self {
        self.opening = duration;
        self
    }

    /// While a run reads `Init`, its list of stages is empty.
    pub fn opening_without_stages(mut self) -> Self {
        self.opens_without_stages = true;
        self
    }

    /// After `Init` a run reads this status for a while.
    pub fn reading(mut self, status: &str, duration: Duration) -> Self {
        self.unknown = Some((status.to_owned(), duration));
        self
    }

    /// How long a run still reads `Running` after its last stage ended.
    pub fn settling(mut self, duration: Duration) -> Self {
        self.settling = duration;
        self
    }
}

impl ObjectKind {
    /// The type that its script has at first.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Node => "ODPS_SQL",
            Self::CycleWorkflow | Self::ManualWorkflow => "WORKFLOW",
        }
    }

    /// The type of an item that is such an object.
    pub(super) fn item_type(self) -> &'static str {
        match self {
            Self::Node => "Node",
            Self::CycleWorkflow | Self::ManualWorkflow => "WorkflowDefinition",
        }
    }
}

/// One thing that a run deploys.
#[derive(Debug, Clone)]
#[must_use]
pub struct Item {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) version: u64,
    pub(super) ends: String,
    pub(super) message: String,
    pub(super) reads: Option<Value>,
}

impl Item {
    /// An item that ends as its run does. The type is `Node`, `WorkflowDefinition`,
    /// `Resource` or `Function`.
    pub fn new(id: &str, name: &str, kind: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            version: 1,
            ends: String::new(),
            message: String::new(),
            reads: None,
        }
    }

    /// Once its run has ended its status is this JSON, of whatever type: `2.0`, `[2]`.
    pub fn reading(mut self, status: Value) -> Self {
        self.reads = Some(status);
        self
    }

    /// Its version.
    pub fn version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// It ends as `Fail`, with this message, once its run has ended.
    pub fn failing(self, message: &str) -> Self {
        self.ending("Fail", message)
    }

    /// It ends in this status, with this message, once its run has ended.
    pub fn ending(mut self, status: &str, message: &str) -> Self {
        status.clone_into(&mut self.ends);
        message.clone_into(&mut self.message);
        self
    }
}

/// A pipeline run that is there before the test begins.
#[derive(Debug, Clone)]
#[must_use]
pub struct PastRun {
    pub(super) id: String,
    pub(super) object: String,
    pub(super) offline: bool,
    pub(super) description: String,
    pub(super) creator: String,
    pub(super) age: Duration,
    pub(super) done: usize,
    pub(super) under_way: bool,
    pub(super) driven: bool,
    pub(super) ended: Option<String>,
}

impl PastRun {
    /// A run of type `Online` of that object, made an hour ago, whose stages all read `Init`
    /// (except for those that start by themselves).
    pub fn new(id: &str, object: &str) -> Self {
        Self {
            id: id.to_owned(),
            object: object.to_owned(),
            offline: false,
            description: String::new(),
            creator: "20000002".to_owned(),
            age: Duration::from_secs(3600),
            done: 0,
            under_way: false,
            driven: false,
            ended: None,
        }
    }

    /// It is of type `Offline`.
    pub fn offline(mut self) -> Self {
        self.offline = true;
        self
    }

    /// Its description.
    pub fn described(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }

    /// How long ago it was made.
    pub fn created_ago(mut self, age: Duration) -> Self {
        self.age = age;
        self
    }

    /// Its first `count` stages have succeeded.
    pub fn done(mut self, count: usize) -> Self {
        self.done = count;
        self
    }

    /// The stage after those is under way from the start of the test.
    pub fn next_under_way(mut self) -> Self {
        self.under_way = true;
        self
    }

    /// Somebody else takes it through the remaining stages, from the start of the test.
    pub fn driven_by_somebody_else(mut self) -> Self {
        self.driven = true;
        self.under_way = true;
        self
    }

    /// It has ended in this status.
    pub fn ended(mut self, status: &str) -> Self {
        self.ended = Some(status.to_owned());
        self
    }
}
