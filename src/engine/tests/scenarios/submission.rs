//! Uncommitted edits of a file: submitted into development, and deployed once that has succeeded.

use std::time::Duration;

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        call::{Call, Effect, FileKey},
        fault::Refusal,
        journal::Provenance,
        status::Status,
        target::Target,
    },
};

use super::{Story, refused};

const DEPLOY: &str = "DeployFile";
const SUBMIT: &str = "SubmitFile";

/// A file with edits that are not submitted; a package takes 3 s.
fn edited() -> Story {
    let mut story = Story::file();
    story.options.submit = true;
    story.cloud.committed = false;
    story.cloud.package.0 = s(3);
    story
}

fn unready() -> Fate {
    refused(Refusal::Other, "发布流水线未准备好")
}

#[test]
fn uncommitted_edits_are_submitted_and_then_deployed() {
    let told = edited().tell();
    assert_eq!(
        told.calls(),
        [
            "0.0 GetFile",
            "0.1 ListDeployments",
            "0.2 SubmitFile",
            "2.3 GetDeployment 101",
            "4.4 GetDeployment 101",
            "4.5 DeployFile",
            "6.6 GetDeployment 102",
            "8.7 GetDeployment 102",
        ]
    );
    assert_eq!(told.known(), [("101", Provenance::Created), ("102", Provenance::Created)]);
    assert_eq!((told.status(), told.message()), (Status::Success, "deployed: the package 102 is in production"));
    assert_eq!(
        told.doings,
        [
            "reading the file",
            "listing the newest packages",
            "submitting the file",
            "waiting for the package 101",
            "the package 101 has the status Running",
            "requesting the deployment",
            "waiting for the package 102",
            "the package 102 has the status Running",
            "the package 102 has the status Success",
        ]
    );
}

#[test]
fn what_is_submitted_is_the_files_own_id_with_the_comment_and_the_check_as_asked() {
    for skip_check in [false, true] {
        let mut story = edited();
        story.target = Some(Target::File(FileKey::Node(2001)));
        story.options.skip_check = skip_check;
        let told = story.tell();
        let submit = Call::SubmitFile { file: 1001, comment: "a comment".into(), skip_check };
        let deploy = Call::DeployFile { file: FileKey::Node(2001), comment: "a comment".into() };
        let asked: Vec<&Call> =
            told.cloud.calls.iter().map(|(_, call, _)| call).filter(|call| call.effect() == Effect::Write).collect();
        assert_eq!(asked, [&submit, &deploy]);
    }
}

#[test]
fn committed_edits_are_only_deployed() {
    let mut story = edited();
    story.cloud.committed = true;
    let told = story.tell();
    assert_eq!(told.calls()[..3], ["0.0 GetFile", "0.1 ListDeployments", "0.2 DeployFile"]);
    assert_eq!((told.status(), told.moments(SUBMIT).len()), (Status::Success, 0));
}

#[test]
fn a_submission_that_fails_is_not_deployed() {
    let mut story = edited();
    story.cloud.package = (s(1), 2, 2);
    let told = story.tell();
    assert_eq!((told.status(), told.moments(DEPLOY).len(), told.found().as_deref()), (Status::Failed, 0, Some("101")));
    assert_eq!(
        told.message(),
        "the submission's package 101 ended with the status Fail; not published: file 1001 (Error)"
    );
}

#[test]
fn a_lost_submission_is_found_in_development() {
    let told = edited().befalls(SUBMIT, Fate::Lost(true)).tell();
    assert_eq!(told.calls()[2..5], ["0.2 SubmitFile", "1.3 ListDeployments", "1.4 GetDeployment 101"]);
    assert_eq!(told.known(), [("101", Provenance::Recovered), ("102", Provenance::Created)]);
    assert_eq!((told.status(), told.moments(SUBMIT).len()), (Status::Success, 1));
}

#[test]
fn after_a_submission_a_lost_deployment_is_looked_for_among_what_is_newer() {
    let told = edited().befalls(DEPLOY, Fate::Lost(true)).tell();
    assert_eq!(told.calls()[5..8], ["4.5 DeployFile", "5.6 ListDeployments", "5.7 GetDeployment 102"]);
    assert_eq!(told.known(), [("101", Provenance::Created), ("102", Provenance::Recovered)]);
    assert_eq!((told.status(), told.moments(DEPLOY).len()), (Status::Success, 1));
}

#[test]
fn a_lost_deployment_by_node_is_found_by_the_nodes_file() {
    let mut story = Story::file().befalls(DEPLOY, Fate::Lost(true));
    story.target = Some(Target::File(FileKey::Node(2001)));
    let told = story.tell();
    assert_eq!(told.calls()[2..5], ["0.2 DeployFile", "1.3 ListDeployments", "1.4 GetDeployment 101"]);
    assert_eq!((told.known(), told.status()), (vec![("101", Provenance::Recovered)], Status::Success));
}

#[test]
fn a_file_that_is_not_ready_right_after_is_asked_for_every_five_seconds() {
    let told = edited().befalls_often(2, DEPLOY, &unready()).tell();
    assert_eq!(told.moments(DEPLOY), [ms(4500), ms(9600), ms(14_700)]);
    assert_eq!(told.troubles(), [(DEPLOY, "发布流水线未准备好", s(5)); 2]);
    assert!(told.doings.contains(&"waiting until the submitted file can be deployed".into()), "{:?}", told.doings);
    assert_eq!(told.status(), Status::Success);
}

#[test]
fn a_file_that_is_not_ready_for_a_minute_is_a_failure() {
    let mut story = edited().befalls_often(99, DEPLOY, &unready());
    story.cloud.latency = Some(ms(0));
    let told = story.tell();
    let tries: Vec<Duration> = told.moments(DEPLOY).iter().map(|at| *at - told.moments(DEPLOY)[0]).collect();
    assert_eq!(tries, (0..=12).map(|nth| s(5) * nth).collect::<Vec<_>>());
    assert_eq!(told.status(), Status::Failed);
    let advice = "it was submitted a minute ago; run the job again later";
    assert_eq!(told.message(), format!("DeployFile was refused: HTTP 400, 发布流水线未准备好; {advice}"));
}

#[test]
fn without_a_submission_a_file_that_is_not_ready_is_a_failure_at_once() {
    for message in ["发布流水线未准备好", "The file is Not Ready"] {
        let told = Story::file().befalls_often(99, DEPLOY, &refused(Refusal::Other, message)).tell();
        assert_eq!((told.status(), told.moments(DEPLOY).len()), (Status::Failed, 1));
        assert!(told.message().contains("submit: true"), "{}", told.message());
    }
    let told = edited().befalls(DEPLOY, refused(Refusal::Other, "no")).tell();
    assert_eq!((told.status(), told.moments(DEPLOY).len()), (Status::Failed, 1));
    assert_eq!(told.message(), "DeployFile was refused: HTTP 400, no");
}

#[test]
fn a_submission_that_is_left_is_nothing_to_go_on_with() {
    let told = edited().interrupted_at(s(1)).tell();
    assert_eq!((told.status(), told.message()), (Status::Cancelled(143), "interrupted"));
    assert_eq!(told.found().as_deref(), Some("101"));
}
