//! A node or a workflow of Data Studio: what it is made of, when it was changed, whether it was deployed.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::clock::{Clock, Moment};
use super::super::cloud::Cloud;
use super::super::object::{Object, ObjectKind};
use super::super::world::World;
use super::defaults::{self, Place};

/// A node or a workflow as Data Studio holds it.
#[derive(Debug, Clone)]
pub(in super::super) struct Draft {
    pub(in super::super) id: String,
    pub(in super::super) kind: ObjectKind,
    pub(in super::super) container: Option<String>,
    pub(in super::super) project: u64,
    /// The node; of a workflow all but its nodes and the edges between them.
    pub(in super::super) body: Value,
    /// The entries of `depends`.
    pub(in super::super) depends: Vec<Value>,
    /// The id of the scheduler, once it was deployed.
    pub(in super::super) task: Option<u64>,
    pub(super) created: Moment,
    pub(super) modified: Moment,
    pub(super) modified_before: Moment,
    pub(super) reads: usize,
    pub(super) writes: usize,
    pub(super) listed_from: Moment,
    /// Whether somebody edited it since the client last read it.
    pub(super) unseen: bool,
}

impl Draft {
    pub(in super::super) fn name(&self) -> &str {
        self.body["name"].as_str().unwrap_or_default()
    }

    pub(in super::super) fn path(&self) -> &str {
        self.body["script"]["path"].as_str().unwrap_or_default()
    }

    pub(super) fn command(&self) -> &str {
        self.body["script"]["runtime"]["command"].as_str().unwrap_or_default()
    }

    pub(super) fn is_node(&self) -> bool {
        self.kind == ObjectKind::Node
    }

    /// The names of its outputs.
    pub(super) fn outputs(&self) -> impl Iterator<Item = &str> {
        let outputs = self.body["outputs"]["nodeOutputs"].as_array().into_iter().flatten();
        outputs.filter_map(|output| output["data"].as_str())
    }

    /// `ModifyTime`: it follows a write a few seconds later, and then lies a few seconds after it.
    pub(super) fn modify_time(&self, now: Moment) -> Moment {
        if self.modified <= now { self.modified } else { self.modified_before }
    }

    /// Somebody wrote; `ModifyTime` will say so after that lag.
    pub(super) fn touch(&mut self, now: Moment, lag: Duration) {
        self.modified_before = self.modify_time(now);
        self.modified = now.saturating_add(lag);
    }

    /// Whether an id, a name or a path means this one.
    pub(in super::super) fn is(&self, word: &str) -> bool {
        [self.id.as_str(), self.name(), self.path()].contains(&word)
    }
}

impl World {
    /// What Data Studio holds at the start: an entry for each object of this world.
    pub(in super::super) fn drafts(&self, now: Moment, clock: &Clock) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = Vec::new();
        for (nth, object) in (1..).zip(&self.objects) {
            let created = now.saturating_sub(object.written_ago);
            let place = Place {
                path: self.path_of(object),
                project: self.projects.iter().find(|project| project.id == object.project),
                owner: &object.owner,
                created: clock.shown(created),
                container: object.container.as_deref(),
                world: self,
            };
            let mut sent = json!({
                "name": object.name,
                "script": { "runtime": { "command": object.kind.command() } },
            });
            defaults::lay_over(&mut sent, &object.spec);
            let body = match object.kind {
                ObjectKind::Node => defaults::node(&object.id, &sent, &place),
                ObjectKind::CycleWorkflow | ObjectKind::ManualWorkflow => defaults::workflow(&object.id, &sent, &place),
            };
            let depends = object.depends.iter().map(|output| json!({ "type": "Normal", "output": output }));
            drafts.push(Draft {
                id: object.id.clone(),
                kind: object.kind,
                container: object.container.clone(),
                project: object.project,
                body,
                depends: depends.collect(),
                task: object.deployed.then_some(FIRST_TASK + nth),
                created,
                modified: created,
                modified_before: created,
                reads: 0,
                writes: 0,
                listed_from: Duration::ZERO,
                unseen: false,
            });
        }
        let resolved: Vec<_> = (0..drafts.len()).map(|at| super::edges::resolved(&drafts, at)).collect();
        for (draft, depends) in drafts.iter_mut().zip(resolved) {
            draft.depends = depends;
            defaults::mirror_inputs(draft, self);
        }
        drafts
    }

    fn path_of(&self, object: &Object) -> String {
        let container = object.container.as_ref().and_then(|id| self.objects.iter().find(|other| other.id == *id));
        match (&object.path, container) {
            (Some(path), _) => path.clone(),
            (None, Some(container)) => {
                format!("{}/{}", container.path.as_ref().unwrap_or(&container.name), object.name)
            }
            (None, None) => object.name.clone(),
        }
    }
}

/// The scheduler's ids begin after this one.
const FIRST_TASK: u64 = 700_000_000_000;

impl Cloud {
    /// What a workspace's Data Studio holds, except for what was deleted.
    pub(in super::super) fn drafts_of(&self, project: u64) -> impl Iterator<Item = &Draft> {
        self.drafts.iter().filter(move |draft| draft.project == project && !self.deleted.contains(&draft.id))
    }

    /// The one of that id.
    pub(in super::super) fn draft(&self, project: u64, id: &str) -> Option<&Draft> {
        self.drafts_of(project).find(|draft| draft.id == id)
    }

    /// The nodes inside a workflow, in ascending order of their ids.
    pub(in super::super) fn inner(&self, workflow: &str) -> Vec<&Draft> {
        let there = self.drafts.iter().filter(|draft| !self.deleted.contains(&draft.id));
        let mut inner: Vec<_> = there.filter(|draft| draft.container.as_deref() == Some(workflow)).collect();
        inner.sort_by_key(|draft| (draft.id.len(), draft.id.clone()));
        inner
    }

    /// Gives ids of the scheduler to what has been deployed since.
    pub(in super::super) fn settle_deployments(&mut self, now: Moment) {
        let mut deployed = Vec::new();
        for run in &mut self.runs {
            if run.settled || run.offline || run.status(now) != "Success" {
                continue;
            }
            let seen = *run.seen_successful.get_or_insert(now);
            if seen.saturating_add(self.world.task_lag) <= now {
                run.settled = true;
                deployed.push(run.object.id.clone());
            }
        }
        let mut next = self.drafts.iter().filter_map(|draft| draft.task).max().unwrap_or(FIRST_TASK);
        for draft in &mut self.drafts {
            let is_in = |id: &String| draft.id == *id || draft.container.as_ref() == Some(id);
            if draft.task.is_none() && deployed.iter().any(is_in) {
                next += 1;
                draft.task = Some(next);
            }
        }
    }
}
