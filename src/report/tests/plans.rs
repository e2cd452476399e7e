//! Plans of each kind as the reports lay them out: every state, hostile texts, secrets, and more than fits.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::samples;
use crate::{
    config::ci::Ci,
    model::{duration::Elapsed, options::OnDrift, secret::Secret, status::Status},
    report::{
        escape, json, junit,
        log::Log,
        outputs,
        plan::PlanReport,
        reasons,
        step::{Context, Report},
        summary::summary,
    },
    source::{
        plan::change::{Action, ChangeSet, Conflict, Drift, Found, Note, Row, State, UnitPlan},
        repository::desired::{Key, ObjectKind},
        spec::compare::FieldDifference,
    },
};

const SECRET: &str = "hunter2-of-the-warehouse";

fn field(path: &str, from: Value, to: Value) -> FieldDifference {
    let there = |value: Value| Some(value).filter(|value| !value.is_null());
    FieldDifference { path: path.into(), from: there(from), to: there(to) }
}

fn unit(path: &str, state: State, fields: Vec<FieldDifference>) -> UnitPlan {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let key = Key { workflow: None, kind: ObjectKind::Node, name };
    let id = (state != State::Create).then(|| "7001".to_owned());
    let row = Row { key: key.clone(), path: Some(path.into()), id: id.clone(), state, fields, notes: Vec::new() };
    UnitPlan {
        key,
        path: path.into(),
        id,
        src: String::new(),
        now: None,
        rows: vec![row],
        action: match state {
            State::Create | State::Update => Action::Write,
            State::Drift => Action::Leave,
            State::Unchanged | State::Extra => Action::Nothing,
        },
        parents: Vec::new(),
        drift: (state == State::Drift).then_some(Drift::Edited),
        is_contested: false,
        notes: Vec::new(),
    }
}

/// Every state, with a text of the service or of a file wherever there is one.
fn changes(text: &str) -> ChangeSet {
    let code = |line: &str| Value::from(format!("select 1;\nset pw='{line}';\n{text}\nselect 2;\n"));
    let cron = field("trigger.cron", json!("00 30 02 * * ?"), json!("00 00 03 * * ?"));
    let mut workflow = unit("my_etl", State::Unchanged, Vec::new());
    workflow.key.kind = ObjectKind::Workflow;
    workflow.rows[0].key = workflow.key.clone();
    let key = Key { workflow: Some("my_etl".into()), kind: ObjectKind::Node, name: format!("old {text}") };
    let extra = Row {
        key,
        path: None,
        id: Some("7009".into()),
        state: State::Extra,
        fields: Vec::new(),
        notes: vec![Note::DeployedAsItStands],
    };
    workflow.rows.push(extra);
    let mut drifted = unit(
        "dws/drifted",
        State::Drift,
        vec![
            field("script.content", code("was-before"), code(SECRET)),
            field("description", text.into(), json!("ours")),
        ],
    );
    drifted.notes = vec![Note::EditedBy(format!("mei {text}"))];
    let mut updated = unit("dws/load", State::Update, vec![field("script.content", code("x"), code("y")), cron]);
    updated.notes = vec![Note::RollsBack { run: "run-17".into() }];
    let created = unit("dws/new", State::Create, vec![field("script.content", Value::Null, code(SECRET))]);
    let units = vec![created, updated, drifted, workflow];
    ChangeSet { units, circles: vec![vec!["a".into(), text.into()]], ..ChangeSet::default() }
}

fn report(changes: &ChangeSet, is_dry_run: bool) -> Report {
    let secret = Secret::new(SECRET);
    let plan = PlanReport::new("source warehouse".into(), changes, [&secret], is_dry_run);
    let sample = samples::success();
    Report { plan: Some(plan), targets: Vec::new(), about: Context { ..sample.about }, ..sample }
}

/// A dry run that found every state.
pub fn dry_run() -> Report {
    report(&changes("-- 上游"), true)
}

/// Drift that this push would change: nothing is written.
pub fn drift() -> Report {
    let mut changes = changes("-- 上游");
    changes.units.iter_mut().for_each(|unit| unit.is_contested = unit.action == Action::Leave);
    report(&changes, false)
}

