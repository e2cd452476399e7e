//! `source`: what no push can do is exit 2 with the id and the place of what stands in the way, and nothing is written.

use std::fs;

use crate::{
    job::{Job, Ran},
    simulator::{Fault, Simulator, World},
    source::{good, push, world, write},
};

const SPEC: &str = "warehouse/dws/daily_report/daily_report.spec.json";

/// How often anything was written or deployed.
fn writes(simulator: &Simulator) -> usize {
    let writing =
        ["CreateNode", "CreateWorkflowDefinition", "UpdateNode", "UpdateWorkflowDefinition", "CreatePipelineRun"];
    writing.into_iter().map(|operation| simulator.count(operation)).sum()
}

/// A second push, whose checkout was changed before.
fn second(simulator: &Simulator, change: impl FnOnce(&Job)) -> Ran {
    good(simulator, &push(simulator, "select 1;\n", "1").run());
    let job = push(simulator, "select 1;\n", "2");
    change(&job);
    job.run()
}

fn replace(job: &Job, file: &str, what: &str, with: &str) {
    let path = job.file(file);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(what), "{text}");
    fs::write(path, text.replace(what, with)).expect("a file");
}

/// What a push that is a conflict says, and that it wrote nothing.
fn refused(simulator: &Simulator, change: impl FnOnce(&Job), texts: &[&str]) {
    let before = std::cell::Cell::new(0);
    let ran = second(simulator, |job| {
        change(job);
        before.set(writes(simulator));
    });
    let ran = ran.expect(2, "invalid");
    ran.logged(texts);
    assert_eq!(writes(simulator), before.get(), "{}", ran.log);
}

#[test]
fn a_node_that_was_renamed_on_one_side_is_not_created_beside_itself() {
    let simulator = Simulator::start(world());
    let renamed = |job: &Job| {
        let (from, to) = (job.file("warehouse/my_etl/load"), job.file("warehouse/my_etl/load_all"));
        fs::rename(from, to).expect("a folder");
        let file = |name: &str| job.file(&format!("warehouse/my_etl/load_all/{name}"));
        fs::rename(file("load.spec.json"), file("load_all.spec.json")).expect("a file");
        replace(job, "warehouse/my_etl/load_all/load_all.spec.json", "\"load\"", "\"load_all\"");
    };
    refused(&simulator, renamed, &["my_etl/load_all", "ws.load"]);
    let id = simulator.draft("load").expect("it stands").id;
    let simulator = Simulator::start(world());
    refused(&simulator, renamed, &[&id, "my_etl/load"]);
}

#[test]
fn a_node_that_was_moved_out_of_its_workflow_is_not_created_beside_itself() {
    let moved = |job: &Job| {
        fs::rename(job.file("warehouse/my_etl/check"), job.file("warehouse/check")).expect("a folder");
    };
    refused(&Simulator::start(world()), moved, &["ws.check", "my_etl/check"]);
}

#[test]
fn another_type_of_node_or_of_workflow_is_refused() {
    let of_node = |job: &Job| replace(job, SPEC, "ODPS_SQL", "HOLOGRES_SQL");
    refused(&Simulator::start(world()), of_node, &["HOLOGRES_SQL", "ODPS_SQL", "dws/daily_report"]);
    let of_workflow = |job: &Job| replace(job, "warehouse/my_etl/my_etl.spec.json", "CycleWorkflow", "ManualWorkflow");
    refused(&Simulator::start(world()), of_workflow, &["ManualWorkflow", "CycleWorkflow", "my_etl"]);
}

fn with_nodes(paths: &[(&str, &str)]) -> World {
    use crate::simulator::Object;
    let node = |world: World, (id, path): &(&str, &str)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        world.object(Object::node(id, name).path(path))
    };
    paths.iter().fold(world(), node)
}

#[test]
fn a_name_that_stands_alone_twice_is_refused_with_both() {
    let simulator = Simulator::start(with_nodes(&[("8101", "a/daily_report"), ("8102", "b/daily_report")]));
    let ran = push(&simulator, "select 1;\n", "1").run().expect(2, "invalid");
    ran.logged(&["8101", "a/daily_report", "8102", "b/daily_report"]);
    assert_eq!(writes(&simulator), 0, "{}", ran.log);
}

