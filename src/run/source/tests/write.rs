//! Writes of Data Studio: what is created and changed, what comes of it beside what was sent, what is refused.

use serde_json::{Value, json};

use super::{
    read::has_output,
    service::{Draft, Lost, Service},
    wire::{Answered, Asked},
};
use crate::model::duration::Elapsed;

/// What somebody writes by hand has this in it, so that its loss is seen.
pub(super) const BY_HAND: &str = "by hand";

impl Service {
    pub(super) fn create_node(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let spec: Value = serde_json::from_str(asked.text("Spec")).unwrap();
        let container = asked.get("ContainerId").map(str::to_owned);
        if container.as_ref().is_some_and(|id| self.draft(id).is_none()) {
            return Err(("1", "ContainerId is not found".to_owned()));
        }
        let depends = spec.pointer("/spec/dependencies/0/depends").and_then(Value::as_array).cloned();
        let is_lossy = self.habits.drops_edges > 0 && depends.is_some();
        self.habits.drops_edges -= u32::from(is_lossy);
        let depends = self.stored(depends.filter(|_| !is_lossy).unwrap_or_default());
        self.create("Node", &spec["spec"]["nodes"][0], container, depends, now)
    }

    pub(super) fn create_workflow(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let spec: Value = serde_json::from_str(asked.text("Spec")).unwrap();
        let kind = spec["kind"].as_str().unwrap();
        self.create(kind, &spec["spec"]["workflows"][0], None, Vec::new(), now)
    }

    /// Edges as they are kept: by output, or by the id of the node that has it.
    fn stored(&self, mut depends: Vec<Value>) -> Vec<Value> {
        for edge in depends.iter_mut().filter(|_| self.habits.edges_by_id) {
            if let Some(upstream) = self.present().find(|other| has_output(other, edge)) {
                edge["output"] = upstream.id.clone().into();
            }
        }
        depends
    }

    fn create(
        &mut self,
        kind: &str,
        sent: &Value,
        container: Option<String>,
        depends: Vec<Value>,
        now: Elapsed,
    ) -> Answered {
        let name = sent["name"].as_str().unwrap().to_owned();
        if self.habits.refuses == Some(name.as_str()) {
            return Err(("2", "Datasource not found in project".to_owned()));
        }
        let workflow = container.as_ref().and_then(|id| self.draft(id)).map(|workflow| workflow.name.clone());
        let twins = self.find(workflow.as_deref(), kind == "Node", &name);
        if self.habits.refuses_twins && !twins.is_empty() {
            return Err(("3", "Node with the same name already exists in the project".to_owned()));
        }
        if twins.iter().any(|twin| twin.is_ours) {
            self.broken.push(format!("no twin: {workflow:?}/{name} was created again"));
        }
        let id = self.add(kind, sent, container, depends, now);
        Ok(json!({ "Id": id }))
    }

    /// A new object, of whoever makes it.
    pub(super) fn add(
        &mut self,
        kind: &str,
        sent: &Value,
        container: Option<String>,
        depends: Vec<Value>,
        now: Elapsed,
    ) -> String {
        let (id, name) = (format!("86{:017}", self.drafts.len()), sent["name"].as_str().unwrap().to_owned());
        let around = container.as_ref().and_then(|id| self.draft(id)).map(|workflow| workflow.path().to_owned());
        let mut fields = json!({ "owner": "20000001", "recurrence": "Normal", "timeout": 0, "outputs": { "nodeOutputs": [] },
            "script": { "id": format!("{id}1"), "runtime": { "commandTypeId": 10 } }, "inputs": {},
            "trigger": { "id": format!("{id}2"), "type": "Scheduler", "cron": "00 12 00 * * ?" } });
        merge(&mut fields, sent);
        let path = around.map_or_else(|| sent["script"]["path"].clone(), |around| format!("{around}/{name}").into());
        fields["script"]["path"] = path;
        let (kind, listed_from) = (kind.to_owned(), now + self.habits.shows_after);
        let mut draft = Draft {
            id: id.clone(),
            kind,
            container,
            name,
            fields,
            depends,
            created: now,
            listed_from,
            modified: now + self.habits.modify_lag,
            modified_before: now,
            is_ours: true,
            is_deleted: false,
            read: Elapsed::ZERO,
            written: Some(now),
            edited: None,
        };
        complete(&mut draft);
        if let Some(around) = draft.container.as_ref().and_then(|id| self.place(id)) {
            self.drafts[around].touch(now, self.habits.modify_lag);
        }
        self.drafts.push(draft);
        id
    }

    pub(super) fn update(&mut self, asked: &Asked, now: Elapsed) -> Answered {
        let Some(at) = self.place(asked.text("Id")) else { return Err(("4", "未找到节点".to_owned())) };
        let spec: Value = serde_json::from_str(asked.text("Spec")).unwrap();
        let list = if self.drafts[at].is_node() { "nodes" } else { "workflows" };
        if self.habits.refuses == Some(self.drafts[at].name.as_str()) {
            return Err(("2", "Datasource not found in project".to_owned()));
        }
        let before = texts_by_hand(&self.drafts[at]);
        let depends = spec.pointer("/spec/dependencies/0/depends").and_then(Value::as_array).cloned();
        let depends = depends.map(|depends| self.stored(depends));
        let draft = &mut self.drafts[at];
        for (field, value) in spec["spec"][list][0].as_object().unwrap().iter().filter(|(field, _)| *field != "id") {
            match draft.fields.get_mut(field).filter(|_| field == "script") {
                Some(into) => merge(into, value),
                None => draft.fields[field] = value.clone(),
            }
        }
        draft.depends = depends.unwrap_or_else(|| draft.depends.clone());
        complete(draft);
        draft.written.get_or_insert(now);
        draft.touch(now, self.habits.modify_lag);
        let after = texts_by_hand(&self.drafts[at]);
        let (edited, read) = (self.drafts[at].edited.unwrap_or_default(), self.drafts[at].read);
        for text in before.into_iter().filter(|text| !after.contains(text)) {
            let was_deployed =
                self.runs.iter().any(|run| run.is_ours() && run.text.to_string().contains(text.trim_end()));
            self.lost.push(Lost { text, was_read: edited <= read, was_deployed });
        }
        Ok(json!({ "Success": true }))
    }
}

/// What a client can neither choose nor take away: the ids, and the output by the object's id.
fn complete(draft: &mut Draft) {
    draft.fields["id"] = draft.id.clone().into();
    let outputs = draft.fields["outputs"]["nodeOutputs"].as_array_mut().unwrap();
    if outputs.iter().all(|output| output["data"] != draft.id.as_str()) {
        outputs.push(json!({ "data": draft.id, "isDefault": true }));
    }
}

/// The texts that somebody wrote by hand.
pub(super) fn texts_by_hand(draft: &Draft) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![&draft.fields];
    open.extend(&draft.depends);
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) if text.contains(BY_HAND) => found.push(text.clone()),
            Value::Array(list) => open.extend(list),
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    found
}

/// What is left out stays, lists are replaced.
fn merge(into: &mut Value, sent: &Value) {
    match (into, sent) {
        (Value::Object(into), Value::Object(sent)) => {
            sent.iter().for_each(|(key, sent)| merge(into.entry(key.clone()).or_insert(Value::Null), sent));
        }
        (into, sent) => *into = sent.clone(),
    }
}
