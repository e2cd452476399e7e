//! `source` with `run-date`: the units that were deployed run once in production, also what an earlier attempt deployed.

use crate::{
    job::{Job, lawful},
    run_once::{days_ago, statuses},
    simulator::{RunPlan, Simulator, ms},
    source::{push, world, write},
};

fn job(simulator: &Simulator, code: &str, run: &str) -> Job {
    push(simulator, code, run).input("run-date", "yesterday")
}

/// Who ran, in the order in which they did.
fn names(simulator: &Simulator) -> Vec<String> {
    let name = |name: String| name.rsplit(' ').next().unwrap_or_default().to_owned();
    simulator.instances().into_iter().map(|instance| name(instance.name)).collect()
}

#[test]
fn what_was_deployed_runs_in_that_order_and_the_next_ci_run_with_nothing_changed_runs_nothing() {
    let simulator = Simulator::start(world());
    let ran = job(&simulator, "select 1;\n", "1").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(
        (names(&simulator), statuses(&simulator.instances())),
        (vec!["daily_report".to_owned(), "my_etl".to_owned()], vec!["Success", "Success"])
    );
    let tasks = simulator.instances().into_iter().map(|instance| instance.tasks.len()).collect::<Vec<_>>();
    assert_eq!(tasks, [1, 3], "every node of the workflow");
    let ids: Vec<String> = simulator.instances().iter().map(|instance| instance.id.to_string()).collect();
    assert_eq!((ran.output("run-status"), ran.output("run-instance-id")), ("success", ids.join(",").as_str()));
    let result = ran.result();
    assert_eq!((&result["runs"][1]["target"], &result["runs"][1]["date"]), (&"my_etl".into(), &days_ago(1).into()));

    let later = job(&simulator, "select 1;\n", "2").run().expect(0, "success");
    assert_eq!((simulator.backfills(), later.output("run-status")), (2, ""));
    later.logged(&["nothing runs in production: nothing was deployed"]);

    job(&simulator, "select 2;\n", "3").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(names(&simulator).last().map(String::as_str), Some("daily_report"));
    assert_eq!(simulator.backfills(), 3, "only what was deployed");
}

#[test]
fn a_run_that_failed_is_repeated_by_the_next_attempt_although_nothing_differs() {
    let plan = RunPlan::succeeding().failing_on(&days_ago(1), "load", "no such table\n");
    let simulator = Simulator::start(world().in_production("my_etl", plan));
    job(&simulator, "select 1;\n", "1").run().expect(1, "failed").logged(&["   | no such table"]);
    let again = job(&simulator, "select 1;\n", "1").variable("GITHUB_RUN_ATTEMPT", "2").run().expect(1, "failed");
    lawful(&simulator);
    assert_eq!(names(&simulator), ["daily_report", "my_etl", "my_etl"], "what succeeded counts\n{}", again.log);
    assert_eq!(simulator.count("CreatePipelineRun"), 2, "nothing is deployed again\n{}", again.log);
    let ids: Vec<String> = simulator.runs().into_iter().map(|run| run.id).collect();
    assert_eq!(again.output("pipeline-run-id"), ids.join(","), "each unit is a target, as in the first attempt");

    let later = job(&simulator, "select 1;\n", "2").run().expect(0, "success");
    assert_eq!(simulator.backfills(), 3, "another CI run does not know of it\n{}", later.log);
}

#[test]
fn killed_between_the_deployment_and_the_run_it_runs_at_the_next_attempt() {
    let simulator = Simulator::start(world());
    let mut first = job(&simulator, "select 1;\n", "1").start();
    first.until("both are deployed", || {
        let runs = simulator.runs();
        runs.len() == 2 && runs.iter().all(|run| run.status == "Success")
    });
    first.kill();
    job(&simulator, "select 1;\n", "1").variable("GITHUB_RUN_ATTEMPT", "2").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!((names(&simulator), simulator.backfills()), (vec!["daily_report".into(), "my_etl".into()], 2));
    assert_eq!(simulator.count("CreatePipelineRun"), 2);
}

#[test]
fn a_manual_workflow_that_would_be_deployed_stops_it_before_anything_is_written() {
    let simulator = Simulator::start(world());
    let with_manual = |run: &str| {
        let job = push(&simulator, "select 1;\n", run);
        let spec = r#"{"version":"1.1.0","kind":"ManualWorkflow","spec":{"workflows":[{"name":"by_hand","script":{"path":"by_hand","runtime":{"command":"WORKFLOW"}}}]}}"#;
        write(job.file("").as_path(), "warehouse/by_hand/by_hand.spec.json", spec);
        job
    };
    let ran = with_manual("1").input("run-date", "yesterday").run().expect(2, "invalid");
    ran.logged(&["by_hand: a manual workflow has no business date"]);
    assert_eq!((simulator.drafts().len(), simulator.backfills()), (0, 0), "{}", ran.log);

    with_manual("2").run().expect(0, "success");
    with_manual("3").input("run-date", "yesterday").run().expect(0, "success");
    assert_eq!(simulator.backfills(), 0, "what is not deployed does not run");
}

#[test]
fn nothing_runs_where_a_unit_was_not_deployed() {
    let simulator = Simulator::start(world().creates_drop_dependencies(9).updates_drop_dependencies());
    let ran = job(&simulator, "select 1;\n", "1").run().expect(1, "failed");
    ran.logged(&["nothing runs in production: not every target succeeded"]);
    assert_eq!(simulator.backfills(), 0);
}

#[test]
fn a_dry_run_says_what_would_run() {
    let simulator = Simulator::start(world());
    let ran = job(&simulator, "select 1;\n", "1").input("dry-run", "true").run().expect(0, "dry-run");
    let said = format!("would run 1 node of daily_report, 3 nodes of my_etl in production for {}", days_ago(1));
    assert!(ran.output("message").contains(&said), "{}", ran.output("message"));
    ran.logged(&[&said]);
    assert!(simulator.drafts().is_empty() && simulator.backfills() == 0);
}

#[test]
fn a_run_that_an_earlier_attempt_left_is_gone_on_with() {
    let plan = RunPlan::succeeding().lasting(ms(1500));
    let simulator = Simulator::start(world().in_production("daily_report", plan));
    let mut first = job(&simulator, "select 1;\n", "1").start();
    first.until("an instance runs", || simulator.instances().iter().any(|one| one.status == "Running"));
    first.kill();
    let again = job(&simulator, "select 1;\n", "1").variable("GITHUB_RUN_ATTEMPT", "2").run().expect(0, "success");
    lawful(&simulator);
    again.logged(&["resuming the run in production"]);
    assert_eq!(names(&simulator), ["daily_report", "my_etl"], "{}", again.log);
}
