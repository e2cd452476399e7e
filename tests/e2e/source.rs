//! `source`: the repository beside the workspace, with the real binary: plan, write, deploy, and nothing to do at last.

use std::{fs, path::Path};

use crate::{
    job::{Job, Ran},
    simulator::{Object, Simulator, Stage, World, ms},
};

/// The Spec of a node, by its folder, type and upstream outputs.
fn node(path: &str, command: &str, output: &str, upstream: &[&str]) -> String {
    let name = path.rsplit('/').next().unwrap();
    let depends: Vec<String> =
        upstream.iter().map(|output| format!(r#"{{"type":"Normal","output":"{output}"}}"#)).collect();
    format!(
        r#"{{"version":"1.1.0","kind":"Node","spec":{{"nodes":[{{"name":"{name}","script":{{"path":"{path}","runtime":{{"command":"{command}"}}}},"outputs":{{"nodeOutputs":[{{"data":"{output}","artifactType":"NodeOutput"}}]}}}}],"flow":[{{"nodeId":"{name}","depends":[{}]}}]}}}}"#,
        depends.join(",")
    )
}

fn workflow(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    format!(
        r#"{{"version":"1.1.0","kind":"CycleWorkflow","spec":{{"workflows":[{{"name":"{name}","script":{{"path":"{path}","runtime":{{"command":"WORKFLOW"}}}}}}]}}}}"#
    )
}

fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A workflow of three nodes, and a node that stands alone.
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

fn world() -> World {
    World::new().created_objects_behave_as(
        Object::node("0", "any")
            .online(vec![Stage::build("BUILD").lasting(ms(10)), Stage::deploy("PROD").lasting(ms(10))]),
    )
}

fn push(simulator: &Simulator, code: &str, run: &str) -> Job {
    let job = Job::new(simulator).on_github().variable("GITHUB_RUN_ID", run).input("source", "warehouse");
    warehouse(job.file("").as_path(), code);
    job
}

fn good(simulator: &Simulator, ran: &Ran) {
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
    let second = push(&simulator, "select 1;\n", "2").run();
    good(&simulator, &second);
    assert!(second.log.contains("plan: 0 to create, 0 to update, 5 unchanged"), "{}", second.log);
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
