//! The main job, as GitHub would run it, against the built-in simulator: one deployment that succeeds, and one that
//! fails at a check. Shows the log, the outputs and the summary of each.
//!
//! `cargo run --example demo`

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; a demo shows, on the console of this machine"
)]

#[path = "../tests/simulator/mod.rs"]
mod simulator;

use std::{
    env::consts::EXE_SUFFIX,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use simulator::{Item, KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, World, ms};

/// What a failed deployment's exit code is.
const FAILED: i32 = 1;

fn main() -> io::Result<ExitCode> {
    let binary = build()?;
    let good = World::new().object(Object::node("7001", "ods_orders").online(stages(None)));
    let bad = World::new().object(
        Object::node("7002", "dwd_orders")
            .online(stages(Some("上游节点 ods_orders 未发布 (upstream node is not published)")))
            .items(vec![
                Item::new("7002", "dwd_orders", "Node").failing("depends on ods_orders, which is not published"),
            ]),
    );
    let succeeded = show(&binary, "1. A deployment that succeeds", good, "7001")?;
    let failed = show(&binary, "2. A deployment that fails at a check", bad, "7002")?;
    let as_expected = succeeded == Some(0) && failed == Some(FAILED);
    println!(
        "\nexit codes: {succeeded:?} and {failed:?}, {}",
        if as_expected { "as expected" } else { "which is WRONG" }
    );
    Ok(if as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Cargo builds no binary for an example, so the demo asks it to; with the profile that it runs in itself.
fn build() -> io::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let profile =
        this.parent().and_then(Path::parent).ok_or_else(|| io::Error::other("the demo lies in no target folder"))?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--bin",
        "dataworks-deploy",
        // With the example, cargo builds the crates with the very features that it was built with: not a second time.
        "--example",
        "demo",
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    // `cargo run` describes this package to its child. A build script that asks for these variables (ring's) would take
    // them for a change, and the TLS crates would be built a second time.
    for (name, _) in std::env::vars_os() {
        let is_of_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|start| name.to_str().is_some_and(|name| name.starts_with(start)));
        if is_of_this_package {
            cargo.env_remove(&name);
        }
    }
    let built = cargo.status()?.success();
    let binary = profile.join(format!("dataworks-deploy{EXE_SUFFIX}"));
    if built && binary.exists() { Ok(binary) } else { Err(io::Error::other("the binary could not be built")) }
}

fn stages(check_fails_with: Option<&str>) -> Vec<Stage> {
    let check = Stage::check("PROD_CHECK").named("发布检查").lasting(ms(2000));
    let check = match check_fails_with {
        Some(message) => check.failing(message),
        None => check,
    };
    vec![
        Stage::build("BUILD_PACKAGE").named("构建").lasting(ms(800)),
        check,
        Stage::deploy("PROD").named("发布生产").lasting(ms(1500)),
    ]
}

fn show(binary: &Path, title: &str, world: World, object: &str) -> io::Result<Option<i32>> {
    let simulator = Simulator::start(world);
    let folder = std::env::temp_dir().join(format!("dataworks-deploy-demo-{}-{object}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let (outputs, summary) = (folder.join("output"), folder.join("summary.md"));
    heading(&format!("{title}: the log"));
    let status = Command::new(binary)
        .env_clear()
        .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_REPOSITORY", "acme/warehouse")
        .env("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
        .env("GITHUB_ACTOR", "mei")
        .env("GITHUB_RUN_ID", "42")
        .env("GITHUB_JOB", "deploy")
        .env("GITHUB_SERVER_URL", "https://github.com")
        .env("GITHUB_OUTPUT", &outputs)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("INPUT_OBJECT-ID", object)
        .env("INPUT_PROJECT-ID", PROJECT_ID.to_string())
        .env("INPUT_ENDPOINT", simulator.url())
        .env("INPUT_ACCESS-KEY-ID", KEY_ID)
        .env("INPUT_ACCESS-KEY-SECRET", KEY_SECRET)
        .env("INPUT_POLL-INTERVAL", "200ms..2s")
        .status()?;
    heading(&format!("{title}: the outputs ($GITHUB_OUTPUT)"));
    println!("{}", fs::read_to_string(&outputs)?);
    heading(&format!("{title}: the summary ($GITHUB_STEP_SUMMARY)"));
    println!("{}", fs::read_to_string(&summary)?);
    fs::remove_dir_all(&folder)?;
    match simulator.violations().first() {
        Some(violation) => Err(io::Error::other(format!("the simulator complains: {violation}"))),
        None => Ok(status.code()),
    }
}

fn heading(text: &str) {
    println!("\n=== {text} {}\n", "=".repeat(100_usize.saturating_sub(text.chars().count())));
}
