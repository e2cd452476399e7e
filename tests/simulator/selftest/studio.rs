//! What comes back from Data Studio: envelopes, what the service adds, lists.

use serde_json::{Value, json};

use super::super::{Lie, Object, PastRun, Simulator, World, ms};
use super::{Got, get, post, until};

pub const V: &str = "2024-05-18";
pub const PROJECT: (&str, &str) = ("ProjectId", "10000");

/// The Spec of a node, as a client sends it.
pub fn node_spec(node: &Value, dependencies: &Value) -> Value {
    json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [node], "dependencies": dependencies } })
}

/// A node with the least that a create needs.
pub fn node(path: &str, content: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or(path);
    let script = json!({ "path": path, "runtime": { "command": "ODPS_SQL" }, "content": content });
    json!({ "id": name, "name": name, "script": script })
}

pub fn write(sim: &Simulator, action: &str, spec: &Value, more: &[(&str, &str)]) -> Got {
    let spec = spec.to_string();
    post(V, action, &[&[PROJECT, ("Spec", spec.as_str())], more].concat()).send(sim)
}

pub fn create(sim: &Simulator, spec: &Value) -> String {
    let got = write(sim, "CreateNode", spec, &[("Scene", "DATAWORKS_PROJECT")]).ok();
    got["Id"].as_str().expect("an id").to_owned()
}

pub fn create_inside(sim: &Simulator, workflow: &str, spec: &Value) -> String {
    let more = [("Scene", "DATAWORKS_PROJECT"), ("ContainerId", workflow)];
    write(sim, "CreateNode", spec, &more).ok()["Id"].as_str().expect("an id").to_owned()
}

pub fn create_workflow(sim: &Simulator, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let script = json!({ "path": path, "runtime": { "command": "WORKFLOW" } });
    let workflow = json!({ "name": name, "script": script });
    let spec = json!({ "version": "1.1.0", "kind": "CycleWorkflow", "spec": { "workflows": [workflow] } });
    write(sim, "CreateWorkflowDefinition", &spec, &[]).ok()["Id"].as_str().expect("an id").to_owned()
}

pub fn read_node(sim: &Simulator, id: &str) -> (Value, Value) {
    with_spec(get(V, "GetNode", &[("Id", id), PROJECT]).send(sim).ok()["Node"].take())
}

pub fn read_workflow(sim: &Simulator, id: &str, with_code: &str) -> (Value, Value) {
    let query = [("Id", id), PROJECT, ("IncludeScriptContent", with_code)];
    with_spec(get(V, "GetWorkflowDefinition", &query).send(sim).ok()["WorkflowDefinition"].take())
}

fn with_spec(body: Value) -> (Value, Value) {
    let spec = serde_json::from_str(body["Spec"].as_str().expect("a text")).expect("JSON");
    (body, spec)
}

fn listed(sim: &Simulator, action: &str, query: &[(&str, &str)]) -> Value {
    get(V, action, &[&[PROJECT], query].concat()).send(sim).ok()["PagingInfo"].take()
}

