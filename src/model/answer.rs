//! What may come back, when all is well.

use super::{
    package::Package,
    pipeline::{Pipeline, State},
};

/// What came back, with what every answer carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// What the vendor's support asks for.
    pub request_id: String,
    /// The service's clock when it answered, in milliseconds since 1970.
    pub clock_ms: Option<u64>,
}

/// A good answer, by the call that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The id of the new run.
    RunCreated(String),
    /// The run.
    Run(Pipeline),
    /// The stage was triggered, or the run abolished.
    Accepted,
    /// A page of runs, and how many there are in all.
    Runs(Vec<Pipeline>, u64),
    /// The items of a run.
    Items(Vec<Item>),
    /// The file.
    File(FileInfo),
    /// The object's name.
    Object(String),
    /// A page of names, and how many there are in all.
    Named(Vec<Named>, u64),
    /// The id of the new package.
    PackageCreated(u64),
    /// The package.
    Package(Package),
    /// A page of packages, as id and name, and how many there are in all.
    Packages(Vec<(u64, String)>, u64),
    /// What `StartProcessInstance` said.
    WorkflowStarted(StartReply),
}

/// One thing that a run carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// `Node`, `WorkflowDefinition`, `Resource`, `Function`, or a word that is not in the documents.
    pub kind: String,
    /// Its version.
    pub version: String,
    /// The word of its status.
    pub status: String,
    /// Why it failed, if it did.
    pub message: String,
}

impl Item {
    /// Whether it ended badly.
    pub fn has_failed(&self) -> bool {
        State::read(&self.status).is_failure()
    }
}

/// The answer of `StartProcessInstance`, good or bad, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartReply {
    /// `success` true, `failed` not true, and `code` absent, 0 or 200.
    pub started: bool,
    /// The backend's return code, or empty.
    pub code: String,
    /// Its description.
    pub message: String,
    /// Whatever it is; nothing is promised of it. JSON text.
    pub data: String,
    /// The status that the body speaks of.
    pub http_status: Option<i64>,
    /// For the vendor's support.
    pub request_id: String,
}

/// Something that has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The folder of a file; the script path of a node or workflow, its own name included.
    pub path: String,
}

/// A file of the old Data Studio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileInfo {
    /// Its own id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Whether its latest edits are committed, where the service says so.
    pub committed: Option<bool>,
}
