//! Export, then plan: nothing differs; and of a file that exists only what differs is changed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{FileWrite, export};
use crate::{
    model::{options::OnDrift, secret::Secret},
    source::{
        plan::{
            change::State,
            decide::plan,
            remote::{Facts, RemoteUnit},
            unit::DesiredUnit,
            workspace::Workspace,
        },
        repository::{
            desired::{Key, ObjectKind},
            error::SourceError,
            properties::Inputs,
            read::{Repository, read},
            tree::{Entry, Tree},
        },
    },
};

mod generated;
mod laws;

/// The files of a folder `warehouse`, with the secret `${pw}`.
#[derive(Clone, Default)]
struct Folder(BTreeMap<String, String>);

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    #[track_caller]
    fn read(&self) -> Repository {
        self.try_read().unwrap()
    }

    fn try_read(&self) -> Result<Repository, Vec<SourceError>> {
        let mut tree = Tree::new("warehouse");
        for (path, text) in &self.0 {
            assert!(tree.insert(path, Entry::file(text.as_str())));
        }
        let secret = Secret::new("pw=hunter2");
        let inputs = Inputs { properties: None, secret_properties: Some(&secret), project: Some("ws") };
        read(vec![tree], &inputs, true, &mut |_| Err(String::new()))
    }

    fn export(&self, workspace: &Workspace) -> Result<Vec<FileWrite>, Vec<String>> {
        let wanted: BTreeSet<Key> =
            workspace.units.values().flat_map(RemoteUnit::objects).map(|object| object.key.clone()).collect();
        let objects = export(&self.read(), "warehouse", workspace, &wanted)?;
        Ok(objects.into_iter().flat_map(|object| object.files).collect())
    }

    /// Exports, and checks the law.
    #[track_caller]
    fn after(&self, workspace: &Workspace) -> Self {
        let mut after = self.clone();
        let files = self.export(workspace).unwrap();
        after.0.extend(
            files.into_iter().map(|file| (file.path.strip_prefix("warehouse/").unwrap().to_owned(), file.text)),
        );
        let units = DesiredUnit::group(&after.read().objects);
        let changes = plan(&units, workspace, OnDrift::Fail);
        let rows: Vec<_> = changes.units.iter().flat_map(|unit| &unit.rows).collect();
        assert!(!rows.is_empty());
        for row in rows {
            assert_eq!(row.state, State::Unchanged, "{:?} {:?}\n{:#?}", row.key, row.fields, after.0);
        }
        assert!(changes.conflicts.is_empty(), "{:?}", changes.conflicts);
        assert!(after.export(workspace).unwrap().is_empty(), "a second export writes nothing");
        after
    }

    fn text(&self, path: &str) -> &str {
        self.0.get(path).unwrap_or_else(|| panic!("{path} in {:?}", self.0.keys()))
    }
}

const ID: &str = "8600000000000000101";
const START: &str = "8600000000000000201";

/// What `GetNode` answers of a stand-alone node, with fields over the usual ones.
fn node(name: &str, code: &str, fields: &Value, depends: &Value) -> RemoteUnit {
    let mut body = json!({ "id": ID, "name": name, "owner": "1", "recurrence": "Normal", "metadata": { "x": 1 },
        "script": { "id": "5", "path": format!("dws/{name}"), "runtime": { "command": "ODPS_SQL" }, "content": code },
        "trigger": { "id": "6", "type": "Scheduler", "cron": "00 30 02 * * ?" },
        "inputs": { "nodeOutputs": [{ "data": "ws_root" }] },
        "outputs": { "nodeOutputs": [{ "data": ID, "artifactType": "NodeOutput", "isDefault": true }, { "data": format!("ws.{name}") }] } });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let spec = json!({ "version": "1.1.0", "kind": "CycleWorkflow",
        "spec": { "nodes": [body], "flow": [{ "nodeId": ID, "depends": depends }] } });
    RemoteUnit::read(ID, ObjectKind::Node, &spec.to_string(), Facts::default()).unwrap()
}

fn workspace(units: impl IntoIterator<Item = RemoteUnit>) -> Workspace {
    let units = units.into_iter().map(|unit| (unit.head.key.clone(), unit)).collect();
    Workspace { units, ..Workspace::default() }
}
