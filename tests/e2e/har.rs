//! Contract §3, `har-file`: the exchange of a step, which the simulator plays back.

use std::fs;

use serde_json::Value;

use crate::{
    job::{Job, Ran},
    simulator::{Fault, KEY_SECRET, Playback, Simulator, World},
    targets::orders,
};

/// Runs a job that records, and returns what it left with the file's text.
fn recorded(job: Job) -> (Ran, String) {
    let (job, kept) = (job.on_github(), tempfile::tempdir().expect("a folder"));
    let file = kept.path().join("new").join("exchange.har");
    let ran = job.input("object-id", "7001").input("har-file", file.display()).run();
    let text = fs::read_to_string(&file).unwrap_or_else(|why| panic!("{why}\n{}", ran.log));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "its owner's alone");
    }
    (ran, text)
}

fn operations(har: &str) -> Vec<String> {
    let har: Value = serde_json::from_str(har).expect("JSON");
    let entries = har.pointer("/log/entries").and_then(Value::as_array).expect("entries").iter();
    entries.map(|entry| entry.get("comment").and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_deployment_that_was_recorded_and_is_played_back_ends_in_the_same_way() {
    let failing = |world: World| world.fault("GetPipelineRun", 2, Fault::Status(503));
    for (world, code, status) in [
        (orders(), 0, "success"),
        (failing(orders()), 0, "success"),
        (orders().fault_in("CreatePipelineRun", 1..=1, Fault::Status(403)), 4, "denied"),
    ] {
        let simulator = Simulator::start(world);
        let (first, har) = recorded(Job::new(&simulator));
        let first = first.expect(code, status);
        first.logged(&["har-file ", "with the code of nodes"]);
        let asked: Vec<String> = simulator.requests().iter().map(|seen| seen.operation.clone()).collect();
        assert_eq!(operations(&har), asked, "every request, in order");
        let played = Simulator::replay(Playback::read(&har).expect("a HAR file")).expect("a free port");
        let (second, again) = recorded(Job::new(&played).input("timeout", "20s"));
        let second = second.expect(code, status);
        for output in ["pipeline-run-id", "stage", "failed-stage", "error-code", "status"] {
            assert_eq!(first.output(output), second.output(output), "{output}");
        }
        assert_eq!(operations(&har), operations(&again));
    }
}

#[test]
fn what_is_recorded_holds_no_secret_of_the_environment() {
    let simulator = Simulator::start(orders().fault("ListPipelineRuns", 1, Fault::Hang));
    let beside = "aRunnersOwnT0ken+/=";
    let job = Job::new(&simulator).variable("OTHER_TOKEN", beside).variable("USE_TOKENS", "true");
    let (ran, har) = recorded(job.input("comment", format!("by {beside}")).input("request-timeout", "300ms"));
    ran.expect(0, "success");
    let encoded = "aRunnersOwnT0ken%2B%2F%3D";
    for secret in [KEY_SECRET, beside, encoded] {
        assert!(!har.contains(secret), "{secret} in {har}");
    }
    assert!(har.contains("its answer was not waited for"), "a request that was given up is recorded: {har}");
    assert!(har.contains("true"), "a switch is not a secret");
}

#[test]
fn a_step_that_sent_nothing_leaves_an_empty_exchange() {
    let simulator = Simulator::start(orders());
    let (ran, har) = recorded(Job::new(&simulator).input("timeout", "soon"));
    ran.expect(2, "invalid");
    assert_eq!(operations(&har), Vec::<String>::new());
}
