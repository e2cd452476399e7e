//! What is known of the workspace when a push is planned.

use std::collections::BTreeMap;

use super::{change::Found, remote::RemoteUnit};
use crate::source::repository::desired::Key;

/// What is known of the workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workspace {
    /// The units that were read, by the identity of their heads.
    pub units: BTreeMap<Key, RemoteUnit>,
    /// The units of which the lists alone show that they are as this repository deployed them, with their ids.
    pub settled: BTreeMap<Key, String>,
    /// All nodes and workflows that the lists have.
    pub listed: Vec<Listed>,
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
}

impl Listed {
    pub fn found(&self) -> Found {
        Found { id: self.id.clone(), script_path: self.script_path.clone() }
    }
}