#[test]
fn the_same_name_in_a_workflow_is_not_a_second_one_wherever_it_lies_there() {
    use crate::simulator::Object;
    for path in ["other/loop/daily_report", "elsewhere/daily_report"] {
        let world = with_nodes(&[])
            .object(Object::workflow("8200", "other").path("other"))
            .object(Object::node("8201", "daily_report").path(path).inside("8200"));
        let simulator = Simulator::start(world);
        good(&simulator, &push(&simulator, "select 1;\n", "1").run());
        good(&simulator, &push(&simulator, "select 2;\n", "2").run());
        assert_eq!(simulator.count("UpdateNode"), 1, "{path}");
    }
}

#[test]
fn a_node_that_stands_alone_below_the_path_of_a_workflow_gets_no_second_one() {
    use crate::simulator::Object;
    let world = with_nodes(&[("8201", "dws/daily_report")])
        .object(Object::workflow("8200", "dws").path("dws"))
        .object(Object::workflow("8300", "other").path("other"))
        .object(Object::node("8301", "daily_report").path("other/daily_report").inside("8300"));
    let simulator = Simulator::start(world);
    let ran = push(&simulator, "select 1;\n", "1").input("on-drift", "overwrite").run();
    good(&simulator, &ran);
    ran.logged(&["drift node dws/daily_report (8201)"]);
    let of_name = simulator.drafts().into_iter().filter(|draft| draft.body["name"] == "daily_report");
    let ids: Vec<String> = of_name.map(|draft| draft.id).collect();
    assert_eq!(ids, ["8201", "8301"], "{}", ran.log);
    assert_eq!(simulator.draft("8201").expect("it stands").content(), "select 1;\n");
}

#[test]
fn a_node_in_a_workflow_that_seems_to_stand_alone_is_not_written_and_the_one_that_does_is() {
    use crate::simulator::Object;
    let world = with_nodes(&[("8201", "dws/daily_report")])
        .object(Object::workflow("8200", "dws").path("dws"))
        .object(Object::workflow("8300", "other").path("other"))
        .object(Object::node("8301", "daily_report").path("elsewhere/daily_report").inside("8300"));
    let simulator = Simulator::start(world);
    let ran = push(&simulator, "select 1;\n", "1").input("on-drift", "overwrite").run();
    good(&simulator, &ran);
    ran.logged(&["drift node dws/daily_report (8201)"]);
    assert_ne!(simulator.draft("8301").expect("it stands").content(), "select 1;\n");
    assert_eq!(simulator.drafts().iter().filter(|draft| draft.body["name"] == "daily_report").count(), 2);
}

#[test]
fn a_secret_is_seen_nowhere_and_nor_is_what_stands_in_its_place() {
    let simulator = Simulator::start(world());
    let with_secret = |value: &str, run: &str| {
        let job = push(&simulator, "set pw='${pw}';\nselect '${day}', '${bizdate}';\n", run)
            .input("secret-properties", format!("pw={value}"))
            .input("properties", "day=mon,tue\nhow=nightly")
            .input("on-drift", "overwrite");
        replace(&job, SPEC, "\"script\":", "\"description\":\"${how} ${pw}\",\"script\":");
        job
    };
    good(&simulator, &with_secret("hunter2-one", "1").run());
    let stands = simulator.draft("daily_report").expect("it was created");
    assert_eq!(stands.content(), "set pw='hunter2-one';\nselect 'mon,tue', '${bizdate}';\n");
    assert_eq!(stands.body["description"], "nightly hunter2-one");
    assert!(simulator.edit("daily_report", "/script/content", "set pw='by-hand-3';\nselect 9;\n".into()));
    assert!(simulator.edit("daily_report", "/description", "by-hand-4".into()));
    let summary = with_secret("hunter2-two", "2").run();
    good(&simulator, &summary);
    assert_eq!(simulator.draft("daily_report").expect("it stands").body["description"], "nightly hunter2-two");
    let result = summary.result();
    let row = result["plan"].as_array().into_iter().flatten().find(|row| row["name"] == "daily_report");
    let replaced = &row.expect("a row")["replaced"];
    assert_eq!(
        (&replaced["script.content"], &replaced["description"]),
        (&"set pw='***';\nselect 9;".into(), &"***".into()),
        "{result}"
    );
    for hidden in ["hunter2", "by-hand"] {
        let masks = |line: &&str| !line.starts_with("::add-mask::");
        let told = [summary.log.lines().filter(masks).collect(), result.to_string()];
        assert!(told.iter().all(|text| !text.contains(hidden)), "{hidden}: {told:?}");
        assert!(summary.outputs.values().all(|value| !value.contains(hidden)), "{hidden}");
    }
}

