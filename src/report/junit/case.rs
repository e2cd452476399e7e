//! Decides what one case of the JUnit report says: a stage that passed, failed, was not reached, or is unknown.

use std::time::Duration;

use crate::model::{
    journal::Bar,
    outcome::{Outcome, Remote},
    pipeline::{Pipeline, Stage, State},
    reason::End,
    run_result::{DateRun, DateState},
    status::Status,
};

use super::STEP;
use crate::report::{
    advice::{self, Advice},
    escape::{cut, line},
    reasons, run_once,
    step::{Report, TargetReport},
};

/// At most this many characters of a name are kept.
const NAME: usize = 200;
/// At most this many characters of a message, of the stage that is to blame and of any other. A run may have thousands
/// of stages, and GitLab reads no report over 30 MB:
/// <https://docs.gitlab.com/ci/testing/unit_test_reports/#file-format-and-size-limits>.
const BLAMED: usize = 4000;
const OTHER: usize = 500;

/// One case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) took: Duration,
    pub(super) verdict: Verdict,
}

/// What became of it.
#[derive(Debug)]
pub(super) enum Verdict {
    Passed,
    Skipped(String),
    /// The deployment failed.
    Failed {
        kind: String,
        message: String,
        text: String,
    },
    /// It is not known how the deployment ends.
    Unknown {
        kind: String,
        message: String,
        text: String,
    },
}

impl Case {
    /// The one case of a step that ended before its first target.
    pub(super) fn for_step(report: &Report) -> Self {
        let verdict = match report.end() {
            Some(end) if !end.status.is_good() => bad(
                end.status,
                &reasons::spelled(end, report.ci),
                BLAMED,
                &advice::for_step(report).iter().map(Advice::line).collect::<Vec<_>>(),
            ),
            _ => Verdict::Passed,
        };
        Self { name: format!("{STEP}: inputs"), took: report.took, verdict }
    }

    /// The cases of a target, at least one.
    pub(super) fn all(report: &Report, part: &TargetReport) -> Vec<Self> {
        let runs = of_runs(report, part);
        if runs.is_empty() {
            return Self::of_deployment(report, part);
        }
        // What ran had been deployed: how the runs ended does not change that.
        let deployed = End::new(Status::Success, "deployed");
        let outcome = Outcome { end: deployed, runs: Vec::new(), ..part.outcome.clone() };
        let part = TargetReport {
            target: part.target.clone(),
            label: part.label.clone(),
            outcome,
            journal: part.journal.clone(),
        };
        let is_deployed = part.outcome.found != Remote::Nothing;
        let deployment = if is_deployed { Self::of_deployment(report, &part) } else { Vec::new() };
        deployment.into_iter().chain(runs).collect()
    }

    fn of_deployment(report: &Report, part: &TargetReport) -> Vec<Self> {
        let outcome = &part.outcome;
        let stages = match &outcome.found {
            Remote::Run(_, Some(pipeline)) => of_stages(report, part, pipeline),
            Remote::Nothing | Remote::Run(_, None) | Remote::Package(..) | Remote::Start(_) => Vec::new(),
        };
        let has_end = outcome.end.status.is_good() || stages.iter().any(|case| !case.is_good());
        let what = match &outcome.found {
            _ if has_end && !stages.is_empty() => return stages,
            Remote::Package(..) => "package",
            Remote::Start(_) => "start",
            Remote::Nothing | Remote::Run(..) => "deployment",
        };
        let end = &outcome.end;
        let verdict = if end.status == Status::Skipped {
            Verdict::Skipped(line(&cut(&reasons::spelled(end, report.ci), BLAMED)))
        } else if end.status.is_good() {
            Verdict::Passed
        } else {
            blame(report, part)
        };
        let took = part.journal.took().unwrap_or_default();
        let whole = Self { name: format!("{}: {what}", name(&part.label)), took, verdict };
        stages.into_iter().chain([whole]).collect()
    }

    fn is_good(&self) -> bool {
        matches!(self.verdict, Verdict::Passed | Verdict::Skipped(_))
    }
}

