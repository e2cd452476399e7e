//! What no push can do is found before anything is written, and named with its id and place.

use crate::model::options::OnDrift;
use serde_json::json;

use super::world::{key, node, node_key, there, workflow, workflow_there, workspace};
use crate::source::{
    plan::{change::Conflict, decide::plan, unit::DesiredUnit, workspace::Listed, workspace::Workspace},
    repository::desired::ObjectKind,
};

#[test]
fn a_type_that_would_change_is_a_conflict_and_nothing_is_written() {
    let mut desired = node(None, "a", "ours", &[]);
    *desired.spec.pointer_mut("/spec/nodes/0/script/runtime/command").unwrap() = json!("HOLOGRES_SQL");
    let set = plan(&DesiredUnit::group(&[desired]), &workspace([there("5", "a", "ours")]), OnDrift::Overwrite);
    let [Conflict::Command { path, here, there: was, found }] = &set.conflicts[..] else {
        panic!("{:?}", set.conflicts)
    };
    assert_eq!((path.as_str(), here.as_str(), was.as_str(), found.id.as_str()), ("a", "HOLOGRES_SQL", "ODPS_SQL", "5"));
    assert_eq!((set.writes().count(), set.deploys().count()), (0, 0));
    let mut manual = workflow("w");
    manual.spec["kind"] = json!("ManualWorkflow");
    let set = plan(&DesiredUnit::group(&[manual]), &workspace([workflow_there("w", &[])]), OnDrift::Fail);
    assert!(matches!(&set.conflicts[..], [Conflict::Type { .. }]), "{:?}", set.conflicts);
}

#[test]
fn a_name_that_is_there_twice_is_a_conflict_with_both_places() {
    let listed = |id: &str, name: &str| {
        let script_path = Some(format!("{id}/{name}"));
        Listed {
            key: node_key(name),
            id: id.into(),
            script_path,
            outputs: vec![format!("ws.{name}")],
            created_ms: None,
            modified_ms: None,
        }
    };
    let workspace = Workspace {
        listed: vec![listed("5", "a"), listed("6", "a"), listed("7", "b"), listed("8", "b")],
        ..Workspace::default()
    };
    let set = plan(&DesiredUnit::group(&[node(None, "a", "ours", &[])]), &workspace, OnDrift::Fail);
    let [Conflict::Twice { found, .. }] = &set.conflicts[..] else { panic!("b is nobody's: {:?}", set.conflicts) };
    let paths: Vec<&str> = found.iter().filter_map(|found| found.script_path.as_deref()).collect();
    assert_eq!(paths, ["5/a", "6/a"]);
}

#[test]
fn a_node_that_a_workflow_has_twice_is_a_conflict_with_both_places() {
    let units = DesiredUnit::group(&[workflow("w"), node(Some("w"), "a", "ours", &[])]);
    let mut there = workflow_there("w", &[("6", "a", "theirs"), ("7", "a", "ours")]);
    let set = plan(&units, &workspace([there.clone()]), OnDrift::Overwrite);
    let [Conflict::Twice { path, found }] = &set.conflicts[..] else { panic!("{:?}", set.conflicts) };
    assert_eq!((path.as_str(), found.len()), ("w/a", 2));
    there.nodes.pop();
    assert_eq!(plan(&units, &workspace([there]), OnDrift::Overwrite).conflicts, []);
}

#[test]
fn an_output_of_another_node_is_a_conflict_of_what_would_be_created_alone() {
    let listed = Listed {
        key: key(Some("w"), ObjectKind::Node, "moved"),
        id: "9".into(),
        script_path: Some("w/moved".into()),
        outputs: vec!["ws.a".into()],
        created_ms: None,
        modified_ms: None,
    };
    let both = Workspace { listed: vec![listed], ..workspace([there("5", "b", "ours")]) };
    let desired = DesiredUnit::group(&[node(None, "a", "ours", &[]), node(None, "b", "ours", &[])]);
    let set = plan(&desired, &both, OnDrift::Overwrite);
    let [Conflict::OutputTaken { path, output, found }] = &set.conflicts[..] else { panic!("{:?}", set.conflicts) };
    assert_eq!(
        (path.as_str(), output.as_str(), found.id.as_str(), found.script_path.as_deref()),
        ("a", "ws.a", "9", Some("w/moved"))
    );
}
