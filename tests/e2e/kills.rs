//! Contract §5, "resumable" and "cancelled": killed outright at any moment and started again in the same CI run; told to
//! stop at any moment.

use std::{sync::Mutex, thread, time::Instant};

use crate::{
    job::{Job, lawful},
    simulator::{Object, Simulator, Stage, World, ms},
};

/// Every so many milliseconds of a run; a prime, so that it falls into step with nothing.
const STEP: u64 = 23;
const MOMENTS: u64 = 40;
/// How many are tried at once: they wait more than they work.
const AT_ONCE: usize = 8;

fn world() -> World {
    let stage = |stage: Stage| stage.lasting(ms(150)).lag(ms(0));
    let stages = vec![stage(Stage::build("B")), stage(Stage::check("C")), stage(Stage::deploy("P"))];
    World::new().object(Object::node("7001", "ods_orders").online(stages))
}

fn killed_after(milliseconds: u64) {
    let simulator = Simulator::start(world());
    let job = || Job::new(&simulator).on_github().input("object-id", "7001");
    let running = job().start();
    thread::sleep(ms(milliseconds));
    running.kill();
    // What was on its way when the process died has arrived by now.
    thread::sleep(ms(250));
    let left = simulator.runs();
    let is_open = |run: &&crate::simulator::RunView| ["Init", "Running"].contains(&run.status.as_str());
    let open = left.iter().find(is_open);
    // One whose last stage runs may end before the next attempt looks.
    let ends_by_itself = open.is_some_and(|run| run.executed.iter().any(|code| code == "P"));
    job().run().expect(0, "success");
    lawful(&simulator);
    let runs = simulator.runs();
    assert!(runs.iter().all(|run| run.status == "Success"), "killed after {milliseconds} ms: one is left behind");
    let created = runs.len() - left.len();
    let wanted = usize::from(open.is_none());
    assert!(created == wanted || ends_by_itself, "killed after {milliseconds} ms: {created} created");
}

fn told_to_stop_after(milliseconds: u64) {
    let simulator = Simulator::start(world());
    let running = Job::new(&simulator).on_github().input("object-id", "7001").start();
    thread::sleep(ms(milliseconds));
    let told = Instant::now();
    running.signal("TERM");
    let ran = running.wait();
    lawful(&simulator);
    let moment = format!("told to stop after {milliseconds} ms: {:?}\n{}", ran.code, ran.log);
    assert!(told.elapsed() < ms(2000), "{moment}");
    match ran.code {
        // Before it listens; however long a busy machine takes to start it, nothing was sent by then.
        None => assert!(simulator.requests().is_empty(), "{moment}"),
        Some(0) => assert!(simulator.runs().iter().all(|run| run.status == "Success"), "{moment}"),
        Some(143) => {
            assert_eq!(ran.output("status"), "cancelled", "{moment}");
            assert!(ran.summary.contains("cancelled"), "{moment}");
            let id = simulator.runs().first().map_or(String::new(), |run| run.id.clone());
            let told = ran.output("pipeline-run-id") == id || ran.output("message").contains("may exist");
            assert!(told, "no id is lost: {moment}");
        }
        Some(other) => panic!("exit {other}: {moment}"),
    }
}

fn at_every_moment(story: impl Fn(u64) + Sync) {
    let moments = Mutex::new((0..MOMENTS).map(|nth| nth * STEP));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let moment = moments.lock().expect("nobody died").next();
                    let Some(moment) = moment else { break };
                    story(moment);
                }
            });
        }
    });
}

#[test]
fn killed_at_any_moment_and_started_again_it_takes_the_unfinished_run_up() {
    at_every_moment(killed_after);
}

#[test]
fn told_to_stop_at_any_moment_it_is_gone_in_time_and_loses_no_id() {
    at_every_moment(told_to_stop_after);
}
