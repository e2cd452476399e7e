//! action.yml, the README and the binary say the same of inputs, outputs and exit codes.

use super::{spoken, tree};

#[test]
fn the_action_has_the_inputs_of_the_binary() {
    let wanted: Vec<(String, String)> = spoken::inputs().into_iter().map(|input| (input.name, input.help)).collect();
    let got = action("inputs");
    if got != wanted {
        // Shown by the failing test, to be pasted.
        println!("inputs:");
        wanted.iter().for_each(|(name, help)| println!("  {name}:\n    description: {}", serde_json::json!(help)));
    }
    same("inputs of action.yml", &got, &wanted);
}

#[test]
fn the_action_has_the_outputs_of_the_binary() {
    let names: Vec<String> = action("outputs").into_iter().map(|(name, _)| name).collect();
    same("outputs of action.yml", &names, &spoken::outputs());
}

#[test]
fn the_action_has_no_defaults_and_needs_nothing() {
    let text = tree::read("action.yml");
    let said = |line: &&str| line.trim().starts_with("default:") || line.trim().starts_with("required:");
    assert_eq!(text.lines().find(said), None, "defaults and needs are the binary's to know");
}

#[test]
fn the_readme_has_the_inputs_of_the_binary_under_their_headings() {
    let mut wanted = Vec::new();
    for input in spoken::inputs() {
        let default = if input.default.is_empty() { String::new() } else { format!("`{}`", input.default) };
        wanted.push([input.section, format!("`{}`", input.name), default].join(" | "));
    }
    let rows = rows("Inputs").into_iter().map(|Row { heading, cells }| {
        let [name, default, _] = cells.as_slice() else { panic!("three cells are wanted: {cells:?}") };
        [heading, name.clone(), default.clone()].join(" | ")
    });
    same("inputs of the README", &rows.collect::<Vec<_>>(), &wanted);
}

#[test]
fn the_readme_has_the_outputs_of_the_binary() {
    let names: Vec<String> = rows("Outputs").into_iter().map(|row| row.cells[0].replace('`', "")).collect();
    same("outputs of the README", &names, &spoken::outputs());
}

#[test]
fn the_readme_has_the_exit_codes_of_the_binary() {
    let codes = rows("Exit codes").into_iter().flat_map(|row| {
        let codes = row.cells[0].split(", ").map(|code| code.replace('`', "").parse().expect("an exit code"));
        codes.collect::<Vec<u8>>()
    });
    same("exit codes of the README", &codes.collect::<Vec<_>>(), &spoken::exit_codes());
}

#[track_caller]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &[T], wanted: &[T]) {
    for (nth, wanted) in wanted.iter().enumerate() {
        assert_eq!(got.get(nth), Some(wanted), "{what}: left is written there, right is what the binary says");
    }
    assert_eq!(got.get(wanted.len()), None, "{what}: the binary does not have this one");
}

/// The names and descriptions of a section of action.yml. Each description is a JSON string, which is YAML too.
fn action(section: &str) -> Vec<(String, String)> {
    let text = tree::read("action.yml");
    let inside = text.lines().skip_while(|line| *line != format!("{section}:")).skip(1);
    let lines: Vec<&str> = inside.take_while(|line| line.starts_with("  ")).collect();
    assert!(!lines.is_empty(), "action.yml has no {section}");
    let pair = |pair: &[&str]| {
        let [name, description] = pair else { panic!("a name without a description: {pair:?}") };
        let description = description.strip_prefix("    description: ").expect(description);
        let name = name.trim().strip_suffix(':').expect(name);
        (name.to_owned(), serde_json::from_str(description).expect(description))
    };
    lines.chunks(2).map(pair).collect()
}

struct Row {
    heading: String,
    cells: Vec<String>,
}

/// The rows of the tables in a chapter of the README, without the heads of the tables.
fn rows(chapter: &str) -> Vec<Row> {
    let text = tree::read("README.md");
    let inside = text.lines().skip_while(|line| *line != format!("## {chapter}")).skip(1);
    let (mut rows, mut heading, mut is_body) = (Vec::new(), String::new(), false);
    for line in inside.take_while(|line| !line.starts_with("## ")) {
        if let Some(title) = line.strip_prefix("### ") {
            title.clone_into(&mut heading);
        }
        let row = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
        let Some(row) = row else {
            is_body = false;
            continue;
        };
        if row.starts_with("---") {
            is_body = true;
        } else if is_body {
            let cells = row.split('|').map(|cell| cell.trim().to_owned()).collect();
            rows.push(Row { heading: heading.clone(), cells });
        }
    }
    assert!(!rows.is_empty(), "the README has no table under `## {chapter}`");
    rows
}
