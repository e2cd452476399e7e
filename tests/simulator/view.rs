//! What a test may look at: the requests that came, and what the cloud holds.

use std::time::Duration;

use super::clock::{Clock, Moment};
use super::cloud::Package;
use super::http::Request;
use super::identity::Identity;
use super::params;
use super::run::Run;

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The action that it named.
    pub operation: String,
    /// The version of the API that it named.
    pub version: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The path as it stood on the wire.
    pub path: String,
    /// The parameters that travelled in the query, decoded.
    pub query: Vec<(String, String)>,
    /// The parameters that travelled in the form body, decoded.
    pub form: Vec<(String, String)>,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// When it arrived, since the start of the simulator.
    pub at: Duration,
    /// The HTTP status it was answered with; `None` if it was never answered.
    pub status: Option<u16>,
    /// Who signed it, if the signature was right.
    pub identity: Option<Identity>,
    /// The request id of its answer.
    pub request_id: String,
}

impl Seen {
    /// A request that nobody asks to be signed.
    pub(super) fn unsigned(operation: &str, request: &Request, now: Moment, status: Option<u16>) -> Self {
        Self {
            operation: operation.to_owned(),
            version: String::new(),
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            form: request.form.clone(),
            headers: request.headers.clone(),
            at: Clock::since_start(now),
            status,
            identity: None,
            request_id: String::new(),
        }
    }

    /// A parameter, wherever it travelled.
    pub fn param(&self, name: &str) -> Option<&str> {
        params::find(&self.query, name).or_else(|| params::find(&self.form, name))
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        params::find(&self.headers, name)
    }
}

/// A pipeline run of the cloud.
#[derive(Debug, Clone)]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// The object that it deploys.
    pub object: String,
    /// Whether it is of type `Offline`.
    pub offline: bool,
    /// Its description.
    pub description: String,
    /// When it was created, since the start; zero for one that was there before.
    pub created: Duration,
    /// What it reads now.
    pub status: String,
    /// The code of each stage and what it reads now, as listed.
    pub stages: Vec<(String, String)>,
    /// The codes of the stages whose Exec was accepted, in that order.
    pub executed: Vec<String>,
}

impl RunView {
    pub(super) fn of(run: &Run, now: Moment) -> Self {
        let mut run = run.clone();
        let statuses = run.stage_statuses(now);
        let codes = run.stages.iter().map(|stage| stage.plan.code.clone());
        Self {
            stages: codes.zip(statuses).collect(),
            status: run.status(now),
            object: run.object.id.clone(),
            offline: run.offline,
            created: Clock::since_start(run.created),
            id: run.id,
            description: run.description,
            executed: run.executed,
        }
    }

    /// What the stage of that code reads.
    pub fn stage(&self, code: &str) -> Option<&str> {
        params::find(&self.stages, code)
    }
}

/// A deployment package of the cloud.
#[derive(Debug, Clone)]
pub struct PackageView {
    /// Its id.
    pub id: u64,
    /// The file in it.
    pub file: u64,
    /// Its `ToEnvironment`: 1 development, 2 production.
    pub to_environment: u8,
    /// The `Comment` it was made with.
    pub comment: String,
    /// Whether it was made with `SkipAllDeployFileExtensions`.
    pub skips_check: bool,
    /// When it was created, since the start; zero for one that was there before.
    pub created: Duration,
    /// Its `Status` now.
    pub status: i64,
}

impl PackageView {
    pub(super) fn of(package: &Package, now: Moment) -> Self {
        Self {
            id: package.id,
            file: package.file,
            to_environment: if package.development { 1 } else { 2 },
            comment: package.comment.clone(),
            skips_check: package.skips_check,
            created: Clock::since_start(package.created),
            status: package.status(now).0,
        }
    }
}
