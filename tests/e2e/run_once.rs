//! Contract §7: what was deployed runs once in production, and is watched.

use std::time::SystemTime;

use crate::{
    job::{Job, lawful},
    simulator::{Fault, File, InstanceView, KEY_SECRET, Object, PackagePlan, RunPlan, Simulator, Stage, World, ms},
};

const FLOW: &str = "8600000000000000001";
const ALONE: &str = "8600000000000000400";

fn stages() -> Vec<Stage> {
    vec![Stage::deploy("PROD").lasting(ms(50)).lag(ms(0))]
}

/// A workflow of two nodes, a stand-alone node, and a file.
fn world() -> World {
    World::new()
        .object(Object::workflow(FLOW, "daily_report").online(stages()))
        .object(Object::node("8600000000000000200", "start").inside(FLOW))
        .object(Object::node("8600000000000000300", "load").inside(FLOW))
        .object(Object::node(ALONE, "ods_orders").online(stages()))
        .file(File::new(1001, "ods.sql").node(2001).deployment(PackagePlan::succeeding().lasting(ms(100))))
}

/// So many days before today in China, as `2026-11-24`.
pub fn days_ago(days: u64) -> String {
    let day = 24 * 3600;
    let at = SystemTime::now() + ms(8 * 3600 * 1000) - ms(days * day * 1000);
    humantime(at)
}

fn humantime(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string().chars().take(10).collect()
}

pub fn statuses(instances: &[InstanceView]) -> Vec<&str> {
    instances.iter().map(|instance| instance.status.as_str()).collect()
}

#[test]
fn a_workflow_is_deployed_and_its_nodes_run_for_yesterday() {
    let plan = RunPlan::succeeding().lasting(ms(700));
    let simulator = Simulator::start(world().in_production("daily_report", plan));
    let ran = Job::new(&simulator)
        .on_github()
        .input("object-name", "daily_report")
        .input("run-date", "yesterday")
        .run()
        .expect(0, "success");
    lawful(&simulator);
    let instances = simulator.instances();
    assert_eq!(statuses(&instances), ["Success"]);
    assert_eq!(instances[0].date, days_ago(1));
    assert!(instances[0].name.starts_with("[dwd:run:") && instances[0].name.ends_with("] daily_report"));
    assert_eq!(instances[0].tasks.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["start", "load"]);
    let code = format!("RUN {}", days_ago(1));
    assert_eq!(ran.output("run-status"), "success");
    assert_eq!(ran.output("run-instance-id"), instances[0].id.to_string());
    assert_eq!(ran.output("pipeline-run-id"), simulator.runs()[0].id, "the outputs of the deployment stand");
    let result = ran.result();
    assert_eq!(result["runs"][0]["date"], days_ago(1));
    assert_eq!(result["runs"][0]["status"], "Success");
    assert!(result["runs"][0]["started_at"].is_string() && result["runs"][0]["duration_ms"].is_u64(), "{result}");
    ran.logged(&[&format!("{code} Success after"), "ran successfully in production for"]);
    assert!(ran.summary.contains(&code), "{}", ran.summary);
}

