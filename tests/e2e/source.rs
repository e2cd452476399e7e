//! `source`: the repository beside the workspace, with the real binary: plan, write, deploy, and nothing to do at last.

use std::{fs, path::Path};

use crate::{
    job::{Job, Ran},
    simulator::{Fault, Object, Simulator, Stage, World, ms},
};

/// The Spec of a node, by its folder, type and upstream outputs.
pub fn node(path: &str, command: &str, output: &str, upstream: &[&str]) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let depends: Vec<String> =
        upstream.iter().map(|output| format!(r#"{{"type":"Normal","output":"{output}"}}"#)).collect();
    format!(
        r#"{{"version":"1.1.0","kind":"Node","spec":{{"nodes":[{{"name":"{name}","script":{{"path":"{path}","runtime":{{"command":"{command}"}}}},"outputs":{{"nodeOutputs":[{{"data":"{output}","artifactType":"NodeOutput"}}]}}}}],"flow":[{{"nodeId":"{name}","depends":[{}]}}]}}}}"#,
        depends.join(",")
    )
}

pub fn workflow(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!(
        r#"{{"version":"1.1.0","kind":"CycleWorkflow","spec":{{"workflows":[{{"name":"{name}","script":{{"path":"{path}","runtime":{{"command":"WORKFLOW"}}}}}}]}}}}"#
    )
}

pub fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a folder");
    fs::write(file, text).expect("a file");
}

/// A workflow of three nodes, and a stand-alone node.
fn warehouse(folder: &Path, code: &str) {
    write(
        folder,
        "warehouse/dws/daily_report/daily_report.spec.json",
        &node("dws/daily_report", "ODPS_SQL", "ws.daily_report", &["ws_root"]),
    );
    write(folder, "warehouse/dws/daily_report/daily_report.sql", code);
    write(folder, "warehouse/my_etl/my_etl.spec.json", &workflow("my_etl"));
    for (name, upstream) in [("extract", "ws_root"), ("load", "ws.extract"), ("check", "ws.load")] {
        let path = format!("my_etl/{name}");
        write(
            folder,
            &format!("warehouse/{path}/{name}.spec.json"),
            &node(&path, "DIDE_SHELL", &format!("ws.{name}"), &[upstream]),
        );
        write(folder, &format!("warehouse/{path}/{name}.sh"), &format!("echo {name}\n"));
    }
}

pub fn world() -> World {
    World::new().created_objects_behave_as(
        Object::node("0", "any")
            .online(vec![Stage::build("BUILD").lasting(ms(10)), Stage::deploy("PROD").lasting(ms(10))]),
    )
}

pub fn push(simulator: &Simulator, code: &str, run: &str) -> Job {
    let job = Job::new(simulator).on_github().variable("GITHUB_RUN_ID", run).input("source", "warehouse");
    warehouse(job.file("").as_path(), code);
    job
}

pub fn good(simulator: &Simulator, ran: &Ran) {
    assert_eq!(ran.code, Some(0), "{}", ran.log);
    assert_eq!(simulator.violations(), Vec::<String>::new(), "{}", ran.log);
}

#[test]
fn an_empty_workspace_is_filled_and_deployed_and_the_next_push_finds_nothing_to_do() {
    let simulator = Simulator::start(world());
    let first = push(&simulator, "select 1;\n", "1").run();
    good(&simulator, &first);
    assert!(first.log.contains("plan: 5 to create, 0 to update, 0 unchanged"), "{}", first.log);
    assert_eq!((simulator.count("CreateNode"), simulator.count("CreateWorkflowDefinition")), (4, 1), "{}", first.log);
    assert_eq!(simulator.count("CreatePipelineRun"), 2);
    assert!(first.log.contains("source my_etl: success: deployed"), "how each unit ended is said\n{}", first.log);
    let second = push(&simulator, "select 1;\n", "2").run();
    good(&simulator, &second);
    assert!(second.log.contains("plan: 0 to create, 0 to update, 5 unchanged"), "{}", second.log);
    let has_all = "the workspace matches the repository";
    assert!(!first.log.contains(has_all), "it is not said before anything is written\n{}", first.log);
    assert!(second.log.contains(has_all), "{}", second.log);
    assert_eq!(simulator.count("CreatePipelineRun"), 2, "nothing is deployed again\n{}", second.log);
}

#[test]
fn one_changed_line_is_one_update_and_one_run() {
    let simulator = Simulator::start(world());
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    let before = simulator.count("CreatePipelineRun");
    let changed = push(&simulator, "select 2;\n", "2").run();
    good(&simulator, &changed);
    assert!(changed.log.contains("plan: 0 to create, 1 to update, 4 unchanged"), "{}", changed.log);
    assert_eq!(
        (simulator.count("UpdateNode"), simulator.count("CreatePipelineRun")),
        (1, before + 1),
        "{}",
        changed.log
    );
    assert_eq!(simulator.draft("daily_report").unwrap().content(), "select 2;\n");
}

