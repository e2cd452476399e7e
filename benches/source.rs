//! A push of `source`: what it asks for and costs with a thousand nodes that stand alone, and with fifty workflows of
//! twenty: when all are new, when nobody touched them, and when one line changed.
//!
//! `cargo bench --bench source`; some minutes. Give `-- 100` for so many nodes alone.

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
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

use simulator::{KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, World, ms};

fn main() -> io::Result<()> {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    println!("16 at once, two stages of 0.05 s a unit:\n");
    println!(
        "| repository | push | requests | of them GetNode, GetWorkflowDefinition | wall | peak memory | processor time |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|");
    match asked.as_slice() {
        [] => {
            measure("1,000 nodes", |folder| nodes(folder, 1_000))?;
            measure("50 workflows of 20", |folder| workflows(folder, 50, 20))
        }
        [count, ..] => measure(&format!("{count} nodes"), |folder| nodes(folder, *count)),
    }
}

fn measure(name: &str, fill: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let folder = std::env::temp_dir().join(format!("dataworks-deploy-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    fill(&folder)?;
    let stages = vec![Stage::build("BUILD").lasting(ms(50)), Stage::deploy("PROD").lasting(ms(50))];
    let world = World::new().created_objects_behave_as(Object::node("0", "any").online(stages));
    let simulator = Simulator::start(world.modify_lag(ms(0), ms(0)));
    for push in ["all is new", "nothing changed", "one line changed"] {
        if push == "one line changed" {
            fs::write(folder.join("first").join("first.sql"), "select 2;\n")?;
        }
        let asked =
            || (simulator.requests().len(), simulator.count("GetNode") + simulator.count("GetWorkflowDefinition"));
        let before = asked();
        let ran = run(&simulator, &folder, push)?;
        let after = asked();
        println!("| {name} | {push} | {} | {} | {ran} |", after.0 - before.0, after.1 - before.1);
    }
    fs::remove_dir_all(&folder)
}

fn node(name: &str, path: &str) -> String {
    format!(
        r#"{{"version":"1.1.0","kind":"Node","spec":{{"nodes":[{{"name":"{name}","script":{{"path":"{path}","runtime":{{"command":"ODPS_SQL"}}}},"outputs":{{"nodeOutputs":[{{"data":"ws.{name}","artifactType":"NodeOutput"}}]}}}}],"flow":[{{"nodeId":"{name}","depends":[{{"type":"Normal","output":"ws_root"}}]}}]}}}}"#
    )
}

fn object(folder: &Path, name: &str, spec: &str, has_code: bool) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(format!("{name}.spec.json")), spec)?;
    if has_code { fs::write(folder.join(format!("{name}.sql")), "select 1;\n".repeat(100)) } else { Ok(()) }
}

fn nodes(folder: &Path, count: usize) -> io::Result<()> {
    object(&folder.join("first"), "first", &node("first", "first"), true)?;
    (1..count).try_for_each(|nth| {
        let name = format!("n{nth}");
        object(&folder.join(&name), &name, &node(&name, &name), true)
    })
}

fn workflows(folder: &Path, count: usize, each: usize) -> io::Result<()> {
    object(&folder.join("first"), "first", &node("first", "first"), true)?;
    for nth in 0..count {
        let name = format!("w{nth}");
        let spec = format!(
            r#"{{"version":"1.1.0","kind":"CycleWorkflow","spec":{{"workflows":[{{"name":"{name}","script":{{"path":"{name}","runtime":{{"command":"WORKFLOW"}}}}}}]}}}}"#
        );
        object(&folder.join(&name), &name, &spec, false)?;
        for inner in 0..each {
            let own = format!("{name}_n{inner}");
            object(&folder.join(&name).join(&own), &own, &node(&own, &format!("{name}/{own}")), true)?;
        }
    }
    Ok(())
}

/// One push; its wall time, peak memory and processor time.
fn run(simulator: &Simulator, folder: &Path, push: &str) -> io::Result<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataworks-deploy"));
    command
        .env_clear()
        .env("DATAWORKS_SOURCE", folder)
        .env("DATAWORKS_TIMEOUT", "1h")
        .env("DATAWORKS_PARALLEL", "16")
        .env("DATAWORKS_POLL_INTERVAL", "100ms..5s")
        .env("DATAWORKS_PROJECT_ID", PROJECT_ID.to_string())
        .env("DATAWORKS_ENDPOINT", simulator.url())
        .env("DATAWORKS_ACCESS_KEY_ID", KEY_ID)
        .env("DATAWORKS_ACCESS_KEY_SECRET", KEY_SECRET)
        .stdout(Stdio::null());
    let (status, cost) = cost::watch(&mut command)?;
    let violations = simulator.violations();
    if !status.success() || !violations.is_empty() {
        return Err(io::Error::other(format!("{push}: {status}; {violations:?}")));
    }
    Ok(format!("{:.1} s | {cost}", cost.wall))
}
