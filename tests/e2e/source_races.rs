//! `source`: what happens between the plan and the end of a push: edits by hand, another push, signals, time, the budget.

use std::thread;

use serde_json::Value;

use crate::{
    job::{Job, Ran},
    simulator::{Fault, Object, Simulator, Stage, World, ms},
    source::{good, node, push, world, write},
};

/// Tells the story of every case at once: they wait more than they work.
fn each<T: Send>(cases: impl IntoIterator<Item = T>, story: impl Fn(T) + Sync) {
    thread::scope(|scope| {
        let story = &story;
        let under_way: Vec<_> = cases.into_iter().map(|case| scope.spawn(move || story(case))).collect();
        under_way.into_iter().for_each(|case| case.join().expect("no case failed"));
    });
}

/// The row of an object in the plan of the result.
fn row(ran: &Ran, name: &str) -> Value {
    let result = ran.result();
    let rows = result.get("plan").and_then(Value::as_array);
    let row = rows.into_iter().flatten().find(|row| row.get("name").is_some_and(|known| known == name));
    row.unwrap_or_else(|| panic!("no row of {name}: {result}")).clone()
}

#[test]
fn what_was_created_has_its_id_in_the_result() {
    let simulator = Simulator::start(world());
    let ran = push(&simulator, "select 1;\n", "1").run();
    good(&simulator, &ran);
    for name in ["daily_report", "my_etl", "extract", "load", "check"] {
        let draft = simulator.draft(name).expect("it was created");
        assert_eq!(row(&ran, name)["object_id"], Value::from(draft.id.as_str()), "{name}");
    }
    assert_eq!(ran.output("changes"), "5");
}

#[test]
fn two_folders_of_source_may_have_the_same_path_and_each_row_tells_of_its_own_object() {
    // An edit shows in the lists some seconds later; here at once.
    let simulator = Simulator::start(world().modify_lag(ms(0), ms(0)));
    let push = |code: &str, run: &str| {
        let job = Job::new(&simulator).on_github().variable("GITHUB_RUN_ID", run).input("source", "reports,imports");
        let folder = job.file("");
        for (source, name, code) in [("reports", "report", "select 1;\n"), ("imports", "import", code)] {
            let spec = node(name, "ODPS_SQL", &format!("ws.{name}"), &[]);
            write(&folder, &format!("{source}/daily/{name}.spec.json"), &spec);
            write(&folder, &format!("{source}/daily/{name}.sql"), code);
        }
        let ran = job.input("on-drift", "overwrite").run();
        good(&simulator, &ran);
        ran
    };
    let first = push("select 2;\n", "1");
    assert_eq!(first.output("changes"), "2", "{}", first.log);
    for name in ["report", "import"] {
        let draft = simulator.draft(name).expect("it was created");
        assert_eq!(row(&first, name)["object_id"], Value::from(draft.id.as_str()), "{name}");
    }
    assert!(simulator.edit("report", "/script/content", "select 'by hand';\n".into()));
    let second = push("select 3;\n", "2");
    assert_eq!(row(&second, "report")["replaced"]["script.content"], "select 'by hand';");
    assert_eq!(row(&second, "import")["replaced"]["script.content"], "select 2;");
    assert_eq!(row(&second, "import")["state"], "update");
}

#[test]
fn a_lost_create_in_a_workflow_is_found_by_its_name_wherever_its_spec_says_that_it_stands() {
    let simulator = Simulator::start(world().fault("CreateNode", 2, Fault::AfterEffect(Box::new(Fault::Reset))));
    let job = push(&simulator, "select 1;\n", "1");
    let spec = node("elsewhere/extract", "DIDE_SHELL", "ws.extract", &["ws_root"]);
    write(job.file("").as_path(), "warehouse/my_etl/extract/extract.spec.json", &spec);
    good(&simulator, &job.run());
    assert_eq!(simulator.drafts().len(), 5);
}

/// A second push that changes the stand-alone node and one of the workflow; somebody edits the stand-alone node after its
/// plan. The first push reads each object once, to read back; the second one reads it for its plan.
fn edited_after_the_plan(world: World, on_drift: &str) -> (Simulator, Ran) {
    let by_hand = "select 'by hand';\n".into();
    let simulator = Simulator::start(world.edit_after_read("daily_report", 2, "/script/content", by_hand));
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    let job = push(&simulator, "select 2;\n", "2").input("on-drift", on_drift).input("junit-report", "junit.xml");
    write(job.file("").as_path(), "warehouse/my_etl/load/load.sh", "echo another\n");
    let ran = job.run();
    (simulator, ran)
}

