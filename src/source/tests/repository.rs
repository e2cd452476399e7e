//! Random repositories: stand-alone nodes, a workflow, edges between them, and edits of one leaf.

use serde_json::{Value, json};

use super::world::key;
use crate::source::repository::desired::{Desired, ObjectKind};

/// What stands in a repository for its nodes: one that a law can change, leaf by leaf.
pub struct Repository(pub Vec<Desired>);

impl Repository {
    /// A repository of up to eight objects.
    pub fn of(random: &mut fastrand::Rng) -> Self {
        let mut desired = Vec::new();
        let mut outputs = vec!["ws_root".to_owned()];
        for at in 0..random.usize(1..4) {
            desired.push(node(None, &format!("n{at}"), &mut outputs, random));
        }
        if random.bool() {
            let strategy = json!({ "timeout": random.u8(0..3), "failureStrategy": "Break" });
            let workflow = json!({ "name": "w", "script": { "path": "w", "runtime": { "command": "WORKFLOW" } }, "strategy": strategy });
            let kind = if random.bool() { "CycleWorkflow" } else { "ManualWorkflow" };
            let spec = json!({ "version": "1.1.0", "kind": kind, "spec": { "workflows": [workflow] } });
            desired.push(Desired::new(key(None, ObjectKind::Workflow, "w"), "w".into(), spec));
            for at in 0..random.usize(0..4) {
                desired.push(node(Some("w"), &format!("i{at}"), &mut outputs, random));
            }
        }
        Self(desired)
    }

    /// Changes one leaf of one node. Gives the node's place, and the path that differs then.
    pub fn edit(&mut self, random: &mut fastrand::Rng) -> (usize, String) {
        let nodes: Vec<usize> = (0..self.0.len()).filter(|at| self.0[*at].key.kind == ObjectKind::Node).collect();
        let at = nodes[random.usize(0..nodes.len())];
        let node = &mut self.0[at].spec["spec"]["nodes"][0];
        (at, change(node, random))
    }
}

/// Changes one leaf that a node of ours names, on either side.
pub fn change(node: &mut Value, random: &mut fastrand::Rng) -> String {
    let paths = ["/script/content", "/trigger/cron", "/recurrence", "/datasource/name", "/script/parameters/0/value"];
    let paths: Vec<&str> = paths.into_iter().filter(|path| node.pointer(path).is_some()).collect();
    let path = paths[random.usize(0..paths.len())];
    let new = format!("edited {}", random.u32(..));
    *node.pointer_mut(path).unwrap() = new.into();
    match path {
        "/script/parameters/0/value" => {
            format!("script.parameters[{}].value", node["script"]["parameters"][0]["name"].as_str().unwrap())
        }
        _ => path.trim_start_matches('/').replace('/', "."),
    }
}

fn node(workflow: Option<&str>, name: &str, outputs: &mut Vec<String>, random: &mut fastrand::Rng) -> Desired {
    let code = ["select 1;\n", "", "{\n  \"job\": [1, 2.0]\n}\n", "a\nb\n\n", "echo '一'"][random.usize(0..5)];
    let mut fields =
        json!({ "name": name, "script": { "path": name, "runtime": { "command": "ODPS_SQL" }, "content": code } });
    let mut maybe = |key: &str, value: Value| {
        if random.bool() {
            fields[key] = value;
        }
    };
    maybe("recurrence", json!("Normal"));
    maybe("timeout", json!(1));
    maybe("id", json!("8699999999999999999"));
    maybe("datasource", json!({ "name": "ws_odps", "type": "od" }));
    maybe("trigger", json!({ "id": "elsewhere", "cron": "00 30 02 * * ?" }));
    maybe("runtimeResource", json!({ "resourceGroup": "S_res" }));
    maybe("metadata", json!({ "owner": "elsewhere" }));
    maybe("inputs", json!({}));
    maybe("tags", json!([{ "k": "a" }, { "k": "b" }]));
    if random.bool() {
        fields["script"]["parameters"] = json!([{ "name": "dt", "value": "1" }, { "name": "hh", "value": "2" }]);
    }
    let output = format!("ws.{name}");
    fields["outputs"] = json!({ "nodeOutputs": [{ "data": output }, { "data": format!("{output}.more") }] });
    let depends: Vec<Value> = outputs
        .iter()
        .filter(|_| random.u8(0..3) == 0)
        .map(|output| json!({ "type": "Normal", "output": output }))
        .collect();
    outputs.push(output);
    let mut spec = json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [fields] } });
    if random.u8(0..4) > 0 {
        let list = ["flow", "dependencies"][random.usize(0..2)];
        spec["spec"][list] = json!([{ "nodeId": name, "depends": depends }]);
    }
    let path = workflow.map_or_else(|| name.to_owned(), |workflow| format!("{workflow}/{name}"));
    Desired::new(key(workflow, ObjectKind::Node, name), path, spec)
}
