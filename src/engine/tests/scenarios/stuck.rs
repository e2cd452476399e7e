//! A flow that makes no progress: the walk ends with an error, it does not spin.

use crate::{
    engine::{
        flow::{Flow, Next},
        tests::sim::s,
        walk::{Action, Event, Walk},
    },
    model::{
        answer::Reply,
        call::Call,
        duration::Elapsed,
        fault::{Refusal, ServiceError},
        journal::Journal,
        options::DeployOptions,
        outcome::Outcome,
        reason::{End, Reason},
        status::Status,
    },
};

use super::limits;

/// Has nothing to ask, and waits until a moment that has passed.
struct Stuck(Elapsed);

impl Flow for Stuck {
    fn next(&mut self, _: Elapsed) -> Next {
        Next::Pause(self.0)
    }

    fn on_answer(&mut self, _: Elapsed, _: &Call, _: Reply, _: &mut Journal) {}

    fn on_refusal(&mut self, _: Elapsed, _: &Call, _: Refusal, _: &ServiceError, _: &mut Journal) {}

    fn end(&self) -> Option<&End> {
        None
    }

    fn activity(&self) -> String {
        String::new()
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome::of(end)
    }
}

#[test]
fn a_pause_that_is_not_in_the_future_is_an_error_and_never_a_loop() {
    for until in [s(0), s(3), s(5)] {
        let walk: &mut Walk = &mut Walk::new(Stuck(until), &DeployOptions::default(), &limits(), 1);
        let Action::Done(outcome) = walk.step(s(5), Event::Begin) else { panic!("it would ask again for ever") };
        assert_eq!((outcome.end.status, &outcome.end.reason), (Status::Unavailable, &Reason::Stuck));
    }
    let walk: &mut Walk = &mut Walk::new(Stuck(s(6)), &DeployOptions::default(), &limits(), 1);
    assert!(matches!(walk.step(s(5), Event::Begin), Action::Sleep(until) if until == s(6)));
    assert!(matches!(walk.step(s(6), Event::Tick), Action::Done(_)), "and then it is over");
}
