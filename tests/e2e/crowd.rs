//! Many targets: several at once, from a file, at one pace, within a budget of requests.

use std::fs;

use crate::{
    job::{Job, lawful},
    simulator::{File, Object, Simulator, Stage, World, ms},
    targets::orders,
};

fn node(id: usize, prod: Stage) -> Object {
    let stages = vec![Stage::build("BUILD_PACKAGE").lasting(ms(300)), prod];
    Object::node(&(7000 + id).to_string(), &format!("node_{id}")).online(stages)
}

/// So many nodes of two stages of 0.3 s; the third, where there is one, fails if asked to.
fn nodes(count: usize, third_fails: bool) -> World {
    let prod = |id| match Stage::deploy("PROD").lasting(ms(300)) {
        stage if third_fails && id == 3 => stage.failing("no such table"),
        stage => stage,
    };
    (1..=count).fold(World::new(), |world, id| world.object(node(id, prod(id))))
}

fn ids(count: usize) -> String {
    (1..=count).map(|id| (7000 + id).to_string()).collect::<Vec<_>>().join(",")
}

fn at_once(simulator: &Simulator, count: usize, parallel: usize) -> Job {
    let job = Job::new(simulator).on_github().input("object-id", ids(count)).input("parallel", parallel);
    job.input("poll-interval", "100ms..5s")
}

#[test]
fn several_targets_go_at_once_and_are_told_in_their_order() {
    let simulator = Simulator::start(nodes(12, false));
    let ran = at_once(&simulator, 12, 6).run().expect(0, "success");
    lawful(&simulator);
    let runs = simulator.runs();
    assert_eq!(runs.len(), 12);
    let by_target: Vec<String> = (7001..=7012)
        .map(|object| runs.iter().find(|run| run.object == object.to_string()).expect("its run").id.clone())
        .collect();
    assert_eq!(ran.output("pipeline-run-id"), by_target.join(","), "one slot a target, in their order");
    assert!(ran.took < ms(6000), "12 of 0.6 s, 6 at once: {:?}", ran.took);
    assert!(!ran.log.contains("::group::"), "lines of several at once stand in no group");
    ran.logged(&["object-id 7003: PROD", "12 targets: 12 success"]);
    let begun: Vec<String> = simulator
        .requests()
        .iter()
        .filter(|seen| seen.operation == "CreatePipelineRun")
        .filter_map(|seen| seen.param("ObjectIds").map(str::to_owned))
        .collect();
    let mut sorted = begun[..6].to_vec();
    sorted.sort();
    assert_eq!(sorted, (7001..=7006).map(|id| format!("[\"{id}\"]")).collect::<Vec<_>>(), "the first six first");
}

#[test]
fn after_a_failure_those_under_way_finish_and_no_other_begins() {
    let simulator = Simulator::start(nodes(8, true));
    let ran = at_once(&simulator, 8, 4).run().expect(1, "failed");
    lawful(&simulator);
    let result = ran.result();
    let targets = result["targets"].as_array().expect("targets");
    let statuses: Vec<&str> = targets.iter().filter_map(|target| target["status"].as_str()).collect();
    assert_eq!(statuses[..4], ["success", "success", "failed", "success"]);
    assert_eq!(statuses[7], "skipped", "{statuses:?}");
    let simulator = Simulator::start(nodes(8, true));
    let ran = at_once(&simulator, 8, 4).input("fail-fast", "false").run().expect(1, "failed");
    assert_eq!(simulator.runs().iter().filter(|run| run.status == "Success").count(), 7, "{}", ran.log);
}

#[test]
fn a_cancelled_step_leaves_with_all_that_are_under_way() {
    let world = (1..=6).fold(World::new(), |world, id| world.object(node(id, Stage::deploy("PROD").hanging())));
    let simulator = Simulator::start(world);
    let mut job = at_once(&simulator, 6, 3).input("on-cancel", "abolish").start();
    job.until("three runs execute PROD", || {
        simulator.runs().iter().filter(|run| run.executed.contains(&"PROD".to_owned())).count() == 3
    });
    job.signal("TERM");
    let ran = job.wait().expect(143, "cancelled");
    lawful(&simulator);
    assert_eq!(simulator.count("AbolishPipelineRun"), 3);
    assert_eq!(simulator.runs().len(), 3, "no other began");
    assert_eq!(ran.output("pipeline-run-id").split(',').filter(|id| !id.is_empty()).count(), 3);
}

#[test]
fn the_limit_of_the_service_is_kept() {
    let simulator = Simulator::start(nodes(24, false).limit(20));
    let ran = at_once(&simulator, 24, 8).run().expect(0, "success");
    lawful(&simulator);
    let asked = simulator.requests().len();
    let refused = simulator.throttled();
    assert!(refused * 12 <= asked, "{refused} of {asked} refused");
    let bound = ms(50) * u32::try_from(asked).expect("a few");
    assert!(ran.took <= bound + bound / 2 + ms(500), "{:?} for {asked} requests at 20 a second", ran.took);
}

