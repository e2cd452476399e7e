//! What a person sees, against the built-in simulator: a deployment, one that a check stops and what each CI gets of it,
//! and a repository that is planned, deployed and then edited by hand. Fails where anything is not as told.
//!
//! `cargo run --example demo`

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; a demo shows, on the console of this machine"
)]

mod program;
mod shell;
#[path = "../../tests/simulator/mod.rs"]
mod simulator;

use std::{fs, io, path::Path, process::ExitCode};

use shell::Shell;
use simulator::{Item, Object, Stage, World, ms};

const WAREHOUSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/source/warehouse");

fn main() -> ExitCode {
    match program::build().and_then(|program| demo(&program)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nThe demo FAILED: {error}");
            ExitCode::FAILURE
        }
    }
}

fn demo(program: &Path) -> io::Result<()> {
    deployment(program)?;
    failure(program)?;
    repository(program)?;
    heading("4. Try it yourself");
    println!("\nStart the simulator alone, and paste what it prints into a second shell:");
    println!("\n$ cargo run --example gateway");
    Ok(())
}

fn deployment(program: &Path) -> io::Result<()> {
    heading("1. A deployment");
    let shell = Shell::new(program, World::new().object(Object::node("7001", "ods_orders").online(stages(None))))?;
    shell.run(&[("DATAWORKS_OBJECT_NAME", "ods_orders")], 0, "success: deployed")
}

fn failure(program: &Path) -> io::Result<()> {
    heading("2. A deployment that a check stops");
    let why = "上游节点 ods_orders 未发布 (upstream node is not published)";
    let item = Item::new("7002", "dwd_orders", "Node").failing("depends on ods_orders, which is not published");
    let node = Object::node("7002", "dwd_orders").online(stages(Some(why))).items(vec![item]);
    let shell = Shell::new(program, World::new().object(node))?;
    let inputs = [("DATAWORKS_OBJECT_NAME", "dwd_orders")];
    shell.run(&inputs, 1, "PROD_CHECK")?;

    let log = shell.run_on_github(&inputs, 1, "::error title=")?;
    println!("\n--- What GitHub gets of it. The annotation:\n");
    for line in log.lines().filter_map(|line| line.strip_prefix("::error title=")) {
        println!("{}", line.replace("%3A", ":").replacen("::", "\n", 1));
    }
    println!("\n--- The outputs, without the empty ones:\n");
    println!("{}", outputs(&shell.read("output")?).join("\n"));
    let kept = program.with_file_name("demo-summary.md");
    fs::copy(shell.file("summary.md"), &kept)?;
    println!("\n--- The beginning of the summary, in Markdown. A table and a timeline follow: {}\n", kept.display());
    let summary = shell.read("summary.md")?;
    println!("{}", summary.split("### About").next().unwrap_or_default().trim_end());
    println!("\n--- What GitLab gets of it, as variables for later jobs (dotenv-report), without the empty ones:\n");
    let variables = shell.read("deploy.env")?;
    variables.lines().filter(|line| !line.ends_with('=')).for_each(|line| println!("{line}"));
    println!("\n--- What Jenkins and GitLab get of it as tests (junit-report), without the failure's text:\n");
    let tests = shell.read("deploy.xml")?;
    tests.lines().filter(|line| line.contains("<test")).for_each(|line| println!("{line}"));
    Ok(())
}

/// The lines `name = value` of `$GITHUB_OUTPUT`, where each is a name, a delimiter, the value and the delimiter again.
fn outputs(file: &str) -> Vec<String> {
    let mut outputs = Vec::new();
    let mut lines = file.lines();
    while let Some((name, delimiter)) = lines.next().and_then(|line| line.split_once("<<")) {
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        let output = match (name, value.join("\n")) {
            ("result", json) => format!("result = everything of this page, as JSON of {} bytes", json.len()),
            (name, value) => format!("{name} = {value}"),
        };
        if !output.ends_with("= ") && !outputs.contains(&output) {
            outputs.push(output);
        }
    }
    outputs
}

fn repository(program: &Path) -> io::Result<()> {
    heading("3. Deploying from a repository (examples/source/warehouse)");
    let world = World::new().created_objects_behave_as(Object::node("0", "any").online(stages(None)));
    let shell = Shell::new(program, world)?;
    copy(WAREHOUSE, &shell.file("warehouse"))?;
    let source = ("DATAWORKS_SOURCE", "warehouse");
    println!("\nThe plan, as a pull request shows it:");
    shell.run(&[source, ("DATAWORKS_DRY_RUN", "true")], 0, "plan: 3 to create")?;
    println!("\nThe merge:");
    shell.run(&[source], 0, "PROD")?;

    println!("\nThen the repository changes a node that somebody has edited in Data Studio meanwhile. The push stops:");
    fs::write(shell.file("warehouse/my_etl/extract/extract.sh"), "echo extract all\n")?;
    if !shell.simulator.edit("extract", "/script/content", "echo extract by hand\n".into()) {
        return Err(io::Error::other("the node extract was not created"));
    }
    shell.run(&[source], 1, "1 drifted")?;
    println!("\nWhat it would replace, if the repository is to win:");
    let overwrite = ("DATAWORKS_ON_DRIFT", "overwrite");
    shell.run(&[source, overwrite, ("DATAWORKS_DRY_RUN", "true")], 0, "-echo extract by hand")?;
    println!("\nAnd it wins:");
    shell.run(&[source, overwrite], 0, "PROD")
}

fn stages(check_fails_with: Option<&str>) -> Vec<Stage> {
    let check = Stage::check("PROD_CHECK").named("发布检查").lasting(ms(400));
    let check = match check_fails_with {
        Some(message) => check.failing(message),
        None => check,
    };
    vec![
        Stage::build("BUILD_PACKAGE").named("构建").lasting(ms(200)),
        check,
        Stage::deploy("PROD").named("发布生产").lasting(ms(300)),
    ]
}

/// A checkout of that folder.
fn copy(from: &str, to: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let path = to.join(entry.path().strip_prefix(from).map_err(io::Error::other)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(path)?;
        } else {
            fs::copy(entry.path(), path)?;
        }
    }
    Ok(())
}

fn heading(text: &str) {
    println!("\n=== {text} {}", "=".repeat(100_usize.saturating_sub(text.chars().count())));
}
