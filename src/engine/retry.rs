//! Retry policy: what a failed call leads to, another try after a pause or giving up, by the kind of fault.

use std::time::Duration;

use super::backoff::full_jitter;
use crate::model::{
    answer::Reply,
    call::Call,
    duration::Elapsed,
    fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
    reason::{End, Reason},
    status::Status,
};

/// How long a service that gives no valid answer is retried before anything was written.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same where the connection is refused: nothing listens there yet.
const REFUSED_PATIENCE: Duration = Duration::from_secs(30);
/// After a write, 401 and 403 are retried; fail only after `DENIALS` refusals over at least this long, because
/// permissions may lag.
const DENIED_FOR: Duration = Duration::from_secs(30);
const BETWEEN_DENIALS: Duration = Duration::from_secs(15);
const DENIALS: u32 = 3;
/// How often a service that is permanently unreachable is tried.
const PERMANENT: u32 = 3;
/// How often a best-effort call is tried, and the longest that it waits when the service asks for a pause.
const BEST_EFFORT: u32 = 3;
const BEST_EFFORT_WAIT: Duration = Duration::from_secs(5);

/// The failures in a row since the last valid answer.
#[derive(Clone, Debug, Default)]
pub(super) struct RetryState {
    since: Elapsed,
    failures: u32,
    permanent: u32,
    denials: u32,
    denied_since: Elapsed,
}

/// An answer that speaks of something else than was requested is not an answer.
pub(super) fn unrelated_answer(call: &Call, reply: Reply) -> Fault {
    let message = format!("the answer to {} is about another object than the request", call.operation());
    let error = ServiceError { status: 200, message, request_id: reply.request_id, ..ServiceError::default() };
    Fault::new(FaultKind::Lost, error)
}

/// What to do about a failure.
#[derive(Debug)]
pub(super) enum RetryDecision {
    /// Another try after this pause.
    After(Duration),
    /// No more tries.
    GiveUp(Box<End>),
}

impl RetryState {
    /// Whether a best-effort call is dropped after this fault, about which `decision` was made.
    pub(super) fn is_enough_for_best_effort(&self, fault: &Fault, decision: &RetryDecision) -> bool {
        let is_put_off = fault.after.is_some_and(|after| after > BEST_EFFORT_WAIT);
        is_put_off || self.failures >= BEST_EFFORT || matches!(decision, RetryDecision::GiveUp(_))
    }

    /// Counts a failure, and decides. `may_have_effects`: something on the service's side may be ours by now.
    pub(super) fn decide(
        &mut self,
        now: Elapsed,
        fault: &Fault,
        may_have_effects: bool,
        random: &mut fastrand::Rng,
    ) -> RetryDecision {
        if self.failures == 0 {
            self.since = now;
        }
        let pause = full_jitter(self.failures, random).max(fault.after.unwrap_or_default());
        self.failures = self.failures.saturating_add(1);
        let give_up = |status, reason| RetryDecision::GiveUp(Box::new(End::said(status, reason, fault.error.clone())));
        match fault.kind {
            FaultKind::Refused(Refusal::Unavailable) => give_up(Status::Unavailable, Reason::NotOffered),
            FaultKind::Refused(why @ (Refusal::Denied | Refusal::NoCredentials)) => {
                let reason = if why == Refusal::Denied { Reason::Denied } else { Reason::NoCredentials };
                if self.is_denied(now, may_have_effects) {
                    give_up(Status::Denied, reason)
                } else {
                    RetryDecision::After(pause.max(BETWEEN_DENIALS))
                }
            }
            FaultKind::NotSent(_) | FaultKind::Lost if is_hopeless(fault) && !may_have_effects => {
                self.permanent = self.permanent.saturating_add(1);
                if self.permanent >= PERMANENT {
                    give_up(Status::Unavailable, Reason::Unreachable)
                } else {
                    RetryDecision::After(pause)
                }
            }
            FaultKind::NotSent(_)
            | FaultKind::Busy
            | FaultKind::Refused(Refusal::NotFound | Refusal::UnknownOperation | Refusal::Other)
            | FaultKind::Lost => {
                let tried = now.saturating_sub(self.since);
                let is_refused = fault.kind == FaultKind::NotSent(Unreachable::Refused);
                let patience = if is_refused { REFUSED_PATIENCE } else { PATIENCE };
                match patience.checked_sub(tried).filter(|left| *left > Duration::ZERO) {
                    None if !may_have_effects => give_up(Status::Unavailable, Reason::NoAnswer(tried)),
                    // The last try comes when the time is over and not after it, unless the service asks for more.
                    Some(left) if !may_have_effects => {
                        RetryDecision::After(pause.min(left.max(fault.after.unwrap_or_default())))
                    }
                    Some(_) | None => RetryDecision::After(pause),
                }
            }
        }
    }

    /// Counts a refusal of the credentials; whether there were enough of them to give up.
    fn is_denied(&mut self, now: Elapsed, may_have_effects: bool) -> bool {
        if self.denials == 0 {
            self.denied_since = now;
        }
        self.denials = self.denials.saturating_add(1);
        !may_have_effects || self.denials >= DENIALS && now.saturating_sub(self.denied_since) >= DENIED_FOR
    }
}

/// Whether the next try would end in the same way, as after a redirect, which is not followed.
fn is_hopeless(fault: &Fault) -> bool {
    fault.kind == FaultKind::NotSent(Unreachable::Permanent) || matches!(fault.error.status, 300..=399)
}
