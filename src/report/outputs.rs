//! Lists the outputs of a step, the same for every CI.

use crate::{
    model::{
        outcome::{Outcome, Remote},
        pipeline,
        status::Status,
    },
    source::plan::change::State,
};

use super::{
    escape, json,
    plan::PlanReport,
    reasons, run_once,
    step::{Report, TargetReport},
};

/// What we let all outputs take together. GitHub allows a job 1 MB and counts two bytes for each unit of UTF-16; the rest
/// is left for the job's other steps:
/// <https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/pass-job-outputs>.
const LONGEST: usize = 900 * 1024;
const RESULT: &str = "result";

/// Short enough for a variable of the next step; the result holds the whole message.
const LONGEST_MESSAGE: usize = 4000;

/// Every output by name, in the order of the documents. A result that is too long is left empty: half of it would not be
/// JSON.
pub fn all(report: &Report) -> Vec<(&'static str, String)> {
    let error = report.end().map(|end| end.error.clone()).unwrap_or_default();
    let workflow = report.workflow.as_ref().map(|part| &part.outcome);
    let started = workflow.is_some_and(|outcome| outcome.end.status == Status::Success);
    // A workflow that did not start is in no environment and at no stage: those of the deployment stand.
    let status = report.status();
    let deciding = report.targets.iter().find(|part| part.outcome.end.status == status).or(report.targets.first());
    let of_stage =
        |read: fn(&Outcome) -> Option<String>| deciding.and_then(|part| read(&part.outcome)).unwrap_or_default();
    let request_id = workflow.map(|outcome| outcome.end.error.request_id.clone());
    let outcomes = || report.targets.iter().map(|part| &part.outcome);
    let mut all = vec![
        ("status", report.status().to_string()),
        ("target", target(report)),
        ("environment", of_stage(|outcome| outcome.environment().map(str::to_owned))),
        ("deployment-id", slots(report, |part| deployment_id(&part.outcome))),
        ("pipeline-run-id", slots(report, |part| pipeline_run_id(&part.outcome))),
        ("stage", of_stage(stage)),
        ("next-stage", of_stage(|outcome| outcome.next_stage.as_deref().map(word))),
        ("failed-stage", of_stage(|outcome| outcome.failed_stage.as_deref().map(word))),
        ("changes", changes(report)),
        ("drift", of_plan(report, |plan| plan.count(State::Drift))),
        (
            "message",
            report
                .end()
                .map(|end| escape::cut(&escape::line(&reasons::spelled(end, report.ci)), LONGEST_MESSAGE))
                .unwrap_or_default(),
        ),
        // A workflow that was started answers with a code, too.
        ("error-code", if report.status().is_good() { String::new() } else { word(&error.code) }),
        ("request-id", word(&error.request_id)),
        ("duration", report.took.as_secs().to_string()),
        ("workflow-status", if started { "started".into() } else { String::new() }),
        ("workflow-request-id", word(&request_id.unwrap_or_default())),
        ("run-status", run_once::status(outcomes()).into()),
        ("run-instance-id", run_instances(report)),
        (RESULT, json::line(report)),
    ];
    let bytes = |text: &str| text.encode_utf16().count().saturating_mul(2);
    let sum = all.iter().fold(0_usize, |sum, (_, value)| sum.saturating_add(bytes(value)));
    if sum > LONGEST {
        all.iter_mut().filter(|(name, _)| *name == RESULT).for_each(|(_, value)| value.clear());
    }
    all
}

/// The warning where the result did not fit, or not all of a plan.
pub fn warning(report: &Report) -> Option<String> {
    let outputs = all(report);
    let (_, result) = outputs.iter().find(|(name, _)| *name == RESULT)?;
    // A row without them has neither name; with them, each has both.
    let is_cut = report.plan.as_ref().is_some_and(|plan| !plan.rows.is_empty() && !result.contains("\"diff\":"));
    let message = if result.is_empty() {
        "the output result is left out: it would exceed the limit of 1 MB for the outputs of a job; result-file has all of it"
    } else if is_cut {
        "the output result has no diffs: with them it would exceed 60 KiB; result-file has all of it"
    } else {
        return None;
    };
    Some(message.to_owned())
}

