//! Contract §5: answers about something else, lists without an end, texts that cannot be read, and what an earlier attempt
//! did. Nothing is concluded from what was not seen.

use serde_json::{Value, json};

use crate::{
    job::{Job, lawful},
    simulator::{
        Fault, File, GBK, HALF_EMOJI, Lie, Object, PackagePlan, PastPackage, PastRun, Simulator, Stage, World, ms,
    },
    targets::{orders, three_stages},
};

fn deploy(simulator: &Simulator) -> Job {
    Job::new(simulator).on_github().input("object-id", "7001").input("request-timeout", "2s")
}

fn file() -> File {
    File::new(1001, "ods.sql").node(2001).deployment(PackagePlan::succeeding().lasting(ms(200)))
}

fn crowded(world: World) -> World {
    (0..250).fold(world, |world, nth| world.run(PastRun::new(&format!("old-{nth}"), "7001").ended("Success")))
}

#[test]
fn a_stale_answer_about_a_run_that_succeeded_is_not_ours() {
    let world = orders().run(PastRun::new("run-9", "7001").ended("Success"));
    let simulator = Simulator::start(world.fault_in("GetPipelineRun", 1..=2, Fault::about("run-9")));
    let ran = deploy(&simulator).run().expect(0, "success");
    lawful(&simulator);
    ran.logged(&["the answer to GetPipelineRun is about another object"]);
    let ours = simulator.runs().into_iter().find(|run| run.id == ran.output("pipeline-run-id")).unwrap();
    assert_eq!((ours.status.as_str(), ours.executed.len()), ("Success", 2));
}

#[test]
fn a_strangers_json_is_no_answer_to_a_change() {
    for operation in ["CreatePipelineRun", "ExecPipelineRunStage"] {
        for body in [json!({}), json!({ "RequestId": "R" }), json!({ "Status": "ok" })] {
            let simulator = Simulator::start(orders().fault(operation, 1, Fault::Json(body).after_effect()));
            deploy(&simulator).run().expect(0, "success");
            lawful(&simulator);
            assert_eq!((simulator.count("CreatePipelineRun"), simulator.count("ExecPipelineRunStage")), (1, 2));
        }
    }
}

#[test]
fn a_lost_create_is_found_in_lists_of_every_kind_and_whatever_its_time() {
    let plain = || orders().fault("CreatePipelineRun", 1, Fault::Reset.after_effect());
    for world in [
        plain().times_off_by(-3),
        plain().times_off_by(-3600),
        crowded(plain()).oldest_first(),
        crowded(plain()).oldest_first().pages_of_at_most(20),
        crowded(plain()).oldest_first().lie(Lie::TotalCountZero),
        crowded(plain()).oldest_first().lie(Lie::NoTotalCount),
        crowded(plain()).lie(Lie::BrokenTexts),
    ] {
        let simulator = Simulator::start(world);
        deploy(&simulator).run().expect(0, "success");
        lawful(&simulator);
        assert_eq!(simulator.count("CreatePipelineRun"), 1);
    }
}

#[test]
fn a_list_that_was_cut_is_no_reason_to_create_again() {
    let world = crowded(orders()).oldest_first().lists_cut_after(2);
    let simulator = Simulator::start(world.fault("CreatePipelineRun", 1, Fault::Reset.after_effect()));
    let ran = deploy(&simulator).run().expect(5, "unavailable");
    assert_eq!(simulator.count("CreatePipelineRun"), 1);
    assert!(ran.output("message").contains("could not be read to its end"), "{}", ran.output("message"));
}

#[test]
fn a_lost_package_is_found_in_lists_of_every_kind_and_never_taken_for_an_old_one() {
    let plain = || {
        let old = |nth| PastPackage::new(nth, 1001, PackagePlan::succeeding()).created_ago(ms(3_600_000));
        let world = (1..=250).fold(World::new().file(file()), |world, nth| world.package(old(nth)));
        world.fault("DeployFile", 1, Fault::Reset.after_effect())
    };
    for world in [
        plain(),
        plain().oldest_first(),
        plain().oldest_first().pages_of_at_most(20),
        plain().oldest_first().lie(Lie::TotalCountZero),
        plain().oldest_first().lie(Lie::NoTotalCount),
        plain().times_off_by(-3600),
    ] {
        let simulator = Simulator::start(world);
        let job = Job::new(&simulator).on_github().input("file-id", "1001").input("request-timeout", "2s");
        let ran = job.run().expect(0, "success");
        assert_eq!(simulator.count("DeployFile"), 1);
        assert_eq!(ran.output("deployment-id"), simulator.packages().last().unwrap().id.to_string());
    }
    let simulator = Simulator::start(plain().oldest_first().lists_cut_after(2));
    let job = Job::new(&simulator).on_github().input("file-id", "1001").input("request-timeout", "2s");
    job.run().expect(5, "unavailable");
    assert_eq!(simulator.count("DeployFile"), 1);
}

#[test]
fn a_status_that_cannot_be_read_never_counts_as_fine() {
    let plan = || PackagePlan::succeeding().lasting(ms(50));
    for status in [json!("Error"), json!(2.0), json!([2]), json!({})] {
        let simulator = Simulator::start(World::new().file(file().deployment(plan().item_reading(status.clone()))));
        let ran = Job::new(&simulator).on_github().input("file-id", "1001").run().expect(1, "failed");
        assert!(ran.output("message").contains("not published: file 1001"), "{status}: {}", ran.output("message"));
    }
    let checked = |status: Value| {
        let simulator = Simulator::start(World::new().file(file().deployment(plan().check_reading(status))));
        Job::new(&simulator).on_github().input("file-id", "1001").input("timeout", "3s").run()
    };
    checked(json!(7.0)).expect(1, "failed");
    checked(json!([7])).expect(3, "timed-out");
}

