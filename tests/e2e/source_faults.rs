//! `source` over the wire: each request of a push, each fault; the table of outcomes, with the messages, is one file.
//!
//! `BLESS=1` writes `tests/golden/source-faults.txt` again; read the difference line by line before you believe it.

use serde_json::json;

use crate::{
    fault_table,
    job::{Job, Ran},
    simulator::{Fault, Object, Simulator, Stage, World, ms},
    source::{node, workflow, write},
};

/// They wait far more than they work.
const AT_ONCE: usize = 24;
/// The faults after which a lost write is looked for by four reads, or a refusal is tried once more: 15 to 20 s each.
const SLOW: [&str; 3] = ["reset before", "503 before", "forbidden"];
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/source-faults.txt");
/// A node of somebody else, whose answer is none to a question about ours.
const STRANGER: &str = "7999";
/// A workflow of somebody else, likewise.
const STRANGERS: &str = "7998";

/// A flow, and the requests of it that are tampered with, each by operation and number.
const FLOWS: [(&str, &[(&str, usize)]); 3] = [
    (
        // A workflow of two nodes, which the workspace does not have.
        "create",
        &[
            ("ListWorkflowDefinitions", 1),
            ("ListNodes", 1),
            ("ListPipelineRuns", 1),
            ("CreateWorkflowDefinition", 1),
            ("CreateNode", 1),
            ("CreateNode", 2),
            ("GetWorkflowDefinition", 1),
            ("ListNodeDependencies", 1),
            ("ListPipelineRuns", 2),
            ("CreatePipelineRun", 1),
            ("GetPipelineRun", 1),
            ("ExecPipelineRunStage", 1),
        ],
    ),
    (
        // A node that the workspace has otherwise, written over.
        "overwrite",
        &[("GetNode", 1), ("ListPipelineRuns", 2), ("GetNode", 2), ("UpdateNode", 1), ("GetNode", 3)],
    ),
    // A node of which somebody edited what the next push does not change: what the last run deployed shows that.
    ("update", &[("ListPipelineRunItems", 1)]),
];

fn faults(operation: &str) -> Vec<(&'static str, Fault)> {
    let about = |id| ("about another", Fault::about(id));
    let another = match operation {
        "GetNode" | "ListNodeDependencies" => Some(about(STRANGER)),
        "GetWorkflowDefinition" => Some(about(STRANGERS)),
        _ => None,
    };
    let faults = [
        ("reset before", Fault::Reset),
        ("truncated after", Fault::Truncated.after_effect()),
        ("500 after", Fault::Status(500).after_effect()),
        ("503 before", Fault::Status(503)),
        ("hang after", Fault::Hang.after_effect()),
        ("html 200 after", Fault::NotJson.after_effect()),
        ("stranger's json", Fault::Json(json!({})).after_effect()),
        ("throttled", Fault::throttled()),
        ("quota spent", Fault::error(429, "Throttling.Api.Risk", "the daily limit is reached")),
        ("forbidden", Fault::error(403, "Forbidden.Access", "no")),
        ("refused", Fault::error(400, "InvalidParameter", "no")),
        ("not there", Fault::error(404, "Entity.NotFound", "no such entity")),
    ];
    faults.into_iter().chain(another).collect()
}

fn simulator(flow: &str, operation: &str, nth: usize, fault: Fault) -> Simulator {
    let stages = || vec![Stage::build("B").lasting(ms(50)).lag(ms(0)), Stage::deploy("P").lasting(ms(50)).lag(ms(0))];
    let stranger = || Object::node(STRANGER, "stranger").path("else/stranger").online(stages());
    let strangers = Object::workflow(STRANGERS, "strangers").path("strangers");
    let world = World::new()
        .object(stranger())
        .object(strangers)
        .created_objects_behave_as(Object::node("0", "any").online(stages()))
        // A refused Exec is taken for a wait for approval, and tried again after a minute: too long here.
        .reexec_after(ms(0));
    let world = match flow {
        "overwrite" => {
            let node = Object::node("7001", "report").path("dws/report").content("select 'by hand';\n");
            world.object(node.online(stages()))
        }
        _ => world,
    };
    Simulator::start(world.fault(operation, nth, fault))
}

