//! action.yml, the English and the Chinese documents and the binary say the same of inputs, outputs and exit codes; every
//! link leads somewhere, and both READMEs have the same examples.

use super::{ahead, examples, spoken, tree};

const CHINESE_README: &str = "README.zh-CN.md";
/// Inputs, outputs and exit codes in Chinese.
const CHINESE: &str = "docs/zh-CN/inputs.md";
/// The Chinese documents that have examples, each with the English ones that it tells.
const TRANSLATIONS: [(&str, &[&str]); 5] = [
    (CHINESE_README, &["README.md"]),
    ("docs/zh-CN/deploying.md", &["docs/deploying.md"]),
    ("docs/zh-CN/authentication.md", &["docs/authentication.md"]),
    ("docs/zh-CN/source.md", &["docs/source.md"]),
    ("docs/zh-CN/ci.md", &["docs/ci/github.md", "docs/ci/gitlab.md", "docs/ci/jenkins.md", "docs/ci/others.md"]),
];
const INPUTS: &str = "docs/inputs.md";
/// What a row of the inputs that most jobs need begins with.
const NEEDED: &str = "★";

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
fn the_reference_has_the_inputs_of_the_binary_under_their_headings() {
    let mut wanted = Vec::new();
    for input in spoken::inputs() {
        wanted.push([input.section.clone(), format!("`{}`", input.name), default(&input)].join(" | "));
    }
    let rows = rows(INPUTS, "All inputs").into_iter().map(|Row { heading, cells }| {
        let [name, default, _] = cells.as_slice() else { panic!("three cells are wanted: {cells:?}") };
        [heading, name.clone(), default.clone()].join(" | ")
    });
    same(&format!("inputs of {INPUTS}"), &rows.collect::<Vec<_>>(), &wanted);
}

#[test]
fn the_chinese_reference_has_the_inputs_of_the_binary_in_as_many_tables() {
    let inputs = spoken::inputs();
    let wanted: Vec<String> = inputs.iter().map(|input| format!("`{}` | {}", input.name, default(input))).collect();
    let (mut got, mut headings) = (Vec::new(), Vec::new());
    for Row { heading, cells } in rows(CHINESE, "输入参数") {
        let [name, default, meaning] = cells.as_slice() else { panic!("three cells are wanted: {cells:?}") };
        assert!(!meaning.is_ascii(), "the meaning of {name} is not said in Chinese: {meaning}");
        got.push(format!("{name} | {default}"));
        headings.push(heading);
    }
    same(&format!("inputs of {CHINESE}"), &got, &wanted);
    // Where one table ends and the next begins, too.
    let breaks = |headings: Vec<&str>| -> Vec<bool> { headings.windows(2).map(|pair| pair[0] == pair[1]).collect() };
    let wanted = breaks(inputs.iter().map(|input| input.section.as_str()).collect());
    assert_eq!(breaks(headings.iter().map(String::as_str).collect()), wanted, "an input stands under another heading");
}

#[test]
fn both_references_mark_the_same_eight_inputs_as_those_that_most_jobs_need() {
    let marked = |document, chapter| -> Vec<String> {
        let rows = rows(document, chapter).into_iter().filter(|row| row.cells[2].starts_with(NEEDED));
        rows.map(|row| row.cells[0].clone()).collect()
    };
    let english = marked(INPUTS, "All inputs");
    same(&format!("inputs with {NEEDED} in {CHINESE}"), &marked(CHINESE, "输入参数"), &english);
    let listed = rows(INPUTS, "The eight that most jobs need");
    let mut listed: Vec<&str> = listed.iter().flat_map(|row| row.cells[0].split('`').skip(1).step_by(2)).collect();
    let mut english: Vec<String> = english.iter().map(|name| name.replace('`', "")).collect();
    listed.sort_unstable();
    english.sort_unstable();
    assert_eq!(english, listed, "the table of the eight in {INPUTS}, and the rows with {NEEDED}");
}

