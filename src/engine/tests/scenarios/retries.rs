//! What is requested again, how often and for how long: one rule before anything was changed, another one after.

use std::time::Duration;

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        pipeline::State,
        status::Status,
    },
};

use super::{Story, Told, fails, refused};

const CREATE: &str = "CreatePipelineRun";
const LIST: &str = "ListPipelineRuns";
const LOOK: &str = "GetPipelineRun";

fn come_again_after(after: Duration) -> Fate {
    Fate::Fails(Fault { kind: FaultKind::Busy, after: Some(after), error: ServiceError::seen("slow down") })
}

fn nothing_was_changed(told: &Told) -> bool {
    told.moments(CREATE).is_empty() && told.cloud.runs.is_empty()
}

#[test]
fn before_a_change_the_hopeless_is_tried_three_times() {
    let told = Story::online().befalls_often(9, LIST, &fails(FaultKind::NotSent(Unreachable::Permanent))).tell();
    assert_eq!((told.status(), told.moments(LIST).len()), (Status::Unavailable, 3));
    assert!(told.message().starts_with("the service cannot be reached: as told; nothing was changed"));
    assert!(nothing_was_changed(&told));

    let story = Story::online().befalls_often(2, LIST, &fails(FaultKind::NotSent(Unreachable::Permanent)));
    assert_eq!(story.tell().status(), Status::Success, "two failures are no verdict");
}

#[test]
fn before_a_change_a_redirect_is_hopeless_too() {
    for status in [301, 307] {
        let error = ServiceError { status, ..ServiceError::seen("elsewhere") };
        let fate = Fate::Fails(Fault::new(FaultKind::Lost, error));
        let told = Story::online().befalls_often(99, LIST, &fate).tell();
        assert_eq!((told.status(), told.moments(LIST).len()), (Status::Unavailable, 3), "{status}");
    }
}

#[test]
fn before_a_change_a_refused_connection_is_tried_for_half_a_minute() {
    let refused = fails(FaultKind::NotSent(Unreachable::Refused));
    let told = Story::online().befalls_often(999, LIST, &refused).tell();
    assert_eq!(told.status(), Status::Unavailable);
    assert!(told.at >= s(30) && told.at <= s(31), "{:?}", told.at);
    assert_eq!(Story::online().befalls_often(5, LIST, &refused).tell().status(), Status::Success, "a pod's network");
}

#[test]
fn before_a_change_anything_else_is_tried_for_a_minute() {
    for kind in [FaultKind::Busy, FaultKind::Lost, FaultKind::NotSent(Unreachable::Transient)] {
        let told = Story::online().befalls_often(999, LIST, &fails(kind)).tell();
        assert_eq!(told.status(), Status::Unavailable, "{kind:?}");
        assert!(told.at >= s(60) && told.at <= s(61), "the last try comes when the minute is over: {:?}", told.at);
        assert!(told.message().contains("nothing was changed, so run the job again later"), "{}", told.message());
        assert!(nothing_was_changed(&told));
    }
}

