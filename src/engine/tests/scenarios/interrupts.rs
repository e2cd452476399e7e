//! A signal, in every state: gone within 2 s, within 4 s with `on-cancel: abolish`, and no id is lost.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        fault::{FaultKind, Refusal},
        options::Disposition,
        outcome::Remote,
        pipeline::State,
        status::Status,
    },
};

use super::{START, Story, Told, fails, refused};

const ABOLISH: &str = "AbolishPipelineRun";
const CREATE: &str = "CreatePipelineRun";
const LOST_ID: &str = "interrupted; a pipeline run of 7001 may exist: look in the console for a run whose description begins with [dwd:online:";
const GO_ON: &str = "interrupted; to go on with this run, give pipeline-run-id run-1";

fn abolishing(mut story: Story) -> Story {
    story.options.on_cancel = Disposition::Abolish;
    story
}

fn cancelled(story: Story, at_ms: u64, ended_ms: u64) -> Told {
    let told = story.interrupted_at(ms(at_ms)).tell();
    assert_eq!((told.status(), told.at), (Status::Cancelled(143), ms(ended_ms)), "{:?}", told.calls());
    told
}

#[test]
fn before_anything_was_created_it_just_leaves() {
    for story in [Story::online(), abolishing(Story::online()), Story::file()] {
        let told = cancelled(story, 50, 50);
        assert_eq!((told.calls().len(), told.message()), (1, "interrupted"));
    }
}

#[test]
fn a_create_in_flight_is_given_a_moment_to_tell_its_id() {
    let told = cancelled(Story::online(), 150, 200);
    assert_eq!((told.message(), told.found().as_deref()), (GO_ON, Some("run-1")));
    assert_eq!(told.cloud.calls.len(), 2);

    let told = cancelled(Story::file(), 250, 300);
    assert_eq!(told.message(), "interrupted; to follow it to its end, give deployment-id 101");
    assert_eq!(told.found().as_deref(), Some("101"));
}

#[test]
fn a_create_that_is_not_answered_in_that_moment_may_exist() {
    let told = cancelled(Story::online().befalls(CREATE, Fate::Hangs(true)), 150, 1650);
    assert!(told.message().starts_with(LOST_ID), "{}", told.message());

    let told = cancelled(abolishing(Story::online().befalls(CREATE, Fate::Hangs(true))), 150, 1650);
    assert!(told.message().starts_with(LOST_ID), "{}", told.message());

    let told = cancelled(Story::file().befalls("DeployFile", Fate::Hangs(true)), 250, 1750);
    assert!(told.message().contains("a deployment package may exist"), "{}", told.message());
}

#[test]
fn a_create_that_is_refused_in_that_moment_does_not_exist() {
    for fate in [fails(FaultKind::Busy), refused(Refusal::Other, "no")] {
        let told = cancelled(Story::online().befalls(CREATE, fate), 150, 200);
        assert_eq!((told.message(), told.moments(CREATE).len()), ("interrupted", 1));
    }
}

#[test]
fn while_a_lost_create_is_looked_for_it_may_exist() {
    let told = cancelled(Story::online().befalls(CREATE, Fate::Lost(true)), 800, 800);
    assert!(told.message().starts_with(LOST_ID), "{}", told.message());
}

#[test]
fn between_two_polls_and_during_one_it_leaves_at_once_with_the_id() {
    let hung = Story::online().befalls("GetPipelineRun", Fate::Hangs(true));
    for (story, at) in [(Story::online(), 1500), (Story::online(), 350), (hung, 9000)] {
        assert_eq!(cancelled(story, at, at).message(), GO_ON);
    }
}

#[test]
fn an_exec_in_flight_is_given_its_moment_and_the_run_is_left() {
    let told = cancelled(Story::online(), 6650, 6700);
    assert_eq!((told.message(), told.moments(ABOLISH).len()), (GO_ON, 0));
    let told = cancelled(Story::online().befalls("ExecPipelineRunStage", Fate::Hangs(true)), 6650, 8150);
    assert_eq!(told.message(), GO_ON);
}

#[test]
fn while_a_stage_waits_for_a_person_it_leaves_at_once() {
    let mut story = Story::online();
    story.cloud.stages[2].approved_at = START + s(100_000);
    story.cloud.stages[2].refuses_until_approved = true;
    let told = cancelled(story, 50_000, 50_000);
    assert_eq!((told.message(), told.approvals().len()), (GO_ON, 1));
}

#[test]
fn the_run_is_abolished_where_that_was_asked_for() {
    let told = cancelled(abolishing(Story::online()), 150, 300);
    assert_eq!(told.deeds()[2..], ["0.2 AbolishPipelineRun run-1"], "a create that was answered just in time");
    assert_eq!(told.message(), "interrupted; the pipeline run was abolished", "there is nothing to go on with");

    let told = cancelled(abolishing(Story::online()), 10_000, 10_100);
    assert_eq!(told.deeds()[3..], ["10.0 AbolishPipelineRun run-1"]);
    assert_eq!(told.cloud.read(&told.cloud.runs[0], START + told.at).state, State::Cancel);
}

#[test]
fn an_abolish_that_is_busy_once_is_tried_again_within_the_grace() {
    for fate in [fails(FaultKind::Busy), Fate::Lost(false)] {
        let told = abolishing(Story::online()).befalls(ABOLISH, fate).interrupted_at(s(10)).tell();
        assert_eq!((told.status(), told.moments(ABOLISH).len()), (Status::Cancelled(143), 2));
        assert!(told.at <= s(11), "{:?}", told.at);
        assert!(told.message().starts_with("interrupted; the pipeline run was abolished"), "{}", told.message());
    }
}

#[test]
fn an_abolish_that_will_not_work_is_told_of_and_the_id_with_it() {
    let told = cancelled(abolishing(Story::online()).befalls(ABOLISH, Fate::Hangs(false)), 10_000, 13_500);
    assert!(told.message().contains("could not be abolished"), "{}", told.message());
    assert!(told.message().ends_with("give pipeline-run-id run-1"), "{}", told.message());

    let told = cancelled(abolishing(Story::online()).befalls(ABOLISH, refused(Refusal::Denied, "no")), 10_000, 10_100);
    assert!(told.message().contains("could not be abolished: HTTP 400, no"), "{}", told.message());
}

#[test]
fn a_package_cannot_be_abolished_and_is_left_with_its_id() {
    let told = cancelled(Story::file(), 5000, 5000);
    assert_eq!(told.message(), "interrupted; to follow it to its end, give deployment-id 101");
}

#[test]
fn what_had_already_ended_is_told_though_a_best_effort_call_was_open() {
    let mut story = abolishing(Story::online()).befalls("ListPipelineRunItems", Fate::Hangs(true));
    story.cloud.stages[1].ends = State::Fail;
    let told = cancelled(story, 20_000, 20_000);
    assert!(
        told.message()
            .starts_with("interrupted after it had already ended: the stage PROD_CHECK ended with the status Fail"),
        "{}",
        told.message()
    );
    assert!(told.moments(ABOLISH).is_empty(), "there is nothing left to abolish");
}

#[test]
fn a_workflow_in_flight_is_given_its_moment() {
    let told = cancelled(Story::workflow(), 50, 100);
    assert!(matches!(&told.outcome.found, Remote::Start(reply) if reply.started), "{:?}", told.outcome.found);
}
