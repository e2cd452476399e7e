//! The figures of the release binary: its size, how soon it sends its first request, and how much memory a walk takes.
//!
//! `cargo run --release --example figures`; give the path of another build, such as the static one, as an argument.

#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; this measures it from outside"
)]

#[path = "../tests/simulator/mod.rs"]
mod simulator;

use std::{
    env::consts::EXE_SUFFIX,
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use simulator::{KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, World, ms};

const RUNS: usize = 31;

fn main() -> io::Result<()> {
    let binary = match std::env::args_os().nth(1) {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    println!("{}: {:.2} MB", binary.display(), fs::metadata(&binary)?.len() as f64 / 1e6);
    let (mut bare, mut first) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bare.push(spawn_of_nothing(&binary)?);
        first.push(first_request(&binary)?);
    }
    let (bare, first) = (median(bare), median(first));
    println!("a process that only says its version: {:.2} ms (median of {RUNS})", millis(bare));
    println!(
        "start to first request: {:.2} ms (median of {RUNS}), {:.1} times the above",
        millis(first),
        millis(first) / millis(bare)
    );
    walk(&binary)
}

fn build() -> io::Result<PathBuf> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--bin", "dataworks-deploy", "--manifest-path", manifest])
        .status()?
        .success();
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(3).ok_or_else(|| io::Error::other("the example lies in no target folder"))?;
    let binary = target.join("release").join(format!("dataworks-deploy{EXE_SUFFIX}"));
    if built { Ok(binary) } else { Err(io::Error::other("the binary could not be built")) }
}

fn job(binary: &Path, simulator: &Simulator) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("DATAWORKS_OBJECT_ID", "7001")
        .env("DATAWORKS_PROJECT_ID", PROJECT_ID.to_string())
        .env("DATAWORKS_ENDPOINT", simulator.url())
        .env("DATAWORKS_ACCESS_KEY_ID", KEY_ID)
        .env("DATAWORKS_ACCESS_KEY_SECRET", KEY_SECRET)
        .env("DATAWORKS_POLL_INTERVAL", "200ms..1500ms")
        .stdout(Stdio::null());
    command
}

fn spawn_of_nothing(binary: &Path) -> io::Result<Duration> {
    let began = Instant::now();
    Command::new(binary).arg("--version").stdout(Stdio::null()).status()?;
    Ok(began.elapsed())
}

/// From the spawn of the process to the arrival of its first request.
fn first_request(binary: &Path) -> io::Result<Duration> {
    let clock = Instant::now();
    let simulator = Simulator::start(World::new());
    let spawned = clock.elapsed();
    job(binary, &simulator).status()?;
    let first = simulator.requests().into_iter().next().ok_or_else(|| io::Error::other("no request came"))?;
    Ok(first.at.saturating_sub(spawned))
}

/// A whole walk: wall time over the stages' own, requests, and peak memory where the system tells it.
fn walk(binary: &Path) -> io::Result<()> {
    let stages = [ms(800), ms(2000), ms(4500)];
    let own: Duration = stages.iter().sum();
    let quick = |stage: Stage, lasting| stage.lasting(lasting).lag(ms(0));
    let [build, check, deploy] = stages;
    let online = vec![
        quick(Stage::build("BUILD_PACKAGE"), build),
        quick(Stage::check("PROD_CHECK"), check),
        quick(Stage::deploy("PROD"), deploy),
    ];
    let simulator =
        Simulator::start(World::new().object(Object::node("7001", "ods_orders").opening(ms(0)).online(online)));
    let began = Instant::now();
    let mut child = job(binary, &simulator).spawn()?;
    let mut peak = None;
    while child.try_wait()?.is_none() {
        peak = peak_memory(&child).or(peak);
        std::thread::sleep(ms(10));
    }
    let wall = began.elapsed();
    println!(
        "a walk of stages of 0.8, 2.0 and 4.5 s: {:.2} s, {:.3} of the stages' own time, {} requests",
        wall.as_secs_f64(),
        wall.as_secs_f64() / own.as_secs_f64(),
        simulator.requests().len()
    );
    match peak {
        Some(kilobytes) => println!("peak memory of that walk: {:.1} MB", kilobytes as f64 / 1e3),
        None => println!("peak memory of that walk: this system does not tell"),
    }
    Ok(())
}

/// The high-water mark of the resident set, in kB.
fn peak_memory(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
