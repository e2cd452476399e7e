//! A small Data Studio of plain values with the habits of the real one: other envelopes, ids, defaults, order, edges by id.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::{marker::Written, pipeline::State};

use crate::source::{
    plan::{
        change::ChangeSet,
        decide::outputs,
        remote::{Base, Facts, RemoteUnit},
        runs::{Run, Runs},
        unit::DesiredUnit,
        workspace::Workspace,
        write::{Write, create, update},
    },
    repository::desired::{Key, ObjectKind},
};

/// One object as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: String,
    pub kind: String,
    pub fields: Map<String, Value>,
    pub depends: Vec<Value>,
}

/// A workspace, and the runs that were made of it.
#[derive(Clone, Default)]
pub struct Service {
    pub objects: BTreeMap<Key, Stored>,
    runs: BTreeMap<Key, Vec<(Run, Vec<String>)>>,
    modified: BTreeMap<Key, u64>,
    clock: u64,
    /// Decides what is free to be otherwise from one reading to the next.
    pub habit: u64,
}

impl Service {
    /// An empty workspace.
    pub fn new(habit: u64) -> Self {
        Self { habit, ..Self::default() }
    }

    /// Writes what a plan says, and deploys it.
    pub fn apply(&mut self, set: &ChangeSet, desired: &[DesiredUnit]) {
        let deployed: Vec<Key> = set.deploys().map(|unit| unit.key.clone()).collect();
        let rows: Vec<Key> = set.writes().map(|(_, row)| row.key.clone()).collect();
        let workspace = self.observe(desired);
        let outputs = outputs(desired, &workspace);
        for key in rows {
            let unit = desired.iter().find(|unit| unit.objects().any(|object| object.key == key)).unwrap();
            let object = unit.objects().find(|object| object.key == key).unwrap();
            let there = workspace.units.get(&unit.head.key).and_then(|remote| remote.object(&key));
            let write = match there {
                Some(there) => update(object, there, &outputs),
                None => create(object, Some(&unit.head.kind).filter(|_| !unit.nodes.is_empty()).map(String::as_str)),
            };
            self.write(&key, &write);
            self.clock += 1;
            self.modified.insert(unit.head.key.clone(), self.clock);
        }
        for key in deployed {
            self.clock += 1;
            let src = desired.iter().find(|unit| unit.head.key == key).unwrap().src.clone();
            let now = self.read(&key).now;
            let id = format!("run {}", self.clock);
            let run = Run {
                id,
                created_ms: Some(self.clock),
                state: State::Success,
                written: Some(Written { src, now }),
                bears_the_marker: false,
                has_description: true,
            };
            let spec = self.spec(&key);
            self.runs.entry(key).or_default().push((run, vec![spec]));
        }
    }

    /// Everything of the workspace that the repository names.
    pub fn observe(&self, desired: &[DesiredUnit]) -> Workspace {
        let there = desired.iter().filter(|unit| self.objects.contains_key(&unit.head.key));
        Workspace {
            units: there.map(|unit| (unit.head.key.clone(), self.read(&unit.head.key))).collect(),
            listed: Vec::new(),
            ..Workspace::default()
        }
    }

    /// Somebody edits an object in Data Studio.
    pub fn edit(&mut self, key: &Key, edit: impl FnOnce(&mut Value) -> String) -> String {
        let stored = self.objects.get_mut(key).unwrap();
        let mut value = Value::Object(stored.fields.clone());
        let path = edit(&mut value);
        stored.fields = value.as_object().unwrap().clone();
        self.clock += 1;
        let head = key
            .workflow
            .as_ref()
            .map_or_else(|| key.clone(), |name| Key { workflow: None, kind: ObjectKind::Workflow, name: name.clone() });
        self.modified.insert(head, self.clock);
        path
    }

    fn read(&self, key: &Key) -> RemoteUnit {
        let modified_ms = self.modified.get(key).copied();
        let runs = self.runs.get(key).cloned().unwrap_or_default();
        let facts = Facts { modified_ms, has_task: !runs.is_empty(), ..Facts::default() };
        let mut unit = RemoteUnit::read(&self.objects[key].id, key.kind, &self.spec(key), facts).unwrap();
        unit.base = runs.last().map(|(_, specs)| Base::of(specs.iter().map(String::as_str))).unwrap_or_default();
        unit.runs = Runs::new(runs.into_iter().map(|(run, _)| run).collect());
        unit
    }