#[test]
fn a_refusal_that_echoes_a_secret_shows_it_nowhere() {
    let echo = Fault::error(400, "58014884415", "Spec JSON parse failed: {\"content\":\"set pw='hun\\\"ter2';\"}");
    let simulator = Simulator::start(world().fault("CreateNode", 1, echo));
    let job = push(&simulator, "set pw='${pw}';\n", "1").input("secret-properties", "pw=hun\"ter2");
    let ran = job.run().expect(1, "failed");
    ran.logged(&["Spec JSON parse failed: {\"content\":\"set pw='***';\"}"]);
    let masks = |line: &&str| !line.starts_with("::add-mask::");
    let told = [ran.log.lines().filter(masks).collect(), ran.result().to_string()];
    assert!(told.iter().chain(ran.outputs.values()).all(|text| !text.contains("ter2")), "{told:?}");
}

#[test]
fn what_depends_on_a_unit_that_is_left_goes_on() {
    let simulator = Simulator::start(world());
    let below = |job: &Job| {
        let spec = fs::read_to_string(job.file(SPEC)).expect("a file");
        let spec = spec.replace("daily_report", "mail").replace("ws_root", "ws.daily_report");
        write(job.file("").as_path(), "warehouse/dws/mail/mail.spec.json", &spec);
    };
    let first = push(&simulator, "select 1;\n", "1");
    below(&first);
    write(first.file("").as_path(), "warehouse/dws/mail/mail.sql", "select 'mail';\n");
    good(&simulator, &first.run());
    assert!(simulator.edit("daily_report", "/script/content", "select 'by hand';\n".into()));
    let later = push(&simulator, "select 2;\n", "2").input("on-drift", "skip");
    below(&later);
    write(later.file("").as_path(), "warehouse/dws/mail/mail.sql", "select 'more';\n");
    let ran = later.run();
    good(&simulator, &ran);
    assert_eq!(simulator.draft("daily_report").expect("it stands").content(), "select 'by hand';\n");
    assert_eq!(simulator.draft("mail").expect("it stands").content(), "select 'more';\n", "{}", ran.log);
    assert_eq!((ran.output("drift"), ran.output("changes")), ("1", "1"), "{}", ran.log);
}

#[test]
fn inputs_that_do_not_go_with_source_are_refused_before_any_request() {
    for (input, value) in
        [("operation", "offline"), ("operation", "delete"), ("submit", "true"), ("skip-check", "true")]
    {
        let simulator = Simulator::start(world());
        push(&simulator, "select 1;\n", "1").input(input, value).run().expect(2, "invalid");
        assert_eq!(simulator.requests().len(), 0, "{input}");
    }
}

#[test]
fn a_value_that_the_service_keeps_is_a_note_and_no_difference_the_next_time() {
    let simulator = Simulator::start(world().updates_do_not_take("/timeout"));
    let with_timeout = |hours: u32, run: &str| {
        let job = push(&simulator, "select 1;\n", run);
        replace(&job, SPEC, "\"script\":", &format!("\"timeout\":{hours},\"script\":"));
        job.run()
    };
    good(&simulator, &with_timeout(1, "1"));
    let changed = with_timeout(2, "2");
    good(&simulator, &changed);
    changed.logged(&["1 to update", "timeout"]);
    let before = writes(&simulator);
    let again = with_timeout(2, "3");
    good(&simulator, &again);
    again.logged(&["plan: 0 to create, 0 to update, 5 unchanged, 0 drifted"]);
    assert_eq!(writes(&simulator), before, "{}", again.log);
}

#[test]
fn what_only_the_workspace_has_is_told_and_left() {
    let simulator = Simulator::start(world());
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    let job = push(&simulator, "select 1;\n", "2");
    fs::remove_dir_all(job.file("warehouse/my_etl/check")).expect("a folder");
    write(job.file("").as_path(), "warehouse/my_etl/load/load.sh", "echo more\n");
    let ran = job.run();
    good(&simulator, &ran);
    ran.logged(&["plan: 0 to create, 1 to update, 3 unchanged, 0 drifted, 1 only in DataWorks", "check"]);
    assert!(simulator.draft("check").is_some(), "nothing is ever deleted");
    let result = ran.result();
    let row = result["plan"].as_array().into_iter().flatten().find(|row| row["name"] == "check");
    let row = row.expect("a row");
    assert_eq!((&row["state"], row["path"].is_null()), (&"extra".into(), true), "{result}");
}