/// Somebody edits the code of the stand-alone node in Data Studio, after the first push.
fn edited(simulator: &Simulator) {
    good(simulator, &push(simulator, "select 1;\n", "1").run());
    assert!(simulator.edit("daily_report", "/script/content", "select 'by hand';\n".into()));
}

#[test]
fn an_edit_by_hand_that_the_push_would_change_stops_it_before_anything_is_written() {
    let simulator = Simulator::start(world());
    edited(&simulator);
    let (updates, runs) = (simulator.count("UpdateNode"), simulator.count("CreatePipelineRun"));
    let stopped = push(&simulator, "select 2;\n", "2").run().expect(1, "drift");
    assert_eq!(
        (simulator.count("UpdateNode"), simulator.count("CreatePipelineRun")),
        (updates, runs),
        "{}",
        stopped.log
    );
    assert_eq!(simulator.draft("daily_report").unwrap().content(), "select 'by hand';\n");
    assert!(stopped.log.contains("1 drifted") && stopped.log.contains("on-drift"), "{}", stopped.log);
    let annotated = "::error title=source warehouse%3A drift::nothing was written";
    assert_eq!(stopped.log.matches(annotated).count(), 1, "{}", stopped.log);
}

#[test]
fn an_edit_by_hand_that_the_push_does_not_change_is_left_and_the_rest_goes_on() {
    let simulator = Simulator::start(world());
    edited(&simulator);
    let job = push(&simulator, "select 1;\n", "2");
    write(job.file("").as_path(), "warehouse/my_etl/load/load.sh", "echo another\n");
    let ran = job.run();
    good(&simulator, &ran);
    assert_eq!(simulator.draft("daily_report").unwrap().content(), "select 'by hand';\n", "{}", ran.log);
    assert_eq!(simulator.draft("load").unwrap().content(), "echo another\n", "{}", ran.log);
}

#[test]
fn strict_stops_for_any_drift_skip_leaves_it_and_overwrite_lets_the_repository_win() {
    // An edit shows in the lists some seconds later; here at once.
    let strict = Simulator::start(world().modify_lag(ms(0), ms(0)));
    edited(&strict);
    push(&strict, "select 1;\n", "2").input("on-drift", "strict").run().expect(1, "drift");
    let skip = Simulator::start(world());
    edited(&skip);
    good(&skip, &push(&skip, "select 2;\n", "2").input("on-drift", "skip").run());
    assert_eq!(skip.draft("daily_report").unwrap().content(), "select 'by hand';\n");
    let overwrite = Simulator::start(world());
    edited(&overwrite);
    good(&overwrite, &push(&overwrite, "select 2;\n", "2").input("on-drift", "overwrite").run());
    assert_eq!(overwrite.draft("daily_report").unwrap().content(), "select 2;\n");
    assert_eq!(overwrite.overwritten(), Vec::<String>::new(), "it was read before it was written over");
}

#[test]
fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let simulator = Simulator::start(world());
    let ran = push(&simulator, "select 1;\n", "1").input("dry-run", "true").run().expect(0, "dry-run");
    for operation in ["CreateNode", "CreateWorkflowDefinition", "UpdateNode", "CreatePipelineRun"] {
        assert_eq!(simulator.count(operation), 0, "{operation}\n{}", ran.log);
    }
    assert!(ran.log.contains("plan: 5 to create"), "{}", ran.log);
}

#[test]
fn a_create_whose_answer_is_lost_makes_no_twin() {
    for operation in ["CreateNode", "CreateWorkflowDefinition"] {
        let simulator = Simulator::start(world().fault(operation, 1, Fault::AfterEffect(Box::new(Fault::Reset))));
        good(&simulator, &push(&simulator, "select 1;\n", "1").run());
        let drafts = simulator.drafts();
        assert_eq!(drafts.len(), 5, "{operation}: {drafts:?}");
    }
}

#[test]
fn a_lost_create_is_not_taken_for_the_node_of_that_name_in_a_workflow() {
    let alone = |job: Job| {
        write(job.file("").as_path(), "warehouse/load/load.spec.json", &node("load", "DIDE_SHELL", "ws.alone", &[]));
        job.run()
    };
    // The first push creates four nodes.
    let simulator = Simulator::start(world().fault("CreateNode", 5, Fault::AfterEffect(Box::new(Fault::Reset))));
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    good(&simulator, &alone(push(&simulator, "select 1;\n", "2")));
    assert_eq!(simulator.drafts().len(), 6);
}

#[test]
fn dependencies_that_a_create_drops_are_sent_once_more_and_else_stop_the_deployment() {
    let once = Simulator::start(world().creates_drop_dependencies(2));
    good(&once, &push(&once, "select 1;\n", "1").run());
    let always = Simulator::start(world().creates_drop_dependencies(9).updates_drop_dependencies());
    let ran = push(&always, "select 1;\n", "1").run().expect(1, "failed");
    assert!(ran.log.contains("dropped dependencies"), "{}", ran.log);
}

