//! `source`: what a plan costs, counted at the gateway: a small folder beside a large workspace, and the estimate.

use crate::{
    job::Job,
    simulator::{Lie, Object, Simulator, World, ms},
    source::{good, node, push, world, write},
};

/// A workspace with so many nodes of other people, and an edit shows in its lists at once.
fn large(count: usize) -> World {
    (0..count).fold(world().modify_lag(ms(0), ms(0)), |world, nth| {
        world.object(Object::node(&format!("9{nth:05}"), &format!("other_{nth}")).path(&format!("theirs/other_{nth}")))
    })
}

/// A push of two stand-alone nodes.
fn two(simulator: &Simulator, run: &str) -> Job {
    let job = Job::new(simulator).on_github().variable("GITHUB_RUN_ID", run).input("source", "warehouse");
    for name in ["first", "second"] {
        let spec = node(&format!("dws/{name}"), "ODPS_SQL", &format!("ws.{name}"), &["ws_root"]);
        write(job.file("").as_path(), &format!("warehouse/dws/{name}/{name}.spec.json"), &spec);
        write(job.file("").as_path(), &format!("warehouse/dws/{name}/{name}.sql"), "select 1;\n");
    }
    job
}

/// How many requests a second push sends, by what it does first.
fn asked(simulator: &Simulator, push: impl Fn(&str) -> Job) -> (usize, String) {
    good(simulator, &push("1").run());
    let before = simulator.requests().len();
    let ran = push("2").run();
    good(simulator, &ran);
    (simulator.requests().len() - before, ran.log)
}

#[test]
fn a_small_folder_beside_a_large_workspace_is_found_by_its_names() {
    for lie in [None, Some(Lie::TotalCountZero), Some(Lie::NoTotalCount)] {
        let world = lie.into_iter().fold(large(1_500), World::lie);
        let simulator = Simulator::start(world);
        let (count, log) = asked(&simulator, |run| two(&simulator, run));
        assert!(log.contains("0 to create, 0 to update, 2 unchanged"), "{log}");
        assert!(count <= 4, "{count} requests, {lie:?}\n{log}");
    }
}

#[test]
fn a_workflow_beside_a_large_workspace_is_found_by_its_name() {
    let simulator = Simulator::start(large(1_500));
    let (count, log) = asked(&simulator, |run| push(&simulator, "select 1;\n", run));
    assert!(log.contains("5 unchanged"), "{log}");
    assert!(count <= 10, "{count} requests\n{log}");
}

#[test]
fn the_estimate_is_a_number_and_a_budget_that_is_too_small_for_it_is_warned_of() {
    let simulator = Simulator::start(large(10));
    let ran = two(&simulator, "1").input("dry-run", "true").run().expect(0, "dry-run");
    ran.logged(&["estimate: at most 9 requests"]);
    assert!(!ran.log.contains("request-budget"), "{}", ran.log);
    let ran = two(&simulator, "2").input("dry-run", "true").input("request-budget", "7").input("timeout", "2s").run();
    ran.logged(&["estimate: at most 9 requests", "request-budget is 7, and reading the workspace may take 9 requests"]);
}

#[test]
fn whether_a_new_nodes_output_is_taken_the_whole_list_says_however_long_it_is() {
    let renamed = Object::node("8600000000000000777", "quite_another_name")
        .path("theirs/quite_another_name")
        .spec(&serde_json::json!({ "outputs": { "nodeOutputs": [{ "data": "ws.second" }] } }));
    let simulator = Simulator::start(large(300).object(renamed.clone()));
    let ran = two(&simulator, "1").input("dry-run", "true").run().expect(2, "invalid");
    ran.logged(&["ws.second", "8600000000000000777"]);
    let simulator = Simulator::start(large(1_500).object(renamed));
    let ran = two(&simulator, "1").input("dry-run", "true").run().expect(0, "dry-run");
    ran.logged(&["the deployment checks that before it writes"]);
    assert!(simulator.requests().len() <= 5, "{}", ran.log);
    let ran = two(&simulator, "1").run().expect(2, "invalid");
    ran.logged(&["ws.second", "8600000000000000777", "theirs/quite_another_name"]);
    assert_eq!((simulator.count("CreateNode"), simulator.count("UpdateNode")), (0, 0), "{}", ran.log);
}

#[test]
fn an_edge_by_the_id_of_a_node_that_no_list_has_is_the_edge_by_its_output() {
    let upstream = Object::node("8600000000000000777", "upstream")
        .path("theirs/upstream")
        .spec(&serde_json::json!({ "outputs": { "nodeOutputs": [{ "data": "ws_root" }] } }));
    let simulator = Simulator::start(large(1_500).object(upstream));
    good(&simulator, &two(&simulator, "1").run());
    assert!(simulator.edit_depends("second", &["8600000000000000777"]));
    let before = simulator.requests().len();
    let ran = two(&simulator, "2").run();
    good(&simulator, &ran);
    ran.logged(&["0 to create, 0 to update, 2 unchanged, 0 drifted"]);
    let count = simulator.requests().len() - before;
    assert!(count <= 10, "{count} requests\n{}", ran.log);
}

#[test]
fn a_name_that_resembles_thousands_is_looked_for_in_the_whole_lists() {
    let simulator = Simulator::start(large(1_000));
    let other = |run: &str| {
        let job = two(&simulator, run);
        let spec = node("dws/other", "ODPS_SQL", "ws.other", &["ws_root"]);
        write(job.file("").as_path(), "warehouse/dws/other/other.spec.json", &spec);
        job
    };
    let (count, log) = asked(&simulator, other);
    assert!(log.contains("3 unchanged"), "{log}");
    assert!(count <= 1 + 2 + 5 + 11 + 2 + 4, "{count} requests\n{log}");
}
