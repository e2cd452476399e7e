//! A node or workflow as `GetNode` and `GetWorkflowDefinition` give it, and what its Spec says of where it lives.

use serde::Deserialize;

use crate::{
    client::api::{
        id::Id,
        lenient::{Int, Object, Spec, Text},
    },
    model::{
        answer::{Named, ObjectInfo, SpecNode},
        json::parsed,
    },
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
    kind: Text,
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
    metadata: Option<Object<FlowMetadata>>,
    nodes: Option<Vec<Object<FlowPart>>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct FlowMetadata {
    scheduler_node_id: Int,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FlowScript {
    path: Text,
    parameters: Option<Vec<Object<FlowParameter>>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FlowParameter {
    name: Text,
    value: Text,
}

impl WireObject {
    /// What its Spec says; nothing where the Spec is absent or not FlowSpec.
    pub(super) fn flow(&self) -> Flow {
        parsed(&self.spec.0).map(|Object(flow)| flow).unwrap_or_default()
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

    /// Whether it is a manual workflow.
    pub(super) fn is_manual(&self) -> bool {
        self.kind.0.eq_ignore_ascii_case("ManualWorkflow")
    }

    /// What a run needs of each node, of the first workflow where there is one.
    pub(super) fn spec_nodes(&self) -> Vec<SpecNode> {
        let Some(Object(body)) = &self.spec else { return Vec::new() };
        let workflow = body.workflows.as_ref().and_then(|workflows| workflows.first());
        let nodes = workflow.map_or(body.nodes.as_ref(), |Object(workflow)| workflow.nodes.as_ref());
        nodes.into_iter().flatten().map(|Object(node)| node.spec_node()).collect()
    }
}

impl FlowPart {
    fn spec_node(&self) -> SpecNode {
        let parameters = self.script.as_ref().and_then(|Object(script)| script.parameters.as_ref());
        let parameters = parameters.into_iter().flatten().map(|Object(parameter)| {
            let (name, value) = (&parameter.name.0, &parameter.value.0);
            // A parameter of a shell script has a place and no name.
            if name.is_empty() || name == "-" { value.clone() } else { format!("{name}={value}") }
        });
        let task = self.metadata.as_ref().and_then(|Object(metadata)| metadata.scheduler_node_id.unsigned());
        SpecNode {
            name: self.name.0.clone(),
            task: task.filter(|id| *id > 0),
            parameters: parameters.collect::<Vec<_>>().join(" "),
        }
    }

    fn named(&self) -> Named {
        let path = self.script.as_ref().map(|Object(script)| script.path.0.clone()).unwrap_or_default();
        Named { id: self.id.0.clone(), name: self.name.0.clone(), path, ..Named::default() }
    }
}

fn named(parts: Option<&Vec<Object<FlowPart>>>) -> Vec<Named> {
    parts.into_iter().flatten().map(|Object(part)| part.named()).collect()
}