#[test]
fn an_edit_after_the_plan_is_left_by_skip_and_the_rest_goes_on() {
    let (simulator, ran) = edited_after_the_plan(world(), "skip");
    good(&simulator, &ran);
    assert_eq!(simulator.draft("daily_report").expect("it stands").content(), "select 'by hand';\n");
    assert_eq!(simulator.draft("load").expect("it stands").content(), "echo another\n", "{}", ran.log);
    assert_eq!(simulator.count("CreatePipelineRun"), 3, "what is left is not deployed\n{}", ran.log);
    let told = "<failure message=\"edited in DataWorks since this repository deployed it: script.content\"";
    assert!(ran.files.iter().any(|file| file.contains(told)), "{:?}", ran.files);
    assert_eq!((ran.output("changes"), ran.output("drift")), ("1", "1"), "{}", ran.log);
    ran.logged(&["edited in DataWorks after the plan was made, and is left as it is"]);
    let row = row(&ran, "daily_report");
    assert_eq!(row["state"], "drift", "{row}");
    assert!(row["diff"].as_str().is_some_and(|diff| diff.contains("-select 'by hand';")), "{row}");
    assert_eq!(ran.result()["targets"].as_array().map(Vec::len), Some(1), "what is left is not a target");
}

#[test]
fn an_edit_after_the_plan_stops_fail_and_strict_before_the_next_unit() {
    for on_drift in ["fail", "strict"] {
        let (simulator, ran) = edited_after_the_plan(world(), on_drift);
        assert_eq!((ran.code, ran.output("status")), (Some(1), "drift"), "{}", ran.log);
        assert_eq!(simulator.draft("daily_report").expect("it stands").content(), "select 'by hand';\n");
        assert_eq!(simulator.draft("load").expect("it stands").content(), "echo load\n", "{}", ran.log);
        assert_eq!((ran.output("changes"), ran.output("drift")), ("0", "1"), "{}", ran.log);
        assert_eq!(row(&ran, "daily_report")["state"], "drift");
    }
}

#[test]
fn skip_where_all_that_was_to_be_written_is_left_does_not_say_that_the_workspace_has_it() {
    let by_hand = || "select 'by hand';\n".into();
    let simulator = Simulator::start(world().edit_after_read("daily_report", 2, "/script/content", by_hand()));
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    for run in ["2", "3"] {
        // First it is edited after the plan was made, then before.
        let ran = push(&simulator, "select 2;\n", run).input("on-drift", "skip").run();
        good(&simulator, &ran);
        let message = ran.output("message");
        assert!(message.contains("except what was edited in DataWorks: dws/daily_report"), "{message}\n{}", ran.log);
    }
}

/// Two jobs of two CI runs, started together.
#[test]
fn two_pushes_of_one_change_at_the_same_moment_deploy_it_and_neither_writes_over_the_other() {
    let simulator = Simulator::start(world());
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    let both = ["2", "3"].map(|run| push(&simulator, "select 2;\n", run).start());
    let ended = both.map(crate::job::Running::wait);
    assert_eq!(simulator.draft("daily_report").expect("it stands").content(), "select 2;\n");
    for ran in &ended {
        // The slower one may read what the other one wrote: drift, or nothing to do, and never a failure by itself.
        let status = ran.output("status");
        assert!(["success", "drift"].contains(&status), "{status}\n{}", ran.log);
    }
    assert_eq!(simulator.drafts().len(), 5);
    assert_eq!(simulator.overwritten(), Vec::<String>::new());
    let last = push(&simulator, "select 2;\n", "4").run();
    good(&simulator, &last);
    last.logged(&["5 unchanged"]);
}

