//! The text of a Spec as the service answers it, which is not the text that was sent.

use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

use super::super::cloud::Cloud;
use super::super::object::ObjectKind;
use super::draft::Draft;
use super::setup::Way;

impl Cloud {
    /// The `Spec` of `GetNode`: a node that stands alone reads as a workflow with nodes of its own, one inside a workflow
    /// as that workflow with this one node.
    pub(in super::super) fn node_spec(&self, draft: &Draft) -> Value {
        let container = draft.container.as_ref().and_then(|id| self.drafts.iter().find(|other| other.id == *id));
        if let Some(workflow) = container {
            return wrapped(workflow, vec![draft.body.clone()], edges(&[draft]), &draft.id);
        }
        let kind = if self.world.data_studio.has(Way::HonestKinds) { "Node" } else { "CycleWorkflow" };
        json!({
            "version": "1.1.0",
            "kind": kind,
            "spec": {
                "nodes": [draft.body],
                "flow": [{ "nodeId": draft.id, "depends": self.depends(draft) }],
            },
            "metadata": { "uuid": draft.id },
        })
    }

    fn depends(&self, draft: &Draft) -> Vec<Value> {
        let mut depends = draft.depends.clone();
        if self.world.data_studio.has(Way::FieldsOf2026) {
            depends.iter_mut().for_each(|depend| depend["sourceType"] = json!("Manual"));
        }
        depends
    }

    /// The `Spec` of `GetWorkflowDefinition`: with all nodes, their code only where it is asked for.
    pub(in super::super) fn workflow_spec(&self, draft: &Draft, with_code: bool) -> Value {
        let inner = self.inner(&draft.id);
        let nodes = inner.iter().map(|node| {
            let mut body = node.body.clone();
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
        wrapped(draft, nodes.collect(), edges(&inner), &draft.id)
    }
}

/// A workflow's envelope around some of its nodes.
fn wrapped(workflow: &Draft, nodes: Vec<Value>, dependencies: Vec<Value>, uuid: &str) -> Value {
    let kind = if workflow.kind == ObjectKind::ManualWorkflow { "ManualWorkflow" } else { "CycleWorkflow" };
    let mut body = workflow.body.clone();
    let metadata = &workflow.body["metadata"];
    let project = metadata["projectId"].clone();
    if let Some(task) = workflow.task {
        body["metadata"]["schedulerNodeId"] = json!(task);
    }
    body["nodes"] = Value::Array(nodes);
    body["dependencies"] = Value::Array(dependencies);
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

/// The edges of nodes, for those that have any.
fn edges(nodes: &[&Draft]) -> Vec<Value> {
    let with_edges = nodes.iter().filter(|node| !node.depends.is_empty());
    with_edges.map(|node| json!({ "nodeId": node.id, "depends": node.depends })).collect()
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