#[test]
fn killed_at_any_request_and_started_again_it_ends_as_if_not_killed() {
    for nth in [5, 8, 11, 14, 17, 20, 23, 25] {
        let simulator = Simulator::start(world());
        let mut job = push(&simulator, "select 1;\n", "1").start();
        job.until("so many requests", || simulator.requests().len() >= nth);
        job.kill();
        good(&simulator, &push(&simulator, "select 1;\n", "1").run());
        assert_eq!(simulator.drafts().len(), 5, "killed at request {nth}");
        let last = push(&simulator, "select 1;\n", "2").run();
        good(&simulator, &last);
        assert!(last.log.contains("5 unchanged"), "killed at request {nth}\n{}", last.log);
    }
}

#[test]
fn in_a_shell_the_folders_say_whose_work_it_is() {
    let simulator = Simulator::start(world());
    let push = |code: &str| {
        let job = Job::new(&simulator).input("source", "warehouse");
        warehouse(job.file("").as_path(), code);
        job.run()
    };
    good(&simulator, &push("select 1;\n"));
    let changed = push("select 2;\n");
    good(&simulator, &changed);
    assert!(changed.log.contains("1 to update") && changed.log.contains("0 drifted"), "{}", changed.log);
}

#[test]
fn a_push_that_runs_out_of_time_says_how_many_units_it_deployed() {
    let slow = Object::node("0", "any").online(vec![Stage::build("BUILD").lasting(ms(60_000))]);
    let simulator = Simulator::start(World::new().created_objects_behave_as(slow));
    let ran = push(&simulator, "select 1;\n", "1").input("timeout", "6s").run().expect(3, "timed-out");
    assert!(ran.log.contains("] 0 of 2 deployed, start again to go on"), "{}", ran.log);
}

/// So many stand-alone nodes.
fn nodes(folder: &Path, count: usize) {
    for nth in 0..count {
        let path = format!("dws/n{nth}");
        let spec = node(&path, "ODPS_SQL", &format!("ws.n{nth}"), &["ws_root"]);
        write(folder, &format!("warehouse/{path}/n{nth}.spec.json"), &spec);
        write(folder, &format!("warehouse/{path}/n{nth}.sql"), "select 1;\n");
    }
}

#[test]
fn nodes_that_nobody_touched_are_planned_by_the_lists_alone_and_written_by_ten_requests_each() {
    const COUNT: usize = 40;
    // An edit shows in the lists some seconds later; here at once, so that each run was created after its write.
    let simulator = Simulator::start(world().modify_lag(ms(0), ms(0)));
    let push = |run: &str| {
        let job = Job::new(&simulator).on_github().variable("GITHUB_RUN_ID", run).input("source", "warehouse");
        nodes(job.file("").as_path(), COUNT);
        job.input("parallel", "8").run()
    };
    good(&simulator, &push("1"));
    let written = simulator.requests().len();
    assert!(written <= COUNT * 10 + 10, "{written} requests for {COUNT} nodes");
    let before = simulator.requests().len();
    let planned = push("2");
    good(&simulator, &planned);
    let asked = simulator.requests().len() - before;
    assert!(asked <= 10, "{asked} requests for a plan of {COUNT} nodes\n{}", planned.log);
}

#[test]
fn an_edit_after_the_plan_is_written_over_by_overwrite_also_where_the_plan_had_nothing_to_write() {
    let by_hand = || "echo by hand\n".into();
    // The first push reads each object once, to read back; the second one reads it for its plan.
    let beside = Simulator::start(world().edit_after_read("check", 2, "/script/content", by_hand()));
    good(&beside, &push(&beside, "select 1;\n", "1").run());
    let job = push(&beside, "select 1;\n", "2").input("on-drift", "overwrite");
    write(job.file("").as_path(), "warehouse/my_etl/load/load.sh", "echo another\n");
    let ran = job.run();
    good(&beside, &ran);
    assert_eq!(beside.draft("load").unwrap().content(), "echo another\n", "{}", ran.log);
    assert_eq!(beside.draft("check").unwrap().content(), "echo check\n", "{}", ran.log);
    assert!(ran.output("result").contains("echo by hand"), "{}", ran.log);

    let refused = Fault::error(400, "InvalidParameter", "no");
    let owed = World::edit_after_read(world(), "daily_report", 2, "/script/content", by_hand());
    let owed = Simulator::start(owed.fault("CreatePipelineRun", 1, refused));
    let job = push(&owed, "select 1;\n", "1").input("fail-fast", "false");
    job.run().expect(1, "failed");
    let ran = push(&owed, "select 1;\n", "2").input("on-drift", "overwrite").run();
    good(&owed, &ran);
    assert_eq!(owed.draft("daily_report").unwrap().content(), "select 1;\n", "{}", ran.log);
    assert!(ran.output("result").contains("echo by hand"), "{}", ran.log);
}
