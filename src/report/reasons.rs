//! Words for why a target ended: what happened, what was left, and what to do next.

use crate::model::{
    duration::show,
    fault::ServiceError,
    options::Operation,
    package::Package,
    pipeline::{Stage, State},
    reason::{Abolish, End, Hint, Interruption, Reason, Resume, Start},
};

use super::{
    denials::denied,
    read_back::{lost, names},
    run_once,
    timeouts::{timed_out, waiting},
};
use crate::config::{ci::Ci, spelling};

/// Why it ended, as one line for a person, with each input in the CI's spelling.
pub fn spelled(end: &End, ci: Ci) -> String {
    spelling::spelled(&marked(end), ci)
}

/// The same where an input is written as in the contract.
#[cfg(test)]
pub fn message(end: &End) -> String {
    spelled(end, Ci::GitHub)
}

/// The same with each input as the program marks it.
pub fn marked(end: &End) -> String {
    let mut parts = vec![reason(&end.reason, &end.error)];
    let is_early = matches!(end.reason, Reason::Timeout(_) | Reason::BudgetSpent);
    parts.extend(end.waiting.as_ref().map(waiting));
    if is_early && end.error != ServiceError::default() {
        parts.push(format!("the last request failed: {}", end.error));
    }
    match &end.abolish {
        Abolish::NotTried if is_early && matches!(end.resume, Some(Resume::Run(_))) => {
            parts.push("the pipeline run was left as it is".into());
        }
        Abolish::NotTried => {}
        Abolish::Done => parts.push("the pipeline run was abolished".into()),
        Abolish::BudgetSpent => {
            parts.push("the pipeline run could not be abolished: the request budget is used up".into());
        }
        Abolish::Failed(error) => parts.push(format!("the pipeline run could not be abolished: {error}")),
        Abolish::Stopped => parts.push("the run in production was stopped".into()),
        Abolish::NotStopped(error) => parts.push(format!("the run in production could not be stopped: {error}")),
    }
    parts.extend(end.resume.as_ref().map(resume));
    parts.join("; ")
}

/// Whether [`spelled`] quotes the service's error, and with it the request id.
pub fn quotes_error(reason: &Reason) -> bool {
    match reason {
        Reason::Of { reason, .. } => quotes_error(reason),
        Reason::Refused { .. }
        | Reason::Unreadable { .. }
        | Reason::Workflow { start: Start::NotStarted | Start::Refused | Start::Unknown, .. }
        | Reason::Denied
        | Reason::NotOffered
        | Reason::Unreachable
        | Reason::Timeout(_)
        | Reason::BudgetSpent
        | Reason::NoAnswer(_) => true,
        Reason::Text(_)
        | Reason::RunSucceeded(_)
        | Reason::InnerNode { .. }
        | Reason::NeverCommitted { .. }
        | Reason::TakenOffline
        | Reason::StoppedAfter { .. }
        | Reason::RunFailed { .. }
        | Reason::ForbiddenStage { .. }
        | Reason::MissingStage { .. }
        | Reason::RepeatedStage { .. }
        | Reason::NoSuchStage { .. }
        | Reason::PackageSucceeded { .. }
        | Reason::PackageFailed { .. }
        | Reason::Workflow { start: Start::Started, .. }
        | Reason::NoCredentials
        | Reason::ListCut(_)
        | Reason::SeveralRunsOfOurs(_)
        | Reason::Lost { .. }
        | Reason::Interrupted(_)
        | Reason::RunOnce(_)
        | Reason::Stuck => false,
    }
}

