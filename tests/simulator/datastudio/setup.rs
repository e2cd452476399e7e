//! What a test chooses of Data Studio: which of its ways it has, what it refuses, what new objects do.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::object::Object;
use super::super::world::World;
use super::edit::Edit;

/// The ways of Data Studio.
#[derive(Debug, Clone)]
pub(in super::super) struct Habits {
    pub(super) edits: Vec<Edit>,
    pub(super) data_sources: Vec<(String, String)>,
    pub(super) dropped_creates: usize,
    pub(super) kept: Vec<String>,
    pub(super) code_left_out: Vec<String>,
    pub(super) path_prefix: String,
    pub(super) listing_lag: Duration,
    pub(super) modify_lag: Duration,
    pub(super) container_lag: Duration,
    pub(super) created: Option<Object>,
    ways: Vec<Way>,
}

/// A way that is there or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    UpdatesDropDependencies,
    FieldsOf2026,
    HonestKinds,
    HidesTasks,
    ListsRoot,
    ItemsOfInnerNodes,
    ItemsWithoutSpec,
    TurnsLists,
    WritesFloats,
    LaysCodeOut,
}

impl Habits {
    pub(super) fn has(&self, way: Way) -> bool {
        self.ways.contains(&way)
    }
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            edits: Vec::new(),
            data_sources: Vec::new(),
            dropped_creates: 0,
            kept: Vec::new(),
            code_left_out: Vec::new(),
            path_prefix: String::new(),
            listing_lag: Duration::ZERO,
            modify_lag: Duration::from_secs(3),
            container_lag: Duration::from_secs(5),
            created: None,
            ways: Vec::new(),
        }
    }
}

impl World {
    /// A data source of the workspace: wherever it is written, its type becomes this one. Where there are any, others are
    /// refused.
    pub fn data_source(mut self, name: &str, kind: &str) -> Self {
        self.data_studio.data_sources.push((name.to_owned(), kind.to_owned()));
        self
    }

    /// The dependencies that come with the next so many `CreateNode` are dropped silently.
    pub fn creates_drop_dependencies(mut self, creates: usize) -> Self {
        self.data_studio.dropped_creates = creates;
        self
    }

    /// Those that come with an `UpdateNode` are, too.
    pub fn updates_drop_dependencies(self) -> Self {
        self.with_way(Way::UpdatesDropDependencies)
    }

    /// Updates of that field (`/timeout`, `/script/content`) do not take, silently.
    pub fn updates_do_not_take(mut self, pointer: &str) -> Self {
        self.data_studio.kept.push(pointer.to_owned());
        self
    }

    /// `GetWorkflowDefinition` leaves out the code of that node (by its id, name or path), though it was requested.
    pub fn code_left_out_of(mut self, node: &str) -> Self {
        self.data_studio.code_left_out.push(node.to_owned());
        self
    }

    /// The path of a new node that stands alone gets this in front.
    pub fn path_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.data_studio.path_prefix);
        self
    }

    /// New nodes and workflows appear in lists only after so long.
    pub fn nodes_listed_after(mut self, lag: Duration) -> Self {
        self.data_studio.listing_lag = lag;
        self
    }

    /// How long after a write `ModifyTime` moves, to that moment: of what was written, and of the workflow around a node
    /// that is created. 3 s and 5 s without this.
    pub fn modify_lag(mut self, own: Duration, container: Duration) -> Self {
        self.data_studio.modify_lag = own;
        self.data_studio.container_lag = container;
        self
    }

    /// Nodes that stand alone have the fields that were seen in 2026 only: `autoParse`, `strategy`, `sourceType`.
    pub fn fields_of_2026(self) -> Self {
        self.with_way(Way::FieldsOf2026)
    }

    /// A stand-alone node reads `kind` `Node`, as documented, not `CycleWorkflow`, as seen.
    pub fn honest_kinds(self) -> Self {
        self.with_way(Way::HonestKinds)
    }

    /// `TaskId` and `WorkflowId` never come, as before 2025-05.
    pub fn task_ids_do_not_come(self) -> Self {
        self.with_way(Way::HidesTasks)
    }

    /// `ListNodeDependencies` lists the workspace's root, too.
    pub fn root_is_listed(self) -> Self {
        self.with_way(Way::ListsRoot)
    }

    /// In the run of a workflow each inner node is an item of its own.
    pub fn items_of_inner_nodes(self) -> Self {
        self.with_way(Way::ItemsOfInnerNodes)
    }

    /// The items of runs come without `Spec`.
    pub fn items_without_spec(self) -> Self {
        self.with_way(Way::ItemsWithoutSpec)
    }

    /// Outputs, inputs, parameters and edges come back in the opposite order.
    pub fn lists_turned_round(self) -> Self {
        self.with_way(Way::TurnsLists)
    }

    /// Whole numbers come back as `3.0`.
    pub fn numbers_as_floats(self) -> Self {
        self.with_way(Way::WritesFloats)
    }

    /// Code that is JSON comes back in another layout.
    pub fn json_code_laid_out_anew(self) -> Self {
        self.with_way(Way::LaysCodeOut)
    }

    /// What the client creates is deployed by the stages of this object, at its pace; all succeed quickly without this.
    pub fn created_objects_behave_as(mut self, object: Object) -> Self {
        self.data_studio.created = Some(object);
        self
    }

    fn with_way(mut self, way: Way) -> Self {
        self.data_studio.ways.push(way);
        self
    }
}

impl Object {
    /// Fields of the node or workflow, laid over what the service gives a new one.
    pub fn spec(mut self, fields: &Value) -> Self {
        super::defaults::lay_over(&mut self.spec, fields);
        self
    }

    /// Its code.
    pub fn content(self, code: &str) -> Self {
        self.spec(&json!({ "script": { "content": code } }))
    }

    /// Its type, `ODPS_SQL` without this.
    pub fn command(self, command: &str) -> Self {
        self.spec(&json!({ "script": { "runtime": { "command": command } } }))
    }

    /// It depends on that output.
    pub fn depends_on(mut self, output: &str) -> Self {
        self.depends.push(output.to_owned());
        self
    }

    /// It was never deployed: the scheduler has no id for it.
    pub fn never_deployed(mut self) -> Self {
        self.deployed = false;
        self
    }

    /// When it was last written, before the start; an hour without this.
    pub fn written_ago(mut self, age: Duration) -> Self {
        self.written_ago = age;
        self
    }
}
