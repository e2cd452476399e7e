//! A DataWorks of plain values: what it holds, which habits it has, and which operation is answered where.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    runs::Run,
    wire::{Answered, Asked},
};
use crate::model::duration::Elapsed;

/// Which of several documented or observed ways this service has.
#[derive(Clone, Debug, Default)]
pub(super) struct Habits {
    /// How long a new object or run is missing from lists.
    pub(super) shows_after: Elapsed,
    /// How much later than the write `ModifyTime` moves, to that later moment.
    pub(super) modify_lag: Elapsed,
    /// Whether a second object of one path is refused.
    pub(super) refuses_twins: bool,
    /// Whether the items of a run come with the Spec.
    pub(super) items_have_specs: bool,
    /// How long each stage of a run takes.
    pub(super) stage: Elapsed,
    /// Whether edges are kept by the id of the node, and come back so.
    pub(super) edges_by_id: bool,
    /// The next so many creates lose their dependencies.
    pub(super) drops_edges: u32,
    /// Writes of objects of this name are refused.
    pub(super) refuses: Option<&'static str>,
    /// The next runs of objects of this name fail, so often.
    pub(super) fails: Option<(&'static str, u32)>,
}

/// A node or a workflow.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) id: String,
    /// `Node`, `CycleWorkflow` or `ManualWorkflow`.
    pub(super) kind: String,
    pub(super) container: Option<String>,
    pub(super) name: String,
    pub(super) fields: Value,
    pub(super) depends: Vec<Value>,
    pub(super) created: Elapsed,
    pub(super) listed_from: Elapsed,
    pub(super) modified: Elapsed,
    pub(super) modified_before: Elapsed,
    pub(super) is_ours: bool,
    pub(super) is_deleted: bool,
    /// When a step last read it.
    pub(super) read: Elapsed,
    /// When a step wrote it first since its newest pipeline run.
    pub(super) written: Option<Elapsed>,
    /// When somebody last edited it by hand.
    pub(super) edited: Option<Elapsed>,
}

impl Draft {
    /// Whether somebody edited it after the step had last read it, or between our first write and the last read back:
    /// what is wrong there, except for the code, is a leaf that the service did not take. At one moment nobody can tell
    /// which came first.
    pub(super) fn has_unseen(&self) -> bool {
        let edited = |at: Elapsed| self.edited.is_some_and(|edited| edited >= at);
        edited(self.read) || self.written.is_some_and(edited)
    }
}

/// A text of somebody's that a write of ours took away.
#[derive(Clone, Debug)]
pub(super) struct Lost {
    pub(super) text: String,
    /// Whether a step had read it before the write.
    pub(super) was_read: bool,
    /// Whether a run of ours had deployed it.
    pub(super) was_deployed: bool,
}

/// The whole service.
#[derive(Clone, Default)]
pub(super) struct Service {
    pub(super) habits: Habits,
    pub(super) drafts: Vec<Draft>,
    pub(super) runs: Vec<Run>,
    pub(super) lost: Vec<Lost>,
    /// What the folder says of each unit that is pushed now.
    pub(super) rendered: BTreeMap<&'static str, String>,
    /// The units that somebody did something to since the step began.
    pub(super) touched: BTreeSet<String>,
    /// How many writes of objects came from steps, and how many runs.
    pub(super) changes: usize,
    /// Which laws were broken, as the service sees it.
    pub(super) broken: Vec<String>,
}

impl Draft {
    pub(super) fn is_node(&self) -> bool {
        self.kind == "Node"
    }

    /// What is deployed together with it: its workflow, or itself.
    pub(super) fn head(&self) -> &str {
        self.container.as_deref().unwrap_or(&self.id)
    }

    pub(super) fn path(&self) -> &str {
        self.fields["script"]["path"].as_str().unwrap()
    }

    pub(super) fn outputs(&self) -> impl Iterator<Item = &str> {
        let outputs = self.fields["outputs"]["nodeOutputs"].as_array();
        outputs.into_iter().flatten().filter_map(|output| output["data"].as_str())
    }

    /// It was written: `ModifyTime` says so later.
    pub(super) fn touch(&mut self, now: Elapsed, lag: Elapsed) {
        (self.modified_before, self.modified) = (self.modify_time(now), now + lag);
    }

    pub(super) fn modify_time(&self, now: Elapsed) -> Elapsed {
        if self.modified <= now { self.modified } else { self.modified_before }
    }
}

impl Service {
    pub(super) fn answer(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        self.changes += usize::from(asked.is_write());
        match asked.operation {
            "CreateNode" => self.create_node(asked, now),
            "CreateWorkflowDefinition" => self.create_workflow(asked, now),
            "UpdateNode" | "UpdateWorkflowDefinition" => self.update(asked, now),
            "GetNode" => self.get_node(asked, now),
            "GetWorkflowDefinition" => self.get_workflow(asked, now),
            "ListNodes" => Ok(self.list_nodes(asked, now)),
            "ListWorkflowDefinitions" => Ok(self.list_workflows(asked, now)),
            "ListNodeDependencies" => self.list_dependencies(asked, now),
            "CreatePipelineRun" => self.create_run(asked, now),
            "GetPipelineRun" => self.get_run(asked, now),
            "ListPipelineRuns" => Ok(self.list_runs(asked, now)),
            "ListPipelineRunItems" => self.list_items(asked),
            "ExecPipelineRunStage" => self.execute(asked, now),
            "AbolishPipelineRun" => self.abolish(asked, now),
            other => panic!("{other} is not simulated"),
        }
    }

    /// What is there.
    pub(super) fn present(&self) -> impl Iterator<Item = &Draft> {
        self.drafts.iter().filter(|draft| !draft.is_deleted)
    }

    pub(super) fn draft(&self, id: &str) -> Option<&Draft> {
        self.present().find(|draft| draft.id == id)
    }

    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.drafts.iter().position(|draft| draft.id == id && !draft.is_deleted)
    }

    /// The node or workflow of that name, inside the workflow of that name or alone.
    pub(super) fn find(&self, workflow: Option<&str>, is_node: bool, name: &str) -> Vec<&Draft> {
        let is_in = |draft: &Draft| {
            let container = draft.container.as_ref().and_then(|id| self.draft(id));
            container.map(|container| container.name.as_str()) == workflow
        };
        self.present().filter(|draft| draft.is_node() == is_node && draft.name == name && is_in(draft)).collect()
    }

    /// The nodes of a workflow.
    pub(super) fn inner(&self, id: &str) -> Vec<&Draft> {
        self.present().filter(|draft| draft.container.as_deref() == Some(id)).collect()
    }
}