#[test]
fn a_run_that_fails_ends_in_1_with_the_last_hundred_lines_of_the_log_of_the_task_that_failed() {
    let log: String = (1..=150).map(|nth| format!("line {nth} of it\n")).collect();
    let hostile = format!("{log}key {KEY_SECRET}\n::error::x\n```\n##[command]y\n</testcase>\u{1b}[31m|cell|\n");
    let date = days_ago(1);
    let plan = RunPlan::succeeding().failing_on(&date, "load", &hostile);
    let simulator = Simulator::start(world().in_production("daily_report", plan));
    let job = Job::new(&simulator).on_github();
    let (result, junit) = (job.file("result.json"), job.file("junit.xml"));
    let ran = job
        .input("object-name", "daily_report")
        .input("run-date", "yesterday")
        .input("result-file", result.display())
        .input("junit-report", junit.display())
        .input("workflow-code", "12")
        .input("workflow-workspace-id", "w-abc")
        .input("workflow-endpoint", simulator.url())
        .run()
        .expect(1, "failed");
    lawful(&simulator);
    let code = format!("RUN {date}");
    assert_eq!(ran.output("failed-stage"), code);
    assert_eq!(ran.output("run-status"), "failed");
    assert_eq!(ran.output("message"), format!("the run of {date} in production failed: the task load failed"));
    assert_eq!(ran.output("environment"), "production");
    assert_eq!(simulator.count("StartProcessInstance"), 0, "the workflow follows a run that succeeded");
    ran.logged(&["   | line 56 of it", "   | line 150 of it", "last lines of the log of load"]);
    assert!(!ran.log.contains("line 55 of it"), "a hundred lines and no more\n{}", ran.log);
    assert!(!ran.log.contains(KEY_SECRET) && !ran.files.iter().any(|file| file.contains(KEY_SECRET)), "no secret");
    assert!(!ran.log.lines().any(|line| line.starts_with("::error::x")), "{}", ran.log);
    assert!(!ran.log.contains("##[command]") && !ran.log.contains('\u{1b}'), "{}", ran.log);
    assert!(!ran.output("result").contains("line 150 of it"), "what a task printed may be data");
    let find = |text: &str| ran.files.iter().find(|file| file.trim_start().starts_with(text)).expect(text).clone();
    let document: serde_json::Value = serde_json::from_str(&find("{")).expect("JSON");
    let task = &document["runs"][0]["tasks"][0];
    assert_eq!((&task["name"], &task["status"]), (&"load".into(), &"Failure".into()));
    assert!(task["log"].as_str().expect("a log").starts_with("line 56 of it\n"), "{task}");
    assert!(find("<?xml").contains("line 150 of it"), "{}", find("<?xml"));
    roxmltree::Document::parse(&find("<?xml")).expect("well-formed XML");
    assert!(ran.summary.contains("line 150 of it") && !ran.summary.contains("\n```\n##"), "{}", ran.summary);
}

#[test]
fn of_three_dates_the_first_fails_and_the_others_are_not_waited_for() {
    let dates = [days_ago(4), days_ago(3), days_ago(2)];
    let plan = RunPlan::succeeding().failing_on(&dates[0], "ods_orders", "no such table\n");
    let simulator = Simulator::start(world().in_production("ods_orders", plan));
    let ran = Job::new(&simulator)
        .on_github()
        .input("object-id", ALONE)
        .input("run-date", dates.join(","))
        .run()
        .expect(1, "failed");
    lawful(&simulator);
    assert_eq!(simulator.backfills(), 1, "one request for all dates");
    assert_eq!(statuses(&simulator.instances()), ["Failure", "NotRun", "NotRun"]);
    let words: Vec<String> =
        ran.result()["runs"].as_array().expect("runs").iter().map(|run| run["status"].to_string()).collect();
    assert_eq!(words, ["\"Failure\"", "\"skipped\"", "\"skipped\""]);
    assert_eq!(ran.output("run-instance-id").split(',').count(), 3);
    assert_eq!(ran.output("failed-stage"), format!("RUN {}", dates[0]));
    ran.logged(&["   | no such table", "not run because of that"]);
}

#[test]
fn no_line_of_a_log_is_shown_where_none_is_asked_for() {
    let plan = RunPlan::succeeding().failing_on(&days_ago(1), "ods_orders", "row 1: mei, 42\n");
    let simulator = Simulator::start(world().in_production("ods_orders", plan));
    let job = Job::new(&simulator).on_github().input("object-id", ALONE).input("run-date", "yesterday");
    let ran = job.input("run-log-lines", "0").run().expect(1, "failed");
    assert!(!ran.log.contains("row 1") && !ran.summary.contains("row 1"), "{}", ran.log);
    assert_eq!(simulator.count("GetTaskInstanceLog"), 0);
}