/// What no push can do.
pub fn conflicts() -> Report {
    let found = Found { id: "7001".into(), script_path: Some("业务流程/load".into()) };
    let conflict = Conflict::OutputTaken { path: "dws/new".into(), output: "ws.load".into(), found };
    report(&ChangeSet { conflicts: vec![conflict], ..changes("") }, false)
}

/// Every text means harm.
pub fn hostile() -> Report {
    report(&changes(&format!("{0}\n{0}", samples::HOSTILE.replace('\n', " "))), true)
}

fn on_github() -> Log {
    Log::new(Ci::GitHub, SystemTime::UNIX_EPOCH)
}

fn log(report: &Report) -> String {
    let plan = report.plan.as_ref().unwrap();
    on_github().plan(Elapsed::ZERO, plan, true).join("\n")
}

#[test]
fn the_log_counts_the_states_and_has_a_line_for_each_object_that_differs() {
    let report = dry_run();
    let lines = on_github().plan(Elapsed::ZERO, report.plan.as_ref().unwrap(), false);
    assert_eq!(
        lines.iter().map(|line| line.split_once("] ").unwrap().1).collect::<Vec<_>>(),
        [
            "plan: 1 to create, 1 to update, 1 unchanged, 1 drifted, 1 only in DataWorks",
            "drift node dws/drifted (7001): script.content, description; last edited by mei -- 上游; the edit may come from a job of this repository that stopped before it deployed",
            "update node dws/load (7001): script.content, trigger.cron; this push rolls back: the older pipeline run run-17 deployed exactly this text",
            "create node dws/new",
            "extra node my_etl/old -- 上游 (7009): it exists only in DataWorks; it is deployed with its workflow, unchanged",
        ]
    );
    assert!(log(&report).contains("    | -set pw='x';\n    | +set pw='y';\n"), "{}", log(&report));
}

#[test]
fn a_plan_decides_how_the_step_ends() {
    for (report, status) in [(dry_run(), Status::DryRun), (drift(), Status::Drift), (conflicts(), Status::Invalid)] {
        assert_eq!((report.status(), report.end().unwrap().status), (status, status));
    }
    let nothing = report(&ChangeSet::default(), false);
    assert_eq!((nothing.status(), nothing.plan.unwrap().rows.len()), (Status::Success, 0));
    let failed = Report { plan: dry_run().plan, ..samples::failed_check() };
    assert_eq!(failed.status(), Status::Failed, "what a target came to counts more");
    let overwrite = ChangeSet { on_drift: OnDrift::Overwrite, ..changes("") };
    assert_eq!(report(&overwrite, false).status(), Status::Success);
}

#[test]
fn the_summary_shows_the_code_whichever_field_comes_before_it() {
    let fields = vec![field("description", json!("a"), json!("b")), field("script.content", json!("x"), json!("y"))];
    let changes = ChangeSet { units: vec![unit("dws/n", State::Update, fields)], ..ChangeSet::default() };
    let text = summary(&report(&changes, true));
    assert!(
        text.contains("```diff\n--- dws/n (DataWorks)\n+++ dws/n (repository)\n@@ -1 +1 @@\n-x\n+y\n```\n"),
        "{text}"
    );
    assert!(text.contains("- description: \"a\" → \"b\"\n"), "{text}");
}

#[test]
fn that_a_push_rolls_back_is_told_although_the_workflow_itself_is_unchanged() {
    let mut workflow = unit("my_etl", State::Unchanged, Vec::new());
    workflow.notes = vec![Note::RollsBack { run: "run-17".into() }];
    workflow.rows.extend(unit("my_etl/load", State::Update, vec![field("timeout", json!(1), json!(2))]).rows);
    let report = report(&ChangeSet { units: vec![workflow], ..ChangeSet::default() }, true);
    let told = log(&report);
    assert_eq!(told.matches("this push rolls back").count(), 1, "{told}");
}

