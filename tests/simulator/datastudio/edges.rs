//! What depends on what: how an edge may be written, and how it comes back.

use serde_json::{Value, json};

use super::draft::Draft;

/// The `depends` that a Spec has for a node, in `flow` or in `dependencies`; `None` where it says nothing of it.
/// An entry that names another node, or none, is dropped silently.
pub(super) fn sent(spec: &Value, names: &[&str]) -> Option<Vec<Value>> {
    let entries = [&spec["flow"], &spec["dependencies"]].into_iter().find_map(Value::as_array)?;
    let ours = entries.iter().filter(|entry| entry["nodeId"].as_str().is_some_and(|id| names.contains(&id)));
    let mut depends = ours.filter_map(|entry| entry["depends"].as_array()).peekable();
    depends.peek()?;
    Some(depends.flatten().cloned().collect())
}

/// The edges of one node as they come back: within a workflow by the id of the node upstream, and everywhere with its
/// name, where the workspace has it.
pub(super) fn resolved(drafts: &[Draft], at: usize) -> Vec<Value> {
    let draft = &drafts[at];
    let depends = draft.depends.iter().map(|depend| {
        let mut depend = depend.clone();
        if depend.get("type").is_none() {
            depend["type"] = json!("Normal");
        }
        let output = depend["output"].as_str().unwrap_or_default();
        let upstream = drafts.iter().find(|other| other.project == draft.project && has_output(other, output));
        if let Some(upstream) = upstream {
            if draft.container.is_some() && upstream.container == draft.container {
                depend["output"] = json!(upstream.id);
            }
            depend["refTableName"] = json!(upstream.name());
        }
        depend
    });
    depends.collect()
}

/// Whether an output of an edge is one of this node's: by its id or by a name.
pub(super) fn has_output(draft: &Draft, output: &str) -> bool {
    draft.id == output || draft.outputs().any(|data| data == output)
}