#[test]
fn a_file_runs_by_the_older_api_one_request_a_range_of_successive_dates() {
    for (input, value) in [("file-id", "1001"), ("node-id", "2001"), ("file-name", "ods.sql")] {
        let simulator = Simulator::start(world());
        let dates = [days_ago(5), days_ago(4), days_ago(1)];
        let ran = Job::new(&simulator)
            .on_github()
            .input(input, value)
            .input("run-date", dates.join(","))
            .input("run-parameters", "a=1")
            .run()
            .expect(0, "success");
        lawful(&simulator);
        let instances = simulator.instances();
        assert_eq!((simulator.backfills(), instances.len()), (2, 3), "{input}");
        assert!(instances.iter().all(|instance| instance.legacy && instance.status == "Success"), "{instances:?}");
        assert_eq!(instances.iter().map(|instance| instance.date.clone()).collect::<Vec<_>>(), dates);
        assert_eq!(instances[0].parameters, r#"{"2001":"a=1"}"#);
        assert!(!ran.output("deployment-id").is_empty());
    }
    let plan = RunPlan::succeeding().failing_on(&days_ago(1), "ods.sql", "ORA-1\n");
    let simulator = Simulator::start(world().in_production("ods.sql", plan));
    let job = Job::new(&simulator).on_github().without("INPUT_PROJECT-ID").input("project-identifier", "dw_project");
    let ran = job.input("file-id", "1001").input("run-date", "yesterday").run().expect(1, "failed");
    ran.logged(&["   | ORA-1"]);
    let simulator = Simulator::start(world().in_production("ods.sql", RunPlan::succeeding().losing_dags(1)));
    let ran = Job::new(&simulator).on_github().input("file-id", "1001").input("run-date", "yesterday").run();
    ran.expect(5, "unavailable").logged(&["the date of each instance"]);
}

#[test]
fn run_only_deploys_nothing() {
    let simulator = Simulator::start(world());
    let ran = Job::new(&simulator)
        .on_github()
        .input("object-id", format!("{ALONE},{FLOW}"))
        .input("run-date", "yesterday")
        .input("run-only", "true")
        .input("run-parallelism", "2")
        .run()
        .expect(0, "success");
    lawful(&simulator);
    assert!(simulator.runs().is_empty());
    let names: Vec<String> = simulator.instances().into_iter().map(|instance| instance.name).collect();
    assert!(
        names[0].ends_with("] ods_orders") && names[1].ends_with("] daily_report"),
        "in the order given: {names:?}"
    );
    assert_eq!(ran.output("run-instance-id").split(',').count(), 2);
}

#[test]
fn after_a_run_that_failed_no_further_object_runs() {
    let plan = RunPlan::succeeding().failing_on(&days_ago(1), "ods_orders", "no\n");
    for (fail_fast, started) in [("true", 1), ("false", 2)] {
        let simulator = Simulator::start(world().in_production("ods_orders", plan.clone()));
        let job = Job::new(&simulator).on_github().input("object-id", format!("{ALONE},{FLOW}"));
        let job = job.input("run-date", "yesterday").input("fail-fast", fail_fast);
        job.run().expect(1, "failed");
        lawful(&simulator);
        assert_eq!((simulator.backfills(), simulator.runs().len()), (started, 2), "fail-fast {fail_fast}");
    }
}

#[test]
fn nothing_runs_where_a_target_failed_or_stopped() {
    let failing = vec![Stage::deploy("PROD").lasting(ms(20)).failing("no")];
    let world = World::new()
        .object(Object::node("7001", "a").online(failing))
        .object(Object::node("7002", "b").online(vec![Stage::check("DEV").lasting(ms(20)), Stage::deploy("PROD")]));
    for (object, until, code, status) in [("7001", "", 1, "failed"), ("7002", "DEV", 0, "stopped")] {
        let simulator = Simulator::start(world.clone());
        let job = Job::new(&simulator).on_github().input("object-id", object).input("until-stage", until);
        let ran = job.input("run-date", "yesterday").run().expect(code, status);
        assert_eq!((simulator.backfills(), ran.output("run-status")), (0, ""));
        ran.logged(&["nothing runs in production"]);
    }
}

#[test]
fn a_manual_workflow_has_no_business_date_and_nothing_is_changed() {
    let world = world().object(Object::manual_workflow("7009", "by_hand").online(stages()));
    let simulator = Simulator::start(world);
    let job = Job::new(&simulator).on_github().input("object-id", format!("{ALONE},7009"));
    let ran = job.input("run-date", "yesterday").run().expect(2, "invalid");
    ran.logged(&["a manual workflow has no business date"]);
    assert!(simulator.runs().is_empty() && simulator.backfills() == 0);
}

#[test]
fn the_ids_of_the_scheduler_are_waited_for_and_their_absence_is_told() {
    let new = || World::new().object(Object::node("7001", "new_node").online(stages()).never_deployed());
    let simulator = Simulator::start(new().task_ids_after(ms(2000)));
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("run-date", "yesterday");
    job.run().expect(0, "success");
    lawful(&simulator);
    let simulator = Simulator::start(new().task_ids_after(ms(60_000)));
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("run-date", "yesterday");
    let ran = job.run().expect(1, "failed");
    ran.logged(&["the scheduler still had no id for new_node"]);
    assert_eq!(simulator.backfills(), 0);
}

#[test]
fn a_run_policy_that_is_refused_by_name_is_left_out() {
    let simulator = Simulator::start(world().refusing_run_policies());
    let job = Job::new(&simulator).on_github().input("object-id", ALONE).input("run-date", "yesterday");
    job.run().expect(0, "success");
    lawful(&simulator);
    assert_eq!((simulator.count("CreateWorkflowInstances"), simulator.backfills()), (2, 1));
    let simulator = Simulator::start(world().refusing_run_policies());
    let job = Job::new(&simulator).on_github().input("object-id", ALONE).input("run-date", days_ago(2));
    job.run().expect(0, "success");
    assert_eq!(simulator.count("CreateWorkflowInstances"), 1, "only yesterday needs it");
}

#[test]
fn a_creation_that_fails_says_why() {
    let plan = RunPlan::succeeding().not_created("the node is frozen");
    let simulator = Simulator::start(world().in_production("ods_orders", plan));
    let job = Job::new(&simulator).on_github().input("object-id", ALONE).input("run-date", "yesterday");
    let ran = job.run().expect(1, "failed");
    ran.logged(&["the run could not be created: the node is frozen"]);
    assert!(!ran.log.contains("it goes on"), "nothing was begun: {}", ran.log);
    assert_eq!(ran.output("run-status"), "failed");
}

#[test]
fn a_creation_whose_answer_is_lost_is_found_by_its_name_and_never_sent_again() {
    let fault = || Fault::Reset.after_effect();
    let simulator = Simulator::start(world().fault("CreateWorkflowInstances", 1, fault()));
    let job = |simulator: &Simulator| {
        Job::new(simulator).on_github().input("object-id", ALONE).input("run-date", "yesterday")
    };
    job(&simulator).run().expect(0, "success").logged(&["reading back found it"]);
    lawful(&simulator);
    assert_eq!((simulator.count("CreateWorkflowInstances"), simulator.backfills()), (1, 1));
    let silent = Simulator::start(world().instances_not_listed().fault("CreateWorkflowInstances", 1, fault()));
    let ran = job(&silent).run().expect(5, "unavailable");
    ran.logged(&["may have been started"]);
    assert_eq!((silent.count("CreateWorkflowInstances"), silent.backfills()), (1, 1), "never sent again");
    let old = Simulator::start(world().fault("RunCycleDagNodes", 1, fault()));
    let job = Job::new(&old).on_github().input("file-id", "1001").input("run-date", "yesterday");
    job.run().expect(5, "unavailable").logged(&["may have been started"]);
    assert_eq!(old.backfills(), 1);
}

#[test]
fn killed_and_started_again_it_goes_on_with_the_run_and_no_date_runs_twice() {
    let plan = RunPlan::succeeding().lasting(ms(1500));
    let simulator = Simulator::start(world().in_production("ods_orders", plan));
    let job = || {
        let job = Job::new(&simulator).on_github().input("object-id", ALONE);
        job.input("run-date", format!("{},yesterday", days_ago(2)))
    };
    let mut running = job().start();
    running.until("an instance runs", || simulator.instances().iter().any(|one| one.status == "Running"));
    running.kill();
    let ran = job().variable("GITHUB_RUN_ATTEMPT", "2").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!((simulator.backfills(), statuses(&simulator.instances())), (1, vec!["Success", "Success"]));
    ran.logged(&["resuming the run in production"]);
    job().variable("GITHUB_RUN_ATTEMPT", "3").run().expect(0, "success");
    assert_eq!(simulator.backfills(), 1, "one that reads Success counts");
}

#[test]
fn one_that_failed_is_repeated_by_the_next_attempt_and_only_the_dates_that_need_it() {
    let dates = [days_ago(3), days_ago(2)];
    let plan = RunPlan::succeeding().failing_on(&dates[1], "ods_orders", "no\n");
    let simulator = Simulator::start(world().in_production("ods_orders", plan));
    let job = || Job::new(&simulator).on_github().input("object-id", ALONE).input("run-date", dates.join(","));
    job().run().expect(1, "failed");
    job().variable("GITHUB_RUN_ATTEMPT", "2").run().expect(1, "failed");
    lawful(&simulator);
    let days: Vec<String> = simulator.instances().into_iter().map(|instance| instance.date).collect();
    assert_eq!(days, [dates[0].clone(), dates[1].clone(), dates[1].clone()]);
}

#[test]
fn a_later_attempt_that_finds_nothing_says_that_it_may_run_for_the_second_time() {
    let simulator = Simulator::start(world().instances_not_listed());
    let job = Job::new(&simulator).on_github().input("object-id", ALONE).input("run-date", "yesterday");
    let ran = job.variable("GITHUB_RUN_ATTEMPT", "2").run().expect(0, "success");
    ran.logged(&["this may be the second run"]);
    let job = Job::new(&simulator).on_github().input("file-id", "1001").input("run-date", "yesterday");
    let ran = job.variable("GITHUB_RUN_ATTEMPT", "2").run().expect(0, "success");
    ran.logged(&["this may be the second run"]);
}

#[test]
fn a_run_that_takes_too_long_ends_in_3_and_is_stopped_where_that_is_asked_for() {
    for (input, value, stops) in [("object-id", ALONE, "StopWorkflowInstances"), ("file-id", "1001", "StopInstance")] {
        for (disposition, stopped) in [("leave", 0), ("abolish", 1)] {
            let hanging = || RunPlan::succeeding().hanging();
            let world = world().in_production("ods_orders", hanging()).in_production("ods.sql", hanging());
            let simulator = Simulator::start(world);
            let job = Job::new(&simulator).on_github().input(input, value).input("run-date", "yesterday");
            let ran = job.input("run-timeout", "1s").input("on-timeout", disposition).run().expect(3, "timed-out");
            lawful(&simulator);
            let waited_for = format!("; it was waiting for RUN {} (", days_ago(1));
            ran.logged(&["run-timeout of 1.0 s", &waited_for, ") since "]);
            assert_eq!(simulator.count(stops), stopped, "{input} {disposition}\n{}", ran.log);
            let status = if stopped == 1 { "Failure" } else { "Running" };
            assert_eq!(statuses(&simulator.instances()), [status]);
            assert_eq!(ran.log.contains("the run in production was stopped"), stopped == 1, "{}", ran.log);
        }
    }
}

#[test]
fn a_cancel_stops_the_run_where_that_is_asked_for() {
    let simulator = Simulator::start(world().in_production("ods_orders", RunPlan::succeeding().hanging()));
    let job = Job::new(&simulator).on_github().input("object-id", ALONE).input("run-date", "yesterday");
    let mut running = job.input("on-cancel", "abolish").start();
    running.until("it runs", || simulator.instances().iter().any(|one| one.status == "Running"));
    running.signal("TERM");
    let ran = running.wait().expect(143, "cancelled");
    assert_eq!(statuses(&simulator.instances()), ["Failure"], "{}", ran.log);
    ran.logged(&["the run in production was stopped"]);
}

#[test]
fn a_dry_run_says_what_would_run() {
    let simulator = Simulator::start(world());
    let job = Job::new(&simulator).on_github().input("object-id", FLOW).input("run-date", "yesterday");
    let ran = job.input("dry-run", "true").run().expect(0, "dry-run");
    let said = format!("would run 2 nodes of daily_report in production for {}", days_ago(1));
    assert!(ran.output("message").contains(&said), "{}", ran.output("message"));
    ran.logged(&[&said]);
    let job = Job::new(&simulator).on_github().input("object-id", FLOW).input("run-date", "yesterday");
    let only = job.input("run-only", "true").input("dry-run", "true").run().expect(0, "dry-run");
    only.logged(&[&said]);
    assert!(simulator.runs().is_empty() && simulator.backfills() == 0);
}
