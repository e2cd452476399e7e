//! `operation: export`, with the real binary: the folder becomes what Data Studio has, and a plan of it finds nothing.

use std::{collections::BTreeMap, fs, path::Path};

use tempfile::TempDir;

use crate::{
    job::{Job, Ran},
    simulator::Simulator,
    source::{good, push, world, write},
};

/// A job whose `source` is this folder.
fn job(simulator: &Simulator, folder: &Path) -> Job {
    Job::new(simulator).on_github().variable("GITHUB_RUN_ID", "7").input("source", folder.display())
}

fn export(simulator: &Simulator, folder: &Path, names: &str) -> Ran {
    job(simulator, folder).input("operation", "export").input("object-name", names).run()
}

/// Every file below the folder.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").display().to_string();
                found.insert(name, fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    found
}

#[track_caller]
fn nothing_differs(simulator: &Simulator, folder: &Path) {
    let plan = job(simulator, folder).input("dry-run", "true").run().expect(0, "dry-run");
    good(simulator, &plan);
    plan.logged(&["plan: 0 to create, 0 to update, 5 unchanged, 0 drifted, 0 only in DataWorks"]);
}

const SPEC: &str = "dws/daily_report/daily_report.spec.json";

/// A workspace that was filled by another repository.
fn filled() -> Simulator {
    let simulator = Simulator::start(world().modify_lag(crate::simulator::ms(0), crate::simulator::ms(0)));
    let first = push(&simulator, "select 1;\nfrom orders;\n", "1");
    let path = first.file("warehouse").join(SPEC);
    let spec = fs::read_to_string(&path).expect("the spec");
    let trigger = r#"{"name":"daily_report","trigger":{"type":"Scheduler","cron":"00 30 02 * * ?"},"#;
    fs::write(&path, spec.replacen(r#"{"name":"daily_report","#, trigger, 1)).expect("the spec");
    good(&simulator, &first.run());
    simulator
}

#[test]
fn what_is_exported_by_name_into_an_empty_folder_is_planned_and_nothing_differs() {
    let (simulator, folder) = (filled(), TempDir::new().expect("a folder"));
    let dry = job(&simulator, folder.path()).input("operation", "export").input("object-name", "daily_report");
    dry.input("dry-run", "true").run().expect(0, "dry-run");
    assert!(files(folder.path()).is_empty(), "a dry run writes nothing");
    let (updates, runs) = (simulator.count("UpdateNode"), simulator.count("CreatePipelineRun"));
    let ran = export(&simulator, folder.path(), "daily_report,workflow:my_etl").expect(0, "exported");
    good(&simulator, &ran);
    assert_eq!(ran.output("changes"), "5", "{}", ran.log);
    let written = files(folder.path());
    let paths: Vec<&str> = written.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "daily_report/daily_report.spec.json",
            "daily_report/daily_report.sql",
            "my_etl/check/check.sh",
            "my_etl/check/check.spec.json",
            "my_etl/extract/extract.sh",
            "my_etl/extract/extract.spec.json",
            "my_etl/load/load.sh",
            "my_etl/load/load.spec.json",
            "my_etl/my_etl.spec.json",
        ]
    );
    assert_eq!((simulator.count("UpdateNode"), simulator.count("CreatePipelineRun")), (updates, runs));
    nothing_differs(&simulator, folder.path());
    let again = job(&simulator, folder.path()).input("operation", "export").run().expect(0, "exported");
    assert_eq!((again.output("changes"), files(folder.path())), ("0", written), "{}", again.log);
}

#[test]
fn an_edit_by_hand_changes_only_its_own_lines_and_placeholders_stay() {
    let (simulator, folder) = (filled(), TempDir::new().expect("a folder"));
    export(&simulator, folder.path(), "daily_report,my_etl").expect(0, "exported");
    let spec = "daily_report/daily_report.spec.json";
    let text = files(folder.path())[spec].replace("\"Scheduler\"", "\"${spec.trigger}\"");
    write(folder.path(), spec, &text);
    write(folder.path(), "dataworks.properties", "spec.trigger=Scheduler\nscript.table=orders\n");
    write(folder.path(), "daily_report/daily_report.sql", "select 1;\nfrom ${script.table};\n");
    nothing_differs(&simulator, folder.path());
    let mut wanted = files(folder.path());
    assert!(simulator.edit("daily_report", "/trigger/cron", "00 00 05 * * ?".into()));
    assert!(simulator.edit("daily_report", "/script/content", "select 2;\nfrom orders;\n".into()));
    let ran = job(&simulator, folder.path()).input("operation", "export").run().expect(0, "exported");
    good(&simulator, &ran);
    assert_eq!(ran.output("changes"), "1", "{}", ran.log);
    wanted.insert(spec.to_owned(), text.replace("00 30 02 * * ?", "00 00 05 * * ?"));
    wanted.insert("daily_report/daily_report.sql".to_owned(), "select 2;\nfrom ${script.table};\n".to_owned());
    assert_eq!(files(folder.path()), wanted);
    nothing_differs(&simulator, folder.path());
}

#[test]
fn what_is_not_there_or_has_no_folder_stops_before_any_file_is_written() {
    let (simulator, folder) = (filled(), TempDir::new().expect("a folder"));
    let ran = export(&simulator, folder.path(), "daily_report,daily_reprot").expect(2, "invalid");
    ran.logged(&["object-name daily_reprot: there is no such workflow or node"]);
    assert!(simulator.edit("daily_report", "/name", ".daily".into()));
    let ran = export(&simulator, folder.path(), "my_etl,.daily").expect(2, "invalid");
    ran.logged(&["the name of the node \".daily\" cannot be that of a folder"]);
    assert!(files(folder.path()).is_empty());
}
