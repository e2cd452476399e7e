//! What holds for any repository: reading never panics, a value stays one text, the work is linear.

use fastrand::Rng;
use serde_json::Value;

use crate::{
    model::secret::Secret,
    source::repository::{
        error::Findings,
        properties::{Overrides, Scope, Values},
        render::{Piece, Renderer, pieces},
        work,
    },
};

use super::*;

/// Pieces of which files are made: what means something here, broken and whole.
const PIECES: [&str; 30] = [
    "${",
    "}",
    "$",
    "{",
    "[",
    "]",
    "\"",
    "\\",
    ":",
    ",",
    "\r\n",
    "\n",
    "\u{feff}",
    "列",
    "\u{0}",
    "k",
    "=",
    "#",
    "${k}",
    "${spec.x}",
    "${projectIdentifier}",
    "\"kind\":\"Node\"",
    "\"kind\":\"CycleWorkflow\"",
    "\"spec\":",
    "\"nodes\":",
    "\"name\":\"a\"",
    "\"outputs\":{\"nodeOutputs\":[{\"data\":\"${k}\"}]}",
    "null",
    "-1e999",
    "\\ud800",
];
const NAMES: [&str; 12] = [
    "a.spec.json",
    "b.spec.json",
    ".spec.json",
    "a.sql",
    "dataworks.properties",
    "README.md",
    "x",
    "..",
    ".",
    "",
    "LICENSE",
    "DATAWORKS_SYSTEM_CONFIG",
];

fn text(rng: &mut Rng) -> String {
    (0..rng.usize(..12)).map(|_| *rng.choice(PIECES.iter()).unwrap()).collect()
}

fn entry(rng: &mut Rng) -> Entry {
    match rng.u8(..16) {
        0 => Entry::LinkOut,
        1 => Entry::LinkAgain,
        2 => Entry::TooLarge,
        3 => Entry::Unreadable(text(rng)),
        4 => Entry::file((0..8).map(|_| rng.u8(..)).collect::<Vec<_>>()),
        5..9 => Entry::file(if rng.bool() { node("a") } else { workflow("a") }),
        _ => Entry::file(text(rng)),
    }
}

/// A folder that is often good, and often broken in a few places.
fn folder(rng: &mut Rng) -> Tree {
    let mut tree = Tree::new(rng.choice(["a", "a/b", ".", "/", ""]).unwrap());
    for name in ["n", "m", "w"].into_iter().filter(|_| rng.bool()) {
        let spec = if name == "w" { workflow(name) } else { node(name) };
        tree.insert(&format!("{name}/{name}.spec.json"), Entry::file(spec));
    }
    for _ in 0..rng.usize(..4) {
        let folders: String = (0..rng.usize(..3)).map(|_| *rng.choice(&["n/", "w/", "x/", "../"]).unwrap()).collect();
        let entry = entry(rng);
        tree.insert(&(folders + rng.choice(NAMES.iter()).unwrap()), entry);
    }
    tree
}

#[test]
fn reading_any_folder_with_any_inputs_ends_without_a_panic() {
    let (mut refused, mut accepted) = (0, 0);
    for seed in 0..5_000 {
        let mut rng = Rng::with_seed(seed);
        let trees: Vec<Tree> = (0..rng.usize(..3)).map(|_| folder(&mut rng)).collect();
        let (plain, secret) = (text(&mut rng), Secret::new(text(&mut rng)));
        let inputs = Inputs { properties: Some(&plain), secret_properties: Some(&secret), project: None };
        let inputs = if rng.u8(..4) == 0 { inputs } else { Inputs::default() };
        match read(trees, &inputs, false, &mut |_| Ok(b"k=v\n".to_vec())) {
            Ok(repository) => {
                accepted += 1;
                assert!(!repository.objects.is_empty());
            }
            Err(errors) => {
                refused += 1;
                assert!(errors.iter().all(|error| error.line > 0 && error.column > 0 && !error.message.is_empty()));
                assert!(!errors.is_empty());
            }
        }
    }
    assert!(refused > 500 && accepted > 500, "{refused} and {accepted}: both must be seen often");
}