#[test]
fn before_a_change_a_pause_that_the_service_asks_for_is_kept_also_where_it_is_longer_than_the_minute() {
    let told = Story::online().befalls_often(999, LIST, &come_again_after(s(300))).tell();
    assert_eq!(told.status(), Status::Unavailable);
    assert_eq!(told.moments(LIST), [ms(0), s(300) + ms(100)], "one more try, and not before");
    assert!(told.message().contains("nothing was changed, so run the job again later"), "{}", told.message());
    let told = Story::online().befalls(LIST, come_again_after(s(300))).tell();
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn after_a_change_reads_are_retried_to_the_deadline() {
    for kind in [
        FaultKind::Busy,
        FaultKind::Lost,
        FaultKind::NotSent(Unreachable::Permanent),
        FaultKind::Refused(Refusal::Other),
    ] {
        let mut story = Story::online().befalls_often(999, LOOK, &fails(kind));
        story.limits.timeout = s(300);
        let told = story.tell();
        assert_eq!((told.status(), told.at), (Status::TimedOut, s(300) + ms(100)), "{kind:?}");
        assert!(told.message().ends_with("to go on with this run, give pipeline-run-id run-1"), "{}", told.message());
    }
}

#[test]
fn one_poll_that_fails_never_fails_a_deployment() {
    for kind in [
        FaultKind::Busy,
        FaultKind::Lost,
        FaultKind::NotSent(Unreachable::Permanent),
        FaultKind::NotSent(Unreachable::Transient),
        FaultKind::Refused(Refusal::NotFound),
        FaultKind::Refused(Refusal::Denied),
        FaultKind::Refused(Refusal::Other),
    ] {
        let told = Story::online().befalls(LOOK, fails(kind)).tell();
        assert_eq!((told.status(), told.moments(CREATE).len()), (Status::Success, 1), "{kind:?}");
    }
    let told = Story::online().befalls(LOOK, Fate::Hangs(true)).tell();
    assert_eq!(told.moments(LOOK)[..1], [ms(200)]);
    assert!(told.moments(LOOK)[1] >= s(30) + ms(300), "it is given up after the request-timeout");
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn before_a_change_a_denial_is_believed_at_once() {
    for operation in [LIST, CREATE] {
        let told = Story::online().befalls(operation, refused(Refusal::Denied, "no permission")).tell();
        assert_eq!((told.status(), told.cloud.runs.len()), (Status::Denied, 0));
        assert!(told.calls().last().unwrap().contains(operation), "{:?}", told.calls());
        assert!(told.message().contains("HTTP 400, no permission"), "{}", told.message());
    }
}

#[test]
fn after_a_change_a_denial_is_believed_after_three_over_thirty_seconds() {
    let told = Story::online().befalls_often(9, LOOK, &refused(Refusal::Denied, "no permission")).tell();
    let polls = told.moments(LOOK);
    assert_eq!((told.status(), polls.len()), (Status::Denied, 3));
    assert!(polls[2] - polls[0] >= s(30), "{polls:?}");
    assert!(told.message().ends_with("to go on with this run, give pipeline-run-id run-1"), "{}", told.message());

    let quick = refused(Refusal::Denied, "no permission");
    let error = ServiceError::seen("no permission");
    let slow = Fate::Fails(Fault { kind: FaultKind::Refused(Refusal::Denied), after: Some(s(40)), error });
    for two in [quick, slow] {
        let told = Story::online().befalls_often(2, LOOK, &two).tell();
        assert_eq!(told.status(), Status::Success, "two are not three, however far apart");
    }
}

#[test]
fn a_spent_quota_is_the_end_at_once_before_and_after_a_change() {
    let quota = || refused(Refusal::Unavailable, "daily limit");
    let told = Story::online().befalls(LIST, quota()).tell();
    assert_eq!((told.status(), told.calls().len()), (Status::Unavailable, 1));

    let told = Story::online().befalls(LOOK, quota()).tell();
    assert_eq!((told.status(), told.moments(LOOK).len()), (Status::Unavailable, 1));
    assert!(told.message().contains("daily limit"));
    assert!(told.message().ends_with("to go on with this run, give pipeline-run-id run-1"), "{}", told.message());
}

#[test]
fn the_service_says_when_to_come_again() {
    let told = Story::online().befalls(LIST, come_again_after(s(7))).tell();
    assert_eq!(told.moments(LIST)[..2], [ms(0), ms(7100)]);
    assert_eq!(told.troubles(), [(LIST, "slow down", s(7))]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn no_pause_that_the_service_asks_for_outlasts_the_deadline() {
    let mut story = Story::online().befalls(LIST, come_again_after(s(3600)));
    story.limits.timeout = s(60);
    let told = story.tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, s(60)));
    assert!(nothing_was_changed(&told));

    let mut story = Story::online().befalls(LOOK, come_again_after(s(3600)));
    story.limits.timeout = s(60);
    let told = story.tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, s(60) + ms(100)), "with a last look");
}

