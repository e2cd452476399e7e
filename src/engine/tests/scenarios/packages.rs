//! A file of the old Data Studio: its package is requested once, and followed until it ends.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{fault::Refusal, journal::Provenance, options::Interval, status::Status, target::Target},
};

use super::{START, Story, refused, stage_timeouts};

const DEPLOY: &str = "DeployFile";

#[test]
fn a_file_is_deployed_once_and_its_package_followed_to_its_end() {
    let told = Story::file().tell();
    assert_eq!(
        told.calls()[..5],
        ["0.0 GetFile", "0.1 ListDeployments", "0.2 DeployFile", "2.3 GetDeployment 101", "4.4 GetDeployment 101"]
    );
    assert_eq!(told.moments(DEPLOY).len(), 1);
    assert_eq!((told.status(), told.message()), (Status::Success, "deployed: the package 101 is in production"));
    assert_eq!(told.known(), [("101", Provenance::Created)]);
    assert_eq!(told.packages(), ["Running", "Success"], "each change is told once");
    assert_eq!(told.outcome.end.error.request_id, "R", "of the look that showed the end");
}

#[test]
fn a_package_whose_creation_was_lost_is_found_by_being_newer_and_holding_the_file() {
    let mut story = Story::file().befalls(DEPLOY, Fate::Lost(true));
    story.cloud.packages.push(START - s(60));
    let told = story.tell();
    assert_eq!(told.calls()[2..5], ["0.2 DeployFile", "1.3 ListDeployments", "1.4 GetDeployment 102"]);
    assert_eq!((told.known(), told.moments(DEPLOY).len()), (vec![("102", Provenance::Recovered)], 1));
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_package_that_none_of_four_reads_finds_is_created_once_more_and_never_a_third_time() {
    let told = Story::file().befalls(DEPLOY, Fate::Lost(false)).tell();
    let mut wanted: Vec<String> = ["1.3", "3.3", "6.3", "10.3"].map(|at| format!("{at} ListDeployments")).into();
    wanted.push("10.4 DeployFile".into());
    assert_eq!(told.calls()[3..8], wanted);
    assert_eq!(told.status(), Status::Success);

    let told = Story::file().befalls_often(2, DEPLOY, &Fate::Lost(false)).tell();
    assert_eq!(told.moments(DEPLOY), [ms(200), ms(10_400)]);
    assert_eq!((told.status(), told.at), (Status::Unavailable, ms(20_600)));
    assert!(told.message().starts_with("DeployFile was sent twice, both answers were lost, and no package was found"));
}

#[test]
fn two_packages_that_fit_are_named() {
    let mut story = Story::file().befalls(DEPLOY, Fate::Lost(true));
    story.cloud.packages.push(START + ms(250));
    let told = story.tell();
    assert_eq!(told.moments(DEPLOY).len(), 1);
    assert_eq!(told.status(), Status::Unavailable);
    assert!(told.message().contains("several packages may be ours: 101, 102; to follow one, give deployment-id"));
}

#[test]
fn a_file_that_cannot_be_read_is_deployed_all_the_same() {
    for why in [Refusal::NotFound, Refusal::Denied, Refusal::Unavailable, Refusal::UnknownOperation, Refusal::Other] {
        let told = Story::file().befalls("GetFile", refused(why, "no")).tell();
        assert_eq!((told.status(), told.moments(DEPLOY).len()), (Status::Success, 1), "{why:?}");
    }
}

#[test]
fn a_package_fails_by_its_status_or_by_one_of_its_files() {
    for (status, item, message) in [
        (2, 1, "the package 101 ended with the status Fail"),
        (6, 6, "the package 101 ended with the status Rejected; not published: file 1001 (Reject)"),
        (1, 2, "the package 101 ended with the status Success; not published: file 1001 (Error)"),
        (1, 4, "the package 101 ended with the status Success; not published: file 1001 (DeployError)"),
    ] {
        let mut story = Story::file();
        story.cloud.package = (s(5), status, item);
        let told = story.tell();
        assert_eq!((told.status(), told.message()), (Status::Failed, message));
    }
}

#[test]
fn a_package_in_an_unknown_status_is_in_progress_until_its_timeout() {
    let mut story = Story::file();
    story.cloud.package = (s(5), 9, 1);
    story.limits.stage = stage_timeouts("PACKAGE=1m");
    let told = story.tell();
    assert_eq!((told.status(), told.at), (Status::TimedOut, ms(300) + s(60) + ms(100)));
    assert_eq!(
        told.message(),
        "the package has not ended within the stage-timeout of 1 min 00 s; it was waiting for the package 101 since 0.3 s after the start; to follow it to its end, give deployment-id 101"
    );
}

#[test]
fn a_last_look_that_shows_an_end_is_the_end() {
    for (status, wanted) in [(0, Status::TimedOut), (1, Status::Success), (2, Status::Failed)] {
        let mut story = Story::file();
        story.cloud.package = (s(5), status, 1);
        story.limits.poll = Interval { shortest: s(19), longest: s(19) };
        story.limits.timeout = s(10);
        let told = story.tell();
        assert_eq!(told.calls()[3..], ["10.0 GetDeployment 101"]);
        assert_eq!((told.status(), told.at), (wanted, ms(10_100)));
    }
}

#[test]
fn a_followed_package_is_looked_at_and_nothing_else() {
    let mut story = Story::file();
    story.target = Some(Target::Package(101));
    story.cloud.packages.push(START - s(17));
    let told = story.tell();
    assert_eq!(told.calls(), ["0.0 GetDeployment 101", "2.1 GetDeployment 101", "4.2 GetDeployment 101"]);
    assert_eq!((told.known(), told.status()), (vec![("101", Provenance::Followed)], Status::Success));
}

#[test]
fn a_package_that_is_not_there_is_a_wrong_input() {
    let mut story = Story::file();
    story.target = Some(Target::Package(999));
    let told = story.tell();
    assert_eq!(told.calls(), ["0.0 GetDeployment 999"]);
    assert_eq!(
        (told.status(), told.message()),
        (Status::Invalid, "GetDeployment was refused: HTTP 400, no such package; check the id and the workspace")
    );
}

#[test]
fn a_refused_deploy_is_the_end_at_once() {
    for (why, status) in
        [(Refusal::NotFound, Status::Invalid), (Refusal::Other, Status::Failed), (Refusal::Denied, Status::Denied)]
    {
        let told = Story::file().befalls(DEPLOY, refused(why, "文件未提交")).tell();
        assert_eq!(told.calls(), ["0.0 GetFile", "0.1 ListDeployments", "0.2 DeployFile"]);
        assert_eq!(told.status(), status);
        assert!(told.message().contains("文件未提交"), "{}", told.message());
    }
}
