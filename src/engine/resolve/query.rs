//! What is looked for by name, and the list that shows it. Every filter but the exact file name is fuzzy.

use crate::model::call::{Call, FileKey};

/// A list to be read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// The workspace of a name; empty: all.
    Project(String),
    /// Files of an exact name.
    Files(String),
    /// Files whose name has this in it.
    FilesLike(String),
    /// The file of a scheduling node, which is not a list.
    OfNode(u64),
    /// Workflows of one type whose name resembles this one; empty: all.
    Workflows {
        /// What the name resembles.
        name: String,
        /// `ManualWorkflow` instead of `CycleWorkflow`.
        manual: bool,
    },
    /// Nodes whose name resembles this one.
    Nodes {
        /// What the name resembles.
        name: String,
        /// Only those inside this workflow.
        container: Option<String>,
    },
}

impl Query {
    /// The call that reads a page of the list.
    pub fn page(self, page: u32) -> Call {
        match self {
            Self::Project(name) => Call::ListProjects { name, page },
            Self::Files(name) => Call::ListFiles { name, is_exact: true, page },
            Self::FilesLike(name) => Call::ListFiles { name, is_exact: false, page },
            Self::OfNode(node) => Call::GetFile(FileKey::Node(node)),
            Self::Workflows { name, manual } => Call::ListWorkflowDefinitions { name, manual, page },
            Self::Nodes { name, container } => Call::ListNodes { name, container, page },
        }
    }
}
