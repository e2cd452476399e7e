//! Writes the runs after the deployment for the JSON result: one per date, with the tasks that failed.

use serde::Serialize;

use crate::model::{
    run_result::{DateRun, FailedTask},
    timestamp,
};

use super::step::TargetReport;

#[derive(Serialize)]
pub(super) struct Run<'a> {
    target: &'a str,
    date: String,
    instance_id: Option<String>,
    status: String,
    started_at: Option<String>,
    duration_ms: Option<u64>,
    tasks: Vec<Task<'a>>,
}

#[derive(Serialize)]
struct Task<'a> {
    name: &'a str,
    status: &'static str,
    instance_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<&'a str>,
}

/// The runs of a target; `logs`: with what tasks printed.
pub(super) fn runs(part: &TargetReport, logs: bool) -> impl Iterator<Item = Run<'_>> {
    part.outcome.runs.iter().map(move |run| one(part, run, logs))
}

fn one<'a>(part: &'a TargetReport, run: &'a DateRun, logs: bool) -> Run<'a> {
    let took = run.started_ms.zip(run.finished_ms).map(|(from, until)| until.saturating_sub(from));
    // 2020-05-18 tells no times: what was seen stands in for them.
    let seen = || {
        let bar = part.journal.bar(&run.code())?;
        u64::try_from(bar.until?.saturating_sub(bar.from).as_millis()).ok()
    };
    Run {
        target: &part.target,
        date: run.date.to_string(),
        instance_id: run.instance.map(|id| id.to_string()),
        status: run.word(),
        started_at: timestamp::of_unix(run.started_ms),
        duration_ms: took.or_else(seen),
        tasks: run.tasks.iter().map(|failed| task(failed, logs)).collect(),
    }
}

fn task(task: &FailedTask, logs: bool) -> Task<'_> {
    Task {
        name: &task.name,
        status: "Failure",
        instance_id: task.instance.to_string(),
        log: task.log.as_deref().filter(|_| logs),
    }
}
