//! A stage that waits for a person: how it is told from one that is slow, and for how long it may wait.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        fault::{FaultKind, Refusal},
        status::Status,
    },
};

use super::{START, Story, fails, refused, stage_timeouts};

/// PROD is approved that long after the story begins; until then its Exec is refused, or shows nothing.
fn approved_after(seconds: u64, refuses: bool) -> Story {
    let mut story = Story::online();
    story.cloud.stages[2].approved_at = START + s(seconds);
    story.cloud.stages[2].refuses_until_approved = refuses;
    story
}

#[test]
fn a_refused_exec_waits_for_a_person_says_so_once_and_tries_again_once_a_minute() {
    let told = approved_after(150, true).tell();
    let tries = ["13.0", "73.2", "133.4", "193.6"].map(|at| format!("{at} ExecPipelineRunStage PROD"));
    assert_eq!(told.deeds()[3..], tries);
    assert_eq!(told.approvals(), [(ms(13_200), "PROD", "需要审批")]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn an_accepted_exec_that_shows_nothing_for_a_minute_waits_for_a_person_too() {
    let told = approved_after(150, false).tell();
    let tries = ["13.0", "73.2", "133.4"].map(|at| format!("{at} ExecPipelineRunStage PROD"));
    assert_eq!(told.deeds()[3..], tries);
    let error = "it was executed a minute ago and still has the status Init";
    assert_eq!(told.approvals(), [(ms(73_200), "PROD", error)]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn nobody_approves_within_the_approval_timeout() {
    let mut story = approved_after(100_000, true);
    story.limits.approval = s(90);
    let told = story.tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, ms(13_200) + s(90) + ms(100)));
    assert_eq!(
        told.message(),
        "nobody approved the stage PROD within the approval-timeout of 1 min 30 s; it was waiting for a person's approval of the stage PROD since 13 s after the start; the pipeline run was left as it is; to go on with this run, give pipeline-run-id run-1"
    );
}

#[test]
fn a_persons_time_is_not_the_stages() {
    let mut story = approved_after(150, true);
    story.limits.stage = stage_timeouts("PROD=40s");
    assert_eq!(story.tell().status(), Status::Success);

    let mut story = approved_after(150, true);
    story.limits.stage = stage_timeouts("PROD=40s");
    story.cloud.stages[2].takes = s(100);
    let told = story.tell();
    assert_eq!(told.status(), Status::TimedOut);
    assert!(told.message().starts_with("the stage PROD has not ended within its stage-timeout of 40 s"));
}

#[test]
fn a_stage_that_began_meanwhile_does_not_wait_for_a_person() {
    let mut story = Story::online();
    story.cloud.stages[1].starts_by_itself = true;
    story.cloud.stages[1].lag = ms(500);
    let told = story.tell();
    assert_eq!(
        told.calls()[6..9],
        ["6.5 GetPipelineRun run-1", "6.6 ExecPipelineRunStage PROD_CHECK", "6.7 GetPipelineRun run-1"]
    );
    assert_eq!(told.approvals(), []);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn credentials_and_throttling_are_no_approval() {
    for fate in [refused(Refusal::Denied, "no"), fails(FaultKind::Busy), Fate::Lost(false)] {
        let told = Story::online().befalls("ExecPipelineRunStage", fate).tell();
        assert_eq!(told.approvals(), []);
        assert_eq!(told.status(), Status::Success);
        let stages: Vec<String> = told.deeds()[2..].iter().map(|deed| deed.split(' ').skip(2).collect()).collect();
        assert_eq!(stages, ["PROD_CHECK", "PROD_CHECK", "PROD"]);
    }
}