    fn write(&mut self, key: &Key, write: &Write) {
        let (Write::CreateWorkflow { spec }
        | Write::CreateNode { spec, .. }
        | Write::UpdateWorkflow { spec, .. }
        | Write::UpdateNode { spec, .. }) = write;
        let spec: Value = serde_json::from_str(spec).unwrap();
        let sent =
            spec.pointer("/spec/nodes/0").or(spec.pointer("/spec/workflows/0")).and_then(Value::as_object).unwrap();
        let edges = spec.pointer("/spec/dependencies/0/depends").and_then(Value::as_array).cloned();
        let id = format!("86{:017}", self.objects.len());
        let new = || Stored {
            id: id.clone(),
            kind: spec["kind"].as_str().unwrap().into(),
            fields: defaults(&id),
            depends: Vec::new(),
        };
        assert_eq!(
            self.objects.contains_key(key),
            matches!(write, Write::UpdateNode { .. } | Write::UpdateWorkflow { .. }),
            "{key:?}"
        );
        let stored = self.objects.entry(key.clone()).or_insert_with(new);
        // A field that is sent is replaced, which is the worst that nobody has ruled out; of `script` its parts are merged.
        for (field, value) in sent.iter().filter(|(field, _)| *field != "id") {
            match stored
                .fields
                .get_mut(field)
                .filter(|_| field == "script" || matches!(write, Write::CreateNode { .. }))
            {
                Some(into) => merge(into, value),
                None => _ = stored.fields.insert(field.clone(), value.clone()),
            }
        }
        if let Some(Value::String(kind)) = stored.fields.get_mut("datasource").and_then(|source| source.get_mut("type"))
        {
            *kind = "odps".into();
        }
        stored.depends = edges.unwrap_or_else(|| stored.depends.clone());
        stored.fields.insert("id".into(), stored.id.clone().into());
        let outputs = stored.fields["outputs"]["nodeOutputs"].as_array_mut().unwrap();
        outputs.retain(|output| output["data"] != stored.id.as_str());
        outputs.push(json!({ "data": stored.id, "isDefault": true }));
    }

    /// The text of a read, in the envelopes of the service.
    fn spec(&self, key: &Key) -> String {
        let stored = &self.objects[key];
        let mut random = fastrand::Rng::with_seed(self.habit);
        let mut head = Value::Object(self.shown(stored, &mut random));
        let edges = |stored: &Stored, random: &mut fastrand::Rng| json!({ "nodeId": stored.id, "depends": self.edges(stored, random) });
        if key.kind == ObjectKind::Node {
            let flow = [edges(stored, &mut random)];
            return json!({ "version": "1.1.0", "kind": "CycleWorkflow", "spec": { "nodes": [head], "flow": flow } })
                .to_string();
        }
        let inner: Vec<&Stored> = self
            .objects
            .iter()
            .filter(|(of, _)| of.workflow.as_ref() == Some(&key.name))
            .map(|(_, stored)| stored)
            .collect();
        head["nodes"] = inner.iter().map(|stored| Value::Object(self.shown(stored, &mut random))).collect();
        head["dependencies"] = inner.iter().map(|stored| edges(stored, &mut random)).collect();
        json!({ "version": "1.1.0", "kind": stored.kind, "spec": { "type": stored.kind, "workflows": [head] } })
            .to_string()
    }

    /// The order of what has none, numbers with a fraction, another layout of JSON and other line ends.
    fn shown(&self, stored: &Stored, random: &mut fastrand::Rng) -> Map<String, Value> {
        let mut fields = stored.fields.clone();
        fields.insert("metadata".into(), json!({ "schedulerNodeId": self.clock }));
        for list in ["/outputs/nodeOutputs", "/script/parameters"] {
            let mut value = Value::Object(fields);
            if let Some(Value::Array(list)) = value.pointer_mut(list) {
                random.shuffle(list);
            }
            fields = value.as_object().unwrap().clone();
        }
        if random.bool() && fields.contains_key("timeout") {
            fields.insert("timeout".into(), json!(fields["timeout"].as_f64()));
        }
        if let Some(Value::String(code)) = fields.get_mut("script").and_then(|script| script.get_mut("content")) {
            let json: Option<Value> = serde_json::from_str(code).ok();
            *code = match json.filter(|_| random.bool()) {
                Some(json) => json.to_string(),
                None if random.bool() => code.replace('\n', "\r\n"),
                None => code.clone(),
            };
        }
        fields
    }

    /// Edges by the id of a node or by its output, with the table's name, in any order.
    fn edges(&self, stored: &Stored, random: &mut fastrand::Rng) -> Vec<Value> {
        let mut edges = stored.depends.clone();
        for edge in &mut edges {
            let output = edge["output"].as_str().unwrap().to_owned();
            let is_its = |of: &&Stored| {
                of.fields["outputs"]["nodeOutputs"].as_array().unwrap().iter().any(|has| has["data"] == output.as_str())
            };
            if let Some(of) = self.objects.values().find(is_its).filter(|_| random.bool()) {
                edge["output"] = of.id.clone().into();
                edge["refTableName"] = of.fields["name"].clone();
            }
        }
        random.shuffle(&mut edges);
        edges
    }
}

/// What the service fills in.
fn defaults(id: &str) -> Map<String, Value> {
    let fields = json!({ "owner": "2000000000000001", "recurrence": "Normal", "timeout": 0, "instanceMode": "T+1", "rerunTimes": 3,
        "script": { "id": format!("{id}2"), "language": "odps-sql", "runtime": { "commandTypeId": 10, "cu": "0.25" } },
        "trigger": { "id": format!("{id}3"), "type": "Scheduler", "cron": "00 12 00 * * ?", "delaySeconds": 0 },
        "runtimeResource": { "id": format!("{id}4"), "resourceGroup": "S_default" }, "inputs": {}, "outputs": { "nodeOutputs": [] } });
    fields.as_object().unwrap().clone()
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
