//! What one kind of work knows: the trait that the walk asks for the next call.

use crate::model::{
    answer::Reply,
    call::Call,
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::Journal,
    outcome::Outcome,
    reason::{End, Resume},
    timeout::{Timeout, Waiting},
};

/// What a flow wants to happen next.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one lives at a time, and is taken apart at once")]
pub enum Next {
    /// Ask the service.
    Call(Call),
    /// Nothing before this moment.
    Pause(Elapsed),
    /// Nothing any more.
    End(End),
}

/// A deadline, and which timeout it belongs to.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The moment.
    pub at: Elapsed,
    /// The timeout that expires then.
    pub timeout: Timeout,
}

/// What one kind of work knows. It never waits and never repeats: the engine does that.
pub trait Flow {
    /// What to do next, given all that was learnt.
    fn next(&mut self, now: Elapsed) -> Next;

    /// Takes an answer in.
    fn on_answer(&mut self, now: Elapsed, call: &Call, reply: Reply, journal: &mut Journal);

    /// Takes a refusal in that has nothing to do with credentials, quota or throttling.
    fn on_refusal(&mut self, now: Elapsed, call: &Call, why: Refusal, error: &ServiceError, journal: &mut Journal);

    /// A call that changes something was sent, and its answer was lost.
    fn on_lost_answer(&mut self, _now: Elapsed, _call: &Call, _words: &ServiceError) {}

    /// Whether a call is best effort here, although it is not elsewhere.
    fn is_best_effort(&self, _call: &Call) -> bool {
        false
    }

    /// A best-effort call was refused, or has no tries left.
    fn on_best_effort_failed(&mut self, _now: Elapsed, _call: &Call, _words: &ServiceError, _journal: &mut Journal) {}

    /// Whether nothing is left to abolish once an abolish has worked.
    fn is_abolished(&self) -> bool {
        true
    }

    /// How it ended, if it did; best-effort calls may still be open.
    fn end(&self) -> Option<&End>;

    /// The call that shows its state, sent once more before we leave.
    fn last_poll(&mut self) -> Option<Call> {
        None
    }

    /// The call that ends the remote object, if there is something and it can be ended.
    fn abolish(&self) -> Option<Call> {
        None
    }

    /// The moment at which the present stage has taken too long.
    fn limit(&self) -> Option<Limit> {
        None
    }

    /// Whether an earlier attempt left something that must not be given up lightly.
    fn may_have_effects(&self) -> bool {
        false
    }

    /// How a person continues when we leave early, if there is something to go on with.
    fn resume_hint(&self) -> Option<Resume> {
        None
    }

    /// What is waited for on the service's side, if something is.
    fn waiting(&self) -> Option<Waiting> {
        None
    }

    /// What is being waited for, for the heartbeat.
    fn activity(&self) -> String;

    /// Everything known, once it has ended.
    fn outcome(&self, end: End) -> Outcome;
}
