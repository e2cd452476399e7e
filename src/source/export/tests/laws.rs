//! The laws of export, clause by clause of the contract.

use serde_json::json;

use super::*;

const SPEC: &str = r#"{
    "version": "1.1.0", "kind": "Node",
    "spec": {
        "nodes": [ { "name": "load",
            "script": { "runtime": { "command": "${spec.command}" } },
            "trigger": { "type": "Scheduler", "cron": "${spec.cron}" },
            "description": "by hand", "priority": 7,
            "outputs": { "nodeOutputs": [ { "data": "${projectIdentifier}.load" } ] } } ],
        "flow": [ { "depends": [ { "output": "${projectIdentifier}.gone" }, { "output": "ws.start" } ], "nodeId": "load" } ]
    }
}"#;

fn folder() -> Folder {
    Folder::of(&[
        ("dataworks.properties", "spec.command=ODPS_SQL\nspec.cron=00 30 02 * * ?\nscript.table=orders\n"),
        ("x/load/load.spec.json", SPEC),
        ("x/load/load.sql", "select 1\r\nfrom ${script.table};\r\n-- ${pw}\r\n-- ${bizdate}\r\n"),
    ])
}

#[test]
fn a_new_object_gets_its_files_without_what_the_service_adds() {
    let depends = json!([{ "type": "Normal", "output": "ws_root" }]);
    let there = node("load", "select 1\n-- hunter2", &json!({ "description": "hunter2" }), &depends);
    let after = Folder::default().after(&workspace([there]));
    let spec: Value = serde_json::from_str(after.text("load/load.spec.json")).unwrap();
    assert_eq!(
        spec,
        json!({ "version": "1.1.0", "kind": "Node", "spec": {
            "nodes": [{ "name": "load", "recurrence": "Normal", "description": "${pw}",
                "script": { "path": "dws/load", "runtime": { "command": "ODPS_SQL" } },
                "trigger": { "type": "Scheduler", "cron": "00 30 02 * * ?" },
                "outputs": { "nodeOutputs": [{ "data": "ws.load" }] } }],
            "flow": [{ "nodeId": "load", "depends": depends }] } })
    );
    assert_eq!(after.text("load/load.sql"), "select 1\n-- ${pw}\n");
}

#[test]
fn a_workflow_is_a_folder_with_its_nodes_below_and_edges_are_written_by_name() {
    let inner = |id: &str, name: &str| {
        json!({ "id": id, "name": name, "script": { "runtime": { "command": "DIDE_SHELL" }, "content": "echo" },
            "outputs": { "nodeOutputs": [{ "data": id }, { "data": format!("ws.{name}") }] } })
    };
    let spec = json!({ "version": "2.0.0", "kind": "ManualWorkflow", "spec": { "workflows": [{ "id": "1", "name": "etl",
        "script": { "runtime": { "command": "WORKFLOW" } }, "nodes": [inner(ID, "load"), inner(START, "start")],
        "dependencies": [{ "nodeId": ID, "depends": [{ "type": "Normal", "output": START }] }] }] } });
    let unit = RemoteUnit::read("1", ObjectKind::Workflow, &spec.to_string(), Facts::default()).unwrap();
    let after = Folder::default().after(&workspace([unit]));
    let paths: Vec<&str> = after.0.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "etl/etl.spec.json",
            "etl/load/load.sh",
            "etl/load/load.spec.json",
            "etl/start/start.sh",
            "etl/start/start.spec.json"
        ]
    );
    let load = after.text("etl/load/load.spec.json");
    assert!(load.contains("\"ws.start\"") && load.contains("\"dependencies\"") && !load.contains(START), "{load}");
}

#[test]
fn of_a_file_that_exists_only_the_leaves_that_differ_are_changed() {
    let fields = json!({ "trigger": { "type": "Scheduler", "cron": "00 00 03 * * ?" }, "priority": 8, "rerunTimes": 3,
        "outputs": { "nodeOutputs": [{ "data": "ws.load" }, { "data": "ws.more" }] } });
    let depends = json!([{ "type": "Normal", "output": "ws.start" }, { "type": "Normal", "output": "ws_root" }]);
    let code = "select 1\nfrom orders;\n-- hunter2\n-- ${bizdate}\n-- hunter2 too\n";
    let after = folder().after(&workspace([node("load", code, &fields, &depends)]));
    let wanted = SPEC
        .replace("${spec.cron}", "00 00 03 * * ?")
        .replace("\"priority\": 7", "\"priority\": 8")
        .replace("            \"description\": \"by hand\", ", "            ")
        .replace(".load\" } ]", ".load\" }, {\"data\":\"ws.more\"} ]")
        .replace(
            " { \"output\": \"${projectIdentifier}.gone\" }, { \"output\": \"ws.start\" }",
            " { \"output\": \"ws.start\" }, {\"output\":\"ws_root\",\"type\":\"Normal\"}",
        );
    assert_eq!(after.text("x/load/load.spec.json"), wanted);
    assert_eq!(
        after.text("x/load/load.sql"),
        "select 1\r\nfrom ${script.table};\r\n-- ${pw}\r\n-- ${bizdate}\r\n-- ${pw} too\r\n"
    );
}

#[test]
fn what_does_not_differ_is_not_written() {
    let depends = json!([{ "output": "ws.gone" }, { "output": "ws.start" }]);
    let fields = json!({ "description": "by hand", "priority": 7.0 });
    let there = node("load", "select 1\nfrom orders;\n-- hunter2\n-- ${bizdate}", &fields, &depends);
    assert!(folder().export(&workspace([there])).unwrap().is_empty());
}

#[test]
fn a_name_that_is_no_folders_stops_everything() {
    for name in ["a/b", "a\\b", ".a", ".."] {
        let there = node(name, "select 1", &json!({}), &json!([]));
        let good = node("good", "select 1", &json!({}), &json!([]));
        let told = Folder::default().export(&workspace([there, good])).unwrap_err();
        assert!(told.len() == 1 && told[0].contains("cannot be the name of a folder"), "{told:?}");
    }
}

#[test]
fn a_placeholder_of_dataworks_that_this_repository_has_a_value_for_cannot_be_written() {
    let files = Folder::of(&[("dataworks.properties", "bizdate=20261124\n")]);
    let told = files.export(&workspace([node("load", "${bizdate}", &json!({}), &json!([]))])).unwrap_err();
    assert!(told[0].contains("script.content"), "{told:?}");
    let told = Folder::default().export(&workspace([node("load", "${spec.x}", &json!({}), &json!([]))])).unwrap_err();
    assert!(told[0].contains("${spec.x} has no value"), "{told:?}");
}

#[test]
fn code_and_text_in_any_layout_come_back_as_they_are_there() {
    for code in ["", "\n", "a", "a\n", "a\n\n", "\na", "a\r\nb", "{\"a\": 1}", " ", "${", "}", "${a${b}"] {
        let there =
            workspace([node("load", code, &json!({ "description": code, "list": [null, { "x": code }] }), &json!([]))]);
        Folder::default().after(&there);
        folder().after(&there);
        let marked = Folder::of(&[("l/load.spec.json", &SPEC.replace("${spec.c", "${c")), ("l/load.sql", "x")]);
        marked.after(&there);
    }
}
