//! Many targets at once: how near the real binary comes to what a service's limit allows, how much of what it asks is
//! refused, and what it costs as targets grow in number.
//!
//! `cargo bench --bench crowd`; about six minutes, most of it at five requests a second. Give `-- 40 200` for those limits
//! alone.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; this measures it from outside"
)]

mod cost;
#[path = "../tests/simulator/mod.rs"]
mod simulator;

use std::{
    io,
    process::{Command, Stdio},
    time::Duration,
};

use cost::Cost;
use simulator::{KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, World, ms};

/// Two stages of so long a target.
const STAGE: Duration = ms(300);
const PARALLEL: usize = 16;

fn main() -> io::Result<()> {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let limits = if asked.is_empty() { vec![5, 40, 200] } else { asked };
    println!("200 targets of two stages of 0.3 s, {PARALLEL} at once, poll-interval 100ms..5s:\n");
    println!("| limit a second | wall | over its bound | requests | refused | peak memory | processor time |");
    println!("|--:|--:|--:|--:|--:|--:|--:|");
    for limit in limits {
        let world = nodes(200).limit(limit);
        let ran = run(world, 200)?;
        // What the limit sets; or where it sets less, what sixteen at a time do.
        let by_limit = ran.requests as f64 / limit as f64;
        let by_work = 200_f64 / PARALLEL as f64 * (2.0 * STAGE.as_secs_f64());
        let bound = by_limit.max(by_work);
        let refused = 100.0 * ran.refused as f64 / ran.requests as f64;
        println!(
            "| {limit} | {:.1} s | {:.2} | {} | {refused:.1} % | {} |",
            ran.cost.wall,
            ran.cost.wall / bound,
            ran.requests,
            ran.cost
        );
    }
    println!("\nWithout a limit, {PARALLEL} at once:\n");
    println!("| targets | wall | requests | requests a target | peak memory | processor time |");
    println!("|--:|--:|--:|--:|--:|--:|");
    for count in [1, 10, 100, 1_000] {
        let ran = run(nodes(count), count)?;
        let each = ran.requests as f64 / count as f64;
        println!("| {count} | {:.1} s | {} | {each:.1} | {} |", ran.cost.wall, ran.requests, ran.cost);
    }
    Ok(())
}

fn nodes(count: usize) -> World {
    let stages = || vec![Stage::build("BUILD_PACKAGE").lasting(STAGE), Stage::deploy("PROD").lasting(STAGE)];
    (1..=count).fold(World::new(), |world, nth| {
        world.object(Object::node(&(7000 + nth).to_string(), &format!("node_{nth}")).online(stages()))
    })
}

/// What one run of the binary came to.
struct Ran {
    cost: Cost,
    requests: usize,
    refused: usize,
}

fn run(world: World, count: usize) -> io::Result<Ran> {
    let simulator = Simulator::start(world);
    let ids: Vec<String> = (1..=count).map(|nth| (7000 + nth).to_string()).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataworks-deploy"));
    command
        .env_clear()
        .env("DATAWORKS_OBJECT_ID", ids.join(","))
        .env("DATAWORKS_PARALLEL", PARALLEL.to_string())
        .env("DATAWORKS_POLL_INTERVAL", "100ms..5s")
        .env("DATAWORKS_PROJECT_ID", PROJECT_ID.to_string())
        .env("DATAWORKS_ENDPOINT", simulator.url())
        .env("DATAWORKS_ACCESS_KEY_ID", KEY_ID)
        .env("DATAWORKS_ACCESS_KEY_SECRET", KEY_SECRET)
        .stdout(Stdio::null());
    let (status, cost) = cost::watch(&mut command)?;
    let violations = simulator.violations();
    if !status.success() || !violations.is_empty() {
        return Err(io::Error::other(format!("{status}; {violations:?}")));
    }
    Ok(Ran { cost, requests: simulator.requests().len(), refused: simulator.throttled() })
}