#[test]
fn tries_keep_a_pause_that_grows() {
    let told = Story::online().befalls_often(8, LIST, &fails(FaultKind::Busy)).tell();
    let pauses: Vec<Duration> = told.moments(LIST).windows(2).map(|pair| pair[1] - pair[0] - ms(100)).collect();
    assert!(pauses[..8].iter().all(|pause| *pause >= ms(100)), "{pauses:?}");
    assert!(pauses[0] <= ms(500) && pauses[4..8].iter().any(|pause| *pause > s(1)), "{pauses:?}");
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_refused_create_is_the_end_at_once() {
    for (why, status) in [
        (Refusal::NotFound, Status::Invalid),
        (Refusal::Other, Status::Failed),
        (Refusal::UnknownOperation, Status::Unavailable),
    ] {
        let told = Story::online().befalls(CREATE, refused(why, "未找到发布对象")).tell();
        assert_eq!(told.deeds()[1..], ["0.1 CreatePipelineRun online"]);
        assert_eq!(told.status(), status);
        assert!(told.message().contains("未找到发布对象"), "{}", told.message());
    }
}

#[test]
fn a_best_effort_call_is_tried_three_times_and_changes_nothing() {
    let mut story = Story::online().befalls_often(9, "ListPipelineRunItems", &fails(FaultKind::Busy));
    story.cloud.stages[1].ends = State::Fail;
    let told = story.tell();
    assert_eq!((told.status(), told.moments("ListPipelineRunItems").len()), (Status::Failed, 3));
    assert_eq!(told.warnings(), ["ListPipelineRunItems did not work: as told"]);
}

#[test]
fn a_refused_start_of_a_workflow_is_the_end_at_once() {
    for (why, status) in [
        (Refusal::NotFound, Status::Failed),
        (Refusal::Other, Status::Failed),
        (Refusal::UnknownOperation, Status::Unavailable),
        (Refusal::Denied, Status::Denied),
    ] {
        let told = Story::workflow().befalls("StartProcessInstance", refused(why, "no such workflow")).tell();
        assert_eq!((told.status(), told.calls().len(), told.cloud.starts), (status, 1, 0));
        assert!(told.message().contains("no such workflow"), "{}", told.message());
    }
}

#[test]
fn a_denial_is_told_with_what_to_check() {
    for (code, message, said) in [
        ("Forbidden.Access", "no", "the credentials are valid, but lack a permission: "),
        ("ResourceNotAuthorized", "no", "the credentials are valid, but lack a permission: "),
        ("NoPermission", "no", "the credentials are valid, but lack a permission: "),
        ("Forbidden", "only in the Enterprise Edition", "this edition of DataWorks does not offer the API: "),
        ("InvalidTimeStamp.Expired", "no", "the clock of this machine is wrong: "),
        ("InvalidSecurityToken.Expired", "no", "the temporary credentials have expired, "),
        ("InvalidAccessKeyId.NotFound", "no", "the AccessKey is unknown or disabled: "),
        ("SignatureDoesNotMatch", "no", "the signature does not match: "),
        ("", "no", "the credentials were refused: "),
    ] {
        let error = ServiceError { status: 403, code: code.into(), message: message.into(), ..ServiceError::default() };
        let fate = Fate::Fails(Fault::new(FaultKind::Refused(Refusal::Denied), error.clone()));
        let told = Story::online().befalls(LIST, fate).tell();
        assert_eq!(told.status(), Status::Denied);
        assert!(told.message().starts_with(said), "{code}: {}", told.message());
        assert!(told.message().contains(&error.to_string()), "{code}: {}", told.message());
    }
    let keyless = Fate::Fails(Fault::new(
        FaultKind::Refused(Refusal::NoCredentials),
        ServiceError::seen("there is no key; give one"),
    ));
    let told = Story::online().befalls(LIST, keyless).tell();
    assert_eq!((told.status(), told.message()), (Status::Denied, "there is no key; give one"));
}
