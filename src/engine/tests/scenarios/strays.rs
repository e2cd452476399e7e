//! Answers that are about something else, lists that have no end, and what an earlier attempt did: nothing is concluded
//! from what was not seen.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        answer::{Answer, ListInfo},
        fault::{FaultKind, Refusal},
        journal::Provenance,
        options::Operation,
        package::{Package, PackageItem},
        pipeline::{Pipeline, State},
        status::Status,
        target::Target,
    },
};

use super::{START, Story, marker};

const CREATE: &str = "CreatePipelineRun";
const EXECUTE: &str = "ExecPipelineRunStage";
const LOOK: &str = "GetPipelineRun";

fn ours() -> String {
    marker("1", Operation::Online).describe("another attempt")
}

/// A list that announces more than it shows.
fn cut(runs: Vec<Pipeline>) -> Fate {
    Fate::Says(Answer::Runs(runs, ListInfo { total: 300, is_full: false }))
}

#[test]
fn an_answer_about_another_run_is_no_answer() {
    let other = Pipeline { id: "run-9".into(), state: State::Success, ..Pipeline::default() };
    for stale in [Answer::Run(other), Answer::Accepted] {
        let told = Story::online().befalls(LOOK, Fate::Says(stale)).tell();
        let wanted = "the answer to GetPipelineRun is about another object than the request";
        assert_eq!(told.troubles().first().map(|trouble| trouble.1), Some(wanted));
        assert_eq!((told.status(), told.cloud.runs.len()), (Status::Success, 1));
        assert_eq!(told.moments(EXECUTE).len(), 2);
    }
}

#[test]
fn an_answer_to_a_change_that_is_of_another_kind_is_read_back() {
    let told = Story::online().befalls(CREATE, Fate::Says(Answer::Accepted)).tell();
    assert_eq!((told.known(), told.moments(CREATE).len()), (vec![("run-1", Provenance::Created)], 2));
}

#[test]
fn an_answer_about_another_package_is_no_answer() {
    let package = |name: &str, file: &str| Package {
        name: name.into(),
        status: Some(1),
        items: vec![PackageItem { file: file.into(), status: Some(1), ..PackageItem::default() }],
        ..Package::default()
    };
    for stale in [package("", "1002"), Package { id: Some(99), ..package("", "1001") }] {
        let told = Story::file().befalls("GetDeployment", Fate::Says(Answer::Package(stale))).tell();
        assert_eq!((told.status(), told.packages()), (Status::Success, vec!["Running".into(), "Success".into()]));
    }
    let mut story = Story::file();
    story.target = Some(Target::Package(101));
    story.cloud.packages.push(START - s(17));
    let renamed = Fate::Says(Answer::Package(package("another", "1001")));
    let told = story.befalls("GetDeployment", Fate::Answered).befalls("GetDeployment", renamed).tell();
    assert_eq!((told.status(), told.moments("GetDeployment").len()), (Status::Success, 3));
}

#[test]
fn a_list_that_was_cut_shows_nothing_absent() {
    let mut story = Story::online().befalls(CREATE, Fate::Lost(false)).befalls("ListPipelineRuns", Fate::Answered);
    for _ in 0..4 {
        story = story.befalls("ListPipelineRuns", cut(vec![])).befalls("ListPipelineRuns", cut(vec![]));
    }
    let told = story.tell();
    assert_eq!((told.status(), told.moments(CREATE).len()), (Status::Unavailable, 1), "{:?}", told.calls());
    assert!(told.message().contains("ListPipelineRuns could not be read to its end"), "{}", told.message());

    let told = Story::online().befalls_often(3, "ListPipelineRuns", &cut(vec![])).tell();
    assert_eq!((told.status(), told.moments(CREATE).len()), (Status::Unavailable, 0), "{:?}", told.calls());

    let told = Story::online().befalls("ListPipelineRuns", cut(vec![])).tell();
    let lists = ["0.0 ListPipelineRuns all", "0.1 ListPipelineRuns Init", "0.2 ListPipelineRuns Running"];
    assert_eq!((told.status(), &told.calls()[..3]), (Status::Success, &lists.map(str::to_owned)[..]), "short lists do");
}

#[test]
fn packages_that_could_not_all_be_listed_show_nothing_absent() {
    let cut = || Fate::Says(Answer::Packages(vec![], ListInfo { total: 300, is_full: false }));
    let mut story = Story::file().befalls("DeployFile", Fate::Lost(false)).befalls("ListDeployments", Fate::Answered);
    story = story.befalls_often(4, "ListDeployments", &cut());
    let told = story.tell();
    assert_eq!((told.status(), told.moments("DeployFile").len()), (Status::Unavailable, 1));
    assert!(told.message().contains("ListDeployments could not be read to its end"), "{}", told.message());
}

#[test]
fn our_run_is_found_by_its_marker_whatever_its_time() {
    let mut story = Story::online().befalls(CREATE, Fate::Lost(true));
    story.cloud.times_off = s(3600);
    let told = story.tell();
    assert_eq!((told.known(), told.moments(CREATE).len()), (vec![("run-1", Provenance::Recovered)], 1));
}

#[test]
fn our_run_is_found_again_in_a_status_that_nobody_knows() {
    let mut story = Story::online().with_run(&ours(), START - s(60));
    story.cloud.hesitates = s(100);
    let told = story.tell();
    assert_eq!((told.known(), told.moments(CREATE).len()), (vec![("run-1", Provenance::Resumed)], 0));
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_stage_that_an_earlier_attempt_executed_is_not_executed_again_while_it_reads_init() {
    for target in [Target::Object("7001".into()), Target::Run("run-1".into())] {
        let mut story = Story::online().with_run(&ours(), START - s(60));
        story.target = Some(target);
        story.cloud.runs[0].executed = vec![None, Some(START - s(50)), Some(START - s(1))];
        story.cloud.stages[2].lag = s(9);
        story.limits.stage = super::stage_timeouts("6s");
        let told = story.tell();
        assert_eq!((told.status(), told.moments(EXECUTE).len()), (Status::Success, 0), "{:?}", told.calls());
        assert_eq!(told.approvals(), []);
    }
}

#[test]
fn another_run_of_ours_that_was_created_at_the_same_moment_is_warned_of_with_both_ids() {
    let told = Story::online().with_run(&ours(), START + ms(150)).tell();
    assert_eq!(told.known(), [("run-2", Provenance::Created)]);
    let warned = told.warnings();
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].contains("run-1 (") && warned[0].contains("ours is run-2"), "{warned:?}");

    let denied = super::refused(Refusal::Denied, "no");
    let story = Story::online().befalls("ListPipelineRuns", Fate::Answered).befalls("ListPipelineRuns", denied);
    assert_eq!(story.tell().status(), Status::Success);
    let failed = super::fails(FaultKind::Lost);
    let story =
        Story::online().befalls("ListPipelineRuns", Fate::Answered).befalls_often(9, "ListPipelineRuns", &failed);
    let told = story.tell();
    assert_eq!((told.status(), told.moments("ListPipelineRuns").len()), (Status::Success, 4), "it is a courtesy");
}
