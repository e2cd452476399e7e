//! What the documents tell people to paste and to look for: examples that a runner runs, policies that name what the
//! program calls, and messages that the program says.

use super::{
    ahead,
    documents::{documents, is_chinese, rows},
    tree,
};

/// An example of a document: under which heading, its language, and its text.
struct Example {
    document: String,
    heading: String,
    /// Which one of those under the heading, from 1.
    nth: usize,
    language: String,
    text: String,
}

/// Examples that no runner of ours can run, each with what is tested instead.
const NOT_RUN: &[(&str, &str, &str)] = &[(
    "docs/authentication.md",
    "OIDC on GitLab CI",
    "gitlab-ci-local makes no id_tokens; tests/e2e/credentials.rs deploys with an oidc-token",
)];

#[test]
fn every_example_of_a_ci_is_run() {
    let run = run();
    for example in documents().iter().flat_map(|document| examples(document)) {
        let is_ci = ["yaml", "groovy"].contains(&example.language.as_str());
        let is_excused = NOT_RUN.iter().any(|(document, heading, _)| {
            (*document, *heading) == (example.document.as_str(), example.heading.as_str())
        });
        let is_ahead = ahead::PAGES.contains(&example.document.as_str());
        if is_ci && !is_ahead && !is_excused && !is_chinese(&example.document) {
            let named = (example.document.clone(), example.heading.clone(), example.nth);
            assert!(run.iter().any(|(run, _)| *run == named), ".ci/runners does not run {named:?}");
        }
    }
}

#[test]
fn every_example_that_is_run_is_there_and_short() {
    for ((document, heading, nth), longest) in run() {
        let examples = examples(&document);
        let example = examples.iter().find(|example| example.heading == heading && example.nth == nth);
        let example = example.unwrap_or_else(|| panic!(".ci/runners: {document} has no example {nth} under {heading}"));
        let lines = example.text.lines().count();
        assert!(lines <= longest, "{document}, {heading}: {lines} lines, over {longest}");
    }
}

#[test]
fn every_shell_example_of_a_page_with_commands_is_run() {
    let scripts = tree::read(".ci/runners.d/host.sh");
    for example in documents().iter().flat_map(|document| examples(document)) {
        let is_command =
            example.language == "sh" && example.text.lines().any(|line| line.ends_with(" dataworks-deploy"));
        let is_ahead = ahead::PAGES.contains(&example.document.as_str());
        if is_command && !is_ahead && !is_chinese(&example.document) {
            let named = format!(" {}", example.document);
            assert!(scripts.contains(&named), ".ci/runners does not run the commands of {}", example.document);
        }
    }
}

#[test]
fn every_policy_is_json_and_names_operations_that_the_program_calls() {
    let sources: String = tree::rust("src").into_iter().map(|file| file.text).collect();
    let mut count = 0;
    for example in documents().iter().flat_map(|document| examples(document)) {
        if example.language != "json" {
            continue;
        }
        let value: serde_json::Value = serde_json::from_str(&example.text)
            .unwrap_or_else(|error| panic!("{}, {}: {error}", example.document, example.heading));
        for statement in value["Statement"].as_array().into_iter().flatten() {
            let actions = statement["Action"].as_array().into_iter().flatten();
            for action in actions.map(|action| action.as_str().expect("a name")) {
                let (_, operation) = action.split_once(':').expect("a product and an operation");
                let is_called = sources.contains(&format!("\"{operation}\""));
                assert!(is_called, "{}: the program does not call {action}", example.document);
                count += 1;
            }
        }
    }
    assert!(count > 50, "the policies have another form now: {count}");
}

#[test]
fn every_message_that_is_explained_is_said_by_the_program() {
    const CHAPTERS: [(&str, &str); 4] = [
        ("docs/troubleshooting.md", "Messages"),
        ("docs/troubleshooting.md", "Exit code 4: credentials and permissions"),
        ("docs/source.md", "Troubleshooting"),
        ("docs/run-after.md", "Messages"),
    ];
    let sources = spoken_by_the_program();
    for (page, chapter) in CHAPTERS {
        let cells: Vec<String> = rows(page, chapter).into_iter().map(|row| row.cells[0].clone()).collect();
        assert!(cells.len() > 5, "{page}, {chapter} has another form now");
        for message in cells.iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
            assert!(sources.contains(message), "{page} explains what the program does not say: {message}");
        }
    }
}

/// The sources, with each string that goes on over several lines on one, and without what marks an input's name.
fn spoken_by_the_program() -> String {
    let mut text = String::new();
    for line in tree::rust("src").iter().flat_map(|file| file.text.lines()) {
        let line = if text.ends_with('\n') { line } else { line.trim_start() };
        match line.strip_suffix('\\') {
            Some(begun) => text.push_str(begun),
            None => text.extend([line, "\n"]),
        }
    }
    text.replace(['⟨', '⟩'], "")
}

/// What `.ci/runners` takes from the documents: document, heading and number, and how many lines it may have.
fn run() -> Vec<((String, String, usize), usize)> {
    let mut run = Vec::new();
    for file in tree::all(".ci/runners.d") {
        for rest in file.text.split("reader block ").skip(1) {
            let call = rest.lines().next().unwrap_or_default();
            let (document, rest) = call.split_once(" \"").expect("a document, and a heading in quotes");
            let (heading, rest) = rest.split_once('"').expect(call);
            let mut numbers = rest.split_whitespace().map_while(|number| number.parse().ok());
            let key = (document.to_owned(), heading.to_owned(), numbers.next().unwrap_or(1));
            run.push((key, numbers.next().unwrap_or(15)));
        }
    }
    assert!(run.len() > 10, ".ci/runners has another form now");
    run
}

/// The examples of a document.
fn examples(document: &str) -> Vec<Example> {
    let (mut examples, mut heading, mut nth): (Vec<Example>, String, usize) = (Vec::new(), String::new(), 0);
    let mut open: Option<Example> = None;
    for line in tree::read(document).lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some("")) => examples.extend(open.take()),
            (Some(example), _) => {
                example.text.push_str(line);
                example.text.push('\n');
            }
            (None, Some(language)) => {
                nth += 1;
                open = Some(Example {
                    document: document.to_owned(),
                    heading: heading.clone(),
                    nth,
                    language: language.to_owned(),
                    text: String::new(),
                });
            }
            (None, None) => {
                if let Some(title) = ["# ", "## ", "### "].iter().find_map(|mark| line.strip_prefix(mark)) {
                    title.clone_into(&mut heading);
                    nth = 0;
                }
            }
        }
    }
    assert!(open.is_none(), "{document}: an example does not end");
    examples
}
