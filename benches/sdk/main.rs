//! Side by side: the release binary, and a script on the vendor's Python SDK, at the same work in turn.
//!
//! `cargo bench --bench sdk` prints the figures and writes `benches/RESULTS.md`. With the path of another build as an
//! argument it prints the figures of that build alone. Needs Linux, and python3 for the SDK; counts instructions where
//! valgrind is there.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; this measures it from outside"
)]

mod instructions;
mod made;
mod process;
mod results;
#[path = "../../tests/simulator/mod.rs"]
mod simulator;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use self::{
    instructions::Instructions,
    made::Binary,
    process::{Used, first_byte, run},
    results::{Costs, Results},
    simulator::{KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, World, ms},
};

/// How often each is started, and how often each takes the whole walk.
const STARTS: usize = 21;
const WALKS: usize = 5;
/// How long the stages of that walk last.
const STAGES: [Duration; 3] = [ms(800), ms(2000), ms(4500)];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [instructions::TASK, task, times] => {
            instructions::perform(task, times.parse().map_err(io::Error::other)?);
            Ok(())
        }
        [] => {
            let results = both(&made::binary()?, &made::sdk()?)?.to_string();
            println!("{results}");
            fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md"), results)
        }
        _ => {
            for path in arguments.iter().map(PathBuf::from) {
                println!("{}", alone(&Binary { named: path.display().to_string(), path })?);
            }
            Ok(())
        }
    }
}

/// Ours and the SDK's, in turn.
fn both(binary: &Binary, (python, installed): &(PathBuf, u64)) -> io::Result<Results> {
    let load = results::load();
    let ours = |endpoint: &str| ours(&binary.path, endpoint);
    let theirs = |endpoint: &str| theirs(python, endpoint);
    let (mut our_costs, mut their_costs) = (Costs::default(), Costs::default());
    for _ in 0..STARTS {
        our_costs.starts.push(first_byte(|to| ours(&format!("http://{to}")))?);
        their_costs.starts.push(first_byte(|to| theirs(&to.to_string()))?);
    }
    for _ in 0..WALKS {
        our_costs.walks.push(walk(|simulator| ours(&simulator.url()))?);
        their_costs.walks.push(walk(|simulator| theirs(&simulator.address().to_string()))?);
    }
    Ok(Results {
        named: binary.named.clone(),
        load: (load, results::load()),
        ours: our_costs.side(fs::metadata(&binary.path)?.len()),
        theirs: their_costs.side(*installed),
        instructions: instructions(&binary.path)?,
    })
}

/// The figures of one build.
fn alone(binary: &Binary) -> io::Result<String> {
    let mut costs = Costs::default();
    for _ in 0..STARTS {
        costs.starts.push(first_byte(|to| ours(&binary.path, &format!("http://{to}")))?);
    }
    for _ in 0..WALKS {
        costs.walks.push(walk(|simulator| ours(&binary.path, &simulator.url()))?);
    }
    let side = costs.side(fs::metadata(&binary.path)?.len());
    let counted = instructions(&binary.path)?.map_or_else(String::new, |counted| counted.to_string());
    Ok(format!("{}: {side}\n{counted}", binary.named))
}

/// The main job, as a CI would run it.
fn ours(binary: &Path, endpoint: &str) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("DATAWORKS_OBJECT_ID", "7001")
        .env("DATAWORKS_PROJECT_ID", PROJECT_ID.to_string())
        .env("DATAWORKS_ENDPOINT", endpoint)
        .env("DATAWORKS_ACCESS_KEY_ID", KEY_ID)
        .env("DATAWORKS_ACCESS_KEY_SECRET", KEY_SECRET)
        .env("DATAWORKS_POLL_INTERVAL", "200ms..1500ms")
        .stdout(Stdio::null());
    command
}

/// The same by the SDK.
fn theirs(python: &Path, endpoint: &str) -> Command {
    let mut command = Command::new(python);
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/sdk_walk.py"))
        .env_clear()
        .env("OBJECT_ID", "7001")
        .env("PROJECT_ID", PROJECT_ID.to_string())
        .env("ENDPOINT", endpoint)
        .env("ACCESS_KEY_ID", KEY_ID)
        .env("ACCESS_KEY_SECRET", KEY_SECRET)
        .stdout(Stdio::null());
    command
}

/// A whole walk, what it used and how many requests it took.
fn walk(command: impl Fn(&Simulator) -> Command) -> io::Result<(Used, usize)> {
    let simulator = service();
    let used = run(&mut command(&simulator))?;
    match simulator.violations().first() {
        Some(violation) => Err(io::Error::other(format!("the simulator complains: {violation}"))),
        None => Ok((used, simulator.requests().len())),
    }
}

/// A service with one object, whose stages begin at once and last as long as they should.
fn service() -> Simulator {
    let quick = |stage: Stage, lasting| stage.lasting(lasting).lag(ms(0));
    let [build, check, deploy] = STAGES;
    let online = vec![
        quick(Stage::build("BUILD_PACKAGE"), build),
        quick(Stage::check("PROD_CHECK"), check),
        quick(Stage::deploy("PROD"), deploy),
    ];
    Simulator::start(World::new().object(Object::node("7001", "ods_orders").opening(ms(0)).online(online)))
}

/// What callgrind counts of the binary, and of the code inside it.
fn instructions(binary: &Path) -> io::Result<Option<Instructions>> {
    let simulator = service();
    let walk = ours(binary, &simulator.url());
    let counts = [
        instructions::of(Command::new(binary).arg("--version"))?,
        instructions::of(&walk)?,
        instructions::of_one("sign")?,
        instructions::of_one("read")?,
    ];
    let requests = simulator.requests().len();
    let [Some(version), Some(walk), Some(sign), Some(read)] = counts else { return Ok(None) };
    Ok(Some(Instructions { version, walk, requests, sign, read }))
}
