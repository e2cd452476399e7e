//! The planner over all its states: the state of a row, what is done with a unit, what stops a plan, and the order.

use crate::model::options::OnDrift;
use serde_json::json;

use super::world::{node, run, there, workflow, workflow_there, workspace};
use crate::source::plan::{
    change::{Action, ChangeSet, Drift, Note, State},
    decide::plan,
    remote::Base,
    runs::{Run, Runs},
    unit::DesiredUnit,
    workspace::Workspace,
};

const ALL: [OnDrift; 4] = [OnDrift::Fail, OnDrift::Strict, OnDrift::Skip, OnDrift::Overwrite];

fn states(set: &ChangeSet) -> Vec<(&str, State)> {
    set.units.iter().flat_map(|unit| &unit.rows).map(|row| (row.key.name.as_str(), row.state)).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    None,
    SameText,
    OtherText,
}

/// Every mix of the two witnesses: what differs, which text our newest marker has, whether its `now` is what was read,
/// and what its run deployed.
#[test]
fn the_state_of_a_row_over_all_witnesses() {
    use Mark::{OtherText, SameText};
    let ours = DesiredUnit::group(&[node(None, "a", "ours", &[])]);
    let base = |code: &str| {
        Base::of([json!({ "spec": { "nodes": [{ "id": "5", "script": { "content": code },
        "outputs": { "nodeOutputs": [{ "data": "ws.a" }] }, "name": "a" }], "flow": [] } })
        .to_string()
        .as_str()])
    };
    for (code, mark, is_now, deployed, state) in [
        ("ours", Mark::None, false, None, State::Unchanged),
        ("ours", OtherText, false, Some("old"), State::Unchanged),
        ("ours", OtherText, true, None, State::Unchanged),
        ("theirs", Mark::None, false, None, State::Drift),
        ("theirs", Mark::None, true, Some("theirs"), State::Drift),
        ("theirs", OtherText, false, None, State::Drift),
        ("theirs", OtherText, false, Some("old"), State::Drift),
        ("theirs", OtherText, false, Some("ours"), State::Drift),
        ("theirs", OtherText, true, None, State::Update),
        ("theirs", OtherText, true, Some("old"), State::Update),
        ("theirs", OtherText, false, Some("theirs"), State::Update),
        ("theirs", SameText, false, None, State::Drift),
        ("theirs", SameText, false, Some("ours"), State::Drift),
        ("theirs", SameText, true, None, State::Unchanged),
        ("theirs", SameText, false, Some("theirs"), State::Unchanged),
    ] {
        let mut unit = there("5", "a", code);
        unit.base = deployed.map(base).unwrap_or_default();
        let (src, now) = (
            if mark == SameText { &ours[0].src } else { "other" },
            if is_now { unit.now.clone() } else { "other".into() },
        );
        let runs = (mark != Mark::None).then(|| run(src, &now));
        unit.runs = Runs::new(runs.into_iter().collect());
        let set = plan(&ours, &workspace([unit]), OnDrift::Fail);
        let row = &set.units[0].rows[0];
        assert_eq!(row.state, state, "{code}, marker {src}, now {is_now}, deployed {deployed:?}");
        let drift = if mark == Mark::None { Drift::NeverOurs } else { Drift::Edited };
        assert_eq!(set.units[0].drift, (state == State::Drift).then_some(drift), "{code}, marker {src}");
        let kept = Note::ServiceKeeps(vec!["script.content".into()]);
        assert_eq!(row.notes.contains(&kept), state == State::Unchanged && code == "theirs");
    }
    assert_eq!(states(&plan(&ours, &Workspace::default(), OnDrift::Fail)), [("a", State::Create)]);
}

