//! Lists that say too little, texts that no string holds, statuses that are not a number, answers about something else.

use serde_json::{Value, json};

use super::super::{
    Fault, File, GBK, HALF_EMOJI, Item, Lie, Object, PackagePlan, PastPackage, PastRun, Simulator, Stage, World, ms,
};
use super::{Asking, get, post, until};

const V: &str = "2024-05-18";
const OLD: &str = "2020-05-18";
const PROJECT: (&str, &str) = ("ProjectId", "10000");

/// One object and so many runs of it that are over, a minute apart, the newest first.
fn with_runs(runs: u64) -> World {
    let world = World::new().object(Object::node("7001", "ods_orders"));
    (0..runs).fold(world, |world, nth| {
        let age = ms(60_000 * (nth + 1));
        world.run(PastRun::new(&format!("run-{nth}"), "7001").described("why").ended("Success").created_ago(age))
    })
}

fn list(sim: &Simulator, size: &str, number: &str) -> Value {
    let page = [PROJECT, ("PageSize", size), ("PageNumber", number)];
    get(V, "ListPipelineRuns", &page).send(sim).ok()["PagingInfo"].take()
}

fn ids(list: &Value) -> Vec<&str> {
    let runs = list["PipelineRuns"].as_array().expect("runs").iter();
    runs.map(|run| run["Id"].as_str().expect("an id")).collect()
}

fn run(sim: &Simulator, id: &str) -> Value {
    get(V, "GetPipelineRun", &[("Id", id), PROJECT]).send(sim).ok()["Pipeline"].take()
}

fn old(action: &str, form: &[(&str, &str)]) -> Asking {
    post(OLD, action, &[&[PROJECT], form].concat())
}

#[test]
fn a_total_is_zero_or_absent_over_full_pages() {
    let zero = list(&Simulator::start(with_runs(3).lie(Lie::TotalCountZero)), "10", "1");
    assert_eq!((&zero["TotalCount"], ids(&zero).len()), (&json!("0"), 3));
    let none = list(&Simulator::start(with_runs(3).lie(Lie::NoTotalCount)), "10", "1");
    assert_eq!((none.get("TotalCount"), ids(&none).len()), (None, 3));
}

#[test]
fn a_page_is_smaller_than_asked_and_a_list_is_cut() {
    let sim = Simulator::start(with_runs(5).pages_of_at_most(2));
    let second = list(&sim, "100", "2");
    assert_eq!((&second["PageSize"], &second["TotalCount"]), (&json!(2), &json!(5)));
    assert_eq!(ids(&second), ["run-2", "run-3"]);
    let cut = Simulator::start(with_runs(5).lists_cut_after(1).oldest_first());
    assert_eq!(ids(&list(&cut, "2", "1")), ["run-4", "run-3"]);
    let second = list(&cut, "2", "2");
    assert_eq!((ids(&second).len(), &second["TotalCount"]), (0, &json!(5)));
}

