//! What can be deployed through the legacy DataStudio, and the packages that are there
//! already.

use std::time::Duration;

use serde_json::Value;

/// A file of the legacy DataStudio.
#[derive(Debug, Clone)]
#[must_use]
pub struct File {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) folder: String,
    pub(super) node: Option<u64>,
    pub(super) project: u64,
    pub(super) version: u64,
    pub(super) kind: u64,
    pub(super) use_type: String,
    pub(super) owner: String,
    pub(super) committed: bool,
    pub(super) edited: bool,
    pub(super) unready_after_submit: Duration,
    pub(super) submission: PackagePlan,
    pub(super) deployment: PackagePlan,
}

impl File {
    /// A committed ODPS SQL file whose submission and deployment succeed.
    pub fn new(id: u64, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            folder: "业务流程/flow/MaxCompute/数据开发".to_owned(),
            node: None,
            project: super::PROJECT_ID,
            version: 1,
            kind: 10,
            use_type: "NORMAL".to_owned(),
            owner: "20000001".to_owned(),
            committed: true,
            edited: false,
            unready_after_submit: Duration::ZERO,
            submission: PackagePlan::succeeding(),
            deployment: PackagePlan::succeeding(),
        }
    }

    /// The folder it is in.
    pub fn folder(mut self, path: &str) -> Self {
        path.clone_into(&mut self.folder);
        self
    }

    /// The node that the scheduling system has for it.
    pub fn node(mut self, id: u64) -> Self {
        self.node = Some(id);
        self
    }

    /// The workspace, if not the default one.
    pub fn in_project(mut self, project: u64) -> Self {
        self.project = project;
        self
    }

    /// Its `CurrentVersion`; committing edits adds one.
    pub fn version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// Its `UseType`: `NORMAL`, `MANUAL`, `MANUAL_BIZ`, `SKIP`, `ADHOCQUERY`, `COMPONENT`.
    pub fn use_type(mut self, use_type: &str) -> Self {
        use_type.clone_into(&mut self.use_type);
        self
    }

    /// Whether its latest edits are committed.
    pub fn committed(mut self, committed: bool) -> Self {
        self.committed = committed;
        self
    }

    /// It was committed, and has edits since: `DeployFile` deploys the version before them.
    pub fn edited(mut self) -> Self {
        self.edited = true;
        self
    }

    /// It was never committed: no version, no node.
    pub fn never_committed(mut self) -> Self {
        self.committed = false;
        self.version = 0;
        self.node = None;
        self
    }

    /// How long after its submission succeeded it is not ready to be deployed.
    pub fn unready_after_submit(mut self, duration: Duration) -> Self {
        self.unready_after_submit = duration;
        self
    }

    /// What happens to the packages that `SubmitFile` makes.
    pub fn submission(mut self, plan: PackagePlan) -> Self {
        self.submission = plan;
        self
    }

    /// What happens to the packages that `DeployFile` makes.
    pub fn deployment(mut self, plan: PackagePlan) -> Self {
        self.deployment = plan;
        self
    }
}

/// What happens to a deployment package.
#[derive(Debug, Clone)]
#[must_use]
pub struct PackagePlan {
    pub(super) duration: Option<Duration>,
    pub(super) status: i64,
    pub(super) message: String,
    pub(super) item_status: Option<i64>,
    pub(super) checking: Duration,
    pub(super) check_fails: bool,
    pub(super) reads: Reads,
}

/// What stands in the answers in place of a number, once the package has ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads {
    pub(super) status: Option<Value>,
    pub(super) item: Option<Value>,
    pub(super) checking: Option<Value>,
}

impl PackagePlan {
    /// `Status` 0 for 60 ms, then 1.
    pub fn succeeding() -> Self {
        Self {
            duration: Some(Duration::from_millis(60)),
            status: 1,
            message: String::new(),
            item_status: None,
            checking: Duration::ZERO,
            check_fails: false,
            reads: Reads::default(),
        }
    }

    /// `Status` 2 in the end, with this message.
    pub fn failing(message: &str) -> Self {
        Self { status: 2, message: message.to_owned(), ..Self::succeeding() }
    }

    /// `Status` 6 in the end, with this message.
    pub fn rejected(message: &str) -> Self {
        Self { status: 6, message: message.to_owned(), ..Self::succeeding() }
    }

    /// `Status` 0 for ever.
    pub fn hanging() -> Self {
        Self { duration: None, ..Self::succeeding() }
    }

    /// How long `Status` reads 0.
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// The `Status` in the end, whatever it means.
    pub fn ending(mut self, status: i64) -> Self {
        self.status = status;
        self
    }

    /// The status of its item in the end, even where the package says something else.
    pub fn item_status(mut self, status: i64) -> Self {
        self.item_status = Some(status);
        self
    }

    /// For how long after that `CheckingStatus` reads 8.
    pub fn checked_for(mut self, duration: Duration) -> Self {
        self.checking = duration;
        self
    }

    /// In the end `Status` reads this JSON, of whatever type: `"Error"`, `2.0`, `[2]`.
    pub fn reading(mut self, status: Value) -> Self {
        self.reads.status = Some(status);
        self
    }

    /// The same for the status of its item.
    pub fn item_reading(mut self, status: Value) -> Self {
        self.reads.item = Some(status);
        self
    }

    /// The same for `CheckingStatus`, for ever.
    pub fn check_reading(mut self, status: Value) -> Self {
        self.reads.checking = Some(status);
        self
    }

    /// `CheckingStatus` reads 7 in the end.
    pub fn check_failing(mut self) -> Self {
        self.check_fails = true;
        self
    }
}

/// A deployment package that is there before the test begins.
#[derive(Debug, Clone)]
#[must_use]
pub struct PastPackage {
    pub(super) id: u64,
    pub(super) file: u64,
    pub(super) age: Duration,
    pub(super) development: bool,
    pub(super) plan: PackagePlan,
}

impl PastPackage {
    /// A package to production of that file, made just now; the plan starts with the test.
    pub fn new(id: u64, file: u64, plan: PackagePlan) -> Self {
        Self { id, file, age: Duration::ZERO, development: false, plan }
    }

    /// How long ago it was made.
    pub fn created_ago(mut self, age: Duration) -> Self {
        self.age = age;
        self
    }

    /// It goes to the development environment, as `SubmitFile` makes them.
    pub fn for_development(mut self) -> Self {
        self.development = true;
        self
    }
}
