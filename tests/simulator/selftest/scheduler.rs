//! Runs in production: created, started, waited for, failed, stopped, by both generations of the API.

use serde_json::{Value, json};

use super::super::{File, Object, RunPlan, Simulator, World, ms};
use super::studio::{PROJECT, V, clean};
use super::{get, post, until};

const OLD: &str = "2020-05-18";
const FLOW: &str = "8600000000000000001";

/// A workflow of two nodes and a stand-alone node, all deployed.
fn world() -> World {
    World::new()
        .object(Object::workflow(FLOW, "daily").path("demo/daily"))
        .object(Object::node("8600000000000000200", "start").inside(FLOW))
        .object(Object::node("8600000000000000300", "load").inside(FLOW))
        .object(Object::node("8600000000000000400", "alone"))
}

fn task(sim: &Simulator, name: &str) -> u64 {
    sim.draft(name).and_then(|draft| draft.task).expect("a task of the scheduler")
}

fn range(first: &str, last: &str) -> Value {
    json!({ "StartBizDate": first, "EndBizDate": last })
}

/// A start of the workflow's nodes, as a careful client sends it.
fn start(sim: &Simulator, ranges: &[Value], more: &Value) -> Value {
    let mut run = json!({
        "Mode": "ManualSelection",
        "RootTaskIds": [task(sim, "start"), task(sim, "load")],
        "Parallelism": 1,
        "Order": "Asc",
        "Analysis": { "Enabled": false, "Blocked": false },
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        run[name] = value.clone();
    }
    let (run, periods) = (run.to_string(), json!({ "BizDates": ranges }).to_string());
    let form = [
        PROJECT,
        ("Type", "SupplementData"),
        ("EnvType", "Prod"),
        ("WorkflowId", "1"),
        ("AutoStartEnabled", "true"),
        ("Name", "[dwd:run:abc] daily"),
        ("Periods", &periods),
        ("DefaultRunProperties", &run),
        ("TaskParameters", r#"{"1":"a=1 b=2"}"#),
    ];
    post(V, "CreateWorkflowInstances", &form).send(sim).body
}

fn result(sim: &Simulator, started: &Value) -> Value {
    let id = started["OperationId"].as_str().expect("an operation");
    get(V, "GetCreateWorkflowInstancesResult", &[("OperationId", id)]).send(sim).ok()["Result"].take()
}

/// The instances of a start, once they are there.
fn created(sim: &Simulator, started: &Value) -> Vec<String> {
    until("the creation's end", || result(sim, started)["Status"] != "Creating");
    let ids = result(sim, started)["WorkflowInstanceIds"].take();
    ids.as_array().expect("ids").iter().map(Value::to_string).collect()
}

fn instance(sim: &Simulator, id: &str) -> Value {
    get(V, "GetWorkflowInstance", &[("Id", id)]).send(sim).ok()["WorkflowInstance"].take()
}

fn until_reads(sim: &Simulator, id: &str, status: &str) {
    until(status, || instance(sim, id)["Status"] == status);
}

fn change(sim: &Simulator, action: &str, id: &str) -> Value {
    let told = post(V, action, &[("Ids", &format!("[{id}]"))]).send(sim).ok();
    told["SuccessInfo"][id].clone()
}

#[test]
fn dates_run_one_behind_the_other_and_are_listed() {
    let sim =
        Simulator::start(world().in_production("daily", RunPlan::succeeding().creating_for(ms(60)).lasting(ms(60))));
    let started = start(&sim, &[range("2025-02-05", "2025-02-06")], &json!({}));
    assert_eq!(result(&sim, &started)["Status"], "Creating");
    let ids = created(&sim, &started);
    let second = instance(&sim, &ids[1]);
    assert_eq!((ids.len(), &second["Status"], second.get("StartedTime")), (2, &json!("NotRun"), None));
    assert_eq!(
        (&second["WorkflowId"], &instance(&sim, &ids[0])["BizDate"]),
        (&json!(1), &json!(1_738_684_800_000_u64))
    );
    until_reads(&sim, &ids[1], "Success");
    let ends = |id: &str| instance(&sim, id)["FinishedTime"].as_u64().expect("an end");
    assert!(ends(&ids[0]) < ends(&ids[1]));
    let by_name = [PROJECT, ("BizDate", "1738684800000"), ("Name", "[dwd:run:abc] daily"), ("Type", "SupplementData")];
    let listed = |sim: &Simulator| post(V, "ListWorkflowInstances", &by_name).send(sim).ok()["PagingInfo"].take();
    assert_eq!(listed(&sim)["WorkflowInstances"][0]["Id"].to_string(), ids[0]);
    let seen = &sim.instances()[1];
    assert_eq!((seen.date.as_str(), seen.parameters.as_str()), ("2025-02-06", r#"{"1":"a=1 b=2"}"#));
    assert_eq!(seen.tasks.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["start", "load"]);
    clean(&sim);
    let hiding = Simulator::start(world().instances_not_listed());
    let started = start(&hiding, &[range("2025-02-05", "2025-02-05")], &json!({}));
    until_reads(&hiding, &created(&hiding, &started)[0], "Success");
    assert_eq!((&listed(&hiding)["TotalCount"], hiding.backfills()), (&json!(0), 1));
}

#[test]
fn an_instance_may_wait_to_be_started() {
    let plan = RunPlan::succeeding().waiting_to_be_started().reading("WaitResource", ms(60)).lasting(ms(200));
    let sim = Simulator::start(world().in_production("demo/daily", plan));
    let ids = created(&sim, &start(&sim, &[range("2025-02-05", "2025-02-06")], &json!({})));
    assert_eq!(instance(&sim, &ids[0])["Status"], "NotRun");
    assert_eq!(change(&sim, "StartWorkflowInstances", &ids[0])["Success"], true);
    until_reads(&sim, &ids[0], "WaitResource");
    let behind = change(&sim, "StartWorkflowInstances", &ids[1]);
    let words = format!("wait for parent workflowInstance[{}] to finish", ids[0]);
    assert!(behind["Success"] == false && behind["Message"].as_str().is_some_and(|text| text.contains(&words)));
    until_reads(&sim, &ids[1], "Success");
    assert_eq!(change(&sim, "StartWorkflowInstances", "1")["Message"], "The instance does not exist.");
}

#[test]
fn a_failed_task_has_a_log_and_nothing_runs_behind_it() {
    let plan = RunPlan::succeeding().failing_on("2025-02-05", "start", "line 1\nFAILED: no table\n");
    let sim = Simulator::start(world().in_production("daily", plan));
    let ids = created(&sim, &start(&sim, &[range("2025-02-05", "2025-02-06")], &json!({})));
    until_reads(&sim, &ids[0], "Failure");
    assert_eq!(instance(&sim, &ids[1])["Status"], "NotRun");
    let form = [PROJECT, ("Bizdate", "1738684800000"), ("WorkflowInstanceId", ids[0].as_str())];
    let tasks = post(V, "ListTaskInstances", &form).send(&sim).ok()["PagingInfo"]["TaskInstances"].take();
    let statuses: Vec<_> = tasks.as_array().expect("tasks").iter().map(|task| task["Status"].clone()).collect();
    assert_eq!((statuses, &tasks[0]["TaskId"]), (vec![json!("Failure"), json!("NotRun")], &json!(task(&sim, "start"))));
    let log = get(V, "GetTaskInstanceLog", &[("Id", &tasks[0]["Id"].to_string())]).send(&sim).ok();
    assert_eq!(log["TaskInstanceLog"], "line 1\nFAILED: no table\n");
    let of_another_day = [PROJECT, ("Bizdate", "1738771200000"), form[2]];
    let none = post(V, "ListTaskInstances", &of_another_day).send(&sim).ok();
    assert_eq!(none["PagingInfo"]["TotalCount"], 0);
}

#[test]
fn a_creation_fails_and_an_instance_is_stopped() {
    let failing = Simulator::start(world().in_production("daily", RunPlan::succeeding().not_created("没有权限")));
    let started = start(&failing, &[range("2025-02-05", "2025-02-05")], &json!({}));
    until("the failure", || result(&failing, &started)["FailureMessage"] == "没有权限");
    let hanging = Simulator::start(world().in_production("load", RunPlan::succeeding().hanging()));
    let ids = created(&hanging, &start(&hanging, &[range("2025-02-05", "2025-02-05")], &json!({})));
    until_reads(&hanging, &ids[0], "Running");
    assert_eq!(change(&hanging, "StopWorkflowInstances", &ids[0])["Success"], true);
    assert_eq!(instance(&hanging, &ids[0])["Status"], "Failure");
}

#[test]
fn what_leaves_the_object_or_is_not_over_is_written_down() {
    let sim = Simulator::start(world().refusing_run_policies());
    let days = [range("2025-02-05", "2025-02-05")];
    start(&sim, &days, &json!({ "Mode": "AllDownstream", "RootTaskIds": [task(&sim, "start")] }));
    start(&sim, &[range("2999-01-01", "2999-01-01")], &json!({}));
    let refused = start(&sim, &days, &json!({ "RunPolicy": { "Immediately": true } }));
    assert!(refused["Message"].as_str().is_some_and(|text| text.contains("RunPolicy")), "{refused}");
    let refused = start(&sim, &days, &json!({ "RootTaskIds": [8_600_000_000_000_000_200_u64] }));
    assert_eq!(refused["Message"], "The task 8600000000000000200 does not exist.");
    let eight: Vec<_> = (1..=8).map(|day| range(&format!("2025-01-0{day}"), &format!("2025-01-0{day}"))).collect();
    assert!(start(&sim, &eight, &json!({}))["Message"].as_str().is_some_and(|text| text.contains("not 1 to 7")));
    let wanted = ["this Mode leaves the object", "in Mode ManualSelection", "which is not over"];
    let broken = sim.violations();
    assert_eq!(broken.len(), wanted.len(), "{broken:#?}");
    for (rule, words) in broken.iter().zip(wanted) {
        assert!(rule.contains(words), "{rule:?} is not about {words:?}");
    }
}

#[test]
fn ids_of_the_scheduler_come_some_time_after_the_deployment() {
    let object = Object::node("8600000000000000500", "fresh").never_deployed().opening(ms(1));
    let stages = vec![super::super::Stage::deploy("PROD").lasting(ms(1))];
    let sim = Simulator::start(world().object(object.online(stages)).task_ids_after(ms(150)));
    let form = [("ObjectIds", r#"["8600000000000000500"]"#), PROJECT, ("Type", "Online")];
    post(V, "CreatePipelineRun", &form).send(&sim).ok();
    until("the run's end", || sim.runs()[0].status == "Success");
    assert_eq!(sim.draft("fresh").and_then(|draft| draft.task), None);
    until("the id", || sim.draft("fresh").is_some_and(|draft| draft.task.is_some()));
}

fn old(sim: &Simulator, action: &str, form: &[(&str, &str)]) -> Value {
    post(OLD, action, form).send(sim).ok()
}

/// A run of node 700001 for those dates.
fn dags(sim: &Simulator, first: &str, last: &str) -> Value {
    let (first, last) = (format!("{first} 00:00:00"), format!("{last} 00:00:00"));
    let form = [
        ("ProjectEnv", "PROD"),
        ("RootNodeId", "700001"),
        ("IncludeNodeIds", "700001"),
        ("StartBizDate", first.as_str()),
        ("EndBizDate", &last),
        ("BizBeginTime", "00:00:00"),
        ("BizEndTime", "23:59:59"),
        ("Name", "[dwd:run:abc] a.sql"),
        ("Parallelism", "false"),
        ("StartFutureInstanceImmediately", "true"),
    ];
    old(sim, "RunCycleDagNodes", &form)
}

#[test]
fn the_older_api_runs_one_dag_a_date() {
    let file = || World::new().file(File::new(1, "a.sql").node(700_001));
    let plan = RunPlan::succeeding().failing_on("2025-02-06", "a.sql", "no table");
    let sim = Simulator::start(file().in_production("a.sql", plan));
    let started = dags(&sim, "2025-02-05", "2025-02-07");
    let ids: Vec<_> = started["Data"].as_array().expect("DAGs").iter().map(Value::to_string).collect();
    let dag = |id: &str| old(&sim, "GetDag", &[("DagId", id), ("ProjectEnv", "PROD")])["Data"].take();
    assert_eq!((ids.len(), &dag(&ids[0])["Bizdate"]), (3, &json!(1_738_684_800_000_u64)));
    until("the second fails", || dag(&ids[1])["Status"] == "FAILURE");
    assert_eq!((&dag(&ids[0])["Status"], &dag(&ids[2])["Status"]), (&json!("SUCCESS"), &json!("CREATED")));
    let query = [PROJECT, ("ProjectEnv", "PROD"), ("DagId", ids[1].as_str())];
    let instance = old(&sim, "ListInstances", &query)["Data"]["Instances"][0].take();
    assert_eq!((&instance["Status"], &instance["NodeName"]), (&json!("FAILURE"), &json!("a.sql")));
    let id = instance["InstanceId"].to_string();
    let about = [("InstanceId", id.as_str()), ("ProjectEnv", "PROD")];
    assert_eq!(old(&sim, "GetInstanceLog", &about)["Data"], "no table");
    let losing = Simulator::start(file().in_production("1", RunPlan::succeeding().losing_dags(1)));
    assert_eq!(dags(&losing, "2025-02-05", "2025-02-06")["Data"].as_array().map(Vec::len), Some(1));
    let hanging = Simulator::start(file().in_production("1", RunPlan::succeeding().hanging()));
    let dag_id = dags(&hanging, "2025-02-05", "2025-02-05")["Data"][0].to_string();
    let stopped = old(&hanging, "StopInstance", &[("InstanceId", &format!("{dag_id}001")), ("ProjectEnv", "PROD")]);
    assert_eq!((&stopped["Data"], hanging.instances()[0].status.as_str()), (&json!(true), "Failure"));
    clean(&sim);
    clean(&hanging);
}
