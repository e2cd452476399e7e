//! What holds for any file beside any object: after an export a plan finds nothing, and what did not differ is untouched.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::*;

const TEXTS: [&str; 9] = ["a", "hunter2", "${k}", "v", "a\nb", "\"", "${bizdate}", "", "列"];
const KEYS: [&str; 5] = ["x", "y.z", "x y", "parameters", "${k}"];

fn text(rng: &mut Rng) -> &'static str {
    rng.choice(TEXTS).unwrap()
}

fn value(rng: &mut Rng, depth: usize) -> Value {
    match rng.u8(..if depth == 0 { 4 } else { 7 }) {
        0 => json!(rng.u8(..3)),
        1 => Value::Null,
        2 | 3 => text(rng).into(),
        4 => (0..rng.usize(..3)).map(|_| value(rng, depth - 1)).collect(),
        5 => (0..rng.usize(..3)).map(|_| json!({ "name": text(rng), "value": text(rng) })).collect(),
        _ => Value::Object(fields(rng, depth - 1)),
    }
}

fn fields(rng: &mut Rng, depth: usize) -> Map<String, Value> {
    (0..rng.usize(..4)).map(|_| ((*rng.choice(&KEYS).unwrap()).to_owned(), value(rng, depth))).collect()
}

fn edges(rng: &mut Rng) -> Value {
    (0..rng.usize(..4))
        .map(|_| json!({ "type": "Normal", "output": rng.choice(["ws.a", "ws.b", "ws.v", START]).unwrap() }))
        .collect()
}

fn outputs(rng: &mut Rng) -> Value {
    json!({ "nodeOutputs": (0..rng.usize(..3)).map(|nth| json!({ "data": format!("ws.{nth}"), "refTableName": text(rng) })).collect::<Vec<_>>() })
}

fn code(rng: &mut Rng) -> String {
    (0..rng.usize(..6)).map(|_| format!("{}{}", text(rng), rng.choice(["\n", "\r\n", ""]).unwrap())).collect()
}

/// A folder with one node in it, in some layout.
fn folder(rng: &mut Rng) -> Folder {
    let mut body = fields(rng, 2);
    body.insert("name".to_owned(), "load".into());
    body.insert("script".to_owned(), json!({ "runtime": { "command": "ODPS_SQL" }, "parameters": value(rng, 1) }));
    body.insert("outputs".to_owned(), outputs(rng));
    let key = *rng.choice(&["flow", "dependencies"]).unwrap();
    let depends = json!([{ "nodeId": "load", "depends": edges(rng) }]);
    let spec = json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [body], key: depends } });
    let spec = if rng.bool() { format!("{spec:#}\n") } else { spec.to_string() };
    Folder::of(&[("dataworks.properties", "k=v\n"), ("load/load.spec.json", &spec), ("load/load.sql", &code(rng))])
}

#[test]
fn after_an_export_of_any_object_over_any_file_nothing_differs() {
    let (mut written, mut refused) = (0, 0);
    for seed in 0..1_500 {
        let mut rng = Rng::with_seed(seed);
        let folder = if rng.u8(..4) == 0 { Folder::default() } else { folder(&mut rng) };
        let mut over = fields(&mut rng, 2);
        over.insert("outputs".to_owned(), outputs(&mut rng));
        let there = workspace([node("load", &code(&mut rng), &Value::Object(over), &edges(&mut rng))]);
        if folder.try_read().is_err() {
            continue;
        }
        if let Err(why) = folder.export(&there) {
            refused += 1;
            assert!(format!("{:?}", there.units).contains("${k}"), "seed {seed}: {why:?}");
            continue;
        }
        written += 1;
        let after = folder.after(&there);
        assert!(after.0.values().all(|text| !text.contains("hunter2")) || !folder.0.is_empty(), "seed {seed}");
    }
    assert!(written > 500, "{written} written, {refused} refused: most can be");
}
