//! `source`: mistakes in the files are told all together, each with its place, before any request.

use crate::{
    job::Job,
    simulator::{Simulator, ms},
    source::{good, node, push, workflow, world, write},
};

fn put(job: &Job, path: &str, text: &str) {
    write(job.file("").as_path(), path, text);
}

#[test]
fn every_mistake_is_annotated_at_its_place_and_nothing_is_sent() {
    let simulator = Simulator::start(world());
    let job = push(&simulator, "select '${spec.x}';\n", "1").input("properties", "unused=1");
    put(&job, "warehouse/broken/broken.spec.json", "{\n  \"kind\": \"Node\",\n  \"spec\" {}\n}");
    put(&job, "warehouse/my_etl/notes.sql", "select 1;\n");
    put(&job, "warehouse/my_etl/load/below/x.spec.json", "{\"kind\":\"Node\"}");
    let ran = job.run().expect(2, "invalid");
    ran.logged(&[
        "file=warehouse/broken/broken.spec.json,line=3,col=10",
        "file=warehouse/dws/daily_report/daily_report.sql,line=1,col=9",
        "file=warehouse/my_etl/notes.sql,line=1,col=1",
        "file=warehouse/my_etl/load/below/x.spec.json,line=1,col=1",
        "${unused}",
    ]);
    assert_eq!(simulator.requests().len(), 0, "{}", ran.log);
}

#[test]
fn properties_of_folders_files_and_inputs_count_in_their_order() {
    let simulator = Simulator::start(world());
    let job = push(&simulator, "${a} ${b} ${c} ${d} ${projectIdentifier}\r\n", "1")
        .input("project-identifier", "ws")
        .input("properties", "[\"env/prod.properties\", \"d=input, with a comma\"]");
    put(&job, "warehouse/dataworks.properties", "# of all\na=top\nb=top\nc=top\nd=top\n");
    put(&job, "warehouse/dws/daily_report/dataworks.properties", "b=own\nc=own\nd=own\n");
    put(&job, "env/prod.properties", "c=${a}\nd=file\n");
    put(&job, "warehouse/README.md", "${spec.of_no_meaning}");
    good(&simulator, &job.run());
    let stands = simulator.draft("daily_report").expect("it was created");
    assert_eq!(stands.content(), "top own ${a} input, with a comma ws\n");
}

#[test]
fn without_descriptions_nothing_is_ours_and_what_differs_is_drift_which_is_said_once() {
    let simulator = Simulator::start(world().descriptions_do_not_come_back());
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    let same = push(&simulator, "select 1;\n", "2").run();
    good(&simulator, &same);
    assert_eq!(simulator.count("CreatePipelineRun"), 2, "{}", same.log);
    let job = push(&simulator, "select 2;\n", "3");
    put(&job, "warehouse/my_etl/load/load.sh", "echo another\n");
    let ran = job.run().expect(1, "drift");
    assert_eq!(ran.output("drift"), "2", "{}", ran.log);
    assert_eq!(ran.log.matches("returns no description of any pipeline run").count(), 1, "{}", ran.log);
}

/// What DataWorks' own Git integration writes: ids of another workspace, edges by them, and the version 2.0.0.
fn with_ids(name: &str, id: &str, upstream: &str) -> String {
    format!(
        r#"{{"version":"2.0.0","kind":"Node","metadata":{{"uuid":"{id}"}},"spec":{{"nodes":[{{"id":"{id}","name":"{name}","recurrence":"Normal","timeout":0,"datasource":null,"inputs":{{"nodeOutputs":[{{"data":"{upstream}"}}]}},"script":{{"id":"1{id}","path":"etl/{name}","runtime":{{"command":"DIDE_SHELL"}},"parameters":[]}},"trigger":{{"id":"2{id}","type":"Scheduler","cron":"00 00 02 * * ?"}},"outputs":{{"nodeOutputs":[{{"data":"{id}","isDefault":true}},{{"data":"${{projectIdentifier}}.{name}_{id}"}}]}}}}],"dependencies":[{{"nodeId":"{id}","depends":[{{"type":"Normal","output":"{upstream}"}}]}}]}}}}"#
    )
}

#[test]
fn specs_with_the_ids_of_another_workspace_make_new_nodes_and_the_next_push_finds_nothing_to_do() {
    let simulator = Simulator::start(world().modify_lag(ms(0), ms(0)));
    let with_another = |run: &str| {
        let job = push(&simulator, "select 1;\n", run).input("project-identifier", "ws");
        for (workflow, first, second) in [
            ("one", "7600000000000000101", "7600000000000000102"),
            ("two", "7600000000000000201", "7600000000000000202"),
        ] {
            let spec = format!(
                r#"{{"version":"2.0.0","kind":"CycleWorkflow","spec":{{"workflows":[{{"name":"{workflow}","script":{{"path":"{workflow}","runtime":{{"command":"WORKFLOW"}}}}}}]}}}}"#
            );
            put(&job, &format!("warehouse/{workflow}/{workflow}.spec.json"), &spec);
            for (name, id, upstream) in [("start", first, "ws_root"), ("end", second, first)] {
                let path = format!("warehouse/{workflow}/deep/{name}/{name}");
                put(&job, &format!("{path}.spec.json"), &with_ids(name, id, upstream));
                put(&job, &format!("{path}.sh"), &format!("\u{feff}echo {workflow} {name}\r\n"));
            }
        }
        job.run()
    };
    let first = with_another("1");
    good(&simulator, &first);
    first.logged(&["plan: 11 to create"]);
    let second = with_another("2");
    good(&simulator, &second);
    second.logged(&["plan: 0 to create, 0 to update, 11 unchanged, 0 drifted"]);
    assert!(simulator.edit("start", "/trigger/cron", "00 30 02 * * ?".into()));
    let third = with_another("3");
    good(&simulator, &third);
    third.logged(&["10 unchanged, 1 drifted"]);
}

#[test]
fn the_nodes_of_a_manual_workflow_are_created_in_its_own_scene() {
    let simulator = Simulator::start(world());
    let push = |run: &str| {
        let job = push(&simulator, "select 1;\n", run);
        put(
            &job,
            "warehouse/by_hand/by_hand.spec.json",
            &workflow("by_hand").replace("CycleWorkflow", "ManualWorkflow"),
        );
        put(&job, "warehouse/by_hand/once/once.spec.json", &node("by_hand/once", "DIDE_SHELL", "ws.once", &[]));
        job.run()
    };
    good(&simulator, &push("1"));
    assert!(simulator.draft("once").is_some());
    push("2").logged(&["plan: 0 to create, 0 to update, 7 unchanged"]);
}
