//! Runs that were there before: an earlier attempt's, another operation's, somebody else's, and one that was named.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        fault::{FaultKind, Refusal},
        journal::Provenance,
        options::{EarlierRuns, Operation, WhenBusy},
        status::Status,
        target::Target,
    },
};

use super::{START, Story, fails, marker, refused};

const ABOLISH: &str = "AbolishPipelineRun";
const CREATE: &str = "CreatePipelineRun";

fn of(run: &str, operation: Operation) -> String {
    marker(run, operation).describe("another attempt")
}

fn busy(when_busy: WhenBusy) -> Story {
    let mut story = Story::online();
    story.options.when_busy = when_busy;
    story
}

/// A run that exists, followed by its id.
fn followed() -> Story {
    let mut story = Story::online().with_run("somebody's", START - s(60));
    story.target = Some(Target::Run("run-1".into()));
    story
}

#[test]
fn an_unfinished_run_of_an_earlier_attempt_is_taken_up_where_it_stands() {
    let mut story = Story::online().with_run(&of("1", Operation::Online), START - s(60));
    story.cloud.runs[0].executed[1] = Some(START - s(50));
    let told = story.tell();
    assert_eq!(told.deeds()[1..], ["10.3 ExecPipelineRunStage PROD"]);
    assert_eq!((told.known(), told.moments(CREATE).len()), (vec![("run-1", Provenance::Resumed)], 0));
    assert_eq!(told.status(), Status::Success);
}

/// The moments are those at which the list is requested; the first attempt asks for it once.
#[test]
fn a_later_attempt_looks_for_a_run_that_the_list_does_not_show_yet() {
    for (earlier_runs, shows_after, listed, created) in [
        (EarlierRuns::Listed, s(0), vec![ms(0)], 1),
        (EarlierRuns::MayShowLate, s(0), vec![ms(0), s(1), s(3), s(6), s(10)], 1),
        (EarlierRuns::MayShowLate, s(5), vec![ms(0), s(1), s(3), s(6)], 0),
    ] {
        let mut story = Story::online();
        if shows_after > s(0) {
            story = story.with_run(&of("1", Operation::Online), START);
        }
        (story.options.earlier_runs, story.cloud.shows_after) = (earlier_runs, shows_after);
        let told = story.tell();
        let looks: Vec<_> = told.moments("ListPipelineRuns").into_iter().take(listed.len()).collect();
        assert_eq!((looks, told.moments(CREATE).len()), (listed, created), "{earlier_runs:?}, {shows_after:?}");
        assert_eq!(told.status(), Status::Success);
    }
}