fn reason(why: &Reason, error: &ServiceError) -> String {
    match why {
        Reason::Text(text) => text.clone(),
        Reason::RunSucceeded(operation) => {
            let what = match operation {
                Operation::Online => "deployed",
                Operation::Offline => "taken out of production",
                Operation::Delete => "taken out of production and deleted",
            };
            format!("{what}: the pipeline run succeeded")
        }
        Reason::TakenOffline => "taken out of production; nothing is deleted".into(),
        Reason::StoppedAfter { run, stage, next } => {
            let rest = next.as_ref().map_or("there is no further stage".into(), |next| {
                format!("the next stage is {next}: to go on, give ⟨pipeline-run-id⟩ {run}")
            });
            format!("stopped after {stage}, as requested; {rest}")
        }
        Reason::RunFailed { state, message, stage } => run_failed(stage.as_deref(), state, message),
        Reason::ForbiddenStage { stage, operation } => format!(
            "the run has the stage {} of type {}, which ⟨operation: {operation}⟩ does not execute; no stage was executed; if you want it, give ⟨operation: offline⟩ or ⟨operation: delete⟩",
            stage.code, stage.kind
        ),
        Reason::MissingStage { kind, operation, codes } => format!(
            "the run has no stage of type {kind}, so ⟨operation: {operation}⟩ is not possible; its stages are {}; no stage was executed",
            codes.join(", ")
        ),
        Reason::RepeatedStage { run, code } => format!(
            "the pipeline run lists the stage {code} more than once, and ExecPipelineRunStage takes only the code, so the stage was not executed; execute it in the console, then go on with ⟨pipeline-run-id⟩ {run}"
        ),
        Reason::NoSuchStage { wanted, codes } => {
            format!("⟨until-stage⟩: the run has no stage {wanted}; it has {}", codes.join(", "))
        }
        Reason::PackageSucceeded { id, environment: Some(environment) } => {
            format!("deployed: the package {id} is in {environment}")
        }
        Reason::PackageSucceeded { id, environment: None } => format!("deployed: the package {id} succeeded"),
        Reason::PackageFailed { id, is_submission, package } => package_failed(*id, *is_submission, package),
        Reason::Refused { operation, hint } => refused(operation, hint, error),
        Reason::InnerNode { target, name, workflow } => format!(
            "{}: the node {name} lives in the workflow {} ({}) and cannot be deployed alone; give the workflow's id",
            target.label(),
            workflow.name,
            workflow.id
        ),
        Reason::NeverCommitted { file, name } => format!(
            "the file {name} ({file}) was never committed, so DeployFile has nothing to deploy; give ⟨submit: true⟩, or submit the file in DataWorks first"
        ),
        Reason::Unreadable { target, operation } => {
            format!("{} cannot be read: {operation} answered {error}", target.label())
        }
        Reason::Workflow { code, start } => workflow(*code, *start, error),
        Reason::Denied => denied(error),
        Reason::NoCredentials => error.message.clone(),
        Reason::NotOffered => format!(
            "the service does not allow this call now: {error}; a daily quota is used up, or this edition or region does not offer the operation"
        ),
        Reason::Unreachable => format!(
            "the service cannot be reached: {error}; nothing was changed; check ⟨region⟩, ⟨endpoint⟩, network and proxy"
        ),
        Reason::NoAnswer(tried) => {
            format!("no valid answer for {}: {error}; nothing was changed, so run the job again later", show(*tried))
        }
        Reason::Timeout(timeout) => timed_out(timeout),
        Reason::BudgetSpent => "the request budget is used up".into(),
        Reason::ListCut(operation) => format!(
            "{operation} could not be read to its end, so this job may have an unfinished run that was not seen; nothing was created; if there is one, give it as ⟨pipeline-run-id⟩"
        ),
        Reason::SeveralRunsOfOurs(runs) => format!(
            "several unfinished runs have the marker of this job: {}; abolish all but one, or give the one to go on with as ⟨pipeline-run-id⟩",
            names(runs)
        ),
        Reason::Lost { operation, result } => lost(operation, result),
        Reason::Of { object, reason: why } => format!("{object}: {}", reason(why, error)),
        Reason::Interrupted(Interruption::Working) => "interrupted".into(),
        Reason::Interrupted(Interruption::AlreadyEnded(end)) => {
            format!("interrupted after it had already ended: {}", marked(end))
        }
        Reason::Interrupted(Interruption::WriteEnded(end)) => format!("interrupted; {}", marked(end)),
        Reason::RunOnce(end) => run_once::message(end, error),
        Reason::Stuck => {
            "a fault of dataworks-deploy: no request to send and nothing to wait for; please report it".into()
        }
    }
}

/// Why a run failed, in the service's words where it has some.
pub(super) fn run_failed(blamed: Option<&Stage>, of_run: &State, message: &str) -> String {
    let said = blamed.map(|stage| stage.message.as_str()).filter(|text| !text.is_empty()).unwrap_or(message);
    let what = match blamed {
        Some(stage) if stage.name.is_empty() => {
            format!("the stage {} ended with the status {}", stage.code, stage.state)
        }
        Some(stage) => format!("the stage {} ({}) ended with the status {}", stage.code, stage.name, stage.state),
        None => format!("the pipeline run ended with the status {of_run}"),
    };
    if said.is_empty() { format!("{what}; the service gives no reason") } else { format!("{what}: {said}") }
}