/// The ids as far as they are known, while targets are still under way.
#[derive(Debug, Default)]
pub struct Ids {
    runs: Vec<String>,
    packages: Vec<String>,
    written: usize,
}

impl Ids {
    /// The output with the id of the nth target, as soon as it is known.
    ///
    /// Each holds all ids so far, so their size grows with the square of the targets: past a bound only the last one, at
    /// the end of the step, holds the rest.
    pub fn known(&mut self, nth: usize, id: &str, is_run: bool) -> Option<(&'static str, String)> {
        const MOST: usize = 256 * 1024;
        let (name, slots) =
            if is_run { ("pipeline-run-id", &mut self.runs) } else { ("deployment-id", &mut self.packages) };
        if slots.len() <= nth {
            slots.resize(nth.saturating_add(1), String::new());
        }
        if let Some(slot) = slots.get_mut(nth) {
            *slot = escape::line(id);
        }
        let value = join(slots);
        self.written = self.written.saturating_add(value.len());
        (self.written <= MOST).then_some((name, value))
    }
}

fn target(report: &Report) -> String {
    let plan = report.plan.as_ref().map(|plan| plan.label.clone());
    plan.unwrap_or_else(|| slots(report, |part| part.target.clone()))
}

/// A number of the plan; empty where there is none.
fn changes(report: &Report) -> String {
    let exported = report.exported.as_ref().map(|exported| exported.changes().to_string());
    exported.unwrap_or_else(|| of_plan(report, |plan| plan.changes))
}

fn of_plan(report: &Report, count: fn(&PlanReport) -> usize) -> String {
    report.plan.as_ref().map(|plan| count(plan).to_string()).unwrap_or_default()
}

/// A code or an id of the service, none of which is long.
fn word(text: &str) -> String {
    escape::cut(&escape::line(text), 200)
}

/// One slot per target, in their order; nothing at all where no slot is filled.
fn slots(report: &Report, read: impl Fn(&TargetReport) -> String) -> String {
    join(&report.targets.iter().map(read).collect::<Vec<_>>())
}

fn join(slots: &[String]) -> String {
    if slots.iter().all(String::is_empty) { String::new() } else { slots.join(",") }
}

fn deployment_id(outcome: &Outcome) -> String {
    match &outcome.found {
        Remote::Package(id, _) => id.to_string(),
        Remote::Nothing | Remote::Run(..) | Remote::Start(_) => String::new(),
    }
}

fn pipeline_run_id(outcome: &Outcome) -> String {
    match &outcome.found {
        Remote::Run(id, _) => escape::line(id),
        Remote::Nothing | Remote::Package(..) | Remote::Start(_) => String::new(),
    }
}

/// A slot for each target and date, in their order.
fn run_instances(report: &Report) -> String {
    let dates = report.targets.iter().map(|part| part.outcome.runs.len()).max().unwrap_or_default();
    join(&report.targets.iter().flat_map(|part| run_once::slots(&part.outcome, dates)).collect::<Vec<_>>())
}

/// The last stage reached: the last one that does not read `Init`, else the first.
fn stage(outcome: &Outcome) -> Option<String> {
    let Remote::Run(_, Some(pipeline)) = &outcome.found else { return None };
    let reached = pipeline.stages.iter().rfind(|stage| stage.state != pipeline::State::Init);
    reached.or(pipeline.stages.first()).map(|stage| word(&stage.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_as_soon_as_they_are_known_each_in_its_slot() {
        let mut ids = Ids::default();
        assert_eq!(ids.known(1, "run-b", true), Some(("pipeline-run-id", ",run-b".to_owned())));
        assert_eq!(ids.known(2, "31", false), Some(("deployment-id", ",,31".to_owned())));
        assert_eq!(ids.known(0, "run-a", true), Some(("pipeline-run-id", "run-a,run-b".to_owned())));
    }

    #[test]
    fn early_ids_of_thousands_do_not_fill_the_file() {
        let mut ids = Ids::default();
        let id = "x".repeat(36);
        let told: usize = (0..5_000).filter_map(|nth| ids.known(nth, &id, true)).map(|(_, value)| value.len()).sum();
        assert!((200 * 1024..=256 * 1024).contains(&told), "{told}");
    }
}
