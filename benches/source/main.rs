//! A push of `source` side by side with a script on the vendor's Python SDK that reads each object and compares: with a
//! thousand stand-alone nodes, and with fifty workflows of twenty; when all are new, when nobody touched them, and
//! when one line changed.
//!
//! `cargo bench --bench source` prints the figures and writes `benches/SOURCE.md`; some minutes. With `-- 100` it takes
//! so many nodes alone and only prints. Needs python3 for the SDK.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; this measures it from outside"
)]

#[path = "../cost/mod.rs"]
mod cost;
#[path = "../sdk/made.rs"]
mod made;
mod repository;
mod results;
#[path = "../../tests/simulator/mod.rs"]
mod simulator;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use results::{Pushed, Results, Side};
use simulator::{KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, World, ms};

const PUSHES: [&str; 3] = ["all is new", "nothing changed", "one line changed"];

fn main() -> io::Result<()> {
    let asked: Option<usize> = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let (binary, (python, _)) = (made::binary()?, made::sdk()?);
    let bench = Bench { program: binary.path, python };
    let mut results = Results::new(binary.named);
    if let Some(count) = asked {
        results.add(&format!("{count} nodes"), bench.measure(|folder| repository::nodes(folder, count))?);
        println!("{}", results.text());
        return Ok(());
    }
    results.add("1,000 nodes", bench.measure(|folder| repository::nodes(folder, 1_000))?);
    results.add("50 workflows of 20", bench.measure(|folder| repository::workflows(folder, 50, 20))?);
    let text = results.text();
    println!("{text}");
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/SOURCE.md"), text)
}

/// What is compared.
struct Bench {
    program: PathBuf,
    python: PathBuf,
}

impl Bench {
    /// Each push by both, each to a workspace of its own.
    fn measure(&self, write: impl Fn(&Path) -> io::Result<()>) -> io::Result<Vec<Pushed>> {
        let folder = std::env::temp_dir().join(format!("dataworks-deploy-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        write(&folder)?;
        let (ours, theirs) = (workspace(), workspace());
        let mut pushes = Vec::new();
        for push in PUSHES {
            if push == "one line changed" {
                let file = folder.join(repository::FIRST).join(format!("{}.sql", repository::FIRST));
                fs::write(file, "select 2;\n")?;
            }
            pushes.push(Pushed {
                push,
                ours: run(&ours, push, &mut self.ours(&ours, &folder))?,
                theirs: run(&theirs, push, &mut self.theirs(&theirs, &folder))?,
            });
        }
        fs::remove_dir_all(&folder)?;
        Ok(pushes)
    }

    fn ours(&self, simulator: &Simulator, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("DATAWORKS_SOURCE", folder)
            .env("DATAWORKS_TIMEOUT", "1h")
            .env("DATAWORKS_PARALLEL", "16")
            .env("DATAWORKS_POLL_INTERVAL", "100ms..5s")
            .env("DATAWORKS_PROJECT_ID", PROJECT_ID.to_string())
            .env("DATAWORKS_ENDPOINT", simulator.url())
            .env("DATAWORKS_ACCESS_KEY_ID", KEY_ID)
            .env("DATAWORKS_ACCESS_KEY_SECRET", KEY_SECRET);
        command
    }

    fn theirs(&self, simulator: &Simulator, folder: &Path) -> Command {
        let mut command = Command::new(&self.python);
        command
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/sdk_source.py"))
            .env_clear()
            // It imports the other script, and leaves nothing in this folder.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SOURCE", folder)
            .env("PROJECT_ID", PROJECT_ID.to_string())
            .env("ENDPOINT", simulator.address().to_string())
            .env("ACCESS_KEY_ID", KEY_ID)
            .env("ACCESS_KEY_SECRET", KEY_SECRET);
        command
    }
}

/// An empty workspace, whose lists show an edit at once.
fn workspace() -> Simulator {
    let stages = vec![Stage::build("BUILD").lasting(ms(50)), Stage::deploy("PROD").lasting(ms(50))];
    let world = World::new().created_objects_behave_as(Object::node("0", "any").online(stages));
    Simulator::start(world.modify_lag(ms(0), ms(0)))
}

/// One push to its good end: what it asked for, and what it cost.
fn run(simulator: &Simulator, push: &str, command: &mut Command) -> io::Result<Side> {
    let asked = || (simulator.requests().len(), simulator.count("GetNode") + simulator.count("GetWorkflowDefinition"));
    let before = asked();
    let (status, cost) = cost::watch(command.stdout(Stdio::null()))?;
    let (after, violations) = (asked(), simulator.violations());
    if !status.success() || !violations.is_empty() {
        return Err(io::Error::other(format!("{push}: {command:?}: {status}; {violations:?}")));
    }
    Ok(Side { requests: after.0 - before.0, reads: after.1 - before.1, cost })
}
