//! What is over when its time is over: a stage, a request, the step; and how the step then leaves.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        fault::{Fault, FaultKind, Refusal, ServiceError},
        options::{Disposition, Interval},
        pipeline::State,
        status::Status,
    },
};

use super::{Story, fails, refused, stage_timeouts};

const ABOLISH: &str = "AbolishPipelineRun";
const LOOK: &str = "GetPipelineRun";

/// PROD never ends; the step's timeout is 60 s, and its last look the only one after 50 s.
fn endless() -> Story {
    let mut story = Story::online();
    story.cloud.stages[2].takes = s(100_000);
    story.limits.timeout = s(60);
    story.limits.poll = Interval { shortest: s(19), longest: s(19) };
    story
}

/// As `endless`, and every look from the one at the deadline on meets this fate.
fn endless_with_last_look(fate: &Fate) -> Story {
    let polls = endless().tell().moments(LOOK).len();
    endless().befalls_often(polls - 1, LOOK, &Fate::Answered).befalls_often(9, LOOK, fate)
}

fn abolishing(mut story: Story) -> Story {
    story.options.on_timeout = Disposition::Abolish;
    story
}

#[test]
fn at_the_deadline_one_last_look_and_the_run_is_left_as_it_is() {
    let told = endless().tell();
    assert_eq!(told.calls().last().unwrap(), "60.0 GetPipelineRun run-1");
    assert_eq!((told.status(), told.at), (Status::TimedOut, ms(60_100)));
    assert_eq!(
        told.message(),
        "the step's timeout of 1 min 00 s has expired; it was waiting for the stage PROD since 38 s after the start; the pipeline run was left as it is; to go on with this run, give pipeline-run-id run-1"
    );
}

#[test]
fn a_last_look_that_shows_an_end_is_the_end() {
    for (ends, status) in [(State::Success, Status::Success), (State::Fail, Status::Failed)] {
        let mut story = abolishing(endless());
        story.cloud.stages[2].takes = ms(19_500);
        story.cloud.stages[2].ends = ends;
        story.limits.timeout = s(59);
        let told = story.tell();
        assert_eq!(told.calls().last().unwrap(), "59.0 GetPipelineRun run-1");
        assert_eq!((told.status(), told.at), (status, ms(59_100)));
    }
}

#[test]
fn a_timed_out_run_is_abolished_where_that_was_asked_for() {
    let told = abolishing(endless()).tell();
    assert_eq!(told.deeds().last().unwrap(), "60.1 AbolishPipelineRun run-1");
    assert_eq!((told.status(), told.at), (Status::TimedOut, ms(60_200)));
    assert!(told.message().starts_with("the step's timeout of 1 min 00 s has expired; it was waiting for the stage PROD since 38 s after the start; the pipeline run was abolished"), "{}", told.message());

    let told = abolishing(endless()).befalls(ABOLISH, fails(FaultKind::Busy)).tell();
    assert_eq!(told.moments(ABOLISH).len(), 2, "busy once is not no");
    assert!(told.message().contains("was abolished") && told.at <= s(65));

    let told = abolishing(endless()).befalls(ABOLISH, refused(Refusal::Denied, "no permission")).tell();
    assert_eq!((told.status(), told.moments(ABOLISH).len()), (Status::TimedOut, 1));
    assert!(told.message().contains("could not be abolished: HTTP 400, no permission"), "{}", told.message());
}

#[test]
fn an_abolish_is_asked_for_again_when_the_service_says_so() {
    let later = |after| {
        Fate::Fails(Fault { kind: FaultKind::Busy, after: Some(after), error: ServiceError::seen("slow down") })
    };
    let told = abolishing(endless()).befalls(ABOLISH, later(s(1))).tell();
    assert_eq!((told.moments(ABOLISH), told.at), (vec![ms(60_100), ms(61_200)], ms(61_300)));

    let told = abolishing(endless()).befalls(ABOLISH, later(s(3))).interrupted_at(ms(60_500)).tell();
    assert_eq!((told.moments(ABOLISH).len(), told.at), (1, s(62)), "a signal in between does not wait for that");
}

#[test]
fn a_signal_during_the_abolish_of_a_timed_out_run_waits_for_its_answer() {
    let told = abolishing(endless()).interrupted_at(ms(60_150)).tell();
    assert_eq!((told.moments(ABOLISH).len(), told.at), (1, ms(60_200)));
    assert_eq!(
        told.message(),
        "the step's timeout of 1 min 00 s has expired; it was waiting for the stage PROD since 38 s after the start; the pipeline run was abolished"
    );
}

