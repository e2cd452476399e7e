//! `source`: the values of `secret-properties` in the less usual places: in several lines, in a key, in an export.

use std::fs;

use tempfile::TempDir;

use crate::{
    job::{Job, Ran},
    simulator::Simulator,
    source::{good, node, push, world, write},
};

const SPEC: &str = "warehouse/dws/daily_report/daily_report.spec.json";

fn with_secrets(simulator: &Simulator, middle: &str, run: &str) -> Job {
    let job = push(simulator, "set pem='${pem}';\nselect 1;\n", run)
        .input("secret-properties", format!(r#"["pem=-- BEGIN\n{middle}\n-- END", "name=of-a-person"]"#));
    let file = job.file(SPEC);
    let spec = fs::read_to_string(&file).expect("the spec");
    let tags = "\"tags\":[{\"${name}\":{\"${name}-2\":1}}],\"script\":";
    fs::write(&file, spec.replacen("\"script\":", tags, 1)).expect("the spec");
    job
}

fn shows_nowhere(ran: &Ran, hidden: &[&str]) {
    let is_no_mask = |line: &&str| !line.starts_with("::add-mask::");
    let log: String = ran.log.lines().filter(is_no_mask).collect();
    let told = [log, ran.result().to_string(), ran.summary.clone()];
    for hidden in hidden {
        let shows = told.iter().chain(ran.outputs.values()).find(|text| text.contains(hidden));
        assert_eq!(shows, None, "{hidden}");
    }
}

#[test]
fn a_secret_of_several_lines_and_one_in_a_key_are_seen_nowhere() {
    let simulator = Simulator::start(world());
    let first = with_secrets(&simulator, "MIIone", "1").run();
    good(&simulator, &first);
    shows_nowhere(&first, &["BEGIN", "MIIone", "END", "of-a-person"]);
    let stands = simulator.draft("daily_report").expect("it was created");
    assert_eq!(stands.content(), "set pem='-- BEGIN\nMIIone\n-- END';\nselect 1;\n");
    assert!(simulator.edit("daily_report", "/tags", serde_json::json!([1, 2])));
    let second = with_secrets(&simulator, "MIItwo", "2").input("on-drift", "overwrite").run();
    good(&simulator, &second);
    shows_nowhere(&second, &["BEGIN", "MIIone", "MIItwo", "END", "of-a-person"]);
}

#[test]
fn a_secret_in_the_name_of_a_field_that_reads_back_otherwise_is_not_shown() {
    let world = world().edit_after_write("daily_report", 2, "/outputs/nodeOutputs", serde_json::json!([]));
    let simulator = Simulator::start(world);
    let push = |code: &str, run: &str| {
        let job = push(&simulator, code, run).input("secret-properties", "name=of-a-person");
        let file = job.file(SPEC);
        let spec = fs::read_to_string(&file).expect("the spec");
        fs::write(&file, spec.replace("\"ws.daily_report\"", "\"ws.${name}\"")).expect("the spec");
        job.run()
    };
    good(&simulator, &push("select 1;\n", "1"));
    let stopped = push("select 2;\n", "2").expect(1, "failed");
    stopped.logged(&["outputs.nodeOutputs[ws.***] does not read back as it was written"]);
    shows_nowhere(&stopped, &["of-a-person"]);
}

#[test]
fn an_export_writes_the_placeholder_of_a_secret_of_several_lines() {
    let (simulator, folder) = (Simulator::start(world()), TempDir::new().expect("a folder"));
    write(folder.path(), "load/load.spec.json", &node("load", "ODPS_SQL", "ws.load", &[]));
    write(folder.path(), "load/load.sql", "set pem='${pem}';\nselect 1;\n");
    let job = |run: &str| {
        let job =
            Job::new(&simulator).on_github().variable("GITHUB_RUN_ID", run).input("source", folder.path().display());
        job.input("secret-properties", r#"["pem=-- BEGIN\nMIIone\n-- END"]"#)
    };
    good(&simulator, &job("1").run());
    let by_hand = "set key='-- BEGIN\nMIIone\n-- END';\nselect 2;\n";
    assert!(simulator.edit("load", "/script/content", by_hand.into()));
    good(&simulator, &job("2").input("operation", "export").run());
    let written = fs::read_to_string(folder.path().join("load/load.sql")).expect("the code");
    assert_eq!(written, "set key='${pem}';\nselect 2;\n");
    assert_eq!(job("3").input("dry-run", "true").run().output("drift"), "0");
}
