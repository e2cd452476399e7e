//! The permissions that the documents ask for, use by use: what a plan, a deployment and an export call is what they list.

use std::collections::BTreeSet;

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    job::Job,
    simulator::{Object, PROJECT_NAME, Simulator, Stage, World, ms},
    source::{good, push, world, write},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn page(name: &str) -> String {
    std::fs::read_to_string(format!("{ROOT}/docs/{name}")).expect("a page")
}

/// What stands under a heading.
fn chapter<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!(" {heading}\n")).unwrap_or_else(|| panic!("no chapter {heading}"));
    rest.split_once("\n##").map_or(rest, |(chapter, _)| chapter)
}

/// The operations of the policy under a heading.
fn policy(heading: &str) -> BTreeSet<String> {
    let page = page("authentication.md");
    let (_, json) = chapter(&page, heading).split_once("```json\n").expect("a policy");
    let policy: Value = serde_json::from_str(json.split("```").next().unwrap_or_default()).expect("JSON");
    let actions = policy.pointer("/Statement/0/Action").and_then(Value::as_array).expect("actions");
    let names = actions.iter().filter_map(|action| action.as_str()?.strip_prefix("dataworks:"));
    names.map(str::to_owned).collect()
}

/// The operations of the table of `source.md` that have a `yes` in this column: 1 is the plan, 2 the deployment, 3 the
/// export.
fn table(column: usize) -> BTreeSet<String> {
    let page = page("source.md");
    let rows = chapter(&page, "Permissions").lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split('|').skip(1).map(str::trim).collect()).collect();
    assert!(rows.len() > 5, "the table has another form now");
    let wanted = rows.into_iter().filter(|row| row.get(column).is_some_and(|cell| *cell == "yes"));
    let first = wanted.filter_map(|row| row.first().copied());
    first.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// What the jobs that were run against a simulator have called so far.
fn called(simulator: &Simulator) -> BTreeSet<String> {
    simulator.requests().into_iter().map(|request| request.operation).collect()
}

/// The workspace by its name: its number must be looked up then.
fn by_name(job: Job) -> Job {
    job.without("INPUT_PROJECT-ID").input("project-identifier", PROJECT_NAME)
}

/// A workspace that has everything, of which two objects were edited by hand since.
fn edited(world: World) -> Simulator {
    let simulator = Simulator::start(world);
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    assert!(simulator.edit("daily_report", "/script/content", "select 'by hand';\n".into()));
    assert!(simulator.edit("my_etl", "/description", "by hand".into()));
    simulator
}

fn since(simulator: &Simulator, run: impl FnOnce()) -> BTreeSet<String> {
    let before = simulator.requests().len();
    run();
    simulator.requests().into_iter().skip(before).map(|request| request.operation).collect()
}

#[test]
fn a_plan_calls_what_its_policy_allows_and_no_more_is_asked_for() {
    // An edit shows in the lists some seconds later; here at once, so that the workflow is read.
    let simulator = edited(world().modify_lag(ms(0), ms(0)));
    let called = since(&simulator, || {
        let job = by_name(push(&simulator, "select 2;\n", "2")).input("dry-run", "true");
        job.input("on-drift", "overwrite").run().expect(0, "dry-run");
    });
    assert_eq!(called, policy("Plan from a repository"));
    assert_eq!(called, table(1));
}

#[test]
fn a_deployment_calls_what_its_policy_allows_and_no_more_is_asked_for() {
    // A deployment that lasts is cancelled; another one creates, and one updates.
    let simulator = edited(world().creates_drop_dependencies(1));
    let overwrite = by_name(push(&simulator, "select 2;\n", "2")).input("on-drift", "overwrite");
    let spec = "warehouse/my_etl/my_etl.spec.json";
    let text = std::fs::read_to_string(overwrite.file(spec)).expect("the spec");
    let text = text.replacen("\"name\":", "\"description\":\"ours\",\"name\":", 1);
    write(overwrite.file("").as_path(), spec, &text);
    good(&simulator, &overwrite.run());
    let lasting = Object::node("0", "any").online(vec![Stage::build("BUILD").lasting(ms(60_000))]);
    let cancelled = Simulator::start(World::new().created_objects_behave_as(lasting));
    let job = push(&cancelled, "select 1;\n", "1").input("timeout", "5s").input("on-timeout", "abolish");
    job.run().expect(3, "timed-out");
    let called: BTreeSet<String> = called(&simulator).union(&called(&cancelled)).cloned().collect();
    assert_eq!(called, policy("Deploy from a repository"));
    assert_eq!(called, table(2));
}

#[test]
fn an_export_calls_less_than_a_plan() {
    let (simulator, folder) = (edited(world()), TempDir::new().expect("a folder"));
    let called = since(&simulator, || {
        for names in [Some("daily_report,my_etl"), None] {
            let job = by_name(Job::new(&simulator)).input("source", folder.path().display());
            let job = job.input("operation", "export");
            let job = match names {
                Some(names) => job.input("object-name", names),
                None => job,
            };
            job.run().expect(0, "exported");
        }
    });
    assert_eq!(called, table(3));
    assert!(called.is_subset(&policy("Plan from a repository")), "{called:?}");
}
