//! What a test may look at in Data Studio, and do to it by hand.

use serde_json::{Value, json};

use super::super::Simulator;
use super::edit;

/// A node or a workflow of Data Studio, as it is.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// Its id.
    pub id: String,
    /// The workflow that it is in.
    pub container: Option<String>,
    /// The node with all its fields; of a workflow all but its nodes.
    pub body: Value,
    /// The outputs that it depends on, as they read back.
    pub depends: Vec<String>,
    /// The id of the scheduler, once it was deployed.
    pub task: Option<u64>,
}

impl DraftView {
    /// Its code.
    pub fn content(&self) -> &str {
        self.body["script"]["content"].as_str().unwrap_or_default()
    }
}

impl Simulator {
    /// The nodes and workflows of all workspaces, those of the world first.
    pub fn drafts(&self) -> Vec<DraftView> {
        let now = self.gateway.now();
        let mut state = self.gateway.state();
        state.cloud.settle_deployments(now);
        let there = state.cloud.drafts.iter().filter(|draft| !state.cloud.deleted.contains(&draft.id));
        let view = there.map(|draft| DraftView {
            id: draft.id.clone(),
            container: draft.container.clone(),
            body: draft.body.clone(),
            depends: draft.depends.iter().filter_map(|depend| depend["output"].as_str()).map(str::to_owned).collect(),
            task: draft.task,
        });
        view.collect()
    }

    /// The node or workflow of that id, name or path.
    pub fn draft(&self, word: &str) -> Option<DraftView> {
        let is = |draft: &DraftView| [&draft.body["name"], &draft.body["script"]["path"]].contains(&&Value::from(word));
        self.drafts().into_iter().find(|draft| draft.id == word || is(draft))
    }

    /// Somebody changes a field of an object (by its id, name or path) in the console now: `/script/content`,
    /// `/trigger/cron`. Whether there is such an object.
    pub fn edit(&self, word: &str, pointer: &str, value: Value) -> bool {
        let now = self.gateway.now();
        let mut state = self.gateway.state();
        let lag = state.cloud.world.data_studio.modify_lag;
        let Some(draft) = state.cloud.drafts.iter_mut().find(|draft| draft.is(word)) else { return false };
        edit::put(&mut draft.body, pointer, value);
        draft.touch(now, lag);
        draft.unseen = true;
        true
    }

    /// The same for the outputs that a node depends on.
    pub fn edit_depends(&self, word: &str, outputs: &[&str]) -> bool {
        let now = self.gateway.now();
        let mut state = self.gateway.state();
        let lag = state.cloud.world.data_studio.modify_lag;
        let Some(at) = state.cloud.drafts.iter().position(|draft| draft.is(word)) else { return false };
        let depends = outputs.iter().map(|output| json!({ "type": "Normal", "output": output })).collect();
        state.cloud.set_depends(at, depends);
        state.cloud.drafts[at].touch(now, lag);
        state.cloud.drafts[at].unseen = true;
        true
    }

    /// Somebody deletes an object in the console now.
    pub fn remove(&self, word: &str) -> bool {
        let mut state = self.gateway.state();
        let Some(id) = state.cloud.drafts.iter().find(|draft| draft.is(word)).map(|draft| draft.id.clone()) else {
            return false;
        };
        state.cloud.deleted.push(id);
        true
    }

    /// The ids of what the client wrote although somebody had edited it since the client last read it.
    pub fn overwritten(&self) -> Vec<String> {
        self.gateway.state().cloud.overwritten.clone()
    }
}