#[test]
fn a_run_is_older_than_the_answer_that_made_it() {
    let sim = Simulator::start(with_runs(0).times_off_by(-3));
    let form = [("ObjectIds", r#"["7001"]"#), PROJECT, ("Type", "Online")];
    let made = post(V, "CreatePipelineRun", &form).send(&sim);
    let date = made.head.lines().find_map(|line| line.strip_prefix("Date: ")).expect("a Date");
    let date = httpdate::parse_http_date(date).expect("a date of HTTP");
    let id = made.ok()["Id"].as_str().expect("an id").to_owned();
    let created = run(&sim, &id)["CreateTime"].as_u64().expect("a time");
    let date = date.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    assert!((2..=4).contains(&(date - created / 1000)), "{date} {created}");
}

#[test]
fn an_answer_is_about_another_id() {
    let world = with_runs(2)
        .file(File::new(1, "a.sql"))
        .file(File::new(2, "b.sql"))
        .package(PastPackage::new(31, 1, PackagePlan::succeeding()))
        .package(PastPackage::new(32, 2, PackagePlan::failing("no")))
        .fault("GetPipelineRun", 1, Fault::about("run-1"))
        .fault("ListPipelineRunItems", 1, Fault::about("gone"))
        .fault("GetFile", 1, Fault::about("2"))
        .fault("GetDeployment", 1, Fault::about("32"));
    let sim = Simulator::start(world);
    assert_eq!(run(&sim, "run-0")["Id"], "run-1");
    assert_eq!(run(&sim, "run-0")["Id"], "run-0");
    let items = get(V, "ListPipelineRunItems", &[("PipelineRunId", "run-0"), PROJECT]);
    assert_eq!(items.send(&sim).status, 400);
    let file = old("GetFile", &[("FileId", "1")]).send(&sim).ok();
    assert_eq!(file["Data"]["File"]["FileId"], 2);
    let package = old("GetDeployment", &[("DeploymentId", "31")]).send(&sim).ok();
    assert_eq!(package["Data"]["DeployedItems"][0]["FileId"], 2);
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[test]
fn texts_hold_half_an_emoji_and_bytes_of_gbk() {
    let stages = vec![Stage::build("B").lasting(ms(1)).saying(&format!("a{HALF_EMOJI}b{GBK}c"))];
    let sim = Simulator::start(World::new().object(Object::node("7001", "n").opening(ms(1)).online(stages)));
    let form = [("ObjectIds", r#"["7001"]"#), PROJECT, ("Type", "Online")];
    let id = post(V, "CreatePipelineRun", &form).send(&sim).ok()["Id"].as_str().expect("an id").to_owned();
    let raw = || get(V, "GetPipelineRun", &[("Id", &id), PROJECT]).try_raw(&sim).expect("an answer");
    until("a broken text", || contains(&raw(), b"a\\ud83db\xd6\xd0\xb9\xfac"));
    let all = Simulator::start(with_runs(1).lie(Lie::BrokenTexts));
    let raw = get(V, "GetPipelineRun", &[("Id", "run-0"), PROJECT]).try_raw(&all).expect("an answer");
    assert!(contains(&raw, b"\"Description\":\"why\\ud83d\xd6\xd0\xb9\xfa\""), "{}", String::from_utf8_lossy(&raw));
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_status_is_no_number_and_no_word() {
    let plan =
        PackagePlan::succeeding().lasting(ms(0)).reading(json!(1.0)).item_reading(json!([2])).check_reading(json!(7.0));
    let item = Item::new("7001", "ods_orders", "Node").reading(json!(2.0));
    let world = World::new()
        .object(Object::node("7001", "ods_orders").items(vec![item]))
        .run(PastRun::new("run-0", "7001").ended("Success"))
        .file(File::new(1, "a.sql"))
        .package(PastPackage::new(31, 1, plan));
    let sim = Simulator::start(world);
    let package = old("GetDeployment", &[("DeploymentId", "31")]).send(&sim).ok();
    assert_eq!(package["Data"]["Deployment"]["Status"].to_string(), "1.0");
    assert_eq!(package["Data"]["Deployment"]["CheckingStatus"].to_string(), "7.0");
    assert_eq!(package["Data"]["DeployedItems"][0]["Status"], json!([2]));
    let items = get(V, "ListPipelineRunItems", &[("PipelineRunId", "run-0"), PROJECT]).send(&sim).ok();
    assert_eq!(items["PagingInfo"]["PipelineRunItems"][0]["Status"].to_string(), "2.0");
}

#[test]
fn a_run_of_three_thousand_stages_and_an_answer_of_eight_mebibytes() {
    let stages = (0..3000).map(|nth| Stage::check(&format!("C{nth}")).lasting(ms(1)).lag(ms(1)));
    let object = Object::node("7001", "n").online(stages.collect());
    let padded = Fault::Padded(8 << 20);
    let world = World::new().object(object).run(PastRun::new("run-0", "7001").done(2999));
    let sim = Simulator::start(world.fault("GetPipelineRun", 2, padded));
    let start = std::time::Instant::now();
    assert_eq!(run(&sim, "run-0")["Stages"].as_array().map(Vec::len), Some(3000));
    assert!(start.elapsed() < ms(5000), "{:?}", start.elapsed());
    let big = get(V, "GetPipelineRun", &[("Id", "run-0"), PROJECT]).send(&sim);
    assert!(big.head.contains("Content-Length: 8388608\r\n"), "{}", big.head);
    assert_eq!(big.ok()["Pipeline"]["Id"], "run-0");
}

#[test]
fn what_was_signed_comes_back_in_another_spelling() {
    let sim = Simulator::start(World::new().fault_each("GetProject", Fault::Echo));
    let ask = || get(V, "GetProject", &[("Id", "10000")]);
    let raw = String::from_utf8(ask().try_raw(&sim).expect("an answer")).expect("UTF-8");
    assert!(raw.contains("Credential\\u003dLTAI5tSIMULATEDKEY000001") && !raw.contains("Signature="), "{raw}");
    let got = ask().send(&sim);
    assert!(got.body["Message"].as_str().is_some_and(|text| text.contains("Signature=")), "{}", got.body);
}

#[test]
fn fresh_keys_come_under_any_status() {
    for status in [203, 206, 502] {
        let world = World::new().role("acs:ram::1:role/r", None).fault("AssumeRole", 1, Fault::RealUnder(status, "<"));
        let sim = Simulator::start(world);
        let form = [("RoleArn", "acs:ram::1:role/r"), ("RoleSessionName", "s")];
        let got =
            form.into_iter().fold(post("2015-04-01", "AssumeRole", &[]), |ask, (n, v)| ask.query(n, v)).send(&sim);
        let text = got.body.as_str().expect("no JSON");
        assert!(got.status == status && text.starts_with("<{") && text.contains("assumedSecret"), "{text}");
    }
}

#[test]
fn a_stage_reads_init_long_after_its_exec() {
    let stages = vec![Stage::check("C").not_starting_by_itself().lag(ms(400))];
    let world = World::new().object(Object::node("7001", "n").online(stages).opening(ms(0)));
    let sim = Simulator::start(world.run(PastRun::new("run-0", "7001")));
    run(&sim, "run-0");
    let exec = post(V, "ExecPipelineRunStage", &[("Id", "run-0"), ("Code", "C")]).query(PROJECT.0, PROJECT.1);
    assert_eq!(exec.send(&sim).ok()["Success"], true);
    assert_eq!(run(&sim, "run-0")["Stages"][0]["Status"], "Init");
    until("it starts", || run(&sim, "run-0")["Stages"][0]["Status"] != "Init");
}

#[test]
fn descriptions_are_missing_in_lists_alone() {
    let sim = Simulator::start(with_runs(1).descriptions_not_listed());
    assert_eq!(list(&sim, "10", "1")["PipelineRuns"][0].get("Description"), None);
    assert_eq!(run(&sim, "run-0")["Description"], "why");
}

#[test]
fn two_runs_of_one_description_are_made_at_one_moment() {
    let sim = Simulator::start(with_runs(0).twin_of_the_first_run());
    let form = [("ObjectIds", r#"["7001"]"#), PROJECT, ("Type", "Online"), ("Description", "mark")];
    post(V, "CreatePipelineRun", &form).send(&sim).ok();
    post(V, "CreatePipelineRun", &form).send(&sim).ok();
    let listed = list(&sim, "10", "1");
    let runs = listed["PipelineRuns"].as_array().expect("runs");
    assert_eq!(
        (runs.len(), &runs[2]["CreateTime"], &runs[2]["Description"]),
        (3, &runs[1]["CreateTime"], &json!("mark"))
    );
    assert_ne!(runs[1]["Creator"], runs[2]["Creator"]);
}

#[test]
fn a_file_was_edited_since_or_never_committed() {
    let sim = Simulator::start(World::new().file(File::new(1, "a").edited()).file(File::new(2, "b").never_committed()));
    let file = |id| old("GetFile", &[("FileId", id)]).send(&sim).ok()["Data"]["File"].take();
    assert_eq!((&file("1")["CommitStatus"], &file("1")["CurrentVersion"]), (&json!(0), &json!(1)));
    assert_eq!((&file("2")["CommitStatus"], &file("2")["CurrentVersion"]), (&json!(0), &json!(0)));
    let deployed = |id| old("DeployFile", &[("FileId", id)]).send(&sim).ok()["Success"].take();
    assert_eq!((deployed("1"), deployed("2")), (json!(true), json!(false)));
}

#[test]
fn an_offline_run_without_a_delete_stage_leaves_the_object_there() {
    let stages = vec![
        Stage::check("PROD_CHECK").lasting(ms(1)),
        Stage::offline("PROD").starting_by_itself_after(ms(1)).lasting(ms(1)),
    ];
    let sim = Simulator::start(World::new().object(Object::node("7001", "n").opening(ms(1)).offline(stages)));
    let form = [("ObjectIds", r#"["7001"]"#), PROJECT, ("Type", "Offline")];
    post(V, "CreatePipelineRun", &form).send(&sim).ok();
    until("the run's end", || sim.runs()[0].status == "Success");
    assert_eq!(sim.deleted(), Vec::<String>::new());
    assert_eq!(get(V, "GetNode", &[("Id", "7001"), PROJECT]).send(&sim).status, 200);
}
