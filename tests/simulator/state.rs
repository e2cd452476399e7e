//! What changes while the simulator runs: the cloud, what was seen, how often each operation was requested.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;

use super::catalogue::{self, Operation, SPARK, V2024};
use super::clock::Moment;
use super::cloud::Cloud;
use super::fault::Fault;
use super::http::Request;
use super::refusal::Refusal;
use super::spark;
use super::view::Seen;
use super::world::Habit;

/// The pipeline operations by their present names.
const PRESENT_NAMES: [&str; 6] = [
    "CreatePipelineRun",
    "GetPipelineRun",
    "ExecPipelineRunStage",
    "AbolishPipelineRun",
    "ListPipelineRuns",
    "ListPipelineRunItems",
];
/// The same by their older names, of which there is none for the items.
const OLDER_NAMES: [&str; 5] =
    ["CreateDeployment", "GetDeployment", "ExecDeploymentStage", "AbolishDeployment", "ListDeployments"];

/// Everything that changes while the simulator runs.
#[derive(Debug)]
pub(super) struct State {
    pub(super) cloud: Cloud,
    pub(super) seen: Vec<Seen>,
    pub(super) violations: Vec<String>,
    pub(super) throttled: usize,
    pub(super) counts: BTreeMap<String, usize>,
    pub(super) nonces: HashSet<String>,
    pub(super) latest: VecDeque<Moment>,
}

impl State {
    /// How many requests of an operation have arrived.
    pub(super) fn count(&self, operation: &str) -> usize {
        self.counts.get(operation).copied().unwrap_or_default()
    }

    /// Counts a request to a service that has no faults.
    pub(super) fn count_one(&mut self, operation: &str) {
        *self.counts.entry(operation.to_owned()).or_default() += 1;
    }

    /// Counts a request and gives the fault that strikes it.
    pub(super) fn fault(&mut self, operation: &str) -> Option<Fault> {
        self.count_one(operation);
        let of_it = self.count(operation);
        let of_all = self.counts.values().sum();
        let mut scheduled = self.cloud.world.faults.iter();
        let strikes = scheduled.find(|scheduled| match scheduled.operation.as_str() {
            "*" => scheduled.requests.contains(&of_all),
            name => name == operation && scheduled.requests.contains(&of_it),
        });
        strikes.map(|scheduled| scheduled.fault.clone())
    }

    pub(super) fn is_too_frequent(&mut self, now: Moment) -> bool {
        let Some(limit) = self.cloud.world.limit else { return false };
        let second = Duration::from_secs(1);
        while self.latest.front().is_some_and(|earliest| *earliest + second <= now) {
            self.latest.pop_front();
        }
        if self.latest.len() >= limit {
            self.throttled += 1;
            return true;
        }
        self.latest.push_back(now);
        false
    }

    /// The operation that a request names, if this world knows it.
    pub(super) fn operation(
        &self,
        request: &Request,
        version: &str,
        name: &str,
        violations: &mut Vec<String>,
    ) -> Result<&'static Operation, Refusal> {
        let found = catalogue::find(version, name);
        let right_path = match version {
            SPARK => spark::workspace(&request.path).is_some(),
            _ => request.path == "/",
        };
        let older = self.cloud.world.has(Habit::OlderNamesOnly);
        let unknown: &[&str] = if older { &PRESENT_NAMES } else { &OLDER_NAMES };
        let wrong_name = version == V2024 && unknown.contains(&name);
        match found {
            Some(operation) if right_path && !wrong_name => return Ok(operation),
            // A client may find out which names a service knows only by trying.
            Some(_) if right_path && older => {}
            Some(_) if right_path => violations.push("an older name, though the present one is known".to_owned()),
            Some(_) => violations.push(format!("the path {} is not that of {name}", request.path)),
            None => violations.push(format!("there is no {name:?} in version {version:?}")),
        }
        Err(Refusal::unknown_action())
    }
}