fn job(simulator: &Simulator, flow: &str, run: &str) -> Job {
    let job = Job::new(simulator)
        .on_github()
        .variable("GITHUB_RUN_ID", run)
        .input("source", "warehouse")
        .input("on-drift", if flow == "overwrite" { "overwrite" } else { "fail" })
        .input("request-timeout", "3s")
        .input("timeout", "50s");
    let folder = job.file("");
    if flow == "create" {
        write(&folder, "warehouse/etl/etl.spec.json", &workflow("etl"));
        for (name, upstream) in [("extract", "ws_root"), ("load", "ws.extract")] {
            let spec = node(&format!("etl/{name}"), "DIDE_SHELL", &format!("ws.{name}"), &[upstream]);
            write(&folder, &format!("warehouse/etl/{name}/{name}.spec.json"), &spec);
            write(&folder, &format!("warehouse/etl/{name}/{name}.sh"), &format!("echo {name}\n"));
        }
    } else {
        write(&folder, "warehouse/report/report.spec.json", &node("dws/report", "ODPS_SQL", "ws.report", &["ws_root"]));
        write(&folder, "warehouse/report/report.sql", &format!("select {run};\n"));
    }
    job
}

fn run(simulator: &Simulator, flow: &str) -> Ran {
    if flow != "update" {
        return job(simulator, flow, "1").run();
    }
    job(simulator, flow, "1").run().expect(0, "success");
    assert!(simulator.edit("report", "/rerunTimes", 7.into()));
    job(simulator, flow, "2").run()
}

fn row(flow: &str, operation: &str, nth: usize, name: &str, fault: Fault) -> String {
    let simulator = simulator(flow, operation, nth, fault);
    let ran = run(&simulator, flow);
    let case = format!("{flow}, {operation} {nth}, {name}");
    assert_eq!(simulator.violations(), Vec::<String>::new(), "{case}\n{}", ran.log);
    let ours: Vec<_> =
        simulator.drafts().into_iter().filter(|draft| ![STRANGER, STRANGERS].contains(&draft.id.as_str())).collect();
    let mut names: Vec<String> = ours.iter().map(|draft| format!("{:?}", draft.body.get("name"))).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ours.len(), "{case}: a twin\n{}", ran.log);
    let runs = simulator.runs();
    let good = runs.iter().filter(|run| run.status == "Success").count();
    if ran.code == Some(0) {
        let wanted = if flow == "create" { (3, 1) } else { (1, if flow == "update" { 2 } else { 1 }) };
        assert_eq!((ours.len(), good), wanted, "{case}: a success that is not one\n{}", ran.log);
    }
    let code = if flow == "update" { "select 2;\n" } else { "select 1;\n" };
    let written = match flow {
        "create" => ours.len(),
        _ => ours.iter().filter(|draft| draft.content() == code).count(),
    };
    let message = normal(ran.output("message"));
    format!(
        "{flow:<9} {operation:<23} {nth}  {name:<15} exit {} {:<11} {written} written, {good} of {} runs  {message}",
        ran.code.unwrap_or(-1),
        ran.output("status"),
        runs.len()
    )
}

/// A message without what differs from run to run: ids, ports, times.
fn normal(message: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    let mut text = String::new();
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let (token, after) = if end == 0 { rest.split_at(first.len_utf8()) } else { rest.split_at(end) };
        let digits = token.chars().filter(char::is_ascii_digit).count();
        let is_time = after.starts_with(" s") && digits > 0 && digits + 1 >= token.len();
        let is_id = digits > 4 && token != STRANGER;
        text.push_str(if is_time || is_id { "…" } else { token });
        rest = after;
    }
    text
}

#[test]
fn each_request_of_a_push_and_each_fault() {
    let mut cases = Vec::new();
    for (flow, requests) in FLOWS {
        for (operation, nth) in requests {
            for (name, fault) in faults(operation) {
                cases.push((flow, *operation, *nth, name, fault));
            }
        }
    }
    fault_table::holds(
        GOLDEN,
        cases,
        AT_ONCE,
        |(.., name, _)| SLOW.contains(name),
        |(flow, operation, nth, name, fault)| row(flow, operation, nth, name, fault),
    );
}
