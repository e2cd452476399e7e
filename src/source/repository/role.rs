//! What a folder with a spec is for the folders below it.

use super::desired::Desired;

/// What a folder with a spec is for the folders below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Its folders are its nodes.
    Workflow,
    /// No spec may stand below it.
    Node,
    /// As if there were no spec.
    PassedOver,
    /// Its kind cannot be read, so nothing is concluded from it.
    Unknown,
}

/// A folder with a spec.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it is.
    pub role: Role,
    /// The path of its spec, as seen from where the step was started.
    pub file: String,
    /// Its name by the name of the file.
    pub name: String,
    /// The object, where enough of it can be read.
    pub desired: Option<Desired>,
}
