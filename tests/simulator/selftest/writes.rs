//! What happens to a write to Data Studio, and which rules of a write are written down.

use serde_json::{Value, json};

use super::super::{Object, Simulator, Stage, World, ms};
use super::studio::{
    PROJECT, V, clean, create, create_inside, create_workflow, node, node_spec, read_node, read_workflow, write,
};
use super::{get, post, until};

const ONE: &str = "8600000000000000001";

fn update(sim: &Simulator, id: &str, spec: &Value) -> Value {
    write(sim, "UpdateNode", spec, &[("Id", id)]).ok()
}

fn first(spec: &Value) -> &Value {
    &spec["spec"]["nodes"][0]
}

fn depends_on(node: &str, outputs: &[&str]) -> Value {
    let depends: Vec<_> = outputs.iter().map(|output| json!({ "type": "Normal", "output": output })).collect();
    json!([{ "nodeId": node, "depends": depends }])
}

fn upstream(sim: &Simulator, id: &str) -> usize {
    let listed = get(V, "ListNodeDependencies", &[("Id", id), PROJECT]).send(sim).ok();
    listed["PagingInfo"]["Nodes"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_workflow_and_its_nodes_are_made_deployed_and_get_ids_of_the_scheduler() {
    let sim = Simulator::start(World::new().created_objects_behave_as(Object::node("", "").opening(ms(5))));
    let workflow = create_workflow(&sim, "demo/daily");
    let mut start = node("start", "SELECT 1;");
    start["outputs"] = json!({ "nodeOutputs": [{ "data": "dw.start" }] });
    let start = create_inside(&sim, &workflow, &node_spec(&start, &json!([])));
    let load =
        create_inside(&sim, &workflow, &node_spec(&node("load", "SELECT 2;"), &depends_on("load", &["dw.start"])));
    assert!(workflow < start && start < load && load.len() == 19, "{workflow} {start} {load}");
    let (_, spec) = read_workflow(&sim, &workflow, "true");
    let edges = &spec["spec"]["workflows"][0]["dependencies"];
    assert_eq!((&edges[0]["nodeId"], &edges[0]["depends"][0]["output"]), (&json!(load), &json!(start)));
    assert_eq!((upstream(&sim, &load), sim.draft("demo/daily/load").and_then(|draft| draft.task)), (1, None));
    let ids = json!([workflow]).to_string();
    let run = post(V, "CreatePipelineRun", &[("ObjectIds", &ids), PROJECT, ("Type", "Online")]).send(&sim).ok();
    let id = run["Id"].as_str().expect("an id");
    until("the run's end", || {
        let told = get(V, "GetPipelineRun", &[("Id", id), PROJECT]).send(&sim).ok();
        let stages = told["Pipeline"]["Stages"].as_array().expect("stages").clone();
        let next = stages.iter().find(|stage| stage["Status"] != "Success");
        if let Some(code) = next.filter(|stage| stage["Status"] == "Init").and_then(|stage| stage["Code"].as_str()) {
            let exec = post(V, "ExecPipelineRunStage", &[("Id", id), ("Code", code)]);
            exec.query(PROJECT.0, PROJECT.1).send(&sim);
        }
        told["Pipeline"]["Status"] == "Success"
    });
    let (body, spec) = read_workflow(&sim, &workflow, "true");
    assert!(
        body["WorkflowId"].is_u64() && spec["spec"]["workflows"][0]["nodes"][1]["metadata"]["schedulerNodeId"].is_u64()
    );
    assert!(sim.draft("load").and_then(|draft| draft.task).is_some());
}

#[test]
fn an_update_changes_what_it_names_and_whole_lists() {
    let parameters = |names: &[&str]| names.iter().map(|name| json!({ "name": name })).collect::<Value>();
    let object = Object::node(ONE, "ads").path("demo/ads").content("old").depends_on("dw_root");
    let sim = Simulator::start(World::new().object(object.spec(&json!({
        "timeout": 3, "script": { "parameters": parameters(&["a", "b"]) }, "datasource": { "name": "x", "type": "odps" }
    }))));
    let mut ours = node("demo/ads", "new");
    ours["script"]["parameters"] = parameters(&["c"]);
    ours["trigger"] = json!({ "cron": "00 30 02 * * ?" });
    assert_eq!(update(&sim, ONE, &node_spec(&ours, &depends_on("ads", &["other"])))["Success"], true);
    let (_, spec) = read_node(&sim, ONE);
    let node = first(&spec);
    assert_eq!((&node["script"]["content"], &node["timeout"], &node["id"]), (&json!("new"), &json!(3), &json!(ONE)));
    assert_eq!(node["script"]["parameters"], parameters(&["c"]));
    assert_eq!(
        (&node["trigger"]["cron"], &node["trigger"]["timezone"]),
        (&json!("00 30 02 * * ?"), &json!("Asia/Shanghai"))
    );
    assert_eq!(spec["spec"]["flow"][0]["depends"], json!([{ "type": "Normal", "output": "other" }]));
    assert_eq!(node["inputs"]["nodeOutputs"], json!([{ "data": "other", "artifactType": "NodeOutput" }]));
    clean(&sim);
}

#[test]
fn dependencies_are_dropped_without_a_word() {
    let world = || World::new().object(Object::node(ONE, "up").path("demo/up"));
    let sim = Simulator::start(world().creates_drop_dependencies(1));
    let id = create(&sim, &node_spec(&node("demo/down", "x"), &depends_on("down", &[ONE])));
    assert_eq!(upstream(&sim, &id), 0);
    update(&sim, &id, &node_spec(&node("demo/down", "x"), &depends_on("down", &[ONE])));
    assert_eq!(upstream(&sim, &id), 1);
    let other = create(&sim, &node_spec(&node("demo/other", "x"), &depends_on("other", &[ONE])));
    assert_eq!(upstream(&sim, &other), 1);
    let mut within = node("demo/within", "x");
    within["dependencies"] = json!([{ "type": "Normal", "output": ONE }]);
    let within = create(&sim, &node_spec(&within, &json!([])));
    assert_eq!(upstream(&sim, &within), 0);
    let nobodys = json!([{ "depends": [{ "type": "Normal", "output": ONE }] }]);
    update(&sim, &within, &node_spec(&node("demo/within", "x"), &nobodys));
    assert_eq!((upstream(&sim, &within), sim.violations().len()), (0, 1));
    let never = Simulator::start(world().creates_drop_dependencies(9).updates_drop_dependencies());
    let id = create(&never, &node_spec(&node("demo/down", "x"), &depends_on("down", &[ONE])));
    update(&never, &id, &node_spec(&node("demo/down", "x"), &depends_on("down", &[ONE])));
    assert_eq!(upstream(&never, &id), 0);
}

#[test]
fn types_are_corrected_fields_do_not_take_and_code_without_text_gets_a_header() {
    let world = World::new().data_source("hg", "hologres_v2").updates_do_not_take("/timeout");
    let sim = Simulator::start(world);
    let mut ours = node("demo/a", "");
    ours["datasource"] = json!({ "name": "hg", "type": "holo" });
    ours["timeout"] = json!(5);
    let id = create(&sim, &node_spec(&ours, &json!([])));
    let read = || first(&read_node(&sim, &id).1).clone();
    assert_eq!((&read()["datasource"]["type"], &read()["timeout"]), (&json!("hologres_v2"), &json!(5)));
    assert!(read()["script"]["content"].as_str().is_some_and(|code| code.contains("author:")));
    let mut later = node("demo/a", "");
    later["timeout"] = json!(6);
    update(&sim, &id, &node_spec(&later, &json!([])));
    assert_eq!((&read()["timeout"], &read()["script"]["content"]), (&json!(5), &json!("")));
    clean(&sim);
    ours["datasource"]["name"] = json!("unknown");
    ours["script"]["path"] = json!("demo/b/a");
    let refused = write(&sim, "CreateNode", &node_spec(&ours, &json!([])), &[("Scene", "DATAWORKS_PROJECT")]);
    assert_eq!(refused.body["Message"], "Datasource not found in project");
}

#[test]
fn writes_are_refused_by_number() {
    let sim = Simulator::start(World::new().object(Object::node(ONE, "ads").path("demo/ads")));
    let said = |action: &str, spec: &Value, more: &[(&str, &str)]| {
        let got = write(&sim, action, spec, more);
        assert!(got.status == 400 && got.refused().1.parse::<u64>().is_ok() || action == "CreateNode", "{}", got.body);
        got.body["Message"].as_str().unwrap_or_default().to_owned()
    };
    let scene = [("Scene", "DATAWORKS_PROJECT")];
    let spec = |path: &str| node_spec(&node(path, "x"), &json!([]));
    assert_eq!(said("CreateNode", &spec("demo/ads"), &scene), "Node with the same name already exists in the project");
    let mut moved = spec("demo/x");
    moved["spec"]["nodes"][0]["script"]["path"] = json!("demo/y");
    assert_eq!(said("CreateNode", &moved, &scene), "Script path must end with node name");
    let inside = [scene[0], ("ContainerId", ONE)];
    assert_eq!(said("CreateNode", &spec("z"), &inside), format!("内部节点的容器对象: 未找到 {ONE}"));
    assert_eq!(said("CreateNode", &spec("z"), &[]), "Scene is mandatory for this action.");
    assert!(said("CreateNode", &json!("no"), &scene).starts_with("Spec JSON parse failed"));
    let mut other = spec("demo/ads");
    other["spec"]["nodes"][0]["script"]["runtime"]["command"] = json!("DIDE_SHELL");
    let update = [("Id", ONE)];
    assert_eq!(said("UpdateNode", &other, &update), "Node type (command) cannot be changed after creation");
    let mut kind = spec("demo/ads");
    kind["kind"] = json!("Workflow");
    assert_eq!(said("UpdateNode", &kind, &update), "spec kind and request not match");
    let mut cron = spec("demo/ads");
    cron["spec"]["nodes"][0]["trigger"] = json!({ "cron": "daily" });
    assert_eq!(said("UpdateNode", &cron, &update), "Invalid cron expression in trigger");
    assert_eq!(said("UpdateNode", &spec("demo/ads"), &[("Id", "1")]), "未找到节点: 1");
}

#[test]
fn rules_that_the_service_never_tells_are_written_down() {
    let datasource = json!({ "name": "x", "type": "odps" });
    let object = Object::node(ONE, "ads").path("demo/ads").spec(&json!({ "datasource": datasource }));
    let sim = Simulator::start(World::new().object(object));
    let mut ours = node("demo/ads", "x");
    ours["datasource"] = datasource;
    ours["timeout"] = json!(null);
    ours["name"] = json!("renamed");
    let spec = json!({ "version": "1.1.0", "kind": "CycleWorkflow", "spec": { "nodes": [ours] } });
    update(&sim, ONE, &spec);
    let (_, read) = read_node(&sim, ONE);
    assert_eq!((&first(&read)["name"], &first(&read)["timeout"]), (&json!("ads"), &json!(0)));
    let workflow = create_workflow(&sim, "demo/daily");
    let header = json!({ "id": workflow, "name": "daily", "script": { "path": "demo/daily", "runtime": { "command": "WORKFLOW" } },
        "dependencies": [], "nodes": [] });
    let spec = json!({ "version": "1.1.0", "kind": "CycleWorkflow", "spec": { "workflows": [header] } });
    write(&sim, "UpdateWorkflowDefinition", &spec, &[("Id", &workflow)]).ok();
    write(&sim, "ImportWorkflowDefinition", &spec, &[]);
    let in_query = post(V, "UpdateNode", &[PROJECT, ("Spec", "{}")]).query("Id", ONE).send(&sim);
    assert_eq!(in_query.status, 400);
    let wanted = [
        "null in the Spec",
        "only Node works everywhere",
        "an unchanged datasource was sent",
        "an update renames it",
        "nodes in UpdateWorkflowDefinition",
        "dependencies in UpdateWorkflowDefinition",
        "there is no \"ImportWorkflowDefinition\"",
        "Id does not belong in the query",
    ];
    let broken = sim.violations();
    assert_eq!(broken.len(), wanted.len(), "{broken:#?}");
    for (rule, words) in broken.iter().zip(wanted) {
        assert!(rule.contains(words), "{rule:?} is not about {words:?}");
    }
}

#[test]
fn an_output_of_two_nodes_fails_the_deployment() {
    let outputs = json!({ "outputs": { "nodeOutputs": [{ "data": "dw.same" }] } });
    let with = |id: &str, name: &str| Object::node(id, name).spec(&outputs).opening(ms(1));
    let alone = with(ONE, "a").online(vec![Stage::deploy("PROD").lasting(ms(1))]);
    let sim = Simulator::start(World::new().object(alone).object(with("8600000000000000009", "b")));
    let ids = json!([ONE]).to_string();
    post(V, "CreatePipelineRun", &[("ObjectIds", &ids), PROJECT, ("Type", "Online")]).send(&sim).ok();
    until("the stage fails", || sim.runs()[0].status == "Fail");
    let run = sim.runs()[0].id.clone();
    let told = get(V, "GetPipelineRun", &[("Id", &run), PROJECT]).send(&sim).ok();
    assert_eq!(told["Pipeline"]["Stages"][0]["Message"], "can not exported multiple nodes into the same output");
}

#[test]
fn an_edit_that_nobody_read_is_written_over_and_said() {
    let sim = Simulator::start(World::new().object(Object::node(ONE, "ads").path("demo/ads")));
    let ours = node_spec(&node("demo/ads", "ours"), &json!([]));
    let edit = || assert!(sim.edit("ads", "/script/content", json!("theirs")));
    edit();
    read_node(&sim, ONE);
    update(&sim, ONE, &ours);
    assert_eq!(sim.overwritten(), Vec::<String>::new());
    edit();
    assert!(sim.edit_depends("demo/ads", &["dw_root"]));
    update(&sim, ONE, &ours);
    update(&sim, ONE, &ours);
    assert_eq!(
        (sim.overwritten(), sim.draft(ONE).expect("a node").depends),
        (vec![ONE.to_owned()], vec!["dw_root".to_owned()])
    );
    assert!(sim.remove("ads") && sim.draft(ONE).is_none());
    assert_eq!(get(V, "GetNode", &[("Id", ONE), PROJECT]).send(&sim).status, 400);
}

#[test]
fn a_new_node_is_listed_later_under_another_path_and_its_code_is_left_out() {
    let world = World::new().nodes_listed_after(ms(120)).path_prefix("业务流程/").code_left_out_of("load");
    let sim = Simulator::start(world);
    let id = create(&sim, &node_spec(&node("demo/ads", "x"), &json!([])));
    let listed = || {
        let nodes = get(V, "ListNodes", &[PROJECT, ("Name", "ads")]).send(&sim).ok();
        nodes["PagingInfo"]["Nodes"][0]["Script"]["Path"].clone()
    };
    assert_eq!(listed(), Value::Null);
    assert_eq!(first(&read_node(&sim, &id).1)["script"]["path"], "业务流程/demo/ads");
    until("it is listed", || listed() == "业务流程/demo/ads");
    let workflow = create_workflow(&sim, "demo/daily");
    let load = create_inside(&sim, &workflow, &node_spec(&node("load", "code"), &json!([])));
    let (_, spec) = read_workflow(&sim, &workflow, "true");
    assert_eq!(spec["spec"]["workflows"][0]["nodes"][0]["script"].get("content"), None);
    let (_, spec) = read_node(&sim, &load);
    assert_eq!(spec["spec"]["workflows"][0]["nodes"][0]["script"]["content"], "code");
}
