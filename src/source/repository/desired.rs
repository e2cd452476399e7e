//! What the repository wants: one object of the folder, rendered, with the identity that finds it in the workspace.

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::model::secret::Secret;

use super::properties::Scope;

/// Which kind of object; workflows and nodes have name spaces of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A workflow, `CycleWorkflow` or `ManualWorkflow`.
    Workflow,
    /// A node, stand-alone or inside a workflow.
    Node,
}

/// The identity of an object: a name is unique within its workflow, and among what is stand-alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The name of the workflow that holds the node; `None` for stand-alone nodes and workflows.
    pub workflow: Option<String>,
    /// Workflow or node.
    pub kind: ObjectKind,
    /// The object's own name.
    pub name: String,
}

/// One object of the repository, with placeholders replaced and the code in its place.
#[derive(Clone, PartialEq)]
pub struct Desired {
    /// Its identity.
    pub key: Key,
    /// Its folder below `source`, with `/` between the parts: `my_etl/extract`.
    pub path: String,
    /// The whole FlowSpec. The code is at `spec.nodes[0].script.content`; absent where the folder says nothing of it.
    pub spec: Value,
    /// The same with `***` for each secret: what may be shown. A text in which both differ, or a line of the code, has a
    /// secret in it. `None` where no secret is used.
    pub masked: Option<Value>,
    /// The secrets that were used.
    pub secrets: Vec<UsedSecret>,
    /// The files that it was read from.
    pub origin: Origin,
}

/// A key of `secret-properties` and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedSecret {
    /// The key; a placeholder in a file names it.
    pub key: String,
    /// The value.
    pub value: Secret,
}

/// Where an object comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The folder of the input `source`.
    pub source: String,
    /// Its spec.
    pub spec: SourceFile,
    /// Its code, also where the file is empty.
    pub code: Option<SourceFile>,
    /// The properties of its folder and of those above.
    pub scope: Arc<Scope>,
}

/// A file as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, as seen from where the step was started.
    pub path: String,
    /// Its text with its own line ends, without a byte-order mark.
    pub text: String,
    /// Whether a byte-order mark is before the text.
    pub has_mark: bool,
    /// Whether it was reached through a link.
    pub is_linked: bool,
}

impl Desired {
    /// An object without secrets, whose files are not known.
    pub fn new(key: Key, path: String, spec: Value) -> Self {
        Self { key, path, spec, masked: None, secrets: Vec::new(), origin: Origin::default() }
    }

    /// The spec as it may be shown.
    pub fn shown(&self) -> &Value {
        self.masked.as_ref().unwrap_or(&self.spec)
    }
}

/// The spec may hold secrets, so it is not printed.
impl fmt::Debug for Desired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Desired");
        shown.field("key", &self.key).field("path", &self.path).field("spec", self.shown()).finish_non_exhaustive()
    }
}
