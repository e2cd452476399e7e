//! An object does not differ from itself, whatever a file holds.

use serde_json::{Map, Value, json};

use crate::source::{
    repository::desired::ObjectKind,
    spec::{compare::differences, outputs::Outputs, shape::Shape},
};

const KEYS: [&str; 16] = [
    "name",
    "id",
    "script",
    "content",
    "parameters",
    "outputs",
    "inputs",
    "nodeOutputs",
    "data",
    "dependencies",
    "depends",
    "nodeId",
    "output",
    "type",
    "datasource",
    "trigger",
];

/// Any JSON of the fields that mean something.
fn any(random: &mut fastrand::Rng, depth: usize) -> Value {
    match random.usize(0..if depth == 0 { 5 } else { 9 }) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2 => json!(random.u8(0..3)),
        3 => json!(KEYS[random.usize(0..KEYS.len())]),
        4 => json!(format!("86043887262011300{}", random.u8(0..3))),
        5 | 6 => (0..random.usize(0..4)).map(|_| any(random, depth - 1)).collect(),
        _ => {
            let fields =
                (0..random.usize(0..5)).map(|_| (KEYS[random.usize(0..KEYS.len())].to_owned(), any(random, depth - 1)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
    }
}

#[test]
fn an_object_does_not_differ_from_itself() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..20_000 {
        let object = any(&mut random, 5);
        let spec =
            json!({ "spec": { "nodes": [object], "flow": any(&mut random, 3), "dependencies": any(&mut random, 4) } });
        let Some(shape) = Shape::of(&spec, ObjectKind::Node) else { continue };
        let found = differences(ObjectKind::Node, &shape, &shape, &Outputs::default());
        assert_eq!(found, [], "{spec}");
    }
}
