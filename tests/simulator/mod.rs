//! A DataWorks of one computer: a strict loopback gateway for tests and for the demo.
//!
//! It speaks HTTP, verifies signatures with its own code, knows the operations of DataWorks
//! 2020-05-18 and 2024-05-18, of EMR Serverless Spark and of STS that a deployment needs, walks
//! pipelines in real time, tells the documented lies, and fails on request. It shares no
//! code with the program that it tests: two wrongs cannot make a right.
//!
//! ```text
//! let world = World::new().object(Object::node("7001", "ods_orders")).fault("GetPipelineRun", 2, Fault::Status(503));
//! let sim = Simulator::start(world);
//! // … let the program deploy object 7001 by way of sim.url() …
//! assert_eq!(sim.violations(), Vec::<String>::new());
//! assert_eq!(sim.runs()[0].status, "Success");
//! ```
//!
//! Which question is answered where:
//! - what a test sets up: `world` and `habits`, with the nouns `object`, `stage`, `file`, `workflow`,
//!   `fault`, `lies`; what a test looks at afterwards: `view`
//! - how bytes become requests: `server`, `http`, `params`, and answers bytes: `texts`; what happens to each: `gateway`, `state`
//! - who sent it: `identity`, `signature`; what it may ask: `operation`, `catalogue`
//! - what is beside it, without signatures: `beside`; what a HAR file recorded: `playback`
//! - what the cloud does: `cloud`, `run`, `exec`, `dataworks_2024`, `projects`, `datastudio`, `dataworks_2020`,
//!   `scheduler`, `spark`, `sts`
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::doc_markdown,
    clippy::expect_used,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "each test binary uses a part of the simulator; clocks, sockets and the plain \
              arithmetic of time are its trade; product names are not code"
)]

mod beside;
mod catalogue;
mod clock;
mod cloud;
mod datastudio;
mod dataworks_2020;
mod dataworks_2024;
mod exec;
mod fault;
mod file;
mod gateway;
mod habits;
mod http;
mod identity;
mod lies;
mod object;
mod operation;
mod params;
mod playback;
mod projects;
mod refusal;
mod run;
mod scheduler;
#[cfg(test)]
mod selftest;
mod server;
mod signature;
mod spark;
mod stage;
mod state;
mod sts;
mod texts;
mod view;
mod workflow;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub use beside::{CREDENTIALS, TOKEN_SERVICE};
pub use cloud::Started;
pub use datastudio::DraftView;
pub use fault::Fault;
pub use file::{File, PackagePlan, PastPackage};
pub use identity::{Identity, Scheme};
pub use lies::Lie;
pub use object::{Item, Object, ObjectKind, PastRun};
pub use playback::Playback;
pub use scheduler::{InstanceView, RunPlan, TaskView};
pub use stage::{Approval, Stage};
pub use texts::{GBK, HALF_EMOJI};
pub use view::{PackageView, RunView, Seen};
pub use workflow::WorkflowAnswer;
pub use world::{KEY_ID, KEY_SECRET, PROJECT_ID, PROJECT_NAME, TOKEN, TOKEN_KEY_ID, TOKEN_KEY_SECRET, World};

use gateway::Gateway;
use server::Server;

/// So many milliseconds.
pub const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A running simulator. It stops when it is dropped, whatever its connections are doing.
#[derive(Debug)]
pub struct Simulator {
    gateway: Arc<Gateway>,
    server: Server,
}

impl Simulator {
    /// Starts on a free port of the loopback interface.
    pub fn start(world: World) -> Self {
        Self::try_start(world).expect("a free port on the loopback interface")
    }

    /// Starts, or says why it could not.
    pub fn try_start(world: World) -> io::Result<Self> {
        let gateway = Arc::new(Gateway::new(world));
        let server = Server::start(Arc::clone(&gateway))?;
        Ok(Self { gateway, server })
    }

    /// Starts a gateway that answers as recorded, whoever asks.
    pub fn replay(playback: Playback) -> io::Result<Self> {
        let gateway = Arc::new(Gateway::replaying(playback));
        let server = Server::start(Arc::clone(&gateway))?;
        Ok(Self { gateway, server })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// The same as an address.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Every request that arrived, in order.
    pub fn requests(&self) -> Vec<Seen> {
        self.gateway.state().seen.clone()
    }

    /// How many requests of an operation arrived, however they were answered.
    pub fn count(&self, operation: &str) -> usize {
        self.gateway.state().count(operation)
    }

    /// How many requests were answered with 429 because of [`World::limit`].
    pub fn throttled(&self) -> usize {
        self.gateway.state().throttled
    }

    /// Every rule that the client broke, in words. An Exec is judged by what the client was
    /// last told. A signature that does not match counts, also where the test gave the client
    /// a wrong secret; an unknown key, a stale token or a wrong clock do not.
    pub fn violations(&self) -> Vec<String> {
        self.gateway.state().violations.clone()
    }

    /// The pipeline runs of the cloud, those of the world first.
    pub fn runs(&self) -> Vec<RunView> {
        let now = self.gateway.now();
        self.gateway.state().cloud.runs.iter().map(|run| RunView::of(run, now)).collect()
    }

    /// The deployment packages of the cloud, those of the world first.
    pub fn packages(&self) -> Vec<PackageView> {
        let now = self.gateway.now();
        let state = self.gateway.state();
        state.cloud.packages.iter().map(|package| PackageView::of(package, now)).collect()
    }

    /// The starts of workflows that were accepted.
    pub fn starts(&self) -> Vec<Started> {
        self.gateway.state().cloud.starts.clone()
    }

    /// The ids of the objects that a `Delete` stage has deleted.
    pub fn deleted(&self) -> Vec<String> {
        self.gateway.state().cloud.deleted.clone()
    }

    /// Somebody ends a pipeline run in the console: it reads this status from now on.
    pub fn end_run(&self, id: &str, status: &str) {
        let now = self.gateway.now();
        if let Some(run) = self.gateway.state().cloud.runs.iter_mut().find(|run| run.id == id) {
            run.ended = Some((now, status.to_owned()));
        }
    }
}
