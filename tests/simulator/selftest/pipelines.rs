//! Pipeline runs of 2024-05-18, from creation to the end of each kind.

use serde_json::{Value, json};

use super::super::{Approval, Item, Lie, Object, PastRun, Simulator, Stage, World, ms};
use super::{Got, get, post, until};

const V: &str = "2024-05-18";
const PROJECT: (&str, &str) = ("ProjectId", "10000");

fn quick(stage: Stage) -> Stage {
    stage.lag(ms(5)).lasting(ms(10))
}

fn quick_object() -> Object {
    Object::node("7001", "ods_orders").opening(ms(5)).online(vec![
        quick(Stage::build("BUILD_PACKAGE")),
        quick(Stage::check("PROD_CHECK")),
        quick(Stage::deploy("PROD")),
    ])
}

fn create(sim: &Simulator, object: &str, kind: &str) -> Got {
    let ids = json!([object]).to_string();
    let form = [("ObjectIds", ids.as_str()), PROJECT, ("Type", kind), ("Description", "why")];
    post(V, "CreatePipelineRun", &form).send(sim)
}

fn created(sim: &Simulator, object: &str, kind: &str) -> String {
    create(sim, object, kind).ok()["Id"].as_str().expect("an id").to_owned()
}

fn pipeline(sim: &Simulator, id: &str) -> Value {
    get(V, "GetPipelineRun", &[("Id", id), PROJECT]).send(sim).ok()["Pipeline"].take()
}

fn exec(sim: &Simulator, id: &str, code: &str) -> Got {
    let asking = post(V, "ExecPipelineRunStage", &[("Id", id), ("Code", code)]);
    asking.query(PROJECT.0, PROJECT.1).send(sim)
}

fn stage(pipeline: &Value, code: &str) -> String {
    let stages = pipeline["Stages"].as_array().expect("stages").iter();
    let mut found = stages.filter(|stage| stage["Code"] == code);
    found.next().map_or("", |stage| stage["Status"].as_str().expect("a status")).to_owned()
}

fn until_stage(sim: &Simulator, id: &str, code: &str, status: &str) {
    until(&format!("{code} {status}"), || stage(&pipeline(sim, id), code) == status);
}

fn until_run(sim: &Simulator, id: &str, status: &str) {
    until(status, || pipeline(sim, id)["Status"] == status);
}

