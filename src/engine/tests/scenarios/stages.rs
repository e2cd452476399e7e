//! Which stage is executed, when, and when none is.

use crate::{
    engine::tests::sim::s,
    model::{fault::Refusal, options::Operation, outcome::Remote, pipeline::State, status::Status, target::Target},
};

use super::{START, Story, refused};

const SURVEY: [&str; 1] = ["0.0 ListPipelineRuns all"];

#[test]
fn stages_are_executed_in_order_each_once_after_all_before_it_succeeded() {
    let told = Story::online().tell();
    assert_eq!(
        told.calls(),
        [
            "0.0 ListPipelineRuns all",
            "0.1 CreatePipelineRun online",
            "0.2 GetPipelineRun run-1",
            "0.3 ListPipelineRuns all",
            "2.3 GetPipelineRun run-1",
            "4.4 GetPipelineRun run-1",
            "6.5 GetPipelineRun run-1",
            "6.6 ExecPipelineRunStage PROD_CHECK",
            "8.7 GetPipelineRun run-1",
            "10.8 GetPipelineRun run-1",
            "12.9 GetPipelineRun run-1",
            "13.0 ExecPipelineRunStage PROD",
            "15.1 GetPipelineRun run-1",
            "17.2 GetPipelineRun run-1",
            "19.3 GetPipelineRun run-1",
        ]
    );
    assert_eq!((told.status(), told.at), (Status::Success, s(194) / 10));
    assert_eq!(told.message(), "deployed: the pipeline run succeeded");
    let Remote::Run(id, Some(pipeline)) = &told.outcome.found else { panic!("the run is in the outcome") };
    assert_eq!((id.as_str(), &pipeline.state), ("run-1", &State::Success));
    assert_eq!(told.outcome.end.error.request_id, "R", "of the look that showed the end");
}

#[test]
fn each_change_of_a_stage_is_told_once() {
    let wanted = ["BUILD_PACKAGE Running", "BUILD_PACKAGE Success", "PROD_CHECK Running", "PROD_CHECK Success"];
    let told = Story::online().tell();
    assert_eq!(told.stages()[..4], wanted);
    assert_eq!(told.stages()[4..], ["PROD Running", "PROD Success"]);
}

