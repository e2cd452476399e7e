//! The text of a Spec as the service answers it, which is not the text that was sent.

use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

use super::super::cloud::Cloud;
use super::super::object::ObjectKind;
use super::draft::Draft;
use super::setup::Way;

impl Cloud {
    /// The `Spec` of `GetNode`: a stand-alone node reads as a workflow with nodes of its own, one inside a workflow
    /// as that workflow with this one node.
    pub(in super::super) fn node_spec(&self, draft: &Draft) -> Value {
        let container = draft.container.as_ref().and_then(|id| self.drafts.iter().find(|other| other.id == *id));
        if let Some(workflow) = container {
            return self.wrapped(workflow, vec![self.world.shown(&draft.body)], &[draft], &draft.id);
        }
        let kind = if self.world.data_studio.has(Way::HonestKinds) { "Node" } else { "CycleWorkflow" };
        json!({
            "version": "1.1.0",
            "kind": kind,
            "spec": {
                "nodes": [self.world.shown(&draft.body)],
                "flow": [{ "nodeId": draft.id, "depends": self.world.shown_depends(&draft.depends, true) }],
            },
            "metadata": { "uuid": draft.id },
        })
    }

    /// The `Spec` of `GetWorkflowDefinition`: with all nodes, their code only where it is requested.
    pub(in super::super) fn workflow_spec(&self, draft: &Draft, with_code: bool) -> Value {
        let inner = self.inner(&draft.id);
        let nodes = inner.iter().map(|node| {
            let mut body = self.world.shown(&node.body);
            body["metadata"]["container"] = json!({ "type": "Flow", "uuid": draft.id });
            if let Some(task) = node.task {
                body["metadata"]["schedulerNodeId"] = json!(task);
            }
            let left_out = self.world.data_studio.code_left_out.iter().any(|word| node.is(word));
            if let (true, Some(script)) = (left_out || !with_code, body["script"].as_object_mut()) {
                script.remove("content");
            }
            body
        });
        self.wrapped(draft, nodes.collect(), &inner, &draft.id)
    }

    /// A workflow's envelope around some of its nodes, and their edges.
    fn wrapped(&self, workflow: &Draft, shown: Vec<Value>, nodes: &[&Draft], uuid: &str) -> Value {
        let kind = if workflow.kind == ObjectKind::ManualWorkflow { "ManualWorkflow" } else { "CycleWorkflow" };
        let mut body = self.world.shown(&workflow.body);
        let metadata = &workflow.body["metadata"];
        let project = metadata["projectId"].clone();
        if let Some(task) = workflow.task {
            body["metadata"]["schedulerNodeId"] = json!(task);
        }
        let with_edges = nodes.iter().filter(|node| !node.depends.is_empty());
        let edge =
            |node: &&Draft| json!({ "nodeId": node.id, "depends": self.world.shown_depends(&node.depends, false) });
        body["nodes"] = Value::Array(shown);
        body["dependencies"] = with_edges.map(edge).collect();
        json!({
            "version": "1.1.0",
            "kind": kind,
            "spec": {
                "name": workflow.name(),
                "id": workflow.id,
                "type": kind,
                "owner": workflow.body["owner"],
                "workflows": [body],
            },
            "metadata": { "tenantId": metadata["tenantId"], "projectId": project, "uuid": uuid },
        })
    }
}

/// JSON with tabs, as the service writes the text of a Spec.
pub(super) fn text(spec: &Value) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"\t"));
    match spec.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(_) => spec.to_string(),
    }
}