#[test]
fn any_value_stays_one_text_of_the_spec() {
    const HOSTILE: [&str; 12] = ["\"", "\\", "\n", "\r", "\u{0}", "\u{2028}", "}", "{", "]", ",", "${k}", "列"];
    let none = Scope::default();
    for seed in 0..5_000 {
        let mut rng = Rng::with_seed(seed);
        let value: String = (0..rng.usize(1..9)).map(|_| *rng.choice(HOSTILE.iter()).unwrap()).collect();
        let value = format!("<{value}>");
        let given = serde_json::to_string(&[format!("k={value}")]).unwrap();
        let inputs = Inputs { properties: Some(&given), ..Inputs::default() };
        let overrides = Overrides::read(&inputs, &mut |_| unreachable!(), &mut Findings::default());
        let template: Value = serde_json::from_str(r#"{"a":["x${k}y"],"b":1}"#).unwrap();
        let rendered = Renderer::new(Values { overrides: &overrides, scope: &none }, usize::MAX).json(template);
        assert_eq!(rendered, serde_json::json!({"a": [format!("x{value}y")], "b": 1}), "seed {seed}");
        let sent: Value = serde_json::from_str(&rendered.to_string()).unwrap();
        assert_eq!(sent, rendered, "seed {seed}");
    }
}

#[test]
fn the_parts_of_a_template_put_together_are_the_template() {
    for seed in 0..5_000 {
        let mut rng = Rng::with_seed(seed);
        let template = text(&mut rng);
        let (overrides, scope) = (Overrides::default(), Scope::default());
        let mut renderer = Renderer::new(Values { overrides: &overrides, scope: &scope }, usize::MAX);
        assert_eq!(renderer.text(&template), template, "without values nothing changes; seed {seed}");
        for piece in pieces(&template) {
            if let Piece::Placeholder { offset, key } = piece {
                let there = template.get(offset..).unwrap();
                assert!(there.starts_with(&format!("${{{key}}}")), "seed {seed}");
            }
        }
    }
}

#[test]
fn values_that_would_fill_the_memory_are_refused() {
    let spec = node("a");
    let value = format!("k={}", "x".repeat(1024 * 1024));
    let code = "${k}".repeat(1000);
    let said = mistakes(&[("a/a.spec.json", &spec), ("a/a.sql", &code), ("dataworks.properties", &value)]);
    let message = "with this file, the values of all placeholders are larger than 256 MiB together";
    assert_eq!(said, [format!("warehouse/a/a.sql:1:1: {message}")]);
}

/// The steps that a repository of so many objects costs.
fn steps_of(objects: usize, inputs: &Inputs, files: impl Fn(usize) -> Vec<(String, String)>) -> usize {
    let mut tree = Tree::new("warehouse");
    for nth in 0..objects {
        for (path, text) in files(nth) {
            assert!(tree.insert(&path, Entry::file(text)));
        }
    }
    let before = work::steps();
    let repository = read(vec![tree], inputs, false, &mut |_| unreachable!()).unwrap();
    assert_eq!(repository.objects.len(), objects);
    work::steps() - before
}

#[test]
fn ten_thousand_objects_are_read_in_work_that_is_linear_in_their_number() {
    let files = |nth: usize| {
        let name = format!("n{nth}");
        let outputs =
            format!(r#","outputs":{{"nodeOutputs":[{{"data":"p.{name}"}}]}},"x":"${{given}} ${{own}} ${{top}}""#);
        let depends = format!(r#"],"flow":[{{"depends":[{{"output":"p.n{}"}}]}}]}}}}"#, nth.saturating_sub(1).min(nth));
        let spec = node_with(&name, &outputs);
        let spec = if nth == 0 { spec } else { spec.strip_suffix("]}}").unwrap().to_owned() + &depends };
        let folder = format!("d{}/{name}", nth % 100);
        vec![
            (format!("{folder}/{name}.spec.json"), spec),
            (format!("{folder}/{name}.sql"), "select ${given} ${own} ${top}, ${bizdate};\n".to_owned()),
            (format!("{folder}/dataworks.properties"), "own=1\n".to_owned()),
        ]
    };
    let given = Inputs { properties: Some("given=1"), ..Inputs::default() };
    let (small, large) = (steps_of(1_000, &given, files), steps_of(10_000, &given, files));
    assert!(small > 10_000, "the count sees the work: {small}");
    assert!(large < small * 11, "ten times the objects cost {large} steps after {small}");
}

#[test]
fn a_workflow_of_ten_thousand_nodes_costs_as_much_a_node_as_a_small_one() {
    let files = |nth: usize| {
        let (name, spec) =
            if nth == 0 { ("w".to_owned(), workflow("w")) } else { (format!("n{nth}"), node(&format!("n{nth}"))) };
        let folder = if nth == 0 { "w".to_owned() } else { format!("w/{name}") };
        vec![(format!("{folder}/{name}.spec.json"), spec)]
    };
    let (small, large) = (steps_of(1_000, &Inputs::default(), files), steps_of(10_000, &Inputs::default(), files));
    assert!(small > 3_000 && large < small * 11, "ten times the nodes cost {large} steps after {small}");
}
