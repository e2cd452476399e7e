//! What the simulated cloud holds and how it behaves: everything a test sets up front.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::cloud::Paging;
use super::datastudio;
use super::fault::{Fault, Scheduled};
use super::file::{File, PastPackage};
use super::identity::Key;
use super::lies::Lie;
use super::object::{Object, PastRun};
use super::scheduler::RunPlan;
use super::workflow::WorkflowAnswer;

/// The id of a permanent access key that every world knows.
pub const KEY_ID: &str = "LTAI5tSIMULATEDKEY000001";
/// Its secret.
pub const KEY_SECRET: &str = "simulatedSecret0123456789abcde";
/// The id of a temporary access key that every world knows.
pub const TOKEN_KEY_ID: &str = "STS.NSimulatedKey000000002";
/// Its secret.
pub const TOKEN_KEY_SECRET: &str = "simulatedTemporarySecret9876543";
/// Its security token, with characters that must be encoded in a query.
pub const TOKEN: &str = "CAISsimulatedToken+/==abc";
/// The id of the workspace that every world knows.
pub const PROJECT_ID: u64 = 10000;
/// The name of that workspace.
pub const PROJECT_NAME: &str = "dw_project";

/// A workspace.
#[derive(Debug, Clone)]
pub struct Project {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) standard: bool,
}

/// A workflow of EMR Serverless Spark.
#[derive(Debug, Clone)]
pub struct Workflow {
    pub(super) workspace: String,
    pub(super) code: u64,
    pub(super) answer: WorkflowAnswer,
}

/// A role that can be assumed.
#[derive(Debug, Clone)]
pub struct Role {
    pub(super) arn: String,
    pub(super) trust: Trust,
}

/// Who may assume a role.
#[derive(Debug, Clone)]
pub(super) enum Trust {
    /// Every key of the account that knows the external id, if there is one.
    Account(Option<String>),
    /// The bearer of that token of that identity provider.
    Provider(String, String),
    /// The bearer of any token of the CI's token service, by that provider, made out to that audience.
    Issuer(String, String),
}

/// A way of the service that its documentation leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// The pipeline operations go by their older names.
    OlderNamesOnly,
    /// Runs come without their descriptions.
    HidesDescriptions,
    /// Lists of runs come without their descriptions; a single run has it.
    HidesDescriptionsInLists,
    /// Lists of nodes leave out those inside workflows.
    HidesInnerNodes,
    /// Lists begin with the oldest.
    OldestFirst,
}

/// The content and the behaviour of a simulated cloud.
#[derive(Debug, Clone)]
#[must_use]
pub struct World {
    pub(super) keys: Vec<Key>,
    pub(super) roles: Vec<Role>,
    pub(super) token_lifetime: Option<Duration>,
    pub(super) issuer: Option<String>,
    pub(super) ci_token_lifetime: Duration,
    pub(super) credentials_uri: Option<Duration>,
    pub(super) projects: Vec<Project>,
    pub(super) objects: Vec<Object>,
    pub(super) past_runs: Vec<PastRun>,
    pub(super) files: Vec<File>,
    pub(super) past_packages: Vec<PastPackage>,
    pub(super) workflows: Vec<Workflow>,
    pub(super) faults: Vec<Scheduled>,
    pub(super) lies: Vec<Lie>,
    pub(super) limit: Option<usize>,
    pub(super) clock_offset: i64,
    pub(super) habits: Vec<Habit>,
    pub(super) listing_lag: Duration,
    pub(super) reexec_after: Duration,
    pub(super) abolished: String,
    pub(super) paging: Paging,
    pub(super) time_offset: i64,
    pub(super) twins: usize,
    pub(super) data_studio: datastudio::Habits,
    pub(super) production: Vec<(String, RunPlan)>,
    pub(super) instances_not_listed: bool,
    pub(super) refuses_run_policies: bool,
    pub(super) task_lag: Duration,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A cloud with the default keys and workspace, and nothing to deploy.
    pub fn new() -> Self {
        let empty = Self {
            keys: Vec::new(),
            roles: Vec::new(),
            token_lifetime: None,
            issuer: None,
            ci_token_lifetime: Duration::from_secs(300),
            credentials_uri: None,
            projects: Vec::new(),
            objects: Vec::new(),
            past_runs: Vec::new(),
            files: Vec::new(),
            past_packages: Vec::new(),
            workflows: Vec::new(),
            faults: Vec::new(),
            lies: Vec::new(),
            limit: None,
            clock_offset: 0,
            habits: Vec::new(),
            listing_lag: Duration::ZERO,
            reexec_after: Duration::from_secs(55),
            abolished: "Cancel".to_owned(),
            paging: Paging::default(),
            time_offset: 0,
            twins: 0,
            data_studio: datastudio::Habits::default(),
            production: Vec::new(),
            instances_not_listed: false,
            refuses_run_policies: false,
            task_lag: Duration::ZERO,
        };
        empty
            .key(KEY_ID, KEY_SECRET, None)
            .key(TOKEN_KEY_ID, TOKEN_KEY_SECRET, Some(TOKEN))
            .project(PROJECT_ID, PROJECT_NAME)
    }