#[test]
fn a_gateway_that_hangs_from_some_request_on_is_told_of_in_time_with_what_stands_written() {
    let cases = [("ListNodes", 0), ("CreateNode", 1), ("GetNode", 5), ("CreatePipelineRun", 5)];
    each(cases, |(operation, written)| {
        let hangs = Fault::Hang;
        let simulator = Simulator::start(world().fault_from(operation, 1, hangs));
        let job = push(&simulator, "select 1;\n", "1").input("request-timeout", "1s").input("timeout", "6s");
        let ran = job.input("parallel", "2").run().expect(3, "timed-out");
        assert!(ran.took < ms(12_000), "{operation}: {:?}", ran.took);
        let message = ran.output("message");
        assert!(message.contains("timeout of 6.0 s has expired"), "{operation}: {message}");
        let told = ["written in Data Studio and not deployed", "may have been written", "may exist"];
        let is_told = told.iter().any(|words| ran.log.contains(words));
        assert_eq!(is_told, written > 0, "{operation}: {message}\n{}", ran.log);
    });
}

#[test]
fn told_to_stop_while_it_writes_or_deploys_it_says_what_stands_written_and_loses_no_id() {
    let operations = ["CreateNode", "UpdateNode", "ListNodeDependencies", "CreatePipelineRun", "GetPipelineRun"];
    let cases = operations.into_iter().flat_map(|operation| [(operation, ms(300)), (operation, ms(5000))]);
    each(cases, |(operation, slow)| {
        let delay = Fault::Delay(slow).after_effect();
        let nth = if operation == "CreateNode" { 3 } else { 1 };
        let simulator = Simulator::start(world().creates_drop_dependencies(1).fault(operation, nth, delay));
        let mut running = push(&simulator, "select 1;\n", "1").start();
        running.until("it is asked", || simulator.count(operation) >= nth);
        let told = std::time::Instant::now();
        running.signal("TERM");
        let ran = running.wait().expect(143, "cancelled");
        let case = format!("{operation}, {slow:?}: {}\n{}", ran.output("message"), ran.log);
        assert!(told.elapsed() < ms(2500), "{case}");
        assert!(ran.summary.contains("cancelled"), "{case}");
        let runs = simulator.runs();
        match operation {
            "GetPipelineRun" => assert!(ran.output("pipeline-run-id").starts_with(&runs[0].id), "{case}"),
            "CreatePipelineRun" => {
                let is_known = runs.first().is_some_and(|run| ran.log.contains(&run.id));
                assert!(is_known || ran.output("message").contains("may exist"), "{case}");
            }
            _ => ran.logged(&["written in Data Studio and not deployed: "]),
        }
        if operation == "CreateNode" && slow > ms(1500) {
            ran.logged(&["may have been written"]);
        }
        good(&simulator, &push(&simulator, "select 1;\n", "1").run());
        assert_eq!(simulator.drafts().len(), 5, "{case}");
    });
}

#[test]
fn a_budget_that_is_spent_in_the_middle_says_what_stands_written_and_the_next_push_goes_on() {
    each([6, 9, 12, 15, 20, 26], |budget| {
        let simulator = Simulator::start(world());
        let ran = push(&simulator, "select 1;\n", "1").input("request-budget", budget).input("timeout", "10s").run();
        let case = format!("{budget}: {}\n{}", ran.output("message"), ran.log);
        assert_eq!((ran.code, ran.output("status")), (Some(3), "timed-out"), "{case}");
        assert!(simulator.requests().len() <= budget, "{case}");
        // So that it lasts, the requests are spread over the time: either may be over first.
        let is_told = ["request budget", "timeout of 10 s"].iter().any(|words| ran.output("message").contains(words));
        assert!(is_told, "{case}");
        assert!(ran.log.contains(" of 2 deployed, start again to go on") || !ran.log.contains("plan: "), "{case}");
        let written = simulator.drafts().len();
        if written > 0 && simulator.runs().is_empty() {
            ran.logged(&["written in Data Studio and not deployed: "]);
        }
        good(&simulator, &push(&simulator, "select 1;\n", "2").input("on-drift", "overwrite").run());
        assert_eq!(simulator.drafts().len(), 5, "{case}");
    });
}