/// What each `on-drift` does with each mix of rows in one unit; `contested`: the repository's text is another than it deployed.
#[test]
fn what_is_done_with_a_unit_over_every_on_drift() {
    use Action::{Leave, Nothing, Write};
    for (rows, contested, actions, blocked) in [
        (&[State::Unchanged][..], true, [Nothing; 4], [false; 4]),
        (&[State::Unchanged, State::Extra], true, [Nothing; 4], [false; 4]),
        (&[State::Unchanged, State::Create], true, [Write; 4], [false; 4]),
        (&[State::Create, State::Extra], true, [Write; 4], [false; 4]),
        (&[State::Drift], true, [Leave, Leave, Leave, Write], [true, true, false, false]),
        (&[State::Drift], false, [Leave, Leave, Leave, Write], [false, true, false, false]),
        (&[State::Drift, State::Create], true, [Leave, Leave, Leave, Write], [true, true, false, false]),
        (
            &[State::Drift, State::Unchanged, State::Extra],
            false,
            [Leave, Leave, Leave, Write],
            [false, true, false, false],
        ),
    ] {
        let (mut desired, mut nodes) = (vec![workflow("w")], Vec::new());
        for (at, state) in rows.iter().enumerate() {
            let (id, name) = (["10", "11", "12"][at], ["a", "b", "c"][at]);
            if *state != State::Extra {
                desired.push(node(Some("w"), name, "ours", &[]));
            }
            if *state != State::Create {
                nodes.push((id, name, if *state == State::Drift { "theirs" } else { "ours" }));
            }
        }
        let units = DesiredUnit::group(&desired);
        let mut unit = workflow_there("w", &nodes);
        let now = if rows.contains(&State::Drift) { "another".to_owned() } else { unit.now.clone() };
        unit.runs = Runs::new(vec![run(if contested { "another" } else { &units[0].src }, &now)]);
        for ((on_drift, action), blocked) in ALL.into_iter().zip(actions).zip(blocked) {
            let set = plan(&units, &workspace([unit.clone()]), on_drift);
            let found: Vec<State> = set.units[0].rows.iter().skip(1).map(|row| row.state).collect();
            assert_eq!(found, rows, "the rows of the test itself");
            assert_eq!((set.units[0].action, set.is_blocked()), (action, blocked), "{rows:?} {contested} {on_drift:?}");
            let written: Vec<State> = set.writes().map(|(_, row)| row.state).collect();
            let expected: Vec<State> =
                rows.iter().copied().filter(|state| [State::Create, State::Drift].contains(state)).collect();
            assert_eq!(
                written,
                if action == Write && !blocked { expected } else { Vec::new() },
                "{rows:?} {on_drift:?}"
            );
            assert_eq!(set.deploys().count(), usize::from(action == Write && !blocked));
        }
    }
}

#[test]
fn what_is_only_owed_is_deployed_and_not_written() {
    let ours = DesiredUnit::group(&[node(None, "a", "ours", &[])]);
    let mut unit = there("5", "a", "ours");
    unit.runs = Runs::new(vec![run("an older text", "x")]);
    let set = plan(&ours, &workspace([unit]), OnDrift::Fail);
    assert_eq!((set.units[0].action, set.writes().count(), set.deploys().count()), (Action::Deploy, 0, 1));
    let left = DesiredUnit::group(&[node(None, "a", "another", &[])]);
    let set = plan(&left, &workspace([there("5", "a", "ours")]), OnDrift::Skip);
    assert_eq!((set.units[0].action, set.deploys().count()), (Action::Leave, 0), "what is left is not deployed either");
    assert_eq!(set.units[0].drift, Some(Drift::NeverOurs));
}

