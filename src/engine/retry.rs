//! What a call that failed leads to: another try after a pause, or giving up; one rule a kind of fault.

use std::time::Duration;

use crate::engine::backoff::full_jitter;
use crate::model::{
    duration::{Elapsed, show},
    fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
    outcome::{End, Status},
};

/// How long a service that cannot be reached is tried before anything was changed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Over how long, and how often, credentials must be refused before we believe it, once something was changed.
const DISBELIEF: Duration = Duration::from_secs(30);
const BETWEEN_DENIALS: Duration = Duration::from_secs(15);
const DENIALS: u32 = 3;
/// How often the hopeless is tried.
const HOPELESS: u32 = 3;
/// How often a courtesy is asked for.
const COURTESY: u32 = 3;

/// The failures in a row since the last good answer.
#[derive(Clone, Debug, Default)]
pub(super) struct RetryState {
    since: Elapsed,
    failures: u32,
    permanent: u32,
    denials: u32,
    denied_since: Elapsed,
}

/// What to do about a failure.
#[derive(Debug)]
pub(super) enum RetryDecision {
    /// Another try after this pause.
    Again(Duration),
    /// No more tries.
    GiveUp(End),
}

impl RetryState {
    /// Whether there were as many in a row as a courtesy is worth.
    pub(super) fn is_enough_for_a_courtesy(&self) -> bool {
        self.failures >= COURTESY
    }

    /// Counts a failure in, and decides. `changed`: something on the service's side may be ours by now.
    pub(super) fn decide(
        &mut self,
        now: Elapsed,
        fault: &Fault,
        changed: bool,
        random: &mut fastrand::Rng,
    ) -> RetryDecision {
        if self.failures == 0 {
            self.since = now;
        }
        let pause = full_jitter(self.failures, random).max(fault.after.unwrap_or_default());
        self.failures = self.failures.saturating_add(1);
        let error = &fault.error;
        let give_up = |status, message: String| RetryDecision::GiveUp(End::said(status, message, error.clone()));
        match fault.kind {
            FaultKind::Refused(Refusal::Unavailable) => give_up(Status::Unavailable, unavailable(error)),
            FaultKind::Refused(Refusal::Denied | Refusal::NoCredentials) if !changed => {
                give_up(Status::Denied, denied(fault))
            }
            FaultKind::Refused(Refusal::Denied | Refusal::NoCredentials) => {
                if self.denials == 0 {
                    self.denied_since = now;
                }
                self.denials = self.denials.saturating_add(1);
                if self.denials >= DENIALS && now.saturating_sub(self.denied_since) >= DISBELIEF {
                    give_up(Status::Denied, denied(fault))
                } else {
                    RetryDecision::Again(pause.max(BETWEEN_DENIALS))
                }
            }
            FaultKind::NotSent(Unreachable::Permanent) if !changed => {
                self.permanent = self.permanent.saturating_add(1);
                if self.permanent >= HOPELESS {
                    give_up(Status::Unavailable, unreachable(error))
                } else {
                    RetryDecision::Again(pause)
                }
            }
            _ if !changed && now.saturating_sub(self.since) >= PATIENCE => {
                let tried = show(now.saturating_sub(self.since));
                give_up(
                    Status::Unavailable,
                    format!("no good answer for {tried}: {error}; nothing was changed, so run the job again later"),
                )
            }
            FaultKind::NotSent(_) | FaultKind::Busy | FaultKind::Refused(_) | FaultKind::Lost => {
                RetryDecision::Again(pause)
            }
        }
    }
}

fn unreachable(error: &ServiceError) -> String {
    format!("the service cannot be reached: {error}; nothing was changed; check region, endpoint, network and proxy")
}

fn unavailable(error: &ServiceError) -> String {
    format!(
        "the service will not answer this today: {error}; a daily quota is spent, or this edition or region does not offer the operation"
    )
}

fn denied(fault: &Fault) -> String {
    let error = &fault.error;
    match error.code.as_str() {
        _ if fault.kind == FaultKind::Refused(Refusal::NoCredentials) => error.message.clone(),
        _ if error.message.contains("Edition") => format!(
            "this edition of DataWorks does not offer the API: {error}; activate the edition that the message names"
        ),
        code if code.starts_with("Forbidden") || code.contains("NotAuthorized") || code.contains("NoPermission") => {
            format!(
                "the credentials are good, but may not do this: {error}; give their RAM user or role dataworks:* (or emr-serverless-spark:*) by RAM policy, and make it a member of the workspace"
            )
        }
        code if code.starts_with("InvalidTimeStamp") => {
            format!("the clock of this machine is wrong: {error}; set it by a time service")
        }
        code if code.starts_with("InvalidSecurityToken") => format!(
            "the temporary credentials have ended, or their security-token is not theirs: {error}; get new ones, or keyless ones by role-to-assume, which are renewed by themselves"
        ),
        code if code.starts_with("InvalidAccessKey") => format!(
            "the AccessKey is not known or disabled: {error}; check access-key-id in RAM, and that endpoint and region are of its account"
        ),
        code if code.contains("Signature") => {
            format!("the signature does not fit: {error}; check access-key-secret: it may be cut, or of another key")
        }
        _ => format!(
            "the credentials were refused: {error}; check the AccessKey, that its account has dataworks:* (or emr-serverless-spark:*) by RAM policy, and that it is a member of the workspace"
        ),
    }
}
