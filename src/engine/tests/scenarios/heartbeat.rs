//! What is being waited for: the words of the heartbeat, one after the other.

use crate::{
    engine::tests::sim::{Fate, s},
    model::{
        options::{Operation, WhenBusy},
        target::Target,
    },
};

use super::{START, Story, marker};

const SURVEY: &str = "looking for unfinished runs of this object";
const CREATING: &str = "creating the pipeline run";

#[test]
fn of_a_run_from_its_creation_to_its_end() {
    let mut story = Story::online().befalls("CreatePipelineRun", Fate::Lost(true));
    story.cloud.stages[2].approved_at = START + s(100);
    story.cloud.stages[2].refuses_until_approved = true;
    let told = story.tell();
    assert_eq!(
        told.doings,
        [
            SURVEY,
            CREATING,
            "checking whether the pipeline run was created",
            "the pipeline run run-1 shows no stages yet",
            "BUILD_PACKAGE has the status Running",
            "PROD_CHECK has the status Init",
            "PROD_CHECK has the status Running",
            "PROD has the status Init",
            "PROD waits for a person's approval",
            "PROD has the status Running",
            "PROD has the status Success",
        ]
    );
}

#[test]
fn of_other_runs_that_are_in_the_way() {
    let mut story = Story::online().with_run(&marker("0", Operation::Online).describe(""), START - s(60));
    story.options.when_busy = WhenBusy::AbolishOurs;
    assert_eq!(story.tell().doings[..4], [SURVEY, "abolishing an older run", SURVEY, CREATING]);

    let mut story = Story::online().with_run("somebody's", START - s(60));
    story.options.when_busy = WhenBusy::Wait;
    story.cloud.runs[0].abolished = Some(START + s(1));
    let waiting = "waiting until another run of this object has ended";
    assert_eq!(story.tell().doings[..4], [SURVEY, waiting, SURVEY, CREATING]);
}

#[test]
fn of_a_package() {
    let told = Story::file().befalls("DeployFile", Fate::Lost(true)).tell();
    assert_eq!(
        told.doings,
        [
            "reading the file",
            "listing the newest packages",
            "requesting the deployment",
            "checking whether the package was created",
            "waiting for the package 101",
            "the package 101 has the status Running",
            "the package 101 has the status Success",
        ]
    );
    let mut story = Story::file();
    story.target = Some(Target::Package(101));
    story.cloud.packages.push(START - s(60));
    assert_eq!(story.tell().doings, ["waiting for the package 101", "the package 101 has the status Success"]);
}

#[test]
fn of_a_workflow() {
    assert_eq!(Story::workflow().tell().doings, ["starting the workflow 12"]);
}
