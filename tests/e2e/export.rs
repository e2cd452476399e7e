//! `operation: export`, with the real binary: the folder becomes what Data Studio has, and a plan of it finds nothing.

use std::{collections::BTreeMap, fs, path::Path};

use tempfile::TempDir;

use crate::{
    job::{Job, Ran},
    simulator::{Object, Simulator, World},
    source::{good, push, world, write},
};

/// A job whose `source` is this folder.
fn job(simulator: &Simulator, folder: &Path) -> Job {
    Job::new(simulator)
        .on_github()
        .variable("GITHUB_RUN_ID", "7")
        .input("source", folder.display())
        .input("parallel", "8")
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
    ran.logged(&["the name of the node \".daily\" cannot be the name of a folder"]);
    assert!(files(folder.path()).is_empty());
}

const COUNT: usize = 30;

/// So many stand-alone nodes.
fn many() -> Simulator {
    let node = |nth: usize| Object::node(&format!("{}", 8000 + nth), &format!("n{nth:02}")).content("select 'old';\n");
    Simulator::start((0..COUNT).fold(World::new(), |world, nth| world.object(node(nth))))
}

fn names() -> String {
    (0..COUNT).map(|nth| format!("n{nth:02}")).collect::<Vec<_>>().join(",")
}

/// What a killed step may leave: nothing of it is a file of `source`.
fn without_leftovers(files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_left = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with(".dataworks-deploy-"));
    files.into_iter().filter(|(path, _)| !is_left(path)).collect()
}

fn is_code(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "sql")
}

#[cfg(unix)]
#[test]
fn killed_while_it_writes_it_leaves_each_file_old_or_new_and_the_next_export_writes_the_rest() {
    let simulator = many();
    for at in [0, COUNT / 2] {
        let folder = TempDir::new().expect("a folder");
        let code = |nth: usize| folder.path().join(format!("n{nth:02}/n{nth:02}.sql"));
        // New files, then files that are there.
        for text in ["select 'old';\n", "select 'new';\n"] {
            (0..COUNT).for_each(|nth| assert!(simulator.edit(&format!("n{nth:02}"), "/script/content", text.into())));
            let before = files(folder.path());
            let mut running =
                job(&simulator, folder.path()).input("operation", "export").input("object-name", names()).start();
            let is_written = || fs::read_to_string(code(at)).is_ok_and(|now| now == text);
            running.until("it is written", is_written);
            running.kill();
            for (path, now) in without_leftovers(files(folder.path())) {
                let is_whole =
                    before.get(&path) == Some(&now) || if is_code(&path) { now == text } else { now.ends_with("}\n") };
                assert!(is_whole, "killed at {at}: {path} is neither old nor new: {now}");
            }
            let plan = job(&simulator, folder.path()).input("dry-run", "true").input("on-drift", "skip");
            plan.run().expect(0, "dry-run");
            export(&simulator, folder.path(), &names()).expect(0, "exported");
            let written = without_leftovers(files(folder.path()));
            assert_eq!(written.len(), 2 * COUNT, "killed at {at}");
            assert!(written.iter().all(|(path, now)| !is_code(path) || now == text), "killed at {at}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_ends_it_with_its_name_and_the_others_are_as_they_were() {
    let (simulator, folder) = (many(), TempDir::new().expect("a folder"));
    fs::create_dir_all(folder.path().join("n01/n01.sql")).expect("a folder in the way");
    let ran = export(&simulator, folder.path(), "n00,n01,n02").expect(1, "failed");
    ran.logged(&[
        "n01/n01.sql cannot be written: not a regular file; 2 of 6 files were written before this error",
        "::error title=",
    ]);
    assert_eq!(ran.output("changes"), "1");
    let paths: Vec<String> = files(folder.path()).into_keys().collect();
    assert_eq!(paths, ["n00/n00.spec.json", "n00/n00.sql"], "nothing is left beside");
    fs::remove_dir(folder.path().join("n01/n01.sql")).expect("it is empty");
    export(&simulator, folder.path(), "n00,n01,n02").expect(0, "exported");
    let before = files(folder.path());
    assert_eq!(before.len(), 6);

    // The new text does not fit, and it must not be tried in the place of the old one.
    let large = format!("{}\n", "select 'a long line of code';\n".repeat(10_000));
    assert!(simulator.edit("n00", "/script/content", large.as_str().into()));
    let full = job(&simulator, folder.path()).input("operation", "export").on_a_small_disk().run();
    let full = full.expect(1, "failed");
    full.logged(&["n00/n00.sql cannot be written: File too large"]);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn the_summary_has_a_table_of_what_was_added_changed_and_kept() {
    let (simulator, folder) = (many(), TempDir::new().expect("a folder"));
    export(&simulator, folder.path(), "n00,n01").expect(0, "exported");
    assert!(simulator.edit("n00", "/script/content", "select 'new';\n".into()));
    write(folder.path(), "gone/gone.spec.json", &crate::source::node("gone", "ODPS_SQL", "ws.gone", &[]));
    let ran = job(&simulator, folder.path()).input("operation", "export").run().expect(0, "exported");
    ran.logged(&[
        "export: 0 added, 1 changed, 1 unchanged, 1 not in DataWorks",
        "exported: the files of 1 object changed",
    ]);
    for line in [
        "0 added, 1 changed, 1 unchanged, 1 not in DataWorks",
        "| Object | Kind | Export | Files |",
        "| `n00` | node | changed | `n00.sql` |",
        "| `gone` | node | not in DataWorks, kept |  |",
        "DataWorks export into source",
    ] {
        assert!(ran.summary.contains(line), "{line}\n{}", ran.summary);
    }
    assert!(!ran.summary.contains("`n01`"), "{}", ran.summary);
}

#[test]
fn what_lies_in_the_folder_besides_is_not_taken_for_a_new_object() {
    let (simulator, folder) = (many(), TempDir::new().expect("a folder"));
    write(folder.path(), "n00/notes.sql", "-- by hand\n");
    write(folder.path(), "n01", "-- a file\n");
    let ran = export(&simulator, folder.path(), "n00,n01").expect(0, "exported");
    let plan = job(&simulator, folder.path()).input("dry-run", "true").run().expect(0, "dry-run");
    plan.logged(&["plan: 0 to create, 0 to update, 2 unchanged"]);
    let paths: Vec<String> = files(folder.path()).into_keys().filter(|path| path.contains("-2/")).collect();
    assert_eq!(paths.len(), 4, "{paths:?}\n{}", ran.log);
}