#[test]
fn names_that_mean_harm_are_texts_in_every_report_of_a_plan_and_of_an_export() {
    const NAME: &str = "a|b ::set-output name=x::y ##vso[task.complete] `c` <img>";
    let simulator = Simulator::start(world());
    let push = |run: &str| {
        let job = push(&simulator, "select 1;\n##vso[task.logissue]x\n::error::x\n```\n\u{1b}[31mred\n", run);
        let spec = node(NAME, "ODPS_SQL", "ws.harm", &[]);
        write(job.file("").as_path(), &format!("warehouse/{NAME}/{NAME}.spec.json"), &spec);
        job
    };
    for (run, dry_run) in [("1", "true"), ("2", "false")] {
        let ran = push(run).input("dry-run", dry_run).run();
        assert_eq!(ran.code, Some(0), "{}", ran.log);
        let own = |line: &str| !line.starts_with("::warning title=") && !line.contains("group::");
        for line in ran.log.lines().filter(|line| own(line)) {
            assert!(!line.trim_start().starts_with("::"), "{line}");
        }
        assert!(!ran.log.contains("##vso["), "{}", ran.log);
        assert!(!ran.log.contains('\u{1b}') && !ran.summary.contains('\u{1b}'), "{}", ran.log);
        assert!(!ran.summary.contains("<img>"), "{}", ran.summary);
        let rows = ran.summary.lines().filter(|line| line.starts_with("| a&#124;b"));
        assert!(rows.clone().count() > 0, "{}", ran.summary);
        // A table of four columns has five bars; one of targets has six.
        rows.for_each(|row| assert!([5, 6].contains(&row.matches('|').count()), "{row}"));
        assert!(ran.summary.contains("+select 1;"), "the code of what is created is shown\n{}", ran.summary);
    }
    let folder = tempfile::TempDir::new().expect("a folder");
    let job = crate::job::Job::new(&simulator).on_github().input("source", folder.path().display());
    let ran = job.input("operation", "export").input("object-id", simulator.draft(NAME).expect("it stands").id).run();
    assert_eq!(ran.code, Some(0), "{}", ran.log);
    assert!(!ran.log.contains("##vso[") && !ran.summary.contains("<img>"), "{}", ran.summary);
}

#[test]
fn in_a_ci_without_annotations_the_log_says_how_each_unit_ended() {
    let refused = Fault::error(400, "InvalidParameter", "the cron is wrong");
    let simulator = Simulator::start(world().fault("CreateNode", 3, refused));
    let job = push(&simulator, "select 1;\n", "1").without("GITHUB_ACTIONS").run().expect(1, "failed");
    job.logged(&[
        "source dws/daily_report: success: deployed",
        "error: source my_etl: failed: my_etl/load: CreateNode was refused: HTTP 400, InvalidParameter, the cron is wrong",
        "written in Data Studio and not deployed: my_etl, my_etl/extract",
    ]);
    assert!(job.summary.contains("then run the job again"), "{}", job.summary);
    assert!(!job.summary.contains("replace them with"), "the next push leaves out what is done\n{}", job.summary);
    let unreadable = Simulator::start(world().fault("ListNodes", 1, Fault::error(400, "InvalidParameter", "no")));
    let job = push(&unreadable, "select 1;\n", "1").without("GITHUB_ACTIONS").run().expect(2, "invalid");
    job.logged(&["error: source warehouse: invalid: ListNodes was refused: HTTP 400, InvalidParameter, no"]);
}

#[test]
fn a_push_that_runs_out_of_time_in_the_middle_is_gone_on_with_and_says_what_it_owed() {
    let stages = vec![Stage::build("BUILD").lasting(ms(10)), Stage::deploy("PROD").lasting(ms(5000))];
    let slow = World::new().created_objects_behave_as(Object::node("0", "any").online(stages));
    let simulator = Simulator::start(slow);
    let first = push(&simulator, "select 1;\n", "1").input("timeout", "9s").run().expect(3, "timed-out");
    first.logged(&["1 of 2 deployed, start again to go on"]);
    let planned = push(&simulator, "select 1;\n", "2").input("dry-run", "true").run().expect(0, "dry-run");
    let owed = "0 objects would be written and 1 deployed; written before and not deployed: my_etl";
    assert!(planned.output("message").contains(owed), "{}", planned.log);
    // Of another CI run: the text counts, and not who began it.
    let second = push(&simulator, "select 1;\n", "3").run();
    good(&simulator, &second);
    second.logged(&["my_etl was written earlier and not deployed; it is deployed now", "resuming the pipeline run"]);
    assert_eq!(simulator.count("CreatePipelineRun"), 2, "{}", second.log);
}
