//! Contract §1 and §5, how a run is walked: until-stage, operation, approval, busy objects, older names.

use crate::{
    job::{Job, lawful},
    simulator::{Approval, Object, PastRun, Simulator, Stage, World, ms},
    targets::{orders, three_stages},
};

fn deploy(simulator: &Simulator) -> Job {
    Job::new(simulator).on_github().input("object-id", "7001")
}

fn going_offline() -> World {
    let stages = vec![
        Stage::check("OfflineCheck").lasting(ms(50)).starting_by_itself_after(ms(50)),
        Stage::check("PROD_CHECK").lasting(ms(50)),
        Stage::offline("PROD").lasting(ms(50)),
        Stage::delete("DeleteNode").lasting(ms(50)),
    ];
    World::new().object(Object::node("7001", "ods_orders").offline(stages))
}

#[test]
fn until_stage_stops_with_success_and_names_what_comes_next() {
    let simulator = Simulator::start(orders());
    let ran = deploy(&simulator).input("until-stage", "prod_check").run().expect(0, "stopped");
    lawful(&simulator);
    assert_eq!((ran.output("stage"), ran.output("next-stage")), ("PROD_CHECK", "PROD"));
    let run = &simulator.runs()[0];
    assert_eq!((run.status.as_str(), run.executed.as_slice()), ("Running", ["PROD_CHECK".to_owned()].as_slice()));
    let go_on = Job::new(&simulator).on_github().input("pipeline-run-id", ran.output("pipeline-run-id"));
    go_on.run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.runs()[0].status, "Success", "two jobs with an approval between");
}

#[test]
fn until_stage_that_the_run_has_not_is_a_wrong_input_and_the_run_is_abolished() {
    let simulator = Simulator::start(orders());
    let ran = deploy(&simulator).input("until-stage", "PRODUCTION").run().expect(2, "invalid");
    lawful(&simulator);
    assert!(ran.output("message").contains("BUILD_PACKAGE, PROD_CHECK, PROD"), "{}", ran.output("message"));
    assert_eq!(simulator.count("ExecPipelineRunStage"), 0);
    assert_eq!(simulator.runs()[0].status, "Cancel");

    let simulator = Simulator::start(orders().run(PastRun::new("run-7", "7001").done(1)));
    let job = Job::new(&simulator).on_github().input("pipeline-run-id", "run-7").input("until-stage", "X");
    job.run().expect(2, "invalid");
    assert_eq!(simulator.runs()[0].status, "Running", "a run that we did not create is left");
}

#[test]
fn offline_stops_before_delete_and_abolishes_the_rest() {
    let simulator = Simulator::start(going_offline());
    let ran = deploy(&simulator).input("operation", "offline").run().expect(0, "success");
    lawful(&simulator);
    let run = &simulator.runs()[0];
    assert!(run.offline && run.description.starts_with("[dwd:offline:"));
    assert_eq!(run.executed, ["PROD_CHECK", "PROD"]);
    assert_eq!(run.status, "Cancel");
    assert_eq!(ran.output("next-stage"), "DeleteNode");
    assert!(simulator.deleted().is_empty());
}

#[test]
fn delete_executes_the_delete_stage_too() {
    let simulator = Simulator::start(going_offline());
    deploy(&simulator).input("operation", "delete").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.deleted(), ["7001"]);
}

#[test]
fn a_run_that_takes_offline_is_not_executed_under_online() {
    let simulator = Simulator::start(going_offline().run(PastRun::new("run-7", "7001").offline().done(1)));
    let ran = Job::new(&simulator).on_github().input("pipeline-run-id", "run-7").run().expect(1, "failed");
    lawful(&simulator);
    assert_eq!(simulator.count("ExecPipelineRunStage"), 0);
    assert!(ran.output("message").contains("the stage PROD of type Offline"), "{}", ran.output("message"));
}

