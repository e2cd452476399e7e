//! Reads the limits: the timeouts, the poll interval, how many targets at once, the request budget.

use std::time::Duration;

use super::inputs::Inputs;
use crate::model::options::Limits;
use crate::model::{
    ci_run::{CiRun, TimeLeft},
    duration,
};

/// How long before the CI's own timeout we stop, so that there is time to report.
const KEPT_BACK: Duration = Duration::from_secs(30);

/// The limits of the inputs; the timeout is cut to what the CI leaves us.
pub(super) fn read(inputs: &Inputs, ci_run: &CiRun, warnings: &mut Vec<String>) -> Limits {
    let asked = inputs.timeout.or_default();
    let left = match ci_run.left {
        Some(TimeLeft::Known(left)) => Some(left.saturating_sub(KEPT_BACK)),
        Some(TimeLeft::ClockIsWrong) => {
            warnings.push(
                "the clock of this machine is wrong: according to CI_JOB_STARTED_AT and CI_JOB_TIMEOUT this job has not started yet, or has already ended; so ⟨timeout⟩ is not reduced to the remaining time of the job"
                    .to_owned(),
            );
            None
        }
        None => None,
    };
    let timeout = left.filter(|left| *left < asked).unwrap_or(asked);
    if timeout < asked {
        let (asked, cut) = (duration::show(asked), duration::show(timeout));
        warnings.push(format!(
            "⟨timeout⟩: reduced from {asked} to {cut}, the remaining time of this job less 30 s for the reports"
        ));
    }
    Limits {
        timeout,
        stage: inputs.stage_timeout.or_default(),
        approval: inputs.approval_timeout.value().map_or(timeout, |approval| timeout.min(*approval)),
        request: inputs.request_timeout.or_default(),
        poll: inputs.poll_interval.or_default(),
        parallel: inputs.parallel.value().and_then(|many| usize::try_from(*many).ok()).unwrap_or(1),
        requests: inputs.request_budget.value().copied(),
    }
}
