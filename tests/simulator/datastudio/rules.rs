//! How Data Studio refuses a write, and the rules of a write that it never tells.

use serde_json::Value;

use super::super::refusal::Refusal;
use super::draft::Draft;
use super::edit;

/// A refusal as Data Studio words it: the code is a number in a text.
fn refusal(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, code, message)
}

pub(super) fn no_node(id: &str) -> Refusal {
    refusal("5801488441564725286", format!("未找到节点: {id}"))
}

pub(super) fn no_workflow() -> Refusal {
    refusal("5801488441564725287", "Workflow definition not found")
}

pub(super) fn no_spec(why: &str) -> Refusal {
    refusal("58014884415", format!("Spec JSON parse failed: {why}"))
}

pub(super) fn wrong_kind() -> Refusal {
    refusal("5801488441564725301", "spec kind and request not match")
}

pub(super) fn no_command() -> Refusal {
    refusal("5801488441564725302", "script.runtime.command is empty")
}

pub(super) fn other_command() -> Refusal {
    refusal("5801488441564725303", "Node type (command) cannot be changed after creation")
}

pub(super) fn path_without_name() -> Refusal {
    refusal("5801488441564725304", "Script path must end with node name")
}

pub(super) fn same_name() -> Refusal {
    refusal("5801488441564725305", "Node with the same name already exists in the project")
}

pub(super) fn no_container(id: &str) -> Refusal {
    refusal("5801488441564725306", format!("内部节点的容器对象: 未找到 {id}"))
}

pub(super) fn no_data_source() -> Refusal {
    refusal("5801488441564725307", "Datasource not found in project")
}

pub(super) fn wrong_cron() -> Refusal {
    refusal("5801488441564725308", "Invalid cron expression in trigger")
}

pub(super) fn wrong_source_type(word: &str) -> Refusal {
    refusal("5801488441564725309", format!("Enum not found. Enum: SourceType Value:{word}"))
}

/// Refuses what no write may hold: an invalid schedule, a word that the service does not have.
pub(super) fn check(body: &Value) -> Result<(), Refusal> {
    if let Some(cron) = body["trigger"]["cron"].as_str()
        && !matches!(cron.split_whitespace().count(), 6 | 7)
    {
        return Err(wrong_cron());
    }
    let inputs = body["inputs"]["nodeOutputs"].as_array().into_iter().flatten();
    let mut words = inputs.filter_map(|input| input["sourceType"].as_str());
    match words.find(|word| !matches!(*word, "Manual" | "System")) {
        Some(word) => Err(wrong_source_type(word)),
        None => Ok(()),
    }
}

/// The rules that an update breaks though it is carried out: what no careful client sends.
pub(super) fn broken_by_update(draft: &Draft, sent: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    for field in ["datasource", "runtimeResource"] {
        if sent.get(field).is_some_and(|value| holds(&draft.body[field], value)) {
            broken.push(format!("an unchanged {field} was sent, which the service may refuse"));
        }
    }
    let same = |pointer: &str| sent.pointer(pointer).is_none_or(|value| draft.body.pointer(pointer) == Some(value));
    for (pointer, what) in [("/name", "renames it"), ("/script/path", "moves it")] {
        if !same(pointer) {
            broken.push(format!("an update {what}"));
        }
    }
    let of_a_node = draft.is_node().then_some("/script/content");
    for pointer in ["/id", "/name", "/script/path", "/script/runtime/command"].into_iter().chain(of_a_node) {
        if sent.pointer(pointer).is_none() {
            broken.push(format!("an update without {pointer}, which nobody has seen accepted"));
        }
    }
    broken
}

/// Whether all of `part` is in `whole` already.
fn holds(whole: &Value, part: &Value) -> bool {
    match part {
        Value::Object(fields) => fields.iter().all(|(name, value)| holds(&whole[name.as_str()], value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => whole == part,
    }
}

/// Where a Spec holds `null`, of which nobody knows what it does.
pub(super) fn null_in(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(null_in),
        Value::Object(fields) => fields.values().any(null_in),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What stays as it was, whatever an update said.
pub(super) fn keep(kept: &[String], before: &Value, after: &mut Value) {
    for pointer in kept {
        let old = before.pointer(pointer).cloned().unwrap_or(Value::Null);
        edit::put(after, pointer, old);
    }
}
