//! How much the step may take: of time, in all and for a stage, an approval, a request, a pause; targets at once; requests.

use std::time::Duration;

use crate::model::{
    accept::{Interval, StageTimeouts},
    inputs::Inputs,
    origin::Origin,
    span,
};

/// Within which limits.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The whole step.
    pub timeout: Duration,
    /// Each stage.
    pub stage: StageTimeouts,
    /// A stage's wait for a person.
    pub approval: Duration,
    /// One HTTP request.
    pub request: Duration,
    /// Between two looks.
    pub poll: Interval,
    /// How many targets at once.
    pub parallel: usize,
    /// How many requests in all.
    pub requests: Option<u64>,
}

impl Limits {
    /// What is kept back of the time that the CI leaves, so that we still report before it ends us.
    const KEPT_BACK: Duration = Duration::from_secs(30);

    /// The limits of the inputs, cut to what the CI leaves us.
    pub(super) fn of(inputs: &Inputs, origin: &Origin, warnings: &mut Vec<String>) -> Self {
        let asked = inputs.timeout.or_default();
        let left = origin.remaining.map(|left| left.saturating_sub(Self::KEPT_BACK));
        let timeout = left.filter(|left| *left < asked).unwrap_or(asked);
        if timeout < asked {
            let (asked, cut) = (span::show(asked), span::show(timeout));
            warnings.push(format!(
                "timeout: cut from {asked} to {cut}, which is what this job has left, less 30 s to report"
            ));
        }
        Self {
            timeout,
            stage: inputs.stage_timeout.or_default(),
            approval: inputs.approval_timeout.value().map_or(timeout, |approval| timeout.min(*approval)),
            request: inputs.request_timeout.or_default(),
            poll: inputs.poll_interval.or_default(),
            parallel: inputs.parallel.value().and_then(|many| usize::try_from(*many).ok()).unwrap_or(1),
            requests: inputs.request_budget.value().copied(),
        }
    }
}