pub fn clean(sim: &Simulator) {
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[test]
fn a_node_that_stands_alone_reads_as_a_workflow_with_a_flow() {
    let object =
        Object::node("8600000000000000001", "ads").path("demo/ads").content("SELECT 1;\n").depends_on("dw_root");
    let sim = Simulator::start(World::new().object(object.clone()));
    let (body, spec) = read_node(&sim, "8600000000000000001");
    assert_eq!((&spec["version"], &spec["kind"]), (&json!("1.1.0"), &json!("CycleWorkflow")));
    let node = &spec["spec"]["nodes"][0];
    assert_eq!((&node["script"]["content"], &node["script"]["path"]), (&json!("SELECT 1;\n"), &json!("demo/ads")));
    assert_eq!((&node["rerunInterval"], &node["script"]["language"]), (&json!(180_000), &json!("odps-sql")));
    assert_eq!(spec["spec"]["flow"][0]["depends"], json!([{ "type": "Normal", "output": "dw_root" }]));
    assert_eq!(node["inputs"]["nodeOutputs"][0]["data"], "dw_root");
    assert_eq!(node["outputs"]["nodeOutputs"][0]["data"], "8600000000000000001");
    assert_eq!(spec["metadata"]["uuid"], "8600000000000000001");
    assert!(body["Spec"].as_str().is_some_and(|text| text.contains("\n\t\"kind\"")) && body["TaskId"].is_u64());
    let documented =
        Simulator::start(World::new().object(object).honest_kinds().fields_of_2026().task_ids_do_not_come());
    let (body, spec) = read_node(&documented, "8600000000000000001");
    assert_eq!((&spec["kind"], body.get("TaskId")), (&json!("Node"), None));
    assert_eq!(spec["spec"]["nodes"][0]["autoParse"], false);
    assert_eq!(spec["spec"]["flow"][0]["depends"][0]["sourceType"], "Manual");
}

fn flow() -> World {
    World::new()
        .object(Object::workflow("8600000000000000001", "daily").path("demo/daily"))
        .object(Object::node("8600000000000000300", "load").inside("8600000000000000001").depends_on("dw.start"))
        .object(
            Object::node("8600000000000000200", "start")
                .inside("8600000000000000001")
                .command("VIRTUAL")
                .spec(&json!({ "outputs": { "nodeOutputs": [{ "data": "dw.start" }] } })),
        )
}

#[test]
fn a_node_inside_a_workflow_reads_within_its_workflow() {
    let sim = Simulator::start(flow());
    let (_, spec) = read_node(&sim, "8600000000000000300");
    let workflow = &spec["spec"]["workflows"][0];
    assert_eq!((&workflow["id"], workflow["nodes"].as_array().map(Vec::len)), (&json!("8600000000000000001"), Some(1)));
    assert_eq!(workflow["nodes"][0]["script"]["path"], "demo/daily/load");
    let depends = json!([{ "type": "Normal", "output": "8600000000000000200", "refTableName": "start" }]);
    assert_eq!(workflow["dependencies"], json!([{ "nodeId": "8600000000000000300", "depends": depends }]));
    assert_eq!(workflow["nodes"][0]["metadata"].get("container"), None);
    assert_eq!(workflow["nodes"][0]["inputs"], json!({}));
    assert_eq!(spec["metadata"]["uuid"], "8600000000000000300");
}

#[test]
fn a_workflow_reads_with_its_nodes_in_the_order_of_ids_and_with_code_on_request() {
    let sim = Simulator::start(flow());
    let (body, spec) = read_workflow(&sim, "8600000000000000001", "true");
    let workflow = &spec["spec"]["workflows"][0];
    let names: Vec<_> = workflow["nodes"].as_array().expect("nodes").iter().map(|node| node["name"].clone()).collect();
    assert_eq!(names, ["start", "load"]);
    assert_eq!(workflow["nodes"][0]["script"]["content"], "");
    assert!(workflow["nodes"][1]["script"]["content"].as_str().is_some_and(|code| code.starts_with("--****")));
    assert_eq!(workflow["nodes"][1]["metadata"]["container"]["uuid"], "8600000000000000001");
    assert!(workflow["nodes"][1]["metadata"]["schedulerNodeId"].is_u64() && body["WorkflowId"].is_u64());
    assert_eq!(workflow["outputs"]["nodeOutputs"][1]["data"], "dw_project.daily");
    let (_, spec) = read_workflow(&sim, "8600000000000000001", "false");
    assert_eq!(spec["spec"]["workflows"][0]["nodes"][1]["script"].get("content"), None);
    clean(&sim);
}

#[test]
fn what_is_not_there_is_refused_by_number() {
    let sim = Simulator::start(flow());
    let refused = get(V, "GetNode", &[("Id", "700000000001"), PROJECT]).send(&sim);
    assert_eq!(refused.refused(), (400, "5801488441564725286"));
    assert_eq!(refused.body["Message"], "未找到节点: 700000000001");
    let refused = get(V, "GetWorkflowDefinition", &[("Id", "8600000000000000300"), PROJECT]).send(&sim);
    assert_eq!(refused.body["Message"], "Workflow definition not found");
    let form = [("ObjectIds", r#"["8600000000000000300"]"#), PROJECT, ("Type", "Online")];
    let refused = post(V, "CreatePipelineRun", &form).send(&sim);
    assert_eq!((refused.refused(), &refused.body["Message"]), ((400, "5801489541076353033"), &json!("未找到发布对象")));
    let short = get(V, "ListNodes", &[PROJECT, ("PageSize", "9")]).send(&sim);
    assert_eq!(short.refused(), (400, "InvalidPageSize"));
}

#[test]
fn lists_tell_paths_outputs_and_scenes() {
    let manual = flow()
        .object(Object::manual_workflow("8600000000000000400", "by_hand"))
        .object(Object::node("8600000000000000500", "step").inside("8600000000000000400"));
    let sim = Simulator::start(manual);
    let nodes = listed(&sim, "ListNodes", &[("Scene", "DataworksProject"), ("PageSize", "100")]);
    assert_eq!((&nodes["TotalCount"], nodes["Nodes"].as_array().map(Vec::len)), (&json!("2"), Some(2)));
    assert_eq!(nodes["Nodes"][1]["Outputs"]["NodeOutputs"][1], json!({ "Data": "dw.start", "RefTableName": "start" }));
    assert_eq!(nodes["Nodes"][0]["Script"]["Path"], "demo/daily/load");
    assert_eq!(nodes["Nodes"][1]["Script"]["Runtime"]["Command"], "VIRTUAL");
    let step = listed(&sim, "ListNodes", &[("Scene", "DataworksManualWorkflow")]);
    assert_eq!(step["Nodes"][0]["Name"], "step");
    let workflows = listed(&sim, "ListWorkflowDefinitions", &[("Type", "ManualWorkflow")]);
    assert_eq!(
        (&workflows["TotalCount"], &workflows["WorkflowDefinitions"][0]["Name"]),
        (&json!(1), &json!("by_hand"))
    );
    let upstream = listed(&sim, "ListNodeDependencies", &[("Id", "8600000000000000300")]);
    assert_eq!((&upstream["TotalCount"], &upstream["Nodes"][0]["Name"]), (&json!("1"), &json!("start")));
    assert_eq!(upstream["Nodes"][0]["RuntimeResource"].get("ResourceGroup"), None);
    clean(&sim);
}

#[test]
fn runs_carry_the_specs_of_their_moment() {
    let runs = || flow().run(PastRun::new("run-0", "8600000000000000001").ended("Success"));
    let sim = Simulator::start(runs());
    assert!(sim.edit("load", "/script/content", json!("SELECT 2;")));
    let items = |sim: &Simulator| listed(sim, "ListPipelineRunItems", &[("PipelineRunId", "run-0")]);
    let item = items(&sim)["PipelineRunItems"][0].take();
    assert_eq!((&item["Type"], &item["Id"]), (&json!("WorkflowDefinition"), &json!("8600000000000000001")));
    let spec: Value = serde_json::from_str(item["Spec"].as_str().expect("a text")).expect("JSON");
    let code = &spec["spec"]["workflows"][0]["nodes"][1]["script"]["content"];
    assert!(code.as_str().is_some_and(|code| code.starts_with("--****")), "{code}");
    assert_eq!(sim.draft("load").expect("a node").content(), "SELECT 2;");
    let apart = items(&Simulator::start(runs().items_of_inner_nodes()));
    let kinds: Vec<_> =
        apart["PipelineRunItems"].as_array().expect("items").iter().map(|i| i["Type"].clone()).collect();
    assert_eq!(kinds, ["WorkflowDefinition", "Node", "Node"]);
    let bare = items(&Simulator::start(runs().items_without_spec()));
    assert_eq!(bare["PipelineRunItems"][0].get("Spec"), None);
}

#[test]
fn somebody_edits_after_a_read_or_a_write_or_now() {
    let world = flow().modify_lag(ms(40), ms(80)).edit_after_read("load", 1, "/script/content", json!("theirs"));
    let sim = Simulator::start(world.edit_after_write("demo/daily/load", 1, "/trigger/cron", json!("00 00 05 * * ?")));
    let code = |sim: &Simulator| {
        let (body, mut spec) = read_node(sim, "8600000000000000300");
        (body["ModifyTime"].clone(), spec["spec"]["workflows"][0]["nodes"][0].take())
    };
    let (before, node) = code(&sim);
    assert_ne!(node["script"]["content"], "theirs");
    let (_, node) = code(&sim);
    assert_eq!(node["script"]["content"], "theirs");
    until("ModifyTime moves", || code(&sim).0 != before);
    let ours = json!({ "id": "load", "name": "load",
        "script": { "path": "demo/daily/load", "runtime": { "command": "ODPS_SQL" }, "content": "ours" } });
    let spec = json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [ours] } });
    write(&sim, "UpdateNode", &spec, &[("Id", "8600000000000000300")]).ok();
    let (_, node) = code(&sim);
    assert_eq!((&node["script"]["content"], &node["trigger"]["cron"]), (&json!("ours"), &json!("00 00 05 * * ?")));
    clean(&sim);
}