#[test]
fn one_contested_unit_stops_all_others_under_fail_and_none_under_skip() {
    let desired = DesiredUnit::group(&[node(None, "a", "ours", &[]), node(None, "b", "ours", &[])]);
    let workspace = workspace([there("5", "a", "theirs")]);
    assert_eq!(states(&plan(&desired, &workspace, OnDrift::Fail)), [("a", State::Drift), ("b", State::Create)]);
    assert_eq!(plan(&desired, &workspace, OnDrift::Fail).writes().count(), 0);
    assert_eq!(plan(&desired, &workspace, OnDrift::Skip).writes().count(), 1);
    let set = plan(&desired, &workspace, OnDrift::Overwrite);
    assert_eq!(set.writes().count(), 2);
    assert_eq!(
        set.units[0].rows[0].fields.iter().map(|field| (field.path.as_str(), field.from.as_ref())).collect::<Vec<_>>(),
        [("script.content", Some(&json!("theirs")))]
    );
    assert_eq!((set.count(State::Create), set.count(State::Drift), set.count(State::Update)), (1, 1, 0));
}

#[test]
fn units_go_parents_first_and_a_circle_is_told_and_goes_by_path() {
    let desired = DesiredUnit::group(&[
        node(None, "a", "", &["ws.d"]),
        node(None, "b", "", &["ws.c"]),
        node(None, "c", "", &["ws.b", "ws_root"]),
        node(None, "d", "", &["8600000000000000777"]),
        workflow("w"),
        node(Some("w"), "last", "", &["ws.a", "ws.first"]),
        node(Some("w"), "first", "", &[]),
        node(None, "z", "", &[]),
    ]);
    let by_id = there("8600000000000000777", "z", "");
    let set = plan(&desired, &workspace([by_id]), OnDrift::Fail);
    let paths: Vec<&str> = set.units.iter().map(|unit| unit.path.as_str()).collect();
    assert_eq!(paths, ["z", "d", "a", "b", "c", "w"]);
    assert_eq!(set.circles, [["b", "c"]]);
    assert_eq!(set.units[2].parents, [1], "by its place in the plan");
    let rows: Vec<&str> = set.units[5].rows.iter().map(|row| row.key.name.as_str()).collect();
    assert_eq!(rows, ["w", "first", "last"], "a workflow before its nodes, and parents first");
}

#[test]
fn notes_that_do_not_change_the_state() {
    let mut desired = node(None, "a", "ours", &[]);
    *desired.spec.pointer_mut("/spec/nodes/0/script/path").unwrap() = json!("elsewhere/a");
    let mut listing = workflow("w");
    *listing.spec.pointer_mut("/spec/workflows/0").unwrap() =
        json!({ "name": "w", "dependencies": [{ "nodeId": "x" }] });
    let units = DesiredUnit::group(&[desired, listing]);
    let mut unit = there("5", "a", "ours");
    let older = Run { created_ms: Some(1), id: "older".into(), ..run(&units[0].src, "x") };
    unit.runs = Runs::new(vec![run("newer", "x"), older]);
    let set = plan(&units, &workspace([unit, workflow_there("w", &[("7", "extra", "x")])]), OnDrift::Fail);
    assert_eq!(states(&set), [("a", State::Unchanged), ("w", State::Unchanged), ("extra", State::Extra)]);
    assert_eq!(set.units[0].rows[0].notes, [Note::ScriptPath { here: "elsewhere/a".into(), there: "a".into() }]);
    assert_eq!(set.units[0].notes, [Note::RollsBack { run: "older".into() }]);
    assert_eq!(set.units[1].rows[0].notes, [Note::EdgesOfWorkflow]);
    assert_eq!(set.units[1].rows[1].notes, [Note::DeployedAsItStands]);
}

#[test]
fn a_service_that_gives_no_description_back_is_told_once_and_what_differs_is_drift() {
    let silent = Run { written: None, has_description: false, ..run("", "") };
    let mut unit = there("5", "a", "theirs");
    unit.runs = Runs::new(vec![silent]);
    let set = plan(&DesiredUnit::group(&[node(None, "a", "ours", &[])]), &workspace([unit]), OnDrift::Fail);
    assert!(set.lacks_descriptions && set.is_blocked());
    assert!(!plan(&[], &Workspace::default(), OnDrift::Fail).lacks_descriptions);
}