fn clean(sim: &Simulator) {
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[test]
fn a_run_is_walked_stage_by_stage() {
    let stages = vec![
        quick(Stage::build("BUILD_PACKAGE")),
        Stage::check("PROD_CHECK").lag(ms(80)).lasting(ms(80)),
        quick(Stage::deploy("PROD")),
    ];
    let sim = Simulator::start(World::new().object(quick_object().online(stages).opening(ms(100))));
    let id = created(&sim, "7001", "Online");
    assert_eq!(pipeline(&sim, &id)["Status"], "Init");
    until_stage(&sim, &id, "BUILD_PACKAGE", "Success");
    assert_eq!(exec(&sim, &id, "PROD_CHECK").ok()["Success"], true);
    assert_eq!(stage(&pipeline(&sim, &id), "PROD_CHECK"), "Init");
    until_stage(&sim, &id, "PROD_CHECK", "Running");
    until_stage(&sim, &id, "PROD_CHECK", "Success");
    let waiting = pipeline(&sim, &id);
    assert_eq!((&waiting["Status"], stage(&waiting, "PROD").as_str()), (&json!("Running"), "Init"));
    assert_eq!(waiting["Stages"][1]["Detail"]["checkerList"][0]["code"], "BuildPackageChecker");
    exec(&sim, &id, "PROD").ok();
    until_run(&sim, &id, "Success");
    let run = &sim.runs()[0];
    assert_eq!((run.status.as_str(), run.description.as_str()), ("Success", "why"));
    assert_eq!(run.executed, ["PROD_CHECK", "PROD"]);
    assert_eq!(run.stage("PROD"), Some("Success"));
    clean(&sim);
}

#[test]
fn exec_keeps_the_rules_or_is_refused() {
    let sim = Simulator::start(World::new().object(quick_object().opening(ms(100))));
    let id = created(&sim, "7001", "Online");
    pipeline(&sim, &id);
    let early = exec(&sim, &id, "PROD_CHECK");
    assert_eq!((early.status, &early.body["Message"]), (400, &json!("流水线不是正在运行")));
    until_stage(&sim, &id, "BUILD_PACKAGE", "Success");
    assert_eq!(exec(&sim, &id, "PROD").status, 400);
    assert_eq!(exec(&sim, &id, "NOWHERE").status, 400);
    assert_eq!(exec(&sim, &id, "PROD_CHECK").status, 200);
    assert_eq!(exec(&sim, &id, "PROD_CHECK").status, 400);
    assert_eq!(exec(&sim, &id, "PROD").status, 400);
    assert_eq!(sim.violations().len(), 5, "{:#?}", sim.violations());
    assert_eq!(sim.runs()[0].executed, ["PROD_CHECK"]);
}

#[test]
fn a_late_exec_is_refused_and_no_violation() {
    let build = Stage::build("BUILD").starting_by_itself_after(ms(120)).lasting(ms(500));
    let sim = Simulator::start(World::new().object(quick_object().online(vec![build])));
    let id = created(&sim, "7001", "Online");
    until_run(&sim, &id, "Running");
    assert_eq!(stage(&pipeline(&sim, &id), "BUILD"), "Init");
    std::thread::sleep(ms(130));
    assert_eq!(exec(&sim, &id, "BUILD").status, 400);
    clean(&sim);
}

#[test]
fn a_failed_stage_fails_the_run_in_the_end() {
    let failing = quick(Stage::check("PROD_CHECK")).failing("依赖未发布");
    let object = quick_object()
        .online(vec![quick(Stage::build("BUILD")), failing, Stage::deploy("PROD")])
        .settling(ms(120))
        .items(vec![Item::new("1", "a", "Node"), Item::new("2", "b", "Node").failing("no table")]);
    let sim = Simulator::start(World::new().object(object));
    let id = created(&sim, "7001", "Online");
    until_stage(&sim, &id, "BUILD", "Success");
    exec(&sim, &id, "PROD_CHECK").ok();
    until_stage(&sim, &id, "PROD_CHECK", "Fail");
    assert_eq!(pipeline(&sim, &id)["Status"], "Running");
    until_run(&sim, &id, "Fail");
    let ended = pipeline(&sim, &id);
    assert_eq!((&ended["Message"], stage(&ended, "PROD").as_str()), (&json!("依赖未发布"), "Init"));
    let page = [("PipelineRunId", id.as_str()), PROJECT, ("PageNumber", "2"), ("PageSize", "1")];
    let items = get(V, "ListPipelineRunItems", &page).send(&sim).ok();
    let item = &items["PagingInfo"]["PipelineRunItems"][0];
    assert_eq!((&item["Status"], &item["Message"]), (&json!("Fail"), &json!("no table")));
    assert_eq!(items["PagingInfo"]["TotalCount"], 2);
    clean(&sim);
}

#[test]
fn approvals_come_in_three_shapes() {
    let stage_with = |code: &str, approval| quick(Stage::check(code)).approval(approval);
    let object = quick_object().online(vec![
        quick(Stage::build("BUILD")),
        stage_with("BY_STATUS", Approval::RefusedByStatus(ms(30))),
        stage_with("BY_SUCCESS", Approval::RefusedBySuccess(ms(30))),
        stage_with("STAYS", Approval::StaysInit(ms(200))),
    ]);
    let sim = Simulator::start(World::new().object(object).reexec_after(ms(20)));
    let id = created(&sim, "7001", "Online");
    until_stage(&sim, &id, "BUILD", "Success");
    assert_eq!(exec(&sim, &id, "BY_STATUS").status, 400);
    std::thread::sleep(ms(35));
    exec(&sim, &id, "BY_STATUS").ok();
    until_stage(&sim, &id, "BY_STATUS", "Success");
    assert_eq!(exec(&sim, &id, "BY_SUCCESS").ok()["Success"], false);
    std::thread::sleep(ms(35));
    assert_eq!(exec(&sim, &id, "BY_SUCCESS").ok()["Success"], true);
    until_stage(&sim, &id, "BY_SUCCESS", "Success");
    assert_eq!(exec(&sim, &id, "STAYS").ok()["Success"], true);
    std::thread::sleep(ms(30));
    assert_eq!(stage(&pipeline(&sim, &id), "STAYS"), "Init");
    assert_eq!(exec(&sim, &id, "STAYS").ok()["Success"], true);
    until_run(&sim, &id, "Success");
    clean(&sim);
}

#[test]
fn an_approval_is_not_pressed_for() {
    let waiting = quick(Stage::check("ASK")).approval(Approval::RefusedByStatus(ms(60_000)));
    let object = quick_object().online(vec![quick(Stage::build("BUILD")), waiting]);
    let sim = Simulator::start(World::new().object(object));
    let id = created(&sim, "7001", "Online");
    until_stage(&sim, &id, "BUILD", "Success");
    assert_eq!(exec(&sim, &id, "ASK").status, 400);
    clean(&sim);
    assert_eq!(exec(&sim, &id, "ASK").status, 400);
    assert_eq!(sim.violations().len(), 1);
}

#[test]
fn stages_can_be_strange() {
    let object = quick_object().opening_without_stages().online(vec![
        quick(Stage::deploy("LAST")).step(9),
        quick(Stage::build("FIRST")).step(1).not_starting_by_itself().reading("Reviewing", ms(80)),
    ]);
    let object = object.opening(ms(100)).reading("Queued", ms(60));
    let sim = Simulator::start(World::new().object(object));
    let id = created(&sim, "7001", "Online");
    assert_eq!(pipeline(&sim, &id)["Stages"], json!([]));
    until_run(&sim, &id, "Queued");
    until_run(&sim, &id, "Running");
    std::thread::sleep(ms(10));
    assert_eq!(stage(&pipeline(&sim, &id), "FIRST"), "Init");
    exec(&sim, &id, "FIRST").ok();
    until_stage(&sim, &id, "FIRST", "Reviewing");
    until_stage(&sim, &id, "FIRST", "Success");
    exec(&sim, &id, "LAST").ok();
    until_run(&sim, &id, "Success");
    clean(&sim);
}

#[test]
fn an_executed_delete_stage_deletes() {
    let object = quick_object().offline(vec![
        quick(Stage::check("OfflineCheck")),
        quick(Stage::offline("PROD")),
        quick(Stage::delete("DeleteNode")),
    ]);
    let sim = Simulator::start(World::new().object(object));
    let id = created(&sim, "7001", "Offline");
    for (before, code) in [("OfflineCheck", "PROD"), ("PROD", "DeleteNode")] {
        until_stage(&sim, &id, before, "Success");
        assert!(sim.deleted().is_empty());
        exec(&sim, &id, code).ok();
    }
    assert_eq!(sim.deleted(), ["7001"]);
    assert_eq!(create(&sim, "7001", "Online").body["Message"], "未找到发布对象");
    clean(&sim);
}

#[test]
fn runs_are_abolished_and_listed() {
    let world = World::new()
        .object(quick_object())
        .run(PastRun::new("old", "7001").done(3).ended("Success"))
        .run(PastRun::new("older", "7001").created_ago(ms(9_000_000)).done(1).ended("Fail"))
        .run(PastRun::new("busy", "7001").created_ago(ms(5000)).driven_by_somebody_else());
    let sim = Simulator::start(world);
    let id = created(&sim, "7001", "Online");
    post(V, "AbolishPipelineRun", &[("Id", &id), PROJECT]).send(&sim).ok();
    assert_eq!(pipeline(&sim, &id)["Status"], "Cancel");
    assert_eq!(post(V, "AbolishPipelineRun", &[("Id", &id), PROJECT]).send(&sim).status, 400);
    until_run(&sim, "busy", "Success");
    let listed = |more: &[(&str, &str)]| {
        let body = get(V, "ListPipelineRuns", &[&[PROJECT], more].concat()).send(&sim).ok();
        let runs = body["PagingInfo"]["PipelineRuns"].as_array().expect("runs").clone();
        runs.into_iter().map(|run| run["Id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let none: Vec<String> = Vec::new();
    assert_eq!(listed(&[]), vec![id.clone(), "busy".to_owned(), "old".to_owned(), "older".to_owned()]);
    assert_eq!(listed(&[("Status", "Cancel")]), vec![id.clone()]);
    assert_eq!(listed(&[("ObjectId", "7002")]), none);
    assert_eq!(listed(&[("PageSize", "1"), ("PageNumber", "3")]), vec!["old".to_owned()]);
    assert_eq!(sim.runs()[0].stage("PROD"), Some("Success"));
    let failed = &sim.runs()[1].stages;
    let statuses: Vec<_> = failed.iter().map(|(_, status)| status.as_str()).collect();
    assert_eq!(statuses, ["Success", "Fail", "Init"]);
    let id = created(&sim, "7001", "Online");
    sim.end_run(&id, "Termination");
    assert_eq!(pipeline(&sim, &id)["Status"], "Termination");
    clean(&sim);
}

#[test]
fn a_run_goes_on_where_it_stands() {
    let past = PastRun::new("past", "7001").done(1).next_under_way();
    let sim = Simulator::start(World::new().object(quick_object()).run(past));
    until_stage(&sim, "past", "PROD_CHECK", "Success");
    exec(&sim, "past", "PROD").ok();
    until_run(&sim, "past", "Success");
    clean(&sim);
}

#[test]
fn objects_are_found_by_parts_of_their_names() {
    let mut world = World::new()
        .object(Object::workflow("8001", "daily_orders"))
        .object(Object::manual_workflow("8002", "orders_by_hand"))
        .object(Object::node("7002", "ods_orders_inner").inside("8001"));
    for n in 0..12 {
        world = world.object(Object::node(&format!("71{n:02}"), &format!("ODS_ORDERS_{n}")));
    }
    let sim = Simulator::start(world);
    let count = |action, more: &[(&str, &str)], list: &str| {
        let body = get(V, action, &[&[PROJECT], more].concat()).send(&sim).ok();
        let page = body["PagingInfo"][list].as_array().expect("a list").len();
        (page, body["PagingInfo"]["TotalCount"].clone())
    };
    assert_eq!(count("ListNodes", &[("Name", "ods_")], "Nodes"), (10, json!("13")));
    let inner = count("ListNodes", &[("ContainerId", "8001")], "Nodes");
    assert_eq!(inner, (1, json!("1")));
    let workflows = "WorkflowDefinitions";
    assert_eq!(count("ListWorkflowDefinitions", &[("Name", "orders")], workflows), (1, json!(1)));
    let manual = [("Type", "ManualWorkflow")];
    assert_eq!(count("ListWorkflowDefinitions", &manual, workflows), (1, json!(1)));
    assert_eq!(create(&sim, "7002", "Online").body["Message"], "未找到发布对象");
    assert_eq!(get(V, "GetNode", &[("Id", "7002"), PROJECT]).send(&sim).ok()["Node"]["Id"], "7002");
    let workflow = get(V, "GetWorkflowDefinition", &[("Id", "8001"), PROJECT]).send(&sim).ok();
    assert_eq!(workflow["WorkflowDefinition"]["Name"], "daily_orders");
    let names = post(V, "ListProjects", &[("Names", r#"["dw_project"]"#)]).send(&sim).ok();
    assert_eq!(names["PagingInfo"]["Projects"][0]["Id"], 10000);
    clean(&sim);
}

#[test]
fn older_names_are_all_that_some_services_know() {
    let sim = Simulator::start(World::new().object(quick_object()).older_names_only());
    assert_eq!(create(&sim, "7001", "Online").refused(), (404, "InvalidAction.NotFound"));
    let form = [("ObjectIds", r#"["7001"]"#), PROJECT, ("Type", "Online")];
    let id = post(V, "CreateDeployment", &form).send(&sim).ok()["Id"].clone();
    let id = id.as_str().expect("an id");
    let read = || get(V, "GetDeployment", &[("Id", id), PROJECT]).send(&sim).ok();
    until("built", || read()["Pipeline"]["Stages"][0]["Status"] == "Success");
    let exec = post(V, "ExecDeploymentStage", &[("Id", id), ("Code", "PROD_CHECK")]);
    exec.query(PROJECT.0, PROJECT.1).send(&sim).ok();
    let list = get(V, "ListDeployments", &[PROJECT]).send(&sim).ok();
    assert_eq!(list["PagingInfo"]["Deployments"][0]["Id"], id);
    assert_eq!(list["PagingInfo"]["TotalCount"], "1");
    post(V, "AbolishDeployment", &[("Id", id), PROJECT]).send(&sim).ok();
    clean(&sim);
}

#[test]
fn lies_change_the_looks_and_not_the_facts() {
    let world = World::new().object(quick_object().opening(ms(300))).lying().descriptions_do_not_come_back();
    let sim = Simulator::start(world);
    let id = created(&sim, "7001", "Online");
    assert!(id.ends_with('\n'));
    let run = pipeline(&sim, id.trim());
    assert_eq!((&run["Status"], &run["ProjectId"]), (&json!("INIT"), &json!("10000\n")));
    assert_eq!((run.get("Message"), run.get("Description")), (None, None));
    assert!(run.get("FromTheFuture").is_some());
    let list = get(V, "ListPipelineRuns", &[PROJECT]).send(&sim).ok();
    assert_eq!(list["PagingInfo"]["TotalCount"], "1");
    assert_eq!(sim.runs()[0].description, "why");
    clean(&sim);
    let sim = Simulator::start(World::new().object(quick_object()).lie(Lie::SwappedIdTypes));
    let nodes = get(V, "ListNodes", &[PROJECT]).send(&sim).ok();
    assert_eq!(nodes["PagingInfo"]["Nodes"][0]["Id"], 7001);
}
