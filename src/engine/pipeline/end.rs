//! How a pipeline run ended that reads like this, if it did, and by which stage.

use crate::model::{
    options::DeployOptions,
    pipeline::{Pipeline, Stage, Verdict},
    reason::{End, Reason},
    status::Status,
};

/// How a run ended, and the stages that this is about.
pub struct RunEnd {
    pub end: End,
    pub next_stage: Option<String>,
    pub failed_stage: Option<String>,
}

/// How a run ended that reads like this, if it did.
pub fn run_end(run: &str, pipeline: &Pipeline, options: &DeployOptions) -> Option<RunEnd> {
    let wanted = || options.until_stage.clone().unwrap_or_default();
    let code = |stage: Option<&Stage>| stage.map(|stage| stage.code.clone());
    let codes = || pipeline.stages.iter().map(|stage| stage.code.clone()).collect();
    let (status, reason, next_stage, failed_stage) = match pipeline
        .verdict(options.operation, options.until_stage.as_deref())
    {
        Verdict::Wait | Verdict::Execute(_) => return None,
        Verdict::Succeeded { left: None } => (Status::Success, Reason::RunSucceeded(options.operation), None, None),
        Verdict::Succeeded { left } => (Status::Success, Reason::TakenOffline, code(left), None),
        Verdict::Stopped { next } => {
            let reason = Reason::StoppedAfter { run: run.to_owned(), stage: wanted(), next: code(next) };
            (Status::Stopped, reason, code(next), None)
        }
        Verdict::Failed(stage) => {
            let message = pipeline.message.clone();
            let blamed = stage.cloned().map(Box::new);
            let reason = Reason::RunFailed { state: pipeline.state.clone(), message, stage: blamed };
            (Status::Failed, reason, None, code(stage))
        }
        Verdict::Forbidden(stage) => {
            let reason = Reason::ForbiddenStage { stage: Box::new(stage.clone()), operation: options.operation };
            (Status::Failed, reason, None, code(Some(stage)))
        }
        Verdict::Missing(kind) => {
            let operation = options.operation;
            (Status::Failed, Reason::MissingStage { kind, operation, codes: codes() }, None, None)
        }
        Verdict::Repeated(stage) => {
            let reason = Reason::RepeatedStage { run: run.to_owned(), code: stage.code.clone() };
            (Status::Unavailable, reason, None, code(Some(stage)))
        }
        Verdict::NoSuchStage => (Status::Invalid, Reason::NoSuchStage { wanted: wanted(), codes: codes() }, None, None),
    };
    Some(RunEnd { end: End::new(status, reason), next_stage, failed_stage })
}