#[test]
fn what_was_never_ours_is_not_said_to_have_been_edited_since_this_repository_deployed_it() {
    let mut changes = changes("");
    let mut adopted = unit("dws/adopted", State::Drift, vec![field("description", json!("a"), json!("b"))]);
    adopted.drift = Some(Drift::NeverOurs);
    changes.units = vec![adopted];
    changes.units[0].is_contested = true;
    let report = report(&changes, false);
    let told = [summary(&report), json::document(&report), log(&report), junit::junit(&report)];
    assert!(told.iter().all(|text| !text.contains("since this repository deployed")), "{told:?}");
    assert!(reasons::message(report.end().unwrap()).contains("not known to have deployed it"));
}

#[test]
fn no_report_of_a_plan_shows_a_secret_or_what_stood_in_its_place() {
    for report in [dry_run(), drift(), hostile()] {
        let outputs: String = outputs::all(&report).into_iter().map(|(_, value)| value).collect();
        let texts = [summary(&report), json::document(&report), log(&report), outputs, format!("{report:?}")];
        for text in texts {
            assert!(!text.contains(SECRET) && !text.contains("was-before"), "{text}");
        }
        assert!(log(&report).contains("-set pw='***';"));
    }
}

#[test]
fn no_text_of_a_plan_is_a_command_a_table_or_a_fold() {
    let report = hostile();
    for line in log(&report).lines() {
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line:?}");
        assert!(!line.contains(['\u{1b}', '\u{202e}', '\u{0}']), "{line:?}");
    }
    let text = summary(&report);
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert_eq!(text.matches("<details>").count(), 4);
    assert!(text.lines().filter(|line| line.starts_with('|')).all(|line| line.matches('|').count() == 5), "{text}");
    let fences: Vec<&str> = text.lines().filter(|line| line.starts_with("```")).collect();
    assert_eq!(fences, ["````diff", "````", "````diff", "````", "````diff", "````"]);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{0}']));
}

#[test]
fn three_hundred_changed_nodes_stay_within_the_summary_and_it_says_what_is_left_out() {
    let code = |word: &str| Value::from((0..1_500).map(|at| format!("{word} {at}\n")).collect::<String>());
    let fields = vec![field("script.content", code("a"), code("b"))];
    let one = report(&ChangeSet { units: vec![unit("dws/n", State::Update, fields)], ..ChangeSet::default() }, true);
    let many = |count: usize| {
        let plan = one.plan.clone().unwrap();
        let rows = plan.rows.iter().cycle().take(count).cloned().collect();
        Report { plan: Some(PlanReport { rows, ..plan }), ..report(&ChangeSet::default(), true) }
    };
    let report = many(300);
    let text = summary(&report);
    assert!(text.len() <= 900 * 1024 && text.len() > 300 * 1024, "{}", text.len());
    assert_eq!(text.matches("<details>").count(), 300, "each has a part of its diff");
    assert_eq!(text.matches(" more lines\n").count(), 300);
    assert_eq!(text.matches("```").count(), 600);
    assert!(log(&report).lines().last().unwrap().contains("more objects are left out here"));
    let crowd = summary(&many(3_000));
    assert!(crowd.len() <= 900 * 1024 && crowd.contains("more objects are left out here"), "{}", crowd.len());
    let line = json::line(&report);
    let result = |line: &str| -> Value { serde_json::from_str(line).unwrap() };
    assert!(line.len() < 900 * 1024);
    assert_eq!([&"diff", &"replaced"].map(|name| result(&line)["plan"][7].get(name).cloned()), [None, None]);
    assert!(outputs::warning(&report).unwrap().contains("no diffs"));
    let whole: Value = serde_json::from_str(&json::document(&report)).unwrap();
    assert!(whole["plan"][299]["replaced"]["script.content"].as_str().unwrap().starts_with("a 0\n"));
    assert!(result(&json::line(&dry_run()))["plan"][1]["diff"].as_str().unwrap().starts_with("--- dws/load"));
    assert_eq!(outputs::warning(&dry_run()), None);
}

#[test]
fn a_line_of_code_keeps_its_blanks_and_shows_what_cannot_be_seen() {
    assert_eq!(escape::code("  a \t b"), "  a      b");
    assert_eq!(escape::code("a\u{202e}b\u{a0}\r"), "a\\u{202e}b\\u{a0}\\u{d}");
    assert_eq!(escape::code("##[error]x"), "## [error]x");
}