    /// Adds an access key; with a token, a temporary one.
    pub fn key(mut self, id: &str, secret: &str, token: Option<&str>) -> Self {
        let token = token.map(str::to_owned);
        self.keys.push(Key { id: id.to_owned(), secret: secret.to_owned(), token, expires: None });
        self
    }

    /// Adds a role that `AssumeRole` gives to every key, given its external id if there is one.
    pub fn role(mut self, arn: &str, external_id: Option<&str>) -> Self {
        let trust = Trust::Account(external_id.map(str::to_owned));
        self.roles.push(Role { arn: arn.to_owned(), trust });
        self
    }

    /// Adds a role that `AssumeRoleWithOIDC` gives to the bearer of that token.
    pub fn oidc_role(mut self, arn: &str, provider: &str, token: &str) -> Self {
        let trust = Trust::Provider(provider.to_owned(), token.to_owned());
        self.roles.push(Role { arn: arn.to_owned(), trust });
        self
    }

    /// The CI has a token service, at [`super::TOKEN_SERVICE`], for the holder of that bearer token.
    pub fn issuer(mut self, bearer: &str) -> Self {
        self.issuer = Some(bearer.to_owned());
        self
    }

    /// How long the tokens of the CI's token service live; 5 minutes without this.
    pub fn ci_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.ci_token_lifetime = lifetime;
        self
    }

    /// Adds a role that `AssumeRoleWithOIDC` gives to tokens of the CI's token service that are made out to that audience.
    pub fn issuer_role(mut self, arn: &str, provider: &str, audience: &str) -> Self {
        let trust = Trust::Issuer(provider.to_owned(), audience.to_owned());
        self.roles.push(Role { arn: arn.to_owned(), trust });
        self
    }

    /// There is a credentials URI, at [`super::CREDENTIALS`], whose keys live so long.
    pub fn credentials_uri(mut self, lifetime: Duration) -> Self {
        self.credentials_uri = Some(lifetime);
        self
    }

    /// How long the keys of assumed roles live, whatever was requested.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = Some(lifetime);
        self
    }

    /// Adds a workspace in simple mode.
    pub fn project(mut self, id: u64, name: &str) -> Self {
        self.projects.push(Project { id, name: name.to_owned(), standard: false });
        self
    }

    /// All workspaces are in standard mode: development and production apart.
    pub fn standard_mode(mut self) -> Self {
        self.projects.iter_mut().for_each(|project| project.standard = true);
        self
    }

    /// Adds a node or workflow of the new Data Studio.
    pub fn object(mut self, object: Object) -> Self {
        self.objects.push(object);
        self
    }

    /// Adds a pipeline run that is there already; its object must be added before.
    pub fn run(mut self, run: PastRun) -> Self {
        self.past_runs.push(run);
        self
    }

    /// Adds a file of the legacy DataStudio.
    pub fn file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// Adds a deployment package that is there already.
    pub fn package(mut self, package: PastPackage) -> Self {
        self.past_packages.push(package);
        self
    }

    /// Adds a workflow of EMR Serverless Spark.
    pub fn workflow(mut self, workspace: &str, code: u64, answer: WorkflowAnswer) -> Self {
        self.workflows.push(Workflow { workspace: workspace.to_owned(), code, answer });
        self
    }

    /// A fault strikes the `n`th request (from 1) of an operation; `*` means any operation.
    pub fn fault(self, operation: &str, n: usize, fault: Fault) -> Self {
        self.fault_in(operation, n..=n, fault)
    }

    /// A fault strikes every request of an operation.
    pub fn fault_each(self, operation: &str, fault: Fault) -> Self {
        self.fault_from(operation, 1, fault)
    }

    /// A fault strikes every request of an operation from the `n`th on.
    pub fn fault_from(self, operation: &str, n: usize, fault: Fault) -> Self {
        self.fault_in(operation, n..=usize::MAX, fault)
    }

    /// A fault strikes those requests of an operation. Of several, the first added strikes.
    pub fn fault_in(mut self, operation: &str, requests: RangeInclusive<usize>, fault: Fault) -> Self {
        self.faults.push(Scheduled { operation: operation.to_owned(), requests, fault });
        self
    }

    /// More requests than that in one second are answered with 429 `Throttling.User`.
    pub fn limit(mut self, per_second: usize) -> Self {
        self.limit = Some(per_second);
        self
    }

    /// The gateway's clock is so many seconds ahead of this computer's.
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.clock_offset = seconds;
        self
    }

    /// Whether the service has that habit.
    pub(super) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }
}
