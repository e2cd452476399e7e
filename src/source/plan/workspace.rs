//! What is known of the workspace when a push is planned.

use std::collections::BTreeMap;

use super::{change::Found, remote::RemoteUnit, unit::DesiredUnit};
use crate::source::repository::desired::{Key, ObjectKind};

/// What is known of the workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workspace {
    /// The units that were read, by the identity of their heads.
    pub units: BTreeMap<Key, RemoteUnit>,
    /// The units of which the lists alone show that they are as this repository deployed them, with their ids.
    pub settled: BTreeMap<Key, String>,
    /// The nodes and workflows that the lists have: all of them, or those of the names that the repository has.
    pub listed: Vec<Listed>,
    /// Nodes of other names, where the lists are not of all: only what they have as outputs counts.
    pub beside: Vec<Listed>,
}

/// An object as the lists tell of it, read or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its identity.
    pub key: Key,
    /// Its id.
    pub id: String,
    /// `Script.Path`.
    pub script_path: Option<String>,
    /// `Outputs.NodeOutputs[].Data`.
    pub outputs: Vec<String>,
    /// `CreateTime`, in milliseconds since 1970.
    pub created_ms: Option<u64>,
    /// `ModifyTime`, in milliseconds since 1970.
    pub modified_ms: Option<u64>,
}

impl Workspace {
    /// Whether a unit is known as far as the plan needs it.
    pub fn knows(&self, unit: &DesiredUnit) -> bool {
        self.units.contains_key(&unit.head.key) || self.settled.contains_key(&unit.head.key)
    }

    /// Notes where a node lives, as the node itself says.
    pub fn place(&mut self, id: &str, workflow: Option<String>) {
        if let Some(listed) = self.listed.iter_mut().find(|listed| listed.id == id) {
            listed.key.workflow = workflow;
        }
    }

    /// What is listed, by its name.
    pub fn by_name(&self) -> ByName<'_> {
        let mut by_name: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
        for listed in &self.listed {
            by_name.entry(&listed.key.name).or_default().push(listed);
        }
        ByName(by_name)
    }

    /// What is listed, by the unit that it is of.
    pub fn by_unit(&self) -> ByUnit<'_> {
        let mut by_unit: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
        for listed in &self.listed {
            by_unit.entry(listed.key.workflow.as_ref().unwrap_or(&listed.key.name)).or_default().push(listed);
        }
        ByUnit(by_unit)
    }
}

/// What is listed, by the name of the workflow that it lives in, or else its own.
pub struct ByUnit<'a>(BTreeMap<&'a str, Vec<&'a Listed>>);

impl<'a> ByUnit<'a> {
    /// What is listed of a unit: its head, and every node that its workflow has.
    pub fn of(&self, unit: &DesiredUnit) -> impl Iterator<Item = &'a Listed> {
        let head = &unit.head.key;
        let is_workflow = head.kind == ObjectKind::Workflow;
        let is_of_it = move |key: &Key| key == head || (is_workflow && key.workflow.as_ref() == Some(&head.name));
        self.0.get(head.name.as_str()).into_iter().flatten().copied().filter(move |listed| is_of_it(&listed.key))
    }
}

/// What is listed, by its name.
pub struct ByName<'a>(BTreeMap<&'a str, Vec<&'a Listed>>);

impl<'a> ByName<'a> {
    /// All objects of a name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &'a Listed> {
        self.0.get(name).into_iter().flatten().copied()
    }

    /// Those that have an identity: of a name outside of workflows there may be two.
    pub fn all(&self, key: &Key) -> impl Iterator<Item = &'a Listed> {
        self.named(&key.name).filter(move |listed| listed.key == *key)
    }
}

impl Listed {
    pub fn found(&self) -> Found {
        Found { id: self.id.clone(), script_path: self.script_path.clone() }
    }
}
