//! What lists show of a node, a workflow or a workspace.

use serde::Deserialize;

use crate::{
    client::api::{
        id::Id,
        lenient::{Int, Object, Text},
    },
    model::answer::Named,
};

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct WireNamed {
    id: Id,
    name: Text,
    create_time: Int,
    modify_time: Int,
    task_id: Int,
    script: Option<Object<Script>>,
    outputs: Option<Object<Outputs>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Script {
    path: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Outputs {
    node_outputs: Option<Vec<Object<NodeOutput>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct NodeOutput {
    data: Text,
}

impl WireNamed {
    /// What has no id cannot be named.
    pub(super) fn named(Object(wire): Object<Self>) -> Option<Named> {
        let Object(script) = wire.script.unwrap_or_default();
        let Object(outputs) = wire.outputs.unwrap_or_default();
        let outputs = outputs.node_outputs.unwrap_or_default().into_iter().map(|Object(output)| output.data.0);
        Some(Named {
            id: wire.id.digits()?,
            name: wire.name.0,
            path: script.path.0,
            created_ms: wire.create_time.unsigned(),
            modified_ms: wire.modify_time.unsigned(),
            task: wire.task_id.unsigned().filter(|id| *id > 0),
            outputs: outputs.filter(|data| !data.is_empty()).collect(),
        })
    }
}