#[test]
fn a_build_that_does_not_start_by_itself_is_executed_after_a_minute() {
    let mut story = Story::object(&[("CHECK", "Check"), ("BUILD", "Build"), ("PROD", "Deploy")]);
    story.cloud.stages[1].starts_by_itself = false;
    let told = story.tell();
    let executed = told.moments("ExecPipelineRunStage");
    assert_eq!(told.deeds()[2..], ["66.7 ExecPipelineRunStage BUILD", "73.1 ExecPipelineRunStage PROD"]);
    assert!(executed[0] >= s(60) + s(67) / 10, "it was seen to be next at 6.7 s");
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn the_first_stage_whatever_its_type_is_given_a_minute_too() {
    let mut story = Story::removal(Operation::Offline);
    story.cloud.stages[0].starts_by_itself = false;
    let told = story.tell();
    assert_eq!(told.deeds()[2..3], ["62.5 ExecPipelineRunStage OfflineCheck"]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_stage_that_reads_init_for_long_after_it_was_executed_is_not_executed_again() {
    let mut story = Story::online();
    story.cloud.stages[1].lag = s(50);
    let told = story.tell();
    assert_eq!(told.deeds()[2..], ["6.6 ExecPipelineRunStage PROD_CHECK", "63.4 ExecPipelineRunStage PROD"]);
    assert_eq!(told.approvals(), []);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn until_stage_stops_with_success_and_leaves_the_rest() {
    let mut story = Story::online();
    story.options.until_stage = Some("prod_check".into());
    let told = story.tell();
    assert_eq!(told.deeds()[1..], ["0.1 CreatePipelineRun online", "6.6 ExecPipelineRunStage PROD_CHECK"]);
    assert_eq!(told.status(), Status::Stopped);
    assert_eq!(told.outcome.next_stage.as_deref(), Some("PROD"));
    assert_eq!(
        told.message(),
        "stopped after prod_check, as requested; the next stage is PROD: to go on, give pipeline-run-id run-1"
    );
}

#[test]
fn a_run_without_the_until_stage_is_abolished_before_any_exec_if_this_step_created_it() {
    let mut story = Story::online();
    story.options.until_stage = Some("DEV".into());
    let told = story.tell();
    assert_eq!(told.deeds()[..1], SURVEY);
    assert_eq!(told.deeds()[1..], ["0.1 CreatePipelineRun online", "2.4 AbolishPipelineRun run-1"]);
    assert_eq!(told.status(), Status::Invalid);
    assert_eq!(told.message(), "until-stage: the run has no stage DEV; it has BUILD_PACKAGE, PROD_CHECK, PROD");

    let mut story = Story::online().with_run("somebody's", START - s(60));
    story.target = Some(Target::Run("run-1".into()));
    story.options.until_stage = Some("DEV".into());
    let told = story.tell();
    assert_eq!((told.status(), told.calls()), (Status::Invalid, vec!["0.0 GetPipelineRun run-1".to_owned()]));
}

#[test]
fn offline_stops_before_delete_and_abolishes_the_rest() {
    let told = Story::removal(Operation::Offline).tell();
    let deeds = ["0.1 CreatePipelineRun offline", "6.6 ExecPipelineRunStage PROD", "13.0 AbolishPipelineRun run-1"];
    assert_eq!(told.deeds()[1..], deeds);
    assert_eq!((told.status(), told.outcome.next_stage.as_deref()), (Status::Success, Some("DeleteNode")));

    let told = Story::removal(Operation::Offline).befalls("AbolishPipelineRun", refused(Refusal::Other, "no")).tell();
    assert_eq!(told.status(), Status::Success, "to abolish the rest is best effort");
    assert_eq!(told.warnings(), ["AbolishPipelineRun did not work: HTTP 400, no"]);

    let mut story = Story::removal(Operation::Offline);
    story.cloud.stages.truncate(2);
    let told = story.tell();
    assert_eq!(told.status(), Status::Success, "newer runs have no such stage");
    assert_eq!(told.deeds()[1..], ["0.1 CreatePipelineRun offline", "6.6 ExecPipelineRunStage PROD"]);
}

#[test]
fn delete_goes_on() {
    let told = Story::removal(Operation::Delete).tell();
    assert_eq!(told.deeds()[2..], ["6.6 ExecPipelineRunStage PROD", "13.0 ExecPipelineRunStage DeleteNode"]);
    assert_eq!((told.status(), told.at), (Status::Success, s(194) / 10));
}

#[test]
fn a_stage_that_the_operation_does_not_allow_ends_the_walk_before_any_exec() {
    let online = Story::object(&[("CHECK", "Check"), ("PROD", "Deploy"), ("OFF", "offline")]);
    let mut delete = Story::object(&[("DEL", "Delete")]);
    delete.options.operation = Operation::Offline;
    delete.cloud.stages[0].starts_by_itself = false;
    for (story, code, word) in [(online, "OFF of type offline", "online"), (delete, "DEL of type Delete", "offline")] {
        let mut story = story.with_run("somebody's", START - s(60));
        story.target = Some(Target::Run("run-1".into()));
        let told = story.tell();
        assert_eq!(told.calls(), ["0.0 GetPipelineRun run-1", "0.1 ListPipelineRunItems run-1"]);
        assert_eq!(told.status(), Status::Failed);
        assert_eq!(told.outcome.failed_stage.as_deref(), code.split(' ').next());
        let wanted = format!(
            "the run has the stage {code}, which operation: {word} does not execute; no stage was executed; if you want it, give operation: offline or operation: delete"
        );
        assert_eq!(told.message(), wanted);
    }
}

#[test]
fn a_stage_that_ends_in_anything_but_success_fails_the_deployment() {
    for state in [State::Fail, State::Termination, State::Cancel] {
        let mut story = Story::online();
        story.cloud.stages[1].ends = state.clone();
        let told = story.tell();
        assert_eq!(told.deeds()[2..], ["6.6 ExecPipelineRunStage PROD_CHECK", "13.0 ListPipelineRunItems run-1"]);
        assert_eq!((told.status(), told.outcome.failed_stage.as_deref()), (Status::Failed, Some("PROD_CHECK")));
        assert_eq!(
            told.message(),
            format!("the stage PROD_CHECK ended with the status {state}; the service gives no reason")
        );
    }
}

#[test]
fn a_stage_in_an_unknown_status_is_in_progress() {
    let mut story = Story::online();
    story.cloud.stages[2].ends = State::Unknown("Reviewing".into());
    story.limits.timeout = s(60);
    let told = story.tell();
    assert_eq!(told.deeds()[2..], ["6.6 ExecPipelineRunStage PROD_CHECK", "13.0 ExecPipelineRunStage PROD"]);
    assert_eq!((told.status(), told.at), (Status::TimedOut, s(601) / 10));
}