#[test]
fn a_workspace_of_a_thousand_nodes_is_listed_at_once() {
    let id = |nth: u64| (8_600_000_000_000_000_000 + nth).to_string();
    let world = (0..1000).fold(World::new(), |world, nth| {
        let run = PastRun::new(&format!("run-{nth}"), &id(nth)).described("[dwd:online:x]").ended("Success");
        world.object(Object::node(&id(nth), &format!("n{nth}")).path(&format!("a/n{nth}"))).run(run)
    });
    let start = std::time::Instant::now();
    let sim = Simulator::start(world);
    for page in [1, 2, 10] {
        let (page, size) = (page.to_string(), ("PageSize", "100"));
        let nodes = listed(&sim, "ListNodes", &[size, ("PageNumber", &page)]);
        let runs = listed(&sim, "ListPipelineRuns", &[size, ("PageNumber", &page)]);
        let count = |list: &Value| list.as_array().map(Vec::len);
        assert_eq!((count(&nodes["Nodes"]), count(&runs["PipelineRuns"])), (Some(100), Some(100)));
    }
    assert!(start.elapsed() < ms(20_000), "{:?}", start.elapsed());
    clean(&sim);
}

#[test]
fn the_same_values_come_back_in_another_order_type_and_layout() {
    let parameters = json!([{ "name": "a" }, { "name": "b" }]);
    let object = Object::node("8600000000000000001", "di")
        .command("DI")
        .content("{\"a\":[1]}")
        .spec(&json!({ "script": { "parameters": parameters } }))
        .depends_on("x")
        .depends_on("y");
    let odd = World::new().object(object).lists_turned_round().numbers_as_floats().json_code_laid_out_anew();
    let sim = Simulator::start(odd.lie(Lie::SwappedIdTypes));
    let (body, spec) = read_node(&sim, "8600000000000000001");
    let node = &spec["spec"]["nodes"][0];
    assert_eq!(
        (body["Id"].as_u64(), node["rerunTimes"].to_string()),
        (Some(8_600_000_000_000_000_001), "3.0".to_owned())
    );
    assert_eq!(
        (&node["script"]["parameters"][0]["name"], &spec["spec"]["flow"][0]["depends"][0]["output"]),
        (&json!("b"), &json!("y"))
    );
    assert!(node["script"]["content"].as_str().is_some_and(|code| code.contains('\n')), "{node}");
}