#[test]
fn where_the_last_look_failed_its_failure_is_named() {
    let told = endless_with_last_look(&fails(FaultKind::Busy)).tell();
    assert_eq!(told.status(), Status::TimedOut);
    assert!(told.message().contains("; the last request failed: as told; "), "{}", told.message());
    assert_eq!(told.outcome.end.error.message, "as told");
    let mut story = Story::online().befalls_often(99, "ListPipelineRuns", &fails(FaultKind::Busy));
    story.limits.timeout = s(20);
    let told = story.tell();
    assert_eq!(told.message(), "the step's timeout of 20 s has expired; the last request failed: as told");
}

#[test]
fn the_last_look_is_cut_after_one_second_and_the_abolish_after_four() {
    let told = endless_with_last_look(&Fate::Hangs(true)).tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, s(61)));

    let told =
        abolishing(endless_with_last_look(&Fate::Hangs(true))).befalls_often(9, ABOLISH, &Fate::Hangs(false)).tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, s(65)));
    assert!(told.message().contains("could not be abolished"), "{}", told.message());
}

#[test]
fn a_create_in_flight_at_the_deadline_is_looked_for_and_abolished() {
    let mut story = abolishing(Story::online()).befalls("CreatePipelineRun", Fate::Hangs(true));
    story.limits.timeout = s(20);
    let told = story.tell();
    let deeds = ["0.1 CreatePipelineRun online", "20.0 ListPipelineRuns all", "20.1 AbolishPipelineRun run-1"];
    assert_eq!(told.calls()[1..], deeds);
    assert_eq!((told.status(), told.at), (Status::TimedOut, ms(20_200)));
    assert_eq!(told.found().as_deref(), Some("run-1"));
}

#[test]
fn a_create_that_nobody_finds_at_the_deadline_is_told_of() {
    let mut story = Story::online().befalls("CreatePipelineRun", Fate::Hangs(false));
    story.limits.timeout = s(20);
    let told = story.tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, ms(20_100)));
    assert!(told.message().contains(
        "a pipeline run of 7001 may exist: look in the console for a run whose description begins with [dwd:online:"
    ));
}

#[test]
fn a_stage_has_its_own_time() {
    let mut story = Story::online();
    story.cloud.stages[1].takes = s(100);
    story.limits.stage = stage_timeouts("PROD=10m,prod_check=20s");
    let told = story.tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, ms(6600) + s(20) + ms(100)));
    assert_eq!(
        told.message(),
        "the stage PROD_CHECK has not ended within its stage-timeout of 20 s; it was waiting for the stage PROD_CHECK since 6.6 s after the start; the pipeline run was left as it is; to go on with this run, give pipeline-run-id run-1"
    );

    let mut story = Story::online();
    story.limits.stage = stage_timeouts("8s");
    assert_eq!(story.tell().status(), Status::Success, "each stage takes less, all together more");
}

#[test]
fn a_stage_that_was_over_in_time_is_not_to_blame_that_nobody_had_looked() {
    let mut story = Story::online();
    story.limits.stage = stage_timeouts("15s");
    story.limits.poll = Interval { shortest: s(40), longest: s(40) };
    let told = story.tell();
    assert_eq!((told.status(), told.deeds().len()), (Status::Success, 4), "{:?}", told.calls());
    assert!(told.at < s(72), "nor is it waited for any longer: {:?}", told.calls());

    let mut story = abolishing(Story::online());
    story.cloud.stages[1].takes = s(100);
    story.limits.stage = stage_timeouts("15s");
    story.limits.poll = Interval { shortest: s(40), longest: s(40) };
    let told = story.tell();
    assert_eq!(told.status(), Status::TimedOut);
    assert!(told.message().starts_with("the stage PROD_CHECK has not ended within"), "{}", told.message());
    assert_eq!(told.moments(ABOLISH).len(), 1);
}

#[test]
fn a_workflow_that_is_not_answered_by_the_deadline_may_have_been_started() {
    let mut story = Story::workflow().befalls("StartProcessInstance", Fate::Hangs(true));
    story.limits.timeout = s(20);
    let told = story.tell();
    assert_eq!((told.status(), told.at), (Status::Unavailable, s(20)));
    assert!(told.message().contains("workflow 12 may have been started or not"), "{}", told.message());
}