#[test]
fn texts_that_cannot_be_read_hide_nothing() {
    let text = format!("反馈{HALF_EMOJI} {GBK}");
    let mut stages = three_stages();
    stages[1] = Stage::check("PROD_CHECK").named(&text).lasting(ms(50)).failing(&text);
    let world = World::new().object(Object::node("7001", "n").online(stages));
    let simulator = Simulator::start(world.run(PastRun::new("run-7", "7001").described(&text).done(1)));
    let ran = deploy(&simulator).run().expect(1, "failed");
    assert!(ran.output("message").contains("反馈"), "{}", ran.output("message"));
}

#[test]
fn a_stage_that_was_executed_before_the_kill_is_not_executed_again() {
    let mut stages = three_stages();
    stages[1] = Stage::check("PROD_CHECK").lasting(ms(50)).lag(ms(4000));
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
    let mut running = deploy(&simulator).start();
    running.until("the stage is executed", || simulator.count("ExecPipelineRunStage") == 1);
    running.kill();
    let ran = deploy(&simulator).variable("GITHUB_RUN_ATTEMPT", "2").input("stage-timeout", "3s").run();
    let ran = ran.expect(0, "success");
    lawful(&simulator);
    assert_eq!((simulator.runs().len(), simulator.count("ExecPipelineRunStage")), (1, 2));
    assert!(!ran.log.contains("approval"), "{}", ran.log);
}

#[test]
fn our_run_is_taken_up_in_a_status_that_nobody_knows() {
    let object = Object::node("7001", "n").online(three_stages()).reading("Switching", ms(3000));
    let simulator = Simulator::start(World::new().object(object));
    let mut running = deploy(&simulator).start();
    running.until("it is polled", || simulator.count("GetPipelineRun") >= 3);
    running.kill();
    deploy(&simulator).variable("GITHUB_RUN_ATTEMPT", "2").run().expect(0, "success");
    assert_eq!(simulator.runs().len(), 1);
}

#[test]
fn two_starts_at_one_moment_are_told_of_each_other() {
    let simulator = Simulator::start(orders().twin_of_the_first_run());
    let ran = deploy(&simulator).run().expect(0, "success");
    let ids: Vec<String> = simulator.runs().into_iter().map(|run| run.id).collect();
    assert_eq!(ids.len(), 2);
    ran.logged(&["another unfinished run has the marker of this job", &ids[0], &ids[1]]);
}

#[test]
fn a_run_of_the_other_direction_is_not_taken_out_of_production() {
    for (operation, kind) in [("offline", "Offline"), ("delete", "Delete")] {
        for ended in [false, true] {
            let run = PastRun::new("run-7", "7001");
            let run = if ended { run.done(3).ended("Success") } else { run.done(1) };
            let simulator = Simulator::start(orders().run(run));
            let job = Job::new(&simulator).on_github().input("pipeline-run-id", "run-7").input("operation", operation);
            let ran = job.run().expect(1, "failed");
            assert_eq!(simulator.count("ExecPipelineRunStage"), 0);
            assert!(ran.output("message").contains(&format!("no stage of type {kind}")), "{}", ran.output("message"));
        }
    }
}

#[test]
fn until_stage_of_a_run_that_was_abolished_is_not_a_success() {
    for ended in ["Cancel", "Termination", "Fail"] {
        let run = PastRun::new("run-7", "7001").done(2).ended(ended);
        let simulator = Simulator::start(orders().run(run));
        let job = Job::new(&simulator).on_github().input("pipeline-run-id", "run-7");
        job.input("until-stage", "PROD_CHECK").run().expect(1, "failed");
    }
}

#[test]
fn a_data_source_that_is_missing_is_no_target_that_was_not_found() {
    let missing = Fault::error(400, "Invalid.Tenant.ConnectionNotExists", "The connection does not exist.");
    let simulator = Simulator::start(World::new().file(file()).fault("DeployFile", 1, missing.clone()));
    Job::new(&simulator).on_github().input("file-id", "1001").run().expect(1, "failed");
    let simulator = Simulator::start(orders().fault("CreatePipelineRun", 1, missing));
    deploy(&simulator).run().expect(1, "failed");
}

#[test]
fn a_time_out_names_what_was_waited_for_and_what_failed_last() {
    let mut stages = three_stages();
    stages[2] = Stage::deploy("PROD").lasting(ms(600_000));
    let world = || World::new().object(Object::node("7001", "n").online(stages.clone()));
    let simulator = Simulator::start(world());
    let ran = deploy(&simulator).input("timeout", "3s").run().expect(3, "timed-out");
    for said in
        ["it was waiting for the stage PROD since", "the pipeline run was left as it is", "give pipeline-run-id"]
    {
        assert!(ran.output("message").contains(said), "{}", ran.output("message"));
    }
    let simulator = Simulator::start(world().fault_each("ListPipelineRuns", Fault::Status(503)));
    let ran = deploy(&simulator).input("timeout", "3s").run().expect(3, "timed-out");
    assert!(ran.output("message").contains("the last request failed: HTTP 503"), "{}", ran.output("message"));
    assert_eq!(ran.output("error-code"), "ServiceUnavailable");
}

#[test]
fn a_run_of_three_thousand_stages_holds_nothing_up() {
    let stages = (0..3000).map(|nth| Stage::build(&format!("B{nth:04}")).lasting(ms(1))).collect();
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
    let ran = deploy(&simulator).input("timeout", "20s").run();
    assert!(matches!(ran.code, Some(0 | 3)) && ran.took < ms(27_000), "{:?} after {:?}", ran.code, ran.took);
}
