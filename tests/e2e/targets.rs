//! Contract §1, what to deploy: objects, files, nodes, deployments and runs that exist.

use crate::{
    job::{Job, lawful},
    simulator::{File, KEY_ID, Object, PackagePlan, PastPackage, PastRun, Simulator, Stage, World, ms},
};

pub fn three_stages() -> Vec<Stage> {
    vec![
        Stage::build("BUILD_PACKAGE").lasting(ms(150)),
        Stage::check("PROD_CHECK").named("发布检查").lasting(ms(150)).lag(ms(150)),
        Stage::deploy("PROD").lasting(ms(150)).lag(ms(100)),
    ]
}

pub fn orders() -> World {
    World::new().object(Object::node("7001", "ods_orders").online(three_stages()))
}

#[test]
fn an_object_is_walked_through_every_stage_in_order() {
    let simulator = Simulator::start(orders());
    let ran = Job::new(&simulator).on_github().input("object-id", "7001").run().expect(0, "success");
    lawful(&simulator);
    let runs = simulator.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].executed, ["PROD_CHECK", "PROD"], "the build starts by itself, the rest once each");
    assert_eq!(runs[0].status, "Success");
    assert!(runs[0].description.starts_with("[dwd:online:"), "{}", runs[0].description);
    assert!(
        runs[0]
            .description
            .contains("acme/warehouse@0123456789ab by mei https://github.com/acme/warehouse/actions/runs/42")
    );
    assert_eq!(ran.output("pipeline-run-id"), runs[0].id);
    assert_eq!(ran.output("target"), "7001");
    assert_eq!(ran.output("environment"), "production");
    assert_eq!(ran.output("stage"), "PROD");
    let stages = ran.result()["targets"][0]["stages"].clone();
    assert_eq!(stages.as_array().unwrap().len(), 3);
    assert!(stages[1]["duration_ms"].as_u64().unwrap() >= 100, "{stages}");
    assert_eq!(stages[1]["name"], "发布检查");
}

#[test]
fn a_failed_check_is_told_everywhere() {
    let mut stages = three_stages();
    stages[1] = Stage::check("PROD_CHECK").named("发布检查").lasting(ms(100)).failing("上游节点未发布 | not <ok>");
    let simulator = Simulator::start(World::new().object(Object::node("7001", "ods_orders").online(stages)));
    let ran = Job::new(&simulator).on_github().input("object-id", "7001").run().expect(1, "failed");
    lawful(&simulator);
    let message = "the stage PROD_CHECK (发布检查) ended with the status Fail: 上游节点未发布 | not <ok>";
    assert_eq!(ran.output("message"), message);
    assert_eq!(ran.output("failed-stage"), "PROD_CHECK");
    assert!(!ran.output("request-id").is_empty());
    ran.logged(&[
        message,
        "::error title=object-id 7001 (ods_orders)%3A failed::the stage PROD_CHECK (发布检查) ended with the status Fail",
    ]);
    assert!(ran.summary.contains("上游节点未发布 &#124; not &lt;ok&gt;"), "{}", ran.summary);
    assert_eq!(simulator.runs()[0].executed, ["PROD_CHECK"], "nothing behind the failed stage");
}

#[test]
fn every_bad_end_of_a_stage_is_a_failure() {
    for end in ["Fail", "Termination", "Cancel"] {
        let stages = vec![Stage::build("B").lasting(ms(30)), Stage::deploy("P").lasting(ms(30)).ending(end, "")];
        let simulator = Simulator::start(World::new().object(Object::node("1", "n").online(stages)));
        let ran = Job::new(&simulator).on_github().input("object-id", "1").run().expect(1, "failed");
        assert!(ran.output("message").contains(end), "{}", ran.output("message"));
    }
}

#[test]
fn a_file_and_a_node_are_deployed_to_production() {
    for (input, value) in [("file-id", "1001"), ("node-id", "2001")] {
        let file = File::new(1001, "ods.sql").node(2001).deployment(PackagePlan::succeeding().lasting(ms(200)));
        let simulator = Simulator::start(World::new().file(file));
        let ran =
            Job::new(&simulator).on_github().input(input, value).input("comment", "r1").run().expect(0, "success");
        lawful(&simulator);
        let packages = simulator.packages();
        assert_eq!(packages.len(), 1);
        assert_eq!((packages[0].file, packages[0].to_environment, packages[0].comment.as_str()), (1001, 2, "r1"));
        assert_eq!(ran.output("deployment-id"), packages[0].id.to_string());
        assert_eq!(ran.output("environment"), "production");
        assert_eq!(ran.result()["targets"][0]["deployment_id"], packages[0].id.to_string(), "ids are strings");
    }
}

#[test]
fn one_file_by_its_id_its_node_and_its_name_is_one_package() {
    let simulator =
        Simulator::start(World::new().file(File::new(1001, "ods.sql").node(2001)).file(File::new(1002, "b")));
    let job = Job::new(&simulator).on_github();
    let targets = job.file("targets.txt");
    std::fs::write(&targets, "node-id 2001\nfile-id \"1001\"\nfile-name ods.sql\nfile-id 1002\n").unwrap();
    let ran = job.input("targets-file", targets.display()).run().expect(0, "success");
    lawful(&simulator);
    let files: Vec<u64> = simulator.packages().iter().map(|package| package.file).collect();
    assert_eq!(files, [1001, 1002]);
    assert_eq!(ran.result()["targets"].as_array().unwrap().len(), 4);
}

