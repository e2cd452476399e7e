//! Reads the scheduler's ids of what was deployed: at once, then after 1, 3, 6 and 10 s while one is missing.
//! Where `GetNode` does not have the id of a node, `ListNodes` may.

use crate::model::{
    answer::{FileInfo, ListInfo, Named, ObjectInfo, SpecNode},
    call::{Call, FileKey},
    duration::Elapsed,
    run_plan::{RunKind, RunObject},
    target::Target,
};

use crate::engine::{flow::Next, paging::Pages, readback::ReadBack};

/// A thousand nodes whose names resemble the one that is looked for.
const MOST_PAGES: u32 = 10;

/// A node at the scheduler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Task {
    /// The scheduler's id.
    pub(super) id: u64,
    /// Its own parameters, `a=1 b=2`.
    pub(super) parameters: String,
}

/// The reading of the ids.
pub(super) struct TaskReading {
    call: Option<Call>,
    /// By name, those without an id when they were last read.
    missing: Vec<String>,
    /// Absent before the first answer.
    again: Option<ReadBack>,
    /// The node that `GetNode` had without an id, while it is looked for in the list.
    listing: Option<(SpecNode, Pages)>,
    /// Whether the list could not be read: it is not asked for again.
    has_no_list: bool,
}

impl TaskReading {
    pub(super) fn new(object: &RunObject) -> Self {
        let call = match (&object.target, object.kind) {
            (Target::Object(id), RunKind::Workflow) => {
                Some(Call::GetWorkflowDefinition { workflow: id.clone(), with_code: false })
            }
            (Target::Object(id), RunKind::Node | RunKind::File) => Some(Call::GetNode { node: id.clone() }),
            (Target::File(file), _) => Some(Call::GetFile(*file)),
            (Target::Run(_) | Target::Package(_), _) => None,
        };
        Self { call, missing: vec![object.name.clone()], again: None, listing: None, has_no_list: false }
    }

    /// What to do next; `Err`: the names of those that have no id.
    pub(super) fn next(&self, now: Elapsed) -> Result<Next, Vec<String>> {
        if let Some((node, pages)) = &self.listing {
            let (name, page) = (node.name.clone(), pages.next());
            return Ok(Next::Call(Call::ListNodes { name, container: None, page }));
        }
        let due = match &self.again {
            None => Some(now),
            Some(again) => again.next(),
        };
        match (due, &self.call) {
            (Some(at), Some(_)) if now < at => Ok(Next::Pause(at)),
            (Some(_), Some(call)) => Ok(Next::Call(call.clone())),
            (None, _) | (_, None) => Err(self.missing.clone()),
        }
    }

    /// Takes a node or a workflow in; returns its tasks, once each has an id.
    pub(super) fn on_object(&mut self, now: Elapsed, object: ObjectInfo) -> Option<Vec<Task>> {
        let is_workflow = matches!(self.call, Some(Call::GetWorkflowDefinition { .. }));
        if is_workflow {
            return self.on_nodes(now, object.nodes);
        }
        let own = object.nodes.into_iter().next().unwrap_or_default();
        let node = SpecNode { name: object.name, task: object.task, ..own };
        if node.task.is_none() && !self.has_no_list {
            self.listing = Some((node, Pages::at_most(MOST_PAGES)));
            return None;
        }
        self.on_nodes(now, vec![node])
    }

    /// Takes a page of nodes in, of which one may be the node without an id.
    pub(super) fn on_listed(&mut self, now: Elapsed, named: &[Named], info: ListInfo) -> Option<Vec<Task>> {
        let (node, pages) = self.listing.as_mut()?;
        let is_it = |named: &&Named| matches!(&self.call, Some(Call::GetNode { node }) if *node == named.id);
        node.task = named.iter().find(is_it).and_then(|named| named.task);
        if node.task.is_none() && pages.go_on(named.len(), info) {
            return None;
        }
        let (node, _) = self.listing.take()?;
        self.on_nodes(now, vec![node])
    }

    /// The list cannot be read.
    pub(super) fn on_no_list(&mut self, now: Elapsed) {
        self.has_no_list = true;
        if let Some((node, _)) = self.listing.take() {
            self.on_nodes(now, vec![node]);
        }
    }

    /// The same for a file. A file of another node than was requested has not answered.
    pub(super) fn on_file(&mut self, now: Elapsed, file: FileInfo) -> Option<Vec<Task>> {
        let task = match self.call {
            Some(Call::GetFile(FileKey::Node(id))) => file.node.filter(|node| *node == id),
            Some(Call::GetFile(FileKey::File(id))) => file.node.filter(|_| file.id == id),
            _ => None,
        };
        self.on_nodes(now, vec![SpecNode { name: file.name, task, parameters: file.parameters }])
    }

    fn on_nodes(&mut self, now: Elapsed, nodes: Vec<SpecNode>) -> Option<Vec<Task>> {
        let missing: Vec<String> =
            nodes.iter().filter(|node| node.task.is_none()).map(|node| node.name.clone()).collect();
        if missing.is_empty() && !nodes.is_empty() {
            let task = |node: SpecNode| Some(Task { id: node.task?, parameters: node.parameters });
            return Some(nodes.into_iter().filter_map(task).collect());
        }
        if !missing.is_empty() {
            self.missing = missing;
        }
        match &mut self.again {
            None => self.again = Some(ReadBack::new(now)),
            Some(again) => again.found_nothing(),
        }
        None
    }
}
