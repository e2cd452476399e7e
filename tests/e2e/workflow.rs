//! Contract §1, `workflow-code`: the start of a workflow of EMR Serverless Spark, alone or after a deployment.

use crate::{
    job::{Job, Ran, lawful},
    simulator::{Fault, Simulator, WorkflowAnswer, World},
    targets::orders,
};

fn start(simulator: &Simulator) -> Job {
    Job::new(simulator)
        .on_github()
        .input("workflow-endpoint", simulator.url())
        .input("workflow-code", "12000000000000")
        .input("workflow-workspace-id", "w-d8aa11bb22cc33dd")
}

fn world(answer: WorkflowAnswer) -> World {
    orders().workflow("w-d8aa11bb22cc33dd", 12_000_000_000_000, answer)
}

fn alone(answer: WorkflowAnswer) -> (Simulator, Ran) {
    let simulator = Simulator::start(world(answer));
    let ran = start(&simulator).run();
    lawful(&simulator);
    (simulator, ran)
}

#[test]
fn a_workflow_starts_alone_with_the_default_namespace() {
    let (simulator, ran) = alone(WorkflowAnswer::ok());
    let ran = ran.expect(0, "success");
    let starts = simulator.starts();
    assert_eq!(starts.len(), 1);
    assert_eq!(starts[0].workspace, "w-d8aa11bb22cc33dd");
    assert_eq!(ran.output("workflow-status"), "started");
    assert!(!ran.output("workflow-request-id").is_empty());
    let seen = &simulator.requests()[0];
    assert_eq!(seen.param("productNamespace"), Some("SS"));
    assert_eq!(seen.header("content-length"), Some("0"), "a POST without a body says so");
    let sent: Vec<&str> = seen.query.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(sent.len(), 2, "an absent parameter is not sent: {sent:?}");
}

#[test]
fn every_optional_parameter_travels() {
    let simulator = Simulator::start(world(WorkflowAnswer::ok()));
    let given = [
        ("workflow-region", "regionId", "cn-shanghai"),
        ("workflow-namespace", "productNamespace", "SPARK"),
        ("workflow-version", "versionNumber", "3"),
        ("workflow-version-hash", "versionHashCode", "abc"),
        ("workflow-queue", "runtimeQueue", "root_queue"),
        ("workflow-run-mode", "runMode", "auto"),
        ("workflow-comments", "comments", "手动 a+b"),
        ("workflow-email", "email", "a@b.example"),
        ("workflow-interval", "interval", "PT1H"),
        ("workflow-action", "action", "run"),
        ("workflow-parallelism", "expectedParallelismNumber", "4"),
    ];
    let job = given.iter().fold(start(&simulator), |job, (input, _, value)| job.input(input, value));
    job.input("workflow-prod", "Yes").run().expect(0, "success");
    lawful(&simulator);
    let seen = &simulator.requests()[0];
    for (input, parameter, value) in given {
        assert_eq!(seen.param(parameter), Some(value), "{input}");
    }
    assert_eq!(seen.param("isProd"), Some("true"));
}

#[test]
fn a_workflow_follows_a_deployment_that_succeeds() {
    let simulator = Simulator::start(world(WorkflowAnswer::ok()));
    let ran = start(&simulator).input("object-id", "7001").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!((simulator.runs().len(), simulator.starts().len()), (1, 1));
    assert_eq!(ran.output("workflow-status"), "started");
    assert_eq!(ran.result()["workflow"]["status"], "started");
    assert_eq!(ran.result()["workflow"]["code"], "0", "what it answered is in the result");
    assert_eq!(ran.output("error-code"), "", "a code of success is not an error's");
}

#[test]
fn where_the_workflow_does_not_start_the_outputs_of_the_deployment_stand() {
    let simulator = Simulator::start(world(WorkflowAnswer::refused()));
    let ran = start(&simulator).input("object-id", "7001").run().expect(1, "failed");
    lawful(&simulator);
    assert_eq!((ran.output("environment"), ran.output("stage")), ("production", "PROD"));
    assert_eq!(ran.output("pipeline-run-id"), simulator.runs()[0].id);
    assert_eq!((ran.output("workflow-status"), ran.output("failed-stage")), ("", ""));
    assert_eq!(ran.output("error-code"), "1400009");
}

#[test]
fn a_workflow_does_not_follow_a_deployment_that_fails() {
    let simulator = Simulator::start(world(WorkflowAnswer::ok()));
    let ran = start(&simulator).input("object-id", "4711").run().expect(2, "invalid");
    assert_eq!(simulator.starts().len(), 0);
    assert_eq!(ran.output("workflow-status"), "");
}

#[test]
fn only_three_good_signs_are_a_start() {
    for good in [WorkflowAnswer::ok(), WorkflowAnswer::ok_with_code_200(), WorkflowAnswer::ok_without_code()] {
        alone(good).1.expect(0, "success");
    }
    for bad in [WorkflowAnswer::strange(), WorkflowAnswer::refused(), WorkflowAnswer::failed()] {
        let ran = alone(bad).1.expect(1, "failed");
        assert_eq!(ran.output("workflow-status"), "");
    }
    let simulator = Simulator::start(World::new());
    let ran = start(&simulator).on_github().run().expect(1, "failed");
    assert!(
        ran.output("message")
            .ends_with("if it is not found, check workflow-code, workflow-workspace-id and workflow-region"),
        "{}",
        ran.log
    );
    alone(WorkflowAnswer::forbidden()).1.expect(4, "denied");
}

#[test]
fn a_lost_start_is_not_sent_again() {
    let simulator =
        Simulator::start(world(WorkflowAnswer::ok()).fault("StartProcessInstance", 1, Fault::Reset.after_effect()));
    let ran = start(&simulator).run().expect(5, "unavailable");
    assert_eq!(simulator.count("StartProcessInstance"), 1);
    assert!(ran.output("message").contains("not sent again"), "{}", ran.output("message"));
}
