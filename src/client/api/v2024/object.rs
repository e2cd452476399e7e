//! A node or workflow as `GetNode` and `GetWorkflowDefinition` give it, and what its Spec says of where it lives.

use serde::Deserialize;

use crate::{
    client::api::lenient::{Id, Int, Object, Spec, Text},
    model::answer::{Named, ObjectInfo},
};

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct WireObject {
    id: Id,
    name: Text,
    spec: Spec,
    modify_time: Int,
    /// Of a workflow: `WorkflowId`.
    #[serde(alias = "WorkflowId")]
    task_id: Int,
}

/// The little of FlowSpec that tells where an object lives.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Flow {
    spec: Option<Object<FlowBody>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FlowBody {
    workflows: Option<Vec<Object<FlowPart>>>,
    nodes: Option<Vec<Object<FlowPart>>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FlowPart {
    id: Id,
    name: Text,
    script: Option<Object<FlowScript>>,
    nodes: Option<Vec<Object<FlowPart>>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FlowScript {
    path: Text,
}

impl WireObject {
    /// What its Spec says; nothing where the Spec is absent or not FlowSpec.
    pub(super) fn flow(&self) -> Flow {
        serde_json::from_str(&self.spec.0).map(|Object(flow)| flow).unwrap_or_default()
    }

    /// All but where it lives.
    pub(super) fn info(self) -> ObjectInfo {
        ObjectInfo {
            id: self.id.0,
            name: self.name.0,
            spec: self.spec.0,
            modified_ms: self.modify_time.unsigned(),
            task: self.task_id.unsigned().filter(|id| *id > 0),
            ..ObjectInfo::default()
        }
    }
}

impl Flow {
    /// The first workflow, and its nodes.
    pub(super) fn workflow(&self) -> Option<(Named, Vec<Named>)> {
        let Object(body) = self.spec.as_ref()?;
        let Object(workflow) = body.workflows.as_ref()?.first()?;
        Some((workflow.named(), named(workflow.nodes.as_ref())))
    }

    /// The nodes that are in no workflow.
    pub(super) fn nodes(&self) -> Vec<Named> {
        self.spec.as_ref().map(|Object(body)| named(body.nodes.as_ref())).unwrap_or_default()
    }
}

impl FlowPart {
    fn named(&self) -> Named {
        let path = self.script.as_ref().map(|Object(script)| script.path.0.clone()).unwrap_or_default();
        Named { id: self.id.0.clone(), name: self.name.0.clone(), path, ..Named::default() }
    }
}

fn named(parts: Option<&Vec<Object<FlowPart>>>) -> Vec<Named> {
    parts.into_iter().flatten().map(|Object(part)| part.named()).collect()
}
