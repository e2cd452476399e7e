//! What a read may bear before this step has written something, and after.

use crate::{
    engine::walk::{Action, Event, Walk},
    model::{
        answer::{Answer, ObjectInfo, Reply},
        duration::Elapsed,
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        options::{DeployOptions, Limits},
        status::Status,
    },
};

use super::read::ReadFlow;

const MINUTE: Elapsed = Elapsed::from_secs(60);

/// Reads, where every request goes wrong until that moment; how it ended, when, and whether the object was read.
fn read(flow: ReadFlow, is_after_write: bool, kind: FaultKind, until: Elapsed) -> (Status, Elapsed, bool) {
    let limits = Limits { timeout: 30 * MINUTE, request: Elapsed::from_secs(30), ..Limits::default() };
    let mut walk = Walk::new(flow, &DeployOptions::default(), &limits, 7);
    walk.set_after_write(is_after_write);
    let mut now = Elapsed::ZERO;
    let mut event = Event::Begin;
    loop {
        event = match <Walk>::step(&mut walk, now, event) {
            Action::Done(outcome) => return (outcome.end.status, now, walk.flow().object().is_some()),
            Action::Sleep(at) | Action::KeepWaiting(at) => {
                now = at;
                Event::Tick
            }
            Action::Call(..) => {
                now += Elapsed::from_millis(100);
                if now < until {
                    Event::Fault(Fault::new(kind, ServiceError::seen("as told")))
                } else {
                    let object = ObjectInfo { id: "7001".into(), ..ObjectInfo::default() };
                    let answer = Answer::Object(Box::new(object));
                    Event::Answer(Reply { answer, request_id: String::new(), clock_ms: None })
                }
            }
        };
    }
}

fn first(kind: FaultKind, until: Elapsed) -> (Status, Elapsed, bool) {
    read(ReadFlow::new("7001", false), false, kind, until)
}

#[test]
fn a_service_that_is_away_for_minutes_ends_a_plan_and_not_what_was_begun() {
    for kind in [FaultKind::Busy, FaultKind::Lost, FaultKind::NotSent(Unreachable::Refused)] {
        let (status, at, _) = first(kind, 10 * MINUTE);
        assert!(status == Status::Unavailable && at < 2 * MINUTE, "{kind:?}: {status} after {at:?}");
        let (status, _, is_read) = read(ReadFlow::new("7001", false), true, kind, 10 * MINUTE);
        assert_eq!((status, is_read), (Status::Success, true), "{kind:?}");
        let (status, at, _) = read(ReadFlow::new("7001", false), true, kind, 60 * MINUTE);
        assert_eq!((status, at), (Status::TimedOut, 30 * MINUTE));
    }
}

#[test]
fn credentials_that_are_refused_once_after_a_write_are_tried_again() {
    let denied = FaultKind::Refused(Refusal::Denied);
    assert_eq!(first(denied, Elapsed::from_secs(10)).0, Status::Denied);
    assert_eq!(read(ReadFlow::new("7001", false), true, denied, Elapsed::from_secs(10)).0, Status::Success);
    let (status, at, _) = read(ReadFlow::new("7001", false), true, denied, 30 * MINUTE);
    assert!(status == Status::Denied && at >= MINUTE / 2 && at < 2 * MINUTE, "{status} after {at:?}");
}

#[test]
fn what_was_written_is_read_back_until_it_shows_and_anything_else_that_is_not_there_is_gone() {
    let absent = || FaultKind::Refused(Refusal::NotFound);
    for is_after_write in [false, true] {
        let (status, at, is_read) = read(ReadFlow::new("7001", false), is_after_write, absent(), 5 * MINUTE);
        assert_eq!((status, is_read), (Status::Success, false), "{is_after_write}");
        assert!(at < MINUTE, "{at:?}");
    }
    let (status, _, is_read) = read(ReadFlow::back("7001", false), true, absent(), 5 * MINUTE);
    assert_eq!((status, is_read), (Status::Success, true));
}
