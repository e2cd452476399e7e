//! A request that changes something is never simply repeated: a lost answer means to look, and to look again.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        fault::{FaultKind, Unreachable},
        journal::Provenance,
        options::Operation,
        status::Status,
    },
};

use super::{START, Story, fails, marker};

const CREATE: &str = "CreatePipelineRun";
const EXECUTE: &str = "ExecPipelineRunStage";

/// The marker of our run, as an earlier attempt wrote it.
fn ours() -> String {
    marker("1", Operation::Online).describe("an earlier attempt")
}

#[test]
fn a_run_whose_create_was_lost_is_found_by_its_marker() {
    let told = Story::online().with_run("somebody's", START + ms(300)).befalls(CREATE, Fate::Lost(true)).tell();
    let deeds = ["0.1 CreatePipelineRun online", "1.2 ListPipelineRuns all", "7.7 ExecPipelineRunStage PROD_CHECK"];
    assert_eq!(told.deeds()[1..4], deeds);
    assert_eq!(told.known(), [("run-2", Provenance::Recovered)]);
    assert_eq!(told.troubles(), [(CREATE, "a fault of the simulation", s(1))], "told at once, with the next look");
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_run_is_looked_for_on_every_page() {
    let mut story = Story::online().befalls(CREATE, Fate::Lost(true));
    for _ in 0..100 {
        story = story.with_run(&ours(), START - s(60));
    }
    for run in &mut story.cloud.runs {
        run.abolished = Some(START - s(30));
    }
    let told = story.tell();
    assert_eq!(told.deeds()[3..5], ["1.3 ListPipelineRuns all", "1.4 ListPipelineRuns all"]);
    assert_eq!(told.known(), [("run-101", Provenance::Recovered)]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_run_that_shows_late_is_looked_for_after_one_three_six_and_ten_seconds() {
    let mut story = Story::online().befalls(CREATE, Fate::Lost(true));
    story.cloud.shows_after = s(10);
    let told = story.tell();
    let polls = ["1.2", "3.2", "6.2", "10.2"].map(|at| format!("{at} ListPipelineRuns all"));
    assert_eq!(told.deeds()[2..6], polls);
    assert_eq!((told.known(), told.moments(CREATE).len()), (vec![("run-1", Provenance::Recovered)], 1));
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn where_no_description_comes_back_the_only_run_created_since_is_ours() {
    let mut story = Story::online().with_run(&ours(), START - s(60)).befalls(CREATE, Fate::Lost(true));
    story.cloud.descriptions = false;
    story.cloud.runs[0].abolished = Some(START - s(30));
    let told = story.tell();
    assert_eq!((told.known(), told.moments(CREATE).len()), (vec![("run-2", Provenance::Recovered)], 1));
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_run_that_none_of_four_reads_finds_is_created_once_more() {
    let told = Story::online().befalls(CREATE, Fate::Lost(false)).tell();
    let mut wanted: Vec<String> = ["1.2", "3.2", "6.2", "10.2"].map(|at| format!("{at} ListPipelineRuns all")).into();
    wanted.push("10.3 CreatePipelineRun online".into());
    assert_eq!(told.deeds()[2..7], wanted);
    assert_eq!(told.known(), [("run-1", Provenance::Created)]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_look_that_fails_is_none_of_the_four() {
    let mut story = Story::online().befalls(CREATE, Fate::Lost(false));
    for fate in [Fate::Answered, fails(FaultKind::Busy), Fate::Hangs(true), fails(FaultKind::Lost)] {
        story = story.befalls("ListPipelineRuns", fate);
    }
    let told = story.tell();
    let answered =
        told.cloud.calls.iter().filter(|(_, call, answer)| super::name(call).ends_with("all") && answer.is_ok());
    assert_eq!((answered.count(), told.moments(CREATE).len()), (6, 2), "the one before, four looks, and the one after");
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn two_runs_that_fit_are_named_and_neither_is_touched() {
    let mut by_age = Story::online().with_run("", START + ms(400)).befalls(CREATE, Fate::Lost(true));
    by_age.cloud.descriptions = false;
    let by_marker = Story::online().with_run(&ours(), START + ms(400)).befalls(CREATE, Fate::Lost(true));
    for story in [by_age, by_marker] {
        let told = story.tell();
        assert_eq!(told.calls()[1..], ["0.1 CreatePipelineRun online", "1.2 ListPipelineRuns all"]);
        assert_eq!(told.status(), Status::Unavailable);
        let both = "the answer to CreatePipelineRun was lost, and several runs may be ours: run-1 (Running), run-2 (Running); to go on with one, give pipeline-run-id";
        assert!(told.message().starts_with(both), "{}", told.message());
    }
}

#[test]
fn a_create_lost_twice_is_not_sent_a_third_time() {
    let told = Story::online().befalls_often(2, CREATE, &Fate::Lost(false)).tell();
    assert_eq!(told.moments(CREATE), [ms(100), ms(10_300)]);
    assert_eq!((told.status(), told.at), (Status::Unavailable, ms(20_500)));
    assert!(
        told.message().starts_with("CreatePipelineRun was sent twice, both answers were lost, and no run was found")
    );
    let bare = marker("1", Operation::Online).describe("");
    assert!(told.message().contains(bare.trim()), "how to find it: {}", told.message());
}

#[test]
fn a_create_that_was_certainly_not_sent_or_is_told_to_come_again_is_just_sent_again() {
    let story = Story::online()
        .befalls(CREATE, fails(FaultKind::NotSent(Unreachable::Transient)))
        .befalls(CREATE, fails(FaultKind::Busy));
    let told = story.tell();
    let creates = told.deeds().iter().filter(|deed| deed.contains(CREATE)).count();
    assert_eq!((creates, told.cloud.runs.len()), (3, 1));
    let lists = told.deeds().iter().filter(|deed| deed.ends_with("all")).count();
    assert_eq!(lists, 1, "before the first try: {:?}", told.deeds());
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_create_that_hangs_is_given_up_after_the_request_timeout_and_looked_for() {
    let told = Story::online().befalls(CREATE, Fate::Hangs(true)).tell();
    assert_eq!(
        told.calls()[1..4],
        ["0.1 CreatePipelineRun online", "31.1 ListPipelineRuns all", "31.2 GetPipelineRun run-1"]
    );
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_lost_exec_that_had_its_effect_is_not_sent_again() {
    for lag in [ms(300), s(9)] {
        let mut story = Story::online().befalls(EXECUTE, Fate::Lost(true));
        story.cloud.stages[1].lag = lag;
        let told = story.tell();
        let executed: Vec<String> = told.deeds()[2..].iter().map(|deed| deed.split(' ').skip(2).collect()).collect();
        assert_eq!(executed, ["PROD_CHECK", "PROD"], "lag {lag:?}");
        assert_eq!(told.status(), Status::Success);
    }
}

#[test]
fn a_lost_exec_that_none_of_four_polls_sees_is_sent_once_more_and_never_a_third_time() {
    let told = Story::online().befalls(EXECUTE, Fate::Lost(false)).tell();
    let mut wanted = vec!["6.6 ExecPipelineRunStage PROD_CHECK".to_owned()];
    wanted.extend(["7.7", "9.7", "12.7", "16.7"].map(|at| format!("{at} GetPipelineRun run-1")));
    wanted.push("16.8 ExecPipelineRunStage PROD_CHECK".into());
    assert_eq!(told.calls()[7..13], wanted);
    assert_eq!(told.status(), Status::Success);

    let told = Story::online().befalls_often(2, EXECUTE, &Fate::Lost(false)).tell();
    assert_eq!(told.moments(EXECUTE), [ms(6600), ms(16_800)]);
    assert_eq!((told.status(), told.at), (Status::Unavailable, ms(27_000)));
    assert_eq!(
        told.message(),
        "ExecPipelineRunStage of PROD_CHECK was sent twice, both answers were lost, and the stage still has the status Init; to go on with this run, give pipeline-run-id run-1"
    );
}

#[test]
fn a_lost_start_of_a_workflow_is_never_sent_again() {
    for (fate, ended) in [(Fate::Lost(true), ms(100)), (Fate::Hangs(false), s(30))] {
        let told = Story::workflow().befalls("StartProcessInstance", fate).tell();
        assert_eq!(told.calls(), ["0.0 StartProcessInstance"]);
        assert_eq!((told.status(), told.at), (Status::Unavailable, ended));
        assert!(told.message().contains("workflow 12 may have been started or not; no operation can show that"));
        assert_eq!(told.troubles(), [], "nobody is told of another try");
    }
}

#[test]
fn a_workflow_that_was_certainly_not_started_is_started_by_another_try() {
    let told = Story::workflow().befalls("StartProcessInstance", fails(FaultKind::Busy)).tell();
    assert_eq!((told.moments("StartProcessInstance").len(), told.cloud.starts), (2, 1));
    assert_eq!((told.status(), told.message()), (Status::Success, "the workflow 12 was started"));
}