#[test]
fn a_run_that_was_taken_up_is_not_given_up_lightly() {
    let story = Story::online().with_run(&of("1", Operation::Online), START - s(60));
    let told = story.befalls_often(2, "GetPipelineRun", &refused(Refusal::Denied, "no")).tell();
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn an_earlier_attempts_run_that_has_ended_is_not_taken_up() {
    let mut story = Story::online().with_run(&of("1", Operation::Online), START - s(60));
    story.cloud.runs[0].abolished = Some(START - s(30));
    let told = story.tell();
    assert_eq!((told.known(), told.warnings().len()), (vec![("run-2", Provenance::Created)], 0));
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn another_operations_run_and_another_ci_runs_are_not_taken_up() {
    for other in [of("1", Operation::Offline), of("2", Operation::Online)] {
        let told = Story::online().with_run(&other, START - s(60)).tell();
        assert_eq!(told.known(), [("run-2", Provenance::Created)]);
        assert_eq!(told.warnings(), ["another run of this object is unfinished: run-1 (Running)"]);
        assert!(told.moments(ABOLISH).is_empty());
    }
}

#[test]
fn two_runs_of_earlier_attempts_are_named_and_none_is_created() {
    let ours = of("1", Operation::Online);
    let told = Story::online().with_run(&ours, START - s(60)).with_run(&ours, START - s(50)).tell();
    assert_eq!((told.status(), told.calls().len()), (Status::Unavailable, 1));
    assert!(
        told.message()
            .starts_with("several unfinished runs have the marker of this job: run-1 (Running), run-2 (Running)")
    );
}

#[test]
fn when_busy_warn_creates_all_the_same() {
    let told = busy(WhenBusy::Warn).with_run("somebody's", START - s(60)).tell();
    assert_eq!(told.deeds()[1], "0.1 CreatePipelineRun online");
    assert_eq!(told.warnings(), ["another run of this object is unfinished: run-1 (Running)"]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn when_busy_wait_creates_once_the_other_has_ended() {
    let mut story = busy(WhenBusy::Wait).with_run("somebody's", START - s(60));
    story.cloud.runs[0].abolished = Some(START + s(10));
    let told = story.tell();
    let lists: Vec<_> = told.deeds().into_iter().take_while(|deed| !deed.contains(CREATE)).collect();
    assert_eq!(lists.len(), 6, "every 2.1 s: {lists:?}");
    assert!(told.moments(CREATE)[0] >= s(10) && told.moments(CREATE)[0] <= s(13));
    assert_eq!(told.warnings(), ["waiting until another run of this object has ended: run-1 (Running)"], "said once");
    assert_eq!(told.status(), Status::Success);

    let mut story = busy(WhenBusy::Wait).with_run("somebody's", START - s(60));
    story.limits.timeout = s(60);
    let told = story.tell();
    assert_eq!((told.status(), told.at, told.moments(CREATE).len()), (Status::TimedOut, s(60), 0));
    let waited =
        "it was waiting for the end of another run of this object, run-1 (Running), since 0.1 s after the start";
    assert!(told.message().contains(waited), "{}", told.message());
}

#[test]
fn when_busy_abolish_ours_abolishes_this_repositorys_runs_and_no_others() {
    let story = || {
        busy(WhenBusy::AbolishOurs)
            .with_run("somebody's", START - s(60))
            .with_run(&of("0", Operation::Online), START - s(50))
    };
    let told = story().tell();
    let deeds = ["0.1 AbolishPipelineRun run-2", "0.2 ListPipelineRuns all", "0.3 CreatePipelineRun online"];
    assert_eq!(told.deeds()[1..4], deeds);
    assert_eq!(told.warnings()[1], "another run of this object is unfinished: run-1 (Running)");
    assert_eq!(told.status(), Status::Success);

    for fate in [fails(FaultKind::Busy), Fate::Lost(false), refused(Refusal::Denied, "no permission")] {
        let told = story().befalls_often(9, ABOLISH, &fate).tell();
        assert_eq!((told.status(), told.moments(CREATE).len()), (Status::Success, 1), "abolishing is best effort");
        assert!(told.warnings()[1].starts_with("AbolishPipelineRun did not work"), "{:?}", told.warnings());
    }
}

#[test]
fn a_followed_run_goes_on_from_the_stage_where_it_stands() {
    let mut story = followed();
    story.cloud.runs[0].executed[1] = Some(START - s(50));
    let told = story.tell();
    let looks = ["0.0", "1.1", "3.1", "6.1", "10.1"].map(|at| format!("{at} GetPipelineRun run-1"));
    assert_eq!(told.calls()[..5], looks, "an earlier attempt may have executed it");
    assert_eq!(told.calls()[5], "10.2 ExecPipelineRunStage PROD");
    assert_eq!(told.known(), [("run-1", Provenance::Followed)]);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_followed_run_that_has_ended_is_only_read() {
    let mut story = followed();
    story.cloud.runs[0].abolished = Some(START - s(30));
    let told = story.tell();
    assert_eq!(told.calls(), ["0.0 GetPipelineRun run-1", "0.1 ListPipelineRunItems run-1"]);
    assert_eq!((told.status(), told.at), (Status::Failed, ms(200)));
}

#[test]
fn a_followed_run_that_is_not_there_is_a_wrong_input_and_a_denial_is_believed() {
    let mut story = followed();
    story.target = Some(Target::Run("run-9".into()));
    let told = story.tell();
    assert_eq!((told.status(), told.calls()), (Status::Invalid, vec!["0.0 GetPipelineRun run-9".to_owned()]));
    assert_eq!(told.message(), "GetPipelineRun was refused: HTTP 400, no such run; check project-id and the id");

    let told = followed().befalls("GetPipelineRun", refused(Refusal::Denied, "no")).tell();
    assert_eq!((told.status(), told.calls().len()), (Status::Denied, 1));
}
