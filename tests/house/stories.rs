//! What CONTRIBUTING and the documents say is tested, is there: each story by its name, each file by its path.

use super::{
    documents::{documents, rows},
    spoken, tree,
};

const CHAPTER: &str = "What is promised, and the story that shows it";

#[test]
fn every_story_that_is_named_is_there() {
    let named = stories();
    let missing: Vec<_> = named.iter().filter(|(_, story)| !is_there(story)).collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md names stories that tests/e2e does not have: {missing:#?}");
    assert!(named.len() > 100, "the table has another form now: {}", named.len());
}

#[test]
fn every_line_has_a_story() {
    for (line, story) in
        rows("CONTRIBUTING.md", CHAPTER).into_iter().filter_map(|row| row.cells.try_into().ok()).map(pair)
    {
        assert!(story.contains("::"), "CONTRIBUTING.md names no story for: {line}");
    }
}

#[test]
fn every_input_has_a_story() {
    let lines: Vec<String> = stories().into_iter().map(|(line, _)| line).collect();
    let told = |name: &str| lines.iter().any(|line| line.contains(&format!("`{name}`")));
    let untold: Vec<String> = spoken::inputs().into_iter().map(|input| input.name).filter(|name| !told(name)).collect();
    assert!(untold.is_empty(), "inputs without a story in CONTRIBUTING.md: {untold:#?}");
}

#[test]
fn every_output_and_every_exit_code_has_a_story() {
    let lines: Vec<String> = stories().into_iter().map(|(line, _)| line).collect();
    for output in spoken::outputs().iter().filter(|output| !["status", "duration"].contains(&output.as_str())) {
        assert!(lines.iter().any(|line| line.contains(&format!("`{output}`"))), "no story of the output {output}");
    }
    for code in spoken::exit_codes() {
        let begins = |line: &String| line.split([':', ',']).any(|word| word.trim() == code.to_string());
        assert!(lines.iter().any(begins), "no story of the exit code {code}");
    }
}

#[test]
fn every_file_that_is_named_is_there() {
    for document in documents().into_iter().chain(["CONTRIBUTING.md".to_owned()]) {
        for path in tree::read(&document).split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/"].iter().any(|folder| path.starts_with(folder));
            assert!(!is_path || tree::has(path), "{document} names {path}, which is not there");
        }
    }
}

fn pair([line, story]: [String; 2]) -> (String, String) {
    (line, story)
}

/// Each line of the contract with one of its stories, as `module::function`.
fn stories() -> Vec<(String, String)> {
    let rows = rows("CONTRIBUTING.md", CHAPTER).into_iter().filter_map(|row| row.cells.try_into().ok()).map(pair);
    let one = |(line, cell): (String, String)| {
        let stories: Vec<String> = cell.split(',').map(|story| story.trim().replace('`', "")).collect();
        stories.into_iter().map(move |story| (line.clone(), story)).collect::<Vec<_>>()
    };
    rows.flat_map(one).filter(|(_, story)| story.contains("::")).collect()
}

/// Whether the file has a test of that name.
fn is_there(story: &str) -> bool {
    let Some((module, function)) = story.split_once("::") else { return false };
    let path = format!("tests/e2e/{module}.rs");
    let is_test = |text: &str| {
        let start = text.find(&format!("\nfn {function}()"))?;
        text.get(..start)?.rsplit("\n\n").next().map(|head| head.contains("#[test]"))
    };
    tree::has(&path) && is_test(&tree::read(&path)) == Some(true)
}