#[test]
fn both_references_have_the_outputs_of_the_binary() {
    for (document, chapter) in [("docs/outputs.md", "All outputs"), (CHINESE, "输出")] {
        let names: Vec<String> = rows(document, chapter).into_iter().map(|row| row.cells[0].replace('`', "")).collect();
        same(&format!("outputs of {document}"), &names, &spoken::outputs());
    }
}

#[test]
fn both_references_have_the_exit_codes_of_the_binary() {
    for (document, chapter) in [("docs/exit-codes.md", "All exit codes"), (CHINESE, "退出码")] {
        let codes = rows(document, chapter).into_iter().flat_map(|row| {
            let codes =
                row.cells[0].split([',', '、']).map(|code| code.replace('`', "").trim().parse().expect("a code"));
            codes.collect::<Vec<u8>>()
        });
        same(&format!("exit codes of {document}"), &codes.collect::<Vec<_>>(), &spoken::exit_codes());
    }
}

#[test]
fn a_chinese_document_has_the_examples_of_the_english_one() {
    for (chinese, english) in TRANSLATIONS {
        let wanted: Vec<String> = english.iter().flat_map(|document| examples(document)).collect();
        assert!(wanted.len() > 4, "the examples of {english:?} have another form now");
        same(&format!("examples of {chinese}"), &examples(chinese), &wanted);
    }
}

#[test]
fn every_variable_and_setting_of_an_example_is_an_input() {
    for document in documents() {
        examples::know_no_other_inputs(&document, &tree::read(&document), &examples(&document));
    }
}

#[test]
fn every_link_within_a_document_leads_somewhere() {
    let more = ["CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md"].map(str::to_owned);
    for document in documents().into_iter().chain(more) {
        let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in tree::read(&document).split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if path.starts_with("https://") {
                continue;
            }
            let path = if path.is_empty() { document.clone() } else { joined(folder, path) };
            assert!(tree::has(&path) || ahead::FILES.contains(&path.as_str()), "{document}: {path} is not there");
            assert!(
                anchor.is_empty() || anchors(&path).contains(&anchor.to_owned()),
                "{document}: #{anchor} leads nowhere"
            );
        }
    }
}

#[test]
fn every_page_is_linked_from_the_readme() {
    for page in tree::pages("docs") {
        let readme = if is_chinese(&page.path) { CHINESE_README } else { "README.md" };
        assert!(tree::read(readme).contains(&format!("]({})", page.path)), "{readme} does not link to {}", page.path);
    }
}

/// Whether a document is in Chinese: its examples are those of an English one.
pub fn is_chinese(document: &str) -> bool {
    document == CHINESE_README || document.starts_with("docs/zh-CN/")
}

/// What users read: both READMEs, and every page of `docs`.
pub fn documents() -> Vec<String> {
    let pages = tree::pages("docs").into_iter().map(|page| page.path);
    ["README.md", CHINESE_README].map(str::to_owned).into_iter().chain(pages).collect()
}

/// The path that a link within a folder means.
fn joined(folder: &str, link: &str) -> String {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in link.split('/') {
        match name {
            "." => {}
            ".." => drop(names.pop().expect("no link leaves the repository")),
            name => names.push(name),
        }
    }
    names.join("/")
}

/// The cell of an input's default.
fn default(input: &spoken::Input) -> String {
    if input.default.is_empty() { String::new() } else { format!("`{}`", input.default) }
}

/// The blocks of code, each as a text without its comments.
fn examples(document: &str) -> Vec<String> {
    let text = tree::read(document);
    let blocks = text.split("\n```").skip(1).step_by(2).map(|block| {
        let plain = |line: &str| line.split(" # ").next().unwrap_or_default().trim_end().to_owned();
        let is_comment = |line: &str| ["# ", "// "].iter().any(|mark| line.trim_start().starts_with(mark));
        let lines = block.lines().filter(|line| !is_comment(line)).map(plain);
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
