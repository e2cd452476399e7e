//! Runs after the deployment, in virtual time: seeded campaigns against the laws, and named courses.

mod courses;
mod laws;
mod scheduler;

use std::time::Duration;

use crate::{
    engine::{run_once::course::RunRequest, walk::Walk},
    model::{
        business_date::BusinessDate,
        call::FileKey,
        duration::Elapsed,
        options::{DeployOptions, Disposition, Interval, Limits},
        run_plan::{RunKind, RunObject, RunPlan},
        target::Target,
    },
};

use super::sim::s;

fn day(text: &str) -> BusinessDate {
    BusinessDate::read(text).unwrap()
}

fn limits(timeout: Elapsed) -> Limits {
    let poll = Interval { shortest: s(2), longest: s(30) };
    Limits { timeout, request: s(10), poll, ..Limits::default() }
}

/// The run of the workflow `daily`, or of a file, for these dates.
fn request(kind: RunKind, dates: &[BusinessDate], timeout: Duration) -> RunRequest {
    let target = match kind {
        RunKind::File => Target::File(FileKey::File(1001)),
        RunKind::Node | RunKind::Workflow => Target::Object("7001".into()),
    };
    RunRequest {
        object: RunObject { target, name: "daily".into(), kind, nodes: 2 },
        plan: RunPlan {
            dates: dates.to_vec(),
            yesterday: day("2026-11-25"),
            only: false,
            parameters: vec![("a".into(), "2".into())],
            parallelism: 1,
            timeout,
            log_lines: 100,
        },
        name: "[dwd:run:0123abcd] daily".into(),
        may_exist: true,
        is_later_attempt: false,
    }
}

fn options(abolishes: bool) -> DeployOptions {
    let disposition = if abolishes { Disposition::Abolish } else { Disposition::Leave };
    DeployOptions { on_timeout: disposition, on_cancel: disposition, ..DeployOptions::default() }
}

fn walk(request: &RunRequest, options: &DeployOptions, limits: &Limits, seed: u64) -> Box<Walk> {
    Walk::run_once(request.clone(), options, limits, seed)
}
