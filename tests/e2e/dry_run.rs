//! Contract §1, `dry-run`: everything is read, the plan is printed, nothing is changed.

use crate::{
    job::{Job, lawful},
    simulator::{File, Object, PackagePlan, PastPackage, PastRun, Simulator, WorkflowAnswer, World, ms},
    targets::orders,
};

const CHANGES: [&str; 6] = [
    "CreatePipelineRun",
    "ExecPipelineRunStage",
    "AbolishPipelineRun",
    "SubmitFile",
    "DeployFile",
    "StartProcessInstance",
];

fn simulator() -> Simulator {
    Simulator::start(
        orders()
            .object(Object::workflow("9001", "daily"))
            .run(PastRun::new("run-7", "7001").done(1))
            .file(File::new(1001, "ods.sql").node(2001).committed(false))
            .package(PastPackage::new(555, 1001, PackagePlan::succeeding()))
            .workflow("w-abc", 12, WorkflowAnswer::ok()),
    )
}

#[test]
fn every_kind_of_target_is_read_and_named() {
    for (input, value, said) in [
        ("object-id", "7001", "would call CreatePipelineRun (Online) for the node ods_orders (7001)"),
        ("object-id", "9001", "for the workflow daily (9001)"),
        ("object-name", "daily", "for the workflow daily (9001)"),
        ("file-id", "1001", "would call DeployFile for the file ods.sql (1001)"),
        ("node-id", "2001", "has edits that are not committed"),
        ("file-name", "ods.sql", "(1001)"),
        ("pipeline-run-id", "run-7", "PROD_CHECK (Check, Init)"),
        ("deployment-id", "555", "would follow the package"),
    ] {
        let simulator = simulator();
        let ran =
            Job::new(&simulator).on_github().input(input, value).input("dry-run", "true").run().expect(0, "dry-run");
        lawful(&simulator);
        ran.logged(&[said]);
        assert!(CHANGES.iter().all(|operation| simulator.count(operation) == 0), "{input}");
    }
}

#[test]
fn a_workflow_and_a_submission_are_announced() {
    let simulator = simulator();
    let job = Job::new(&simulator).on_github().input("file-id", "1001").input("submit", "1").input("dry-run", "yes");
    let job = job.input("workflow-code", "12").input("workflow-workspace-id", "w-abc");
    let ran = job.input("workflow-endpoint", simulator.url()).run().expect(0, "dry-run");
    ran.logged(&["would call SubmitFile, then DeployFile,", "would call StartProcessInstance"]);
    assert!(CHANGES.iter().all(|operation| simulator.count(operation) == 0));
}

#[test]
fn what_cannot_be_read_is_found_wrong() {
    for (input, value) in
        [("object-id", "4711"), ("file-id", "4711"), ("pipeline-run-id", "nope"), ("deployment-id", "4711")]
    {
        let simulator = simulator();
        let ran =
            Job::new(&simulator).on_github().input(input, value).input("dry-run", "on").run().expect(2, "invalid");
        assert!(ran.output("message").contains("cannot be read"), "{}", ran.output("message"));
    }
}

#[test]
fn what_the_deployment_is_certain_to_be_refused_for_ends_the_dry_run_as_it_ends_the_deployment() {
    for (input, value, code, status, said) in [
        ("object-id", "9002", 2, "invalid", "lives in the workflow daily (9001)"),
        ("file-id", "1002", 1, "failed", "was never committed"),
        ("pipeline-run-id", "run-8", 1, "failed", "ended with the status Cancel"),
        ("deployment-id", "556", 1, "failed", "ended with the status Fail"),
    ] {
        let world = orders()
            .object(Object::workflow("9001", "daily"))
            .object(Object::node("9002", "inner").inside("9001"))
            .run(PastRun::new("run-8", "7001").done(1).ended("Cancel"))
            .file(File::new(1001, "ods.sql"))
            .file(File::new(1002, "new.sql").never_committed())
            .package(PastPackage::new(556, 1001, PackagePlan::succeeding().lasting(ms(0)).ending(2)));
        let simulator = Simulator::start(world);
        let job = || Job::new(&simulator).on_github().input(input, value);
        let ran = job().input("dry-run", "true").run().expect(code, status);
        assert!(ran.output("message").contains(said), "{}", ran.output("message"));
        assert!(CHANGES.iter().all(|operation| simulator.count(operation) == 0), "{input}");
        job().run().expect(code, status);
    }
}

#[test]
fn edits_that_are_not_committed_are_warned_of_in_both() {
    for dry_run in ["true", "false"] {
        let simulator = Simulator::start(World::new().file(File::new(1001, "ods.sql").edited()));
        let ran = Job::new(&simulator).on_github().input("file-id", "1001").input("dry-run", dry_run).run();
        assert_eq!(ran.code, Some(0), "{}", ran.log);
        ran.logged(&["::warning", "has edits that are not committed", "give submit: true"]);
    }
    for (ci, wanted) in [("GITLAB_CI", "give DATAWORKS_SUBMIT=true"), ("DRONE", "give submit: true")] {
        let simulator = Simulator::start(World::new().file(File::new(1001, "ods.sql").edited()));
        let job = Job::new(&simulator).input("file-id", "1001").variable(ci, "true");
        let summary = job.file("summary.md");
        let ran = job.input("summary-file", summary.display()).run().expect(0, "");
        ran.logged(&["warning: the file", wanted]);
        assert!(ran.summary.contains("SUBMIT") || ci == "DRONE", "{}", ran.summary);
    }
}
