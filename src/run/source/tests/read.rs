//! Reads of Data Studio: lists that lag, and Specs in other envelopes than were sent.

use serde_json::{Value, json};

use super::{
    service::{Draft, Service},
    wire::{Answered, Asked},
    world::EPOCH_MS,
};
use crate::model::duration::Elapsed;

/// A moment as the service writes it.
pub(super) fn unix_ms(at: Elapsed) -> u64 {
    EPOCH_MS + u64::try_from(at.as_millis()).unwrap()
}

impl Service {
    pub(super) fn list_nodes(&self, asked: &Asked, now: Elapsed) -> Value {
        let container = asked.get("ContainerId");
        let nodes = self.listed(asked, now).filter(|draft| draft.is_node());
        let nodes = nodes.filter(|node| container.is_none() || node.container.as_deref() == container);
        let nodes = nodes.map(|node| entry(node, now)).collect();
        json!({ "PagingInfo": { "Nodes": asked.page(nodes), "TotalCount": "0" } })
    }

    pub(super) fn list_workflows(&self, asked: &Asked, now: Elapsed) -> Value {
        let workflows = self.listed(asked, now).filter(|draft| draft.kind == asked.text("Type"));
        let workflows = workflows.map(|workflow| entry(workflow, now)).collect();
        json!({ "PagingInfo": { "WorkflowDefinitions": asked.page(workflows), "TotalCount": 0 } })
    }

    fn listed<'s>(&'s self, asked: &'s Asked, now: Elapsed) -> impl Iterator<Item = &'s Draft> {
        let named = asked.text("Name");
        self.present().filter(move |draft| now >= draft.listed_from && draft.name.contains(named))
    }

    pub(super) fn list_dependencies(&self, asked: &Asked, now: Elapsed) -> Answered {
        let Some(node) = self.draft(asked.text("Id")) else { return Err(("4", "未找到节点".to_owned())) };
        let is_upstream = |other: &&Draft| node.depends.iter().any(|edge| has_output(other, edge));
        let upstream = self.present().filter(is_upstream).map(|other| entry(other, now)).collect();
        Ok(json!({ "PagingInfo": { "Nodes": asked.page(upstream), "TotalCount": "0" } }))
    }

    pub(super) fn get_node(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let Some(at) = self.place(asked.text("Id")) else { return Err(("4", "未找到节点".to_owned())) };
        self.drafts[at].read = now;
        let draft = &self.drafts[at];
        let mut body = self.read(draft, now);
        if self.has_task(draft, now) {
            body["TaskId"] = 700.into();
        }
        Ok(json!({ "Node": body }))
    }

    pub(super) fn get_workflow(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let Some(at) = self.place(asked.text("Id")) else {
            return Err(("5", "Workflow definition not found".to_owned()));
        };
        let id = self.drafts[at].id.clone();
        let of_it = |draft: &&mut Draft| draft.id == id || draft.container.as_ref() == Some(&id);
        self.drafts.iter_mut().filter(of_it).for_each(|draft| draft.read = now);
        let draft = &self.drafts[at];
        let mut body = self.read(draft, now);
        if self.has_task(draft, now) {
            body["WorkflowId"] = 700.into();
        }
        Ok(json!({ "WorkflowDefinition": body }))
    }

    fn read(&self, draft: &Draft, now: Elapsed) -> Value {
        json!({ "Id": draft.id, "Name": draft.name, "Spec": self.spec(draft).to_string(),
            "ModifyTime": unix_ms(draft.modify_time(now)) })
    }

    /// A stand-alone node reads as a workflow of itself; one inside a workflow as that workflow with this one node.
    pub(super) fn spec(&self, draft: &Draft) -> Value {
        match &draft.container {
            None if draft.is_node() => json!({ "version": "1.1.0", "kind": "CycleWorkflow",
                "spec": { "nodes": [draft.fields], "flow": [edges(draft)] } }),
            None => workflow_spec(draft, &self.inner(&draft.id)),
            Some(id) => workflow_spec(self.draft(id).unwrap(), &[draft]),
        }
    }
}

fn workflow_spec(workflow: &Draft, nodes: &[&Draft]) -> Value {
    let mut head = workflow.fields.clone();
    head["nodes"] = nodes.iter().map(|node| node.fields.clone()).collect();
    head["dependencies"] = nodes.iter().map(|node| edges(node)).collect();
    json!({ "version": "1.1.0", "kind": workflow.kind, "spec": { "type": workflow.kind, "workflows": [head] } })
}

fn edges(node: &Draft) -> Value {
    json!({ "nodeId": node.id, "depends": node.depends })
}

pub(super) fn has_output(other: &Draft, edge: &Value) -> bool {
    other.is_node() && other.outputs().any(|output| edge["output"] == output)
}

fn entry(draft: &Draft, now: Elapsed) -> Value {
    let outputs: Vec<Value> = draft.outputs().map(|data| json!({ "Data": data })).collect();
    json!({ "Id": draft.id, "Name": draft.name, "Script": { "Path": draft.path() },
        "Outputs": { "NodeOutputs": outputs }, "CreateTime": unix_ms(draft.created), "ModifyTime": unix_ms(draft.modify_time(now)) })
}