#[test]
fn an_id_with_something_else_in_it_is_a_mistake_that_says_what() {
    let simulator = Simulator::start(orders());
    for (value, said) in [
        ("7001 # the first", "without blanks"),
        ("7001#1", "without the # and"),
        ("\"7001", "without quotes"),
        ("daily_report", "object-name takes a name"),
    ] {
        let ran = Job::new(&simulator).on_github().input("object-id", value).run().expect(2, "invalid");
        assert!(ran.output("message").contains(said), "{value}: {}", ran.output("message"));
    }
    assert_eq!(simulator.requests().len(), 0);
    let quoted = Job::new(&simulator).on_github().input("object-id", "'7001'");
    quoted.input("access-key-id", format!("\"{KEY_ID}\"")).run().expect(0, "success");
}

#[test]
fn a_package_fails_by_its_status_or_by_one_of_its_files() {
    for (plan, said) in [
        (PackagePlan::failing("语法错误"), "语法错误"),
        (PackagePlan::rejected("no"), "Rejected"),
        (PackagePlan::succeeding().item_status(2), "file 1001 (Error)"),
        (PackagePlan::succeeding().item_status(4), "file 1001 (DeployError)"),
        (PackagePlan::succeeding().item_status(6), "file 1001 (Reject)"),
    ] {
        let simulator =
            Simulator::start(World::new().file(File::new(1001, "ods.sql").deployment(plan.lasting(ms(50)))));
        let ran = Job::new(&simulator).on_github().input("file-id", "1001").run().expect(1, "failed");
        lawful(&simulator);
        assert!(ran.output("message").contains(said), "{} should hold {said}", ran.output("message"));
    }
}

#[test]
fn a_workspace_may_be_named_for_files() {
    let simulator = Simulator::start(World::new().file(File::new(1001, "ods.sql")));
    let job = Job::new(&simulator).without("INPUT_PROJECT-ID").input("project-identifier", "dw_project");
    job.input("file-id", "1001").run().expect(0, "success");
    lawful(&simulator);
    let deploy = simulator.requests().into_iter().find(|seen| seen.operation == "DeployFile").unwrap();
    assert_eq!(deploy.param("ProjectIdentifier"), Some("dw_project"));
    assert_eq!(deploy.param("ProjectId"), None);
}

#[test]
fn a_deployment_that_exists_is_followed() {
    let world = World::new().file(File::new(1001, "ods.sql")).package(PastPackage::new(
        555,
        1001,
        PackagePlan::succeeding().lasting(ms(300)),
    ));
    let simulator = Simulator::start(world);
    let ran = Job::new(&simulator).on_github().input("deployment-id", "555").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(ran.output("deployment-id"), "555");
    assert_eq!(simulator.count("DeployFile"), 0);
}

#[test]
fn a_run_that_exists_goes_on_from_where_it_stands() {
    let world = orders().run(PastRun::new("run-7", "7001").done(2));
    let simulator = Simulator::start(world);
    let ran = Job::new(&simulator).on_github().input("pipeline-run-id", "run-7").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(ran.output("pipeline-run-id"), "run-7");
    assert_eq!((simulator.count("CreatePipelineRun"), simulator.count("ExecPipelineRunStage")), (0, 1));
}

#[test]
fn targets_are_deployed_in_the_order_given_and_fail_fast_skips_the_rest() {
    let bad = vec![Stage::build("B").lasting(ms(20)).failing("no")];
    let world = |bad: &[Stage]| {
        orders()
            .object(Object::node("7002", "b").online(bad.to_vec()))
            .object(Object::node("7003", "c").online(vec![Stage::build("B").lasting(ms(20))]))
    };
    let simulator = Simulator::start(world(&bad));
    let job = Job::new(&simulator).on_github().input("object-id", "[\"7003\", 7002]\n");
    let ran = job.input("object-id", "7003,7002,7001").run().expect(1, "failed");
    lawful(&simulator);
    let objects: Vec<String> = simulator.runs().into_iter().map(|run| run.object).collect();
    assert_eq!(objects, ["7003", "7002"]);
    let statuses: Vec<_> = ran.result()["targets"].as_array().unwrap().iter().map(|t| t["status"].clone()).collect();
    assert_eq!(statuses, ["success", "failed", "skipped"]);
    let ids: Vec<&str> = ran.output("pipeline-run-id").split(',').collect();
    assert_eq!(ids.len(), 3, "one slot a target: {ids:?}");
    assert_eq!(ids[2], "");
    ran.logged(&["3 targets: 1 failed, 1 success, 1 skipped; not successful: object-id 7002 (b)\n"]);

    let simulator = Simulator::start(world(&bad));
    let job = Job::new(&simulator).on_github().input("object-id", "7003,7002,7001").input("fail-fast", "no");
    job.run().expect(1, "failed");
    assert_eq!(simulator.runs().len(), 3, "without fail-fast everything is tried");
}

#[test]
fn an_object_that_is_not_there_is_a_wrong_input() {
    let simulator = Simulator::start(orders().object(Object::node("8001", "inner").inside("9001")));
    for object in ["4711", "8001"] {
        let ran = Job::new(&simulator).on_github().input("object-id", object).run().expect(2, "invalid");
        assert!(ran.output("message").contains("give the workflow's id"), "{}", ran.output("message"));
    }
    assert_eq!(simulator.runs().len(), 0);
}