fn of_stages(report: &Report, part: &TargetReport, pipeline: &Pipeline) -> Vec<Case> {
    let blamed = blamed(part, pipeline);
    let has_failed = part.outcome.end.status == Status::Failed;
    let one = |(at, stage): (usize, &Stage)| {
        let named = if stage.name.is_empty() { String::new() } else { format!(" ({})", name(&stage.name)) };
        let verdict = match &stage.state {
            _ if blamed == Some(at) => blame(report, part),
            State::Success => Verdict::Passed,
            State::Init => Verdict::Skipped("not reached".into()),
            state @ (State::Fail | State::Termination | State::Cancel) if has_failed => bad(
                Status::Failed,
                &format!("{} ended with the status {state}: {}", stage.code, stage.message),
                OTHER,
                &[],
            ),
            state @ (State::Running | State::Fail | State::Termination | State::Cancel | State::Unknown(_)) => {
                Verdict::Skipped(line(&cut(&format!("has the status {state}"), OTHER)))
            }
        };
        Case {
            name: format!("{}: {}{named}", name(&part.label), name(&stage.code)),
            took: took(part, part.journal.bar(&stage.code)),
            verdict,
        }
    };
    pipeline.stages.iter().enumerate().map(one).collect()
}

/// A case for each date of a run after the deployment; one of them bears a bad end.
fn of_runs(report: &Report, part: &TargetReport) -> Vec<Case> {
    let runs = &part.outcome.runs;
    let first = |is: fn(&DateRun) -> bool| runs.iter().position(is);
    let is_bad = !part.outcome.end.status.is_good();
    let blamed = first(DateRun::has_failed).or_else(|| first(|run| !run.has_succeeded())).filter(|_| is_bad);
    let one = |(at, run): (usize, &DateRun)| {
        let code = run.code();
        let verdict = match () {
            () if blamed == Some(at) => blame(report, part),
            () if run.has_succeeded() => Verdict::Passed,
            () if run.has_failed() => bad(Status::Failed, &format!("{code} failed"), OTHER, &[]),
            () if run.state == DateState::Skipped => Verdict::Skipped("an earlier date failed".into()),
            () => Verdict::Skipped(line(&cut(&format!("has the status {}", run.word()), OTHER))),
        };
        let took = took(part, part.journal.bar(&code));
        Case { name: format!("{}: {code}", name(&part.label)), took, verdict }
    };
    runs.iter().enumerate().map(one).collect()
}

/// Which stage bears a bad end: the one that is to blame, else the current one.
fn blamed(part: &TargetReport, pipeline: &Pipeline) -> Option<usize> {
    let outcome = &part.outcome;
    if outcome.end.status.is_good() {
        return None;
    }
    let named = outcome.failed_stage.as_ref();
    let stages = || pipeline.stages.iter();
    let failed = stages().position(|stage| Some(&stage.code) == named);
    let failed = failed.or_else(|| stages().position(|stage| stage.state.is_failure()));
    failed.or_else(|| stages().position(|stage| stage.state != State::Success))
}

fn took(part: &TargetReport, bar: Option<&Bar>) -> Duration {
    bar.map(|bar| part.journal.until(bar).saturating_sub(bar.from)).unwrap_or_default()
}

/// A name of the service is as long as it likes.
fn name(text: &str) -> String {
    cut(&line(&cut(text, NAME)), NAME)
}

fn blame(report: &Report, part: &TargetReport) -> Verdict {
    let outcome = &part.outcome;
    let end = &outcome.end;
    let mut details: Vec<String> = outcome
        .items
        .iter()
        .filter(|item| item.has_failed())
        .take(100)
        .map(|item| format!("{} {} (version {}): {}", item.kind, item.name, item.version, item.message))
        .collect();
    match &outcome.found {
        Remote::Run(id, _) => details.push(format!("pipeline run {id}")),
        Remote::Package(id, _) => details.push(format!("deployment {id}")),
        Remote::Nothing | Remote::Start(_) => {}
    }
    if !end.error.request_id.is_empty() {
        details.push(format!("request id {}", end.error.request_id));
    }
    for (code, task, log) in run_once::logs(outcome) {
        details.push(run_once::title(&code, task));
        details.extend(run_once::lines(log).map(|line| format!("  | {line}")));
    }
    details.extend(advice::for_target(part, report.ci).iter().map(Advice::line));
    bad(end.status, &reasons::spelled(end, report.ci), BLAMED, &details)
}

fn bad(status: Status, message: &str, most: usize, details: &[String]) -> Verdict {
    let message = cut(&line(&cut(message, most.saturating_add(1))), most);
    let details = details.iter().map(|detail| cut(&line(&cut(detail, BLAMED)), BLAMED));
    let lines = [message.clone()].into_iter().chain(details);
    let text = lines.collect::<Vec<_>>().join("\n");
    let kind = status.to_string();
    if status == Status::Failed {
        Verdict::Failed { kind, message, text }
    } else {
        Verdict::Unknown { kind, message, text }
    }
}
