//! What the laws read: the calls in the record of the service, and the runs that an end names.

use crate::model::{
    answer::Answer,
    call::Call,
    duration::Elapsed,
    fault::Fault,
    pipeline::{Pipeline, State},
    read_back::ReadBackResult,
    reason::{End, Interruption, Reason, Resume},
};

/// A call, when it was sent and how it was answered.
pub(super) type Asked = (Elapsed, Call, Result<Answer, Fault>);

/// An Exec in the record of the service.
pub(super) struct Exec<'a> {
    pub(super) nth: usize,
    pub(super) at: Elapsed,
    pub(super) stage: usize,
    /// What the call right before it showed, if that was a poll.
    pub(super) seen: Option<&'a Pipeline>,
    pub(super) answer: &'a Result<Answer, Fault>,
}

/// Whether an end names the run of this id.
pub(super) fn names(end: &End, id: &str) -> bool {
    match &end.reason {
        Reason::SeveralRunsOfOurs(runs) | Reason::Lost { result: ReadBackResult::SeveralRuns(runs), .. } => {
            runs.iter().any(|run| run.id == id)
        }
        Reason::Interrupted(Interruption::AlreadyEnded(end) | Interruption::WriteEnded(end)) => names(end, id),
        _ => end.resume == Some(Resume::Run(id.to_owned())),
    }
}

/// The stage that is next: all before it succeeded, and it and all after it read `Init`.
pub(super) fn next_stage(run: &Pipeline) -> Option<usize> {
    let next = run.stages.iter().position(|stage| stage.state != State::Success)?;
    run.stages[next..].iter().all(|stage| stage.state == State::Init).then_some(next)
}