#[test]
fn a_stage_that_waits_for_a_person_is_said_once_and_ends_by_approval_timeout() {
    for approval in [Approval::RefusedByStatus(ms(600_000)), Approval::RefusedBySuccess(ms(600_000))] {
        let mut stages = three_stages();
        stages[2] = Stage::deploy("PROD").approval(approval);
        let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
        let ran = deploy(&simulator).input("approval-timeout", "2s").input("stage-timeout", "PROD=1s").run();
        let ran = ran.expect(3, "timed-out");
        lawful(&simulator);
        assert!(ran.output("message").contains("nobody approved the stage PROD"), "{}", ran.output("message"));
        assert_eq!(ran.log.matches("waits for a person's approval").count(), 1);
        assert_eq!(simulator.requests().iter().filter(|seen| seen.param("Code") == Some("PROD")).count(), 1);
    }
}

#[test]
fn somebody_elses_run_is_named_and_ours_created() {
    let simulator = Simulator::start(orders().run(PastRun::new("run-7", "7001").described("by hand").done(1)));
    let ran = deploy(&simulator).run().expect(0, "success");
    lawful(&simulator);
    ran.logged(&["::warning", "run-7 (Running"]);
    assert_eq!(simulator.runs().len(), 2);
}

#[test]
fn when_busy_wait_waits_for_the_other_run() {
    let simulator = Simulator::start(orders().run(PastRun::new("run-7", "7001").described("by hand").done(1)));
    let mut running = deploy(&simulator).input("when-busy", "wait").start();
    running.until("it looks twice", || simulator.count("ListPipelineRuns") >= 4);
    assert_eq!(simulator.count("CreatePipelineRun"), 0);
    simulator.end_run("run-7", "Fail");
    running.wait().expect(0, "success");
    lawful(&simulator);
}

#[test]
fn when_busy_abolish_ours_abolishes_older_runs_of_this_repository_only() {
    let simulator = Simulator::start(orders().run(PastRun::new("run-7", "7001").described("by hand").done(1)));
    deploy(&simulator).variable("GITHUB_RUN_ID", "41").input("until-stage", "PROD_CHECK").run().expect(0, "stopped");
    let ours = simulator.runs().into_iter().find(|run| run.id != "run-7").unwrap();
    deploy(&simulator).input("when-busy", "abolish-ours").run().expect(0, "success");
    lawful(&simulator);
    let status = |id: &str| simulator.runs().into_iter().find(|run| run.id == id).unwrap().status;
    assert_eq!((status(&ours.id).as_str(), status("run-7").as_str()), ("Cancel", "Running"));
}

#[test]
fn a_later_attempt_of_the_same_ci_run_takes_the_unfinished_run_up() {
    let simulator = Simulator::start(orders());
    deploy(&simulator).input("until-stage", "PROD_CHECK").run().expect(0, "stopped");
    let ran = deploy(&simulator).variable("GITHUB_RUN_ATTEMPT", "2").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.runs().len(), 1);
    ran.logged(&["resuming the pipeline run"]);
    deploy(&simulator).run().expect(0, "success");
    assert_eq!(simulator.runs().len(), 2, "one that has ended is not taken up");
    deploy(&simulator).input("until-stage", "PROD_CHECK").run().expect(0, "stopped");
    deploy(&simulator).input("dedupe-key", "leg-2").run().expect(0, "success");
    assert_eq!(simulator.runs().len(), 4, "another leg of the matrix has its own");
}

#[test]
fn a_service_that_knows_only_the_older_names() {
    let simulator = Simulator::start(orders().older_names_only());
    let ran = deploy(&simulator).run().expect(0, "success");
    let failed: Vec<String> =
        simulator.requests().into_iter().filter(|seen| seen.status == Some(404)).map(|seen| seen.operation).collect();
    assert_eq!(failed, ["ListPipelineRuns"], "found out once");
    assert!(simulator.count("CreateDeployment") == 1 && simulator.count("GetDeployment") > 1);
    assert_eq!(ran.output("stage"), "PROD");
}

#[test]
fn the_documented_lies_change_nothing() {
    let simulator = Simulator::start(orders().lying());
    deploy(&simulator).run().expect(0, "success");
    lawful(&simulator);
}

#[test]
fn a_wrong_clock_is_corrected_once_and_said() {
    let simulator = Simulator::start(orders().clock_offset(3600));
    let ran = deploy(&simulator).run().expect(0, "success");
    ran.logged(&["this machine's clock is ", " slow; requests are signed with the service's time"]);
    assert_eq!(simulator.requests().iter().filter(|seen| seen.status == Some(400)).count(), 1);
}
