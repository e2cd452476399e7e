//! Words for what was waited for when time was over.

use crate::model::{
    duration::show,
    timeout::{Awaited, Timeout, Waiting},
};

/// Which timeout has expired.
pub fn timed_out(timeout: &Timeout) -> String {
    match timeout {
        Timeout::Step(limit) => format!("the step's timeout of {} has expired", show(*limit)),
        Timeout::Stage { code, limit } => {
            format!("the stage {code} has not ended within its stage-timeout of {}", show(*limit))
        }
        Timeout::Approval { code, limit } => {
            format!("nobody approved the stage {code} within the approval-timeout of {}", show(*limit))
        }
        Timeout::Run(limit) => {
            format!("the run in production has not ended within the run-timeout of {}", show(*limit))
        }
        Timeout::Package(limit) => format!("the package has not ended within the stage-timeout of {}", show(*limit)),
    }
}

/// What was waited for, and since when.
pub fn waiting(waiting: &Waiting) -> String {
    let what = match &waiting.awaited {
        Awaited::Stage(code) => format!("the stage {code}"),
        Awaited::Approval(code) => format!("a person's approval of the stage {code}"),
        Awaited::Package(id) => format!("the package {id}"),
        Awaited::Others(runs) => format!("the end of another run of this object, {runs},"),
        Awaited::Runs(runs) => runs.clone(),
    };
    format!("it was waiting for {what} since {} after the start", show(waiting.since))
}