#[test]
fn what_one_walk_learns_helps_all_that_learn_it_at_the_same_moment() {
    let simulator = Simulator::start(nodes(8, false).clock_offset(-7200));
    let ran = at_once(&simulator, 8, 8).run().expect(0, "success");
    lawful(&simulator);
    let warned = ran.log.matches("this machine's clock is").count();
    assert_eq!(warned, 1, "the clock is told once: {}", ran.log);

    let simulator = Simulator::start(nodes(8, false).older_names_only());
    at_once(&simulator, 8, 8).run().expect(0, "success");
    lawful(&simulator);
    let by_present_names = simulator.count("ListPipelineRuns");
    assert!(by_present_names <= 8, "{by_present_names}");
    assert_eq!(simulator.count("CreatePipelineRun") + simulator.count("GetPipelineRun"), 0);
}

#[test]
fn a_budget_counts_what_is_asked_twice_for_a_wrong_clock() {
    let world = World::new().object(node(1, Stage::deploy("PROD").hanging())).clock_offset(7200);
    let simulator = Simulator::start(world);
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("on-timeout", "abolish");
    job.input("request-budget", "10").input("timeout", "3s").run().expect(3, "timed-out");
    lawful(&simulator);
    assert!(simulator.requests().len() <= 10, "{}", simulator.requests().len());
    assert_eq!(simulator.count("AbolishPipelineRun"), 1);
}

#[test]
fn a_file_of_targets_of_any_kind() {
    let simulator = Simulator::start(orders().file(File::new(1001, "ods.sql")));
    let job = Job::new(&simulator).on_github();
    let path = job.file("targets.txt");
    fs::write(&path, "# of tonight\nobject-id 7001\nfile-id 1001 # the old studio's\n\nobject-id 7001\n")
        .expect("a file");
    let ran = job.input("targets-file", path.display()).run().expect(0, "success");
    lawful(&simulator);
    assert_eq!((simulator.runs().len(), simulator.packages().len()), (1, 1), "duplicates once");
    assert_eq!(ran.output("target"), "7001,1001");
    assert_eq!(ran.output("pipeline-run-id"), format!("{},", simulator.runs()[0].id));
    assert_eq!(ran.output("deployment-id"), format!(",{}", simulator.packages()[0].id));
}

#[test]
fn a_wrong_file_of_targets_names_its_lines() {
    let simulator = Simulator::start(orders());
    let job = Job::new(&simulator).on_github();
    let path = job.file("targets.txt");
    fs::write(&path, "object-id 7001\nobjekt-id 7\nfile-id x\n").expect("a file");
    let ran = job.input("targets-file", path.display()).run().expect(2, "invalid");
    ran.logged(&["targets-file: line 2 of", "targets-file: line 3 of"]);
    let ran = Job::new(&simulator).on_github().input("targets-file", "/none").input("object-id", "7001");
    ran.run().expect(2, "invalid").logged(&["/none cannot be read", "only one kind of target"]);
    assert!(simulator.requests().is_empty());
}

#[test]
fn a_budget_that_is_spent_ends_the_step_with_enough_left_to_abolish() {
    let world = World::new().object(node(1, Stage::deploy("PROD").hanging()));
    let simulator = Simulator::start(world);
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("on-timeout", "abolish");
    let ran = job.input("request-budget", "20").input("timeout", "5s").run().expect(3, "timed-out");
    lawful(&simulator);
    assert!(simulator.requests().len() <= 20, "{}", simulator.requests().len());
    assert_eq!(simulator.count("AbolishPipelineRun"), 1, "{}", ran.log);
    assert!(ran.output("pipeline-run-id").contains('-'));
}

#[test]
fn a_budget_without_room_for_another_target_begins_none() {
    let simulator = Simulator::start(nodes(3, false));
    let job = at_once(&simulator, 3, 1).input("request-budget", "14").input("timeout", "10s");
    let ran = job.run().expect(3, "timed-out");
    lawful(&simulator);
    assert!(simulator.requests().len() <= 14, "{}", simulator.requests().len());
    let result = ran.result();
    assert_eq!(result["targets"][0]["status"], "success");
    assert_eq!(result["targets"][2]["status"], "skipped");
    let messages =
        result["targets"].as_array().expect("targets").iter().filter_map(|target| target["message"].as_str());
    assert!(messages.clone().any(|said| said.contains("budget")), "{:?}", messages.collect::<Vec<_>>());
}

#[test]
fn a_budget_is_for_as_many_at_once_as_come_to_their_ends_by_it() {
    let simulator = Simulator::start(nodes(5, false));
    let job = at_once(&simulator, 5, 5).input("request-budget", "24").input("timeout", "20s");
    let ran = job.input("poll-interval", "500ms").run().expect(3, "timed-out");
    lawful(&simulator);
    let runs = simulator.runs();
    let ended = runs.iter().filter(|run| run.status == "Success").count();
    assert!(ended >= 2 && runs.len() <= ended + 1, "{ended} of {} came to their ends: {}", runs.len(), ran.log);
}