/// Why a package failed: its own message, and the files that were not published.
fn package_failed(id: u64, is_submission: bool, package: &Package) -> String {
    let what = if is_submission { "the submission's package" } else { "the package" };
    let mut text = format!("{what} {id} ended with the status {}", package.word());
    if !package.message.is_empty() {
        text = format!("{text}: {}", package.message);
    }
    let bad = package.items.iter().filter(|item| item.has_failed());
    let bad: Vec<String> = bad.map(|item| format!("file {} ({})", item.file, item.word())).collect();
    if bad.is_empty() { text } else { format!("{text}; not published: {}", bad.join(", ")) }
}

fn refused(operation: &str, hint: &Hint, error: &ServiceError) -> String {
    let advice = match hint {
        Hint::Object(object) => {
            return format!(
                "{object}: {error}; there is no such object, or it is a node inside a workflow: give the workflow's id"
            );
        }
        Hint::Operation => {
            return format!("the service does not know {operation}: {error}; check ⟨endpoint⟩, ⟨region⟩ and edition");
        }
        Hint::Nothing => "",
        Hint::Run => "; check ⟨project-id⟩ and the id",
        Hint::Package => "; check the id and the workspace",
        Hint::Names => "; check ⟨project-id⟩ and the names",
        Hint::Unready => "; it was submitted a minute ago; run the job again later",
        Hint::Unsubmitted => "; give ⟨submit: true⟩, or submit the file in DataWorks first",
    };
    format!("{operation} was refused: {error}{advice}")
}

fn workflow(code: u64, start: Start, error: &ServiceError) -> String {
    match start {
        Start::Started => format!("the workflow {code} was started"),
        Start::NotStarted => format!(
            "the workflow {code} was not started: {error}; if it is not found, check ⟨workflow-code⟩, ⟨workflow-workspace-id⟩ and ⟨workflow-region⟩"
        ),
        Start::Refused => format!(
            "the workflow {code} was refused: {error}; check ⟨workflow-code⟩, ⟨workflow-workspace-id⟩ and ⟨workflow-region⟩"
        ),
        Start::Unknown => format!(
            "the answer to StartProcessInstance was lost ({error}): workflow {code} may have been started or not; no operation can show that, so it was not sent again; check the EMR Serverless Spark console"
        ),
    }
}

fn resume(resume: &Resume) -> String {
    match resume {
        Resume::Run(id) => format!("to go on with this run, give ⟨pipeline-run-id⟩ {id}"),
        Resume::Package(id) => format!("to follow it to its end, give ⟨deployment-id⟩ {id}"),
        Resume::UnknownRun { object, marker } => {
            format!(
                "a pipeline run of {object} may exist: look in the console for a run whose description begins with {marker}"
            )
        }
        Resume::Instances(name) => format!(
            "its name in the operation center is {name}, and it goes on unless it was stopped; a later attempt of this CI run finds it by that name"
        ),
        Resume::Written { objects, uncertain, differs } => written(objects, uncertain.as_deref(), *differs),
        Resume::UnknownPackage => "a deployment package may exist: check the deployment tasks in the console".into(),
    }
}

fn written(objects: &[String], uncertain: Option<&str>, differs: bool) -> String {
    const NAMED: usize = 20;
    let more = objects.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names: Vec<&str> = objects.iter().take(NAMED).map(String::as_str).collect();
    let written =
        (!names.is_empty()).then(|| format!("written in Data Studio and not deployed: {}{more}", names.join(", ")));
    let uncertain = uncertain.map(|object| format!("{object} may have been written"));
    let parts: Vec<String> = written.into_iter().chain(uncertain).collect();
    let next = if differs {
        "the next plan shows drift: to write it again, run the job with ⟨on-drift: overwrite⟩; to keep what DataWorks has, run ⟨operation: export⟩ and commit what it wrote"
    } else {
        "run the job again to go on"
    };
    format!("{}; {next}", parts.join("; "))
}
