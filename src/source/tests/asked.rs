//! The law between the comparison and the hash `src`: the same hash where two texts ask the same of every workspace.

use std::collections::BTreeSet;

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::source::{
    plan::unit::DesiredUnit,
    repository::desired::{Desired, Key, ObjectKind},
    spec::{compare::differences, outputs::Outputs, shape::Shape},
};

const ID: &str = "8600000000000000101";

/// The ways in which a part of a node may stand in a spec; `null` in front: not at all.
fn ways() -> Vec<(&'static str, Vec<Value>)> {
    let values = |list: Value| list.as_array().unwrap().clone();
    vec![
        ("/timeout", values(json!([null, 1, 1.0, 2, "1"]))),
        ("/recurrence", values(json!([null, "Normal", "Pause"]))),
        ("/metadata", values(json!([null, { "owner": "1" }, { "owner": "2" }]))),
        ("/script/metadata", values(json!([null, { "owner": "1" }]))),
        ("/script/id", values(json!([null, "1"]))),
        ("/script/path", values(json!([null, "a/b", "c/d"]))),
        (
            "/script/content",
            values(json!([
                null,
                "a\n",
                "a\r\n",
                "a",
                "a\n\n",
                "{\"a\":1,\"b\":[]}",
                "{ \"b\": [],\n\"a\": 1 }",
                "{\"a\":2}"
            ])),
        ),
        (
            "/script/parameters",
            values(json!([
                null, [], [{ "name": "a", "value": "1" }, { "name": "b" }],
                [{ "name": "b" }, { "name": "a", "id": "7", "value": "1" }], [{ "name": "a", "value": "2" }, { "name": "b" }],
                [{ "name": "a", "value": "1", "more": {} }, { "name": "b", "more": null }], [{ "value": "1" }, { "value": "2" }],
                [{ "value": "2" }, { "value": "1" }]
            ])),
        ),
        (
            "/trigger",
            values(json!([null, {}, { "id": "3" }, { "cron": "1" }, { "id": "4", "cron": "1" }, { "cron": "2" }])),
        ),
        ("/runtimeResource", values(json!([null, { "id": "3" }, { "resourceGroup": "g" }]))),
        ("/datasource/type", values(json!([null, "holo", "hologres", "odps"]))),
        ("/inputs", values(json!([null, { "nodeOutputs": [{ "data": "x" }] }]))),
        (
            "/outputs/nodeOutputs",
            values(json!([
                null, [], [{ "data": "x" }, { "data": "y" }], [{ "data": "y" }, { "data": "x" }],
                [{ "data": "y" }, { "data": ID, "refTableName": "t" }, { "data": "x" }], [{ "data": "x" }],
                [{ "data": "x", "isDefault": true }, { "data": "y" }]
            ])),
        ),
        (
            "/tags",
            values(json!([null, [], [1, 2], [1.0, 2], [2, 1], [{}], [{ "a": null }], [{ "a": {} }], [{ "a": 1 }]])),
        ),
        (
            "/-depends",
            values(json!([
                null, [], [{ "output": "x" }], [{ "type": "Normal", "output": "x" }],
                [{ "type": "CrossCycleDependsOnSelf", "output": "x" }], [{ "output": "y" }, { "output": "x" }],
                [{ "output": "x" }, { "type": "Normal", "output": "y" }], [{ "output": "x", "refTableName": "t" }]
            ])),
        ),
    ]
}

/// A node that has each part in one of its ways.
fn node(chosen: &[usize]) -> Value {
    let mut fields = json!({ "id": ID, "name": "load", "script": { "runtime": { "command": "ODPS_SQL" } } });
    let mut inside = Map::new();
    for ((pointer, ways), way) in ways().iter().zip(chosen) {
        let (outer, key) = pointer.rsplit_once('/').unwrap();
        match &ways[*way] {
            Value::Null => {}
            value if key == "-depends" => {
                inside.insert("flow".into(), json!([{ "nodeId": ID, "depends": value }]));
            }
            value => {
                let name = outer.trim_start_matches('/');
                let outer = if name.is_empty() { &mut fields } else { &mut fields[name] };
                outer[key] = value.clone();
            }
        }
    }
    inside.insert("nodes".into(), json!([fields]));
    json!({ "kind": "Node", "spec": inside })
}

fn src(spec: &Value) -> String {
    let key = Key { workflow: None, kind: ObjectKind::Node, name: "load".into() };
    DesiredUnit::group(&[Desired::new(key, "load".into(), spec.clone())]).remove(0).src
}

fn paths(here: &Value, there: &Value) -> BTreeSet<String> {
    let [here, there] = [here, there].map(|spec| Shape::of(spec, ObjectKind::Node).unwrap());
    let found = differences(ObjectKind::Node, &here, &there, &Outputs::default());
    found.into_iter().map(|field| field.path).collect()
}

/// Every workspace that has one part otherwise than this node.
fn beside(chosen: &[usize]) -> Vec<Value> {
    let each = |(nth, (_, ways)): (usize, (&str, Vec<Value>))| {
        let way = |way: usize| {
            let mut other = chosen.to_vec();
            other[nth] = way;
            node(&other)
        };
        (0..ways.len()).map(way).collect::<Vec<_>>()
    };
    ways().into_iter().enumerate().flat_map(each).collect()
}

/// A pair in which few parts differ, so that both kinds of pairs are seen often.
fn pair(rng: &mut Rng) -> (Vec<usize>, Vec<usize>) {
    let lengths: Vec<usize> = ways().iter().map(|(_, ways)| ways.len()).collect();
    let one: Vec<usize> = lengths.iter().map(|length| rng.usize(..*length)).collect();
    let mut other = one.clone();
    for _ in 0..rng.usize(1..3) {
        let nth = rng.usize(..lengths.len());
        other[nth] = rng.usize(..lengths[nth]);
    }
    (one, other)
}

#[test]
fn two_texts_have_one_hash_where_no_workspace_tells_them_apart_and_only_there() {
    let (mut same, mut different) = (0, 0);
    for seed in 0..150 {
        let (one, other) = pair(&mut Rng::with_seed(seed));
        let (here, there) = (node(&one), node(&other));
        let mut workspaces = beside(&one).into_iter().chain(beside(&other));
        if src(&here) == src(&there) {
            same += 1;
            for workspace in workspaces {
                let (one, other) = (paths(&here, &workspace), paths(&there, &workspace));
                assert_eq!(one, other, "seed {seed}: of one hash, and told apart by {workspace}: {here} and {there}");
            }
        } else {
            different += 1;
            let told = workspaces.any(|workspace| paths(&here, &workspace) != paths(&there, &workspace));
            assert!(told, "seed {seed}: {here} and {there} ask the same of every workspace");
        }
    }
    assert!(same > 25 && different > 25, "{same} and {different}: both must be seen often");
}
