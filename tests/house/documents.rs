//! action.yml, both READMEs and the binary say the same of inputs, outputs and exit codes.

use super::{examples, spoken, tree};

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
        wanted.push([input.section.clone(), format!("`{}`", input.name), default(&input)].join(" | "));
    }
    let rows = rows("README.md", "Inputs").into_iter().map(|Row { heading, cells }| {
        let [name, default, _] = cells.as_slice() else { panic!("three cells are wanted: {cells:?}") };
        [heading, name.clone(), default.clone()].join(" | ")
    });
    same("inputs of the README", &rows.collect::<Vec<_>>(), &wanted);
}

#[test]
fn the_chinese_readme_has_the_inputs_of_the_binary_in_as_many_tables() {
    let inputs = spoken::inputs();
    let wanted: Vec<String> = inputs.iter().map(|input| format!("`{}` | {}", input.name, default(input))).collect();
    let (mut got, mut headings) = (Vec::new(), Vec::new());
    for Row { heading, cells } in rows(CHINESE, "输入参数") {
        let [name, default, meaning] = cells.as_slice() else { panic!("three cells are wanted: {cells:?}") };
        assert!(!meaning.is_ascii(), "the meaning of {name} is not said in Chinese: {meaning}");
        got.push(format!("{name} | {default}"));
        headings.push(heading);
    }
    same("inputs of the Chinese README", &got, &wanted);
    // Where one table ends and the next begins, too.
    let breaks = |headings: Vec<&str>| -> Vec<bool> { headings.windows(2).map(|pair| pair[0] == pair[1]).collect() };
    let wanted = breaks(inputs.iter().map(|input| input.section.as_str()).collect());
    assert_eq!(breaks(headings.iter().map(String::as_str).collect()), wanted, "an input stands under another heading");
}

#[test]
fn both_readmes_have_the_outputs_of_the_binary() {
    for (document, chapter) in [("README.md", "Outputs"), (CHINESE, "输出")] {
        let names: Vec<String> = rows(document, chapter).into_iter().map(|row| row.cells[0].replace('`', "")).collect();
        same(&format!("outputs of {document}"), &names, &spoken::outputs());
    }
}

#[test]
fn both_readmes_have_the_exit_codes_of_the_binary() {
    for (document, chapter) in [("README.md", "Exit codes"), (CHINESE, "退出码")] {
        let codes = rows(document, chapter).into_iter().flat_map(|row| {
            let codes =
                row.cells[0].split([',', '、']).map(|code| code.replace('`', "").trim().parse().expect("a code"));
            codes.collect::<Vec<u8>>()
        });
        same(&format!("exit codes of {document}"), &codes.collect::<Vec<_>>(), &spoken::exit_codes());
    }
}

#[test]
fn both_readmes_have_the_same_examples() {
    let (english, chinese) = (examples("README.md"), examples(CHINESE));
    assert!(english.len() > 10, "the examples have another form now");
    same("examples of the Chinese README", &chinese, &english);
}

#[test]
fn every_variable_and_setting_of_an_example_is_an_input() {
    for document in ["README.md", CHINESE] {
        examples::know_no_other_inputs(document, &tree::read(document), &examples(document));
    }
}

#[test]
fn every_link_within_a_document_leads_somewhere() {
    for document in ["README.md", CHINESE, "CONTRIBUTING.md", "ARCHITECTURE.md"] {
        for link in tree::read(document).split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if path.starts_with("https://") {
                continue;
            }
            let path = if path.is_empty() { document } else { path };
            assert!(tree::has(path), "{document} links to {path}, which is not there");
            assert!(
                anchor.is_empty() || anchors(path).contains(&anchor.to_owned()),
                "{document}: #{anchor} leads nowhere"
            );
        }
    }
}

const CHINESE: &str = "README.zh-CN.md";

/// The cell of an input's default.
fn default(input: &spoken::Input) -> String {
    if input.default.is_empty() { String::new() } else { format!("`{}`", input.default) }
}

/// The blocks of code, each as a text without its comments.
fn examples(document: &str) -> Vec<String> {
    let text = tree::read(document);
    let blocks = text.split("\n```").skip(1).step_by(2).map(|block| {
        let plain = |line: &str| line.split(" # ").next().unwrap_or_default().trim_end().to_owned();
        let lines = block.lines().filter(|line| !line.trim_start().starts_with("# ")).map(plain);
        lines.collect::<Vec<_>>().join("\n")
    });
    blocks.collect()
}

/// The anchors of a document, as GitHub makes them of its headings.
fn anchors(document: &str) -> Vec<String> {
    let text = tree::read(document);
    let titles = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |title: &str| {
        let kept = title.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    titles.map(anchor).collect()
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

/// A row of a table, and the heading that the table stands under.
pub struct Row {
    heading: String,
    /// Its cells, trimmed.
    pub cells: Vec<String>,
}

/// The rows of the tables in a chapter of a document, without the heads of the tables.
pub fn rows(document: &str, chapter: &str) -> Vec<Row> {
    let text = tree::read(document);
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
    assert!(!rows.is_empty(), "{document} has no table under `## {chapter}`");
    rows
}
