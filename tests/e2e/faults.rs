//! The campaign over the wire: each flow, each request of a good run, each fault; the table of outcomes is one file.
//!
//! `BLESS=1` writes `tests/golden/faults.txt` again; read the difference line by line before you believe it.

use serde_json::json;

use crate::{
    fault_table,
    job::{Job, Ran},
    simulator::{Fault, File, Object, PackagePlan, Simulator, Stage, WorkflowAnswer, World, ms},
};

/// They wait far more than they work.
const AT_ONCE: usize = 24;
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/faults.txt");

/// A flow, and the requests of it that are tampered with, each by operation and number.
const FLOWS: [(&str, &[(&str, usize)]); 6] = [
    (
        "run",
        &[
            ("ListPipelineRuns", 1),
            ("ListPipelineRuns", 2),
            ("CreatePipelineRun", 1),
            ("GetPipelineRun", 1),
            ("GetPipelineRun", 3),
            ("ExecPipelineRunStage", 1),
            ("ExecPipelineRunStage", 2),
        ],
    ),
    ("submit", &[("GetFile", 1), ("ListDeployments", 1), ("SubmitFile", 1), ("GetDeployment", 1), ("DeployFile", 1)]),
    ("file", &[("GetFile", 1), ("ListDeployments", 1), ("DeployFile", 1), ("GetDeployment", 1)]),
    ("workflow", &[("StartProcessInstance", 1)]),
    (
        "after",
        &[
            ("ListWorkflowInstances", 1),
            ("CreateWorkflowInstances", 1),
            ("GetCreateWorkflowInstancesResult", 1),
            ("GetWorkflowInstance", 1),
        ],
    ),
    ("after-old", &[("RunCycleDagNodes", 1), ("GetDag", 1)]),
];

fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("reset before", Fault::Reset),
        ("reset after", Fault::Reset.after_effect()),
        ("close before", Fault::Close),
        ("truncated after", Fault::Truncated.after_effect()),
        ("empty after", Fault::Empty.after_effect()),
        ("html 200 after", Fault::NotJson.after_effect()),
        ("html 502 before", Fault::BadGateway),
        ("html 502 after", Fault::BadGateway.after_effect()),
        ("500 after", Fault::Status(500).after_effect()),
        ("503 before", Fault::Status(503)),
        ("hang before", Fault::Hang),
        ("hang after", Fault::Hang.after_effect()),
        ("50 MB after", Fault::Huge(50_000_000).after_effect()),
        ("redirect before", Fault::Redirect("/elsewhere".into())),
        ("nonce used after", Fault::error(400, "SignatureNonceUsed", "used").after_effect()),
        ("throttled", Fault::throttled()),
        ("quota spent", Fault::error(429, "Throttling.Api.Risk", "the daily limit is reached")),
        ("not offered here", Fault::error(500, "Forbidden.Not.Server", "not in this region")),
        ("forbidden", Fault::error(403, "Forbidden.Access", "no")),
        ("refused", Fault::error(400, "InvalidParameter", "no")),
        ("refused in xml", Fault::Xml),
        ("stranger's json", Fault::Json(json!({})).after_effect()),
    ]
}

fn simulator(flow: &str, operation: &str, nth: usize, fault: Fault) -> Simulator {
    let stage = |stage: Stage| stage.lasting(ms(100)).lag(ms(0));
    let stages = vec![stage(Stage::build("B")), stage(Stage::check("C")), stage(Stage::deploy("P"))];
    let file = File::new(1001, "ods.sql")
        .committed(flow == "file")
        .unready_after_submit(ms(0))
        .submission(PackagePlan::succeeding().lasting(ms(150)))
        .deployment(PackagePlan::succeeding().lasting(ms(150)));
    let world = World::new()
        .object(Object::node("7001", "ods_orders").online(stages))
        .file(file.node(2001))
        .workflow("w-abc", 12, WorkflowAnswer::ok())
        // A refused Exec is taken for a wait for approval, and tried again after a minute: too long here.
        .reexec_after(ms(0));
    Simulator::start(world.fault(operation, nth, fault))
}

fn run(flow: &str, simulator: &Simulator) -> Ran {
    let job = Job::new(simulator).on_github().input("request-timeout", "1s").input("timeout", "25s");
    match flow {
        "run" => job.input("object-id", "7001"),
        "submit" => job.input("file-id", "1001").input("submit", "true"),
        "file" => job.input("file-id", "1001"),
        "after" => job.input("object-id", "7001").input("run-date", "yesterday").input("run-only", "true"),
        "after-old" => job.input("file-id", "1001").input("run-date", "yesterday").input("run-only", "true"),
        _ => job
            .input("workflow-code", "12")
            .input("workflow-workspace-id", "w-abc")
            .input("workflow-endpoint", simulator.url()),
    }
    .run()
}

fn row(flow: &str, operation: &str, nth: usize, name: &str, fault: Fault) -> String {
    let simulator = simulator(flow, operation, nth, fault);
    let ran = run(flow, &simulator);
    let broken = simulator.violations();
    assert!(broken.is_empty(), "{flow}, {operation} {nth}, {name}: {broken:?}\n{}", ran.log);
    let (sent, effects) = match flow {
        "after" | "after-old" => {
            (simulator.count("CreateWorkflowInstances") + simulator.count("RunCycleDagNodes"), simulator.backfills())
        }
        "run" => (simulator.count("CreatePipelineRun"), simulator.runs().len()),
        "submit" | "file" => {
            (simulator.count("SubmitFile") + simulator.count("DeployFile"), simulator.packages().len())
        }
        _ => (simulator.count("StartProcessInstance"), simulator.starts().len()),
    };
    let good = ran.code == Some(0);
    let really = match flow {
        "after" | "after-old" => simulator.instances().iter().filter(|one| one.status == "Success").count() == 1,
        "run" => simulator.runs().iter().filter(|run| run.status == "Success").count() == 1,
        "submit" | "file" => {
            simulator.packages().iter().any(|package| package.to_environment == 2 && package.status == 1)
        }
        _ => simulator.starts().len() == 1,
    };
    assert!(!good || really, "{flow}, {operation} {nth}, {name}: success that is none\n{}", ran.log);
    let status = ran.output("status");
    format!(
        "{flow:<9} {operation:<21} {nth}  {name:<17} exit {} {status:<12} {sent} sent, {effects} there",
        ran.code.unwrap_or(-1)
    )
}

#[test]
fn each_flow_each_request_each_fault() {
    let mut cases = Vec::new();
    for (flow, requests) in FLOWS {
        for (operation, nth) in requests {
            for (name, fault) in faults() {
                cases.push((flow, *operation, *nth, name, fault));
            }
        }
    }
    fault_table::holds(
        GOLDEN,
        cases,
        AT_ONCE,
        |_| false,
        |(flow, operation, nth, name, fault)| row(flow, operation, nth, name, fault),
    );
}
