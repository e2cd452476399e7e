//! `source`: what happens between the plan and the end of a push: edits by hand, another push, signals, time, the budget.

use serde_json::Value;

use crate::{
    job::Ran,
    simulator::{Simulator, World},
    source::{good, push, world, write},
};

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

/// A second push that changes the stand-alone node and one of the workflow; somebody edits the stand-alone node after its
/// plan. The first push reads each object once, to read back; the second one reads it for its plan.
fn edited_after_the_plan(world: World, on_drift: &str) -> (Simulator, Ran) {
    let by_hand = "select 'by hand';\n".into();
    let simulator = Simulator::start(world.edit_after_read("daily_report", 2, "/script/content", by_hand));
    good(&simulator, &push(&simulator, "select 1;\n", "1").run());
    let job = push(&simulator, "select 2;\n", "2").input("on-drift", on_drift);
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
        assert_eq!(ran.output("changes"), "0", "{}", ran.log);
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
        assert!(message.contains("but for what was edited in DataWorks: dws/daily_report"), "{message}\n{}", ran.log);
    }
}
