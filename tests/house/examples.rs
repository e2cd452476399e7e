//! The examples of the CIs, and the component for GitLab, name nothing that the binary does not know.

use super::{ahead, spoken, tree};

#[test]
fn the_example_of_every_ci_knows_no_other_inputs() {
    for file in tree::all("examples/ci") {
        know_no_other_inputs(&file.path, &file.text, std::slice::from_ref(&file.text));
    }
}

#[test]
fn every_example_is_run() {
    let runs: String = [".ci/runners.d/host.sh", ".ci/runners.d/container.sh"].map(tree::read).concat();
    for file in tree::all("examples/ci") {
        let loops = ["examples/ci/$file.yml", "examples/ci/$ci.yml"].iter().any(|path| runs.contains(path));
        let name = file.path.trim_start_matches("examples/ci/").trim_end_matches(".yml").to_owned();
        let is_run = runs.contains(&file.path) || (loops && runs.contains(&format!(" {name}")));
        assert!(is_run, ".ci/runners does not run {}", file.path);
    }
}

#[test]
fn the_component_hands_each_input_to_the_variable_of_its_name() {
    let text = tree::read(COMPONENT);
    let inputs = spoken::inputs();
    let handed = text.lines().filter_map(|line| line.trim().strip_prefix("DATAWORKS_")?.split_once(": \"$[[ inputs."));
    let names: Vec<String> = handed
        .map(|(variable, rest)| {
            let name = rest.trim_end_matches(" ]]\"").to_owned();
            assert_eq!(variable, name.to_uppercase().replace('-', "_"), "{COMPONENT}: an input in another's variable");
            name
        })
        .collect();
    let (spec, _) = text.split_once("\n---\n").expect("a spec, then the job");
    let declared = spec.lines().filter_map(|line| line.strip_prefix("    ")?.strip_suffix(':'));
    let declared: Vec<&str> = declared.filter(|name| !name.starts_with(' ') && !JOB.contains(name)).collect();
    assert_eq!(names, declared, "{COMPONENT}: what is declared is not what is handed over");
    for name in &names {
        let input = inputs.iter().find(|input| input.name == *name);
        let input = input.unwrap_or_else(|| panic!("{COMPONENT}: {name} is not an input"));
        let default = default(&text, name);
        assert!(default.is_empty() || default == input.default, "{COMPONENT}: the default of {name} is {default}");
    }
}

const COMPONENT: &str = "templates/deploy.yml";

/// What the component asks about the job itself, and about the token that GitLab makes for it.
const JOB: &[&str] = &["job-name", "stage", "image", "audience"];

/// A folder of DataWorks' own Git integration.
const FOLDER: &str = "DATAWORKS_SYSTEM_CONFIG";

/// The default that the component declares.
fn default(component: &str, name: &str) -> String {
    let inside = component.lines().skip_while(|line| *line != format!("    {name}:")).skip(1);
    let mut inside = inside.take_while(|line| line.starts_with("      "));
    let default = inside.find_map(|line| line.trim().strip_prefix("default: ")).expect(name);
    default.trim_matches('"').to_owned()
}

/// Asserts that every variable of a text, and every setting of its examples, is an input.
pub fn know_no_other_inputs(what: &str, text: &str, examples: &[String]) {
    let mut inputs: Vec<String> = spoken::inputs().into_iter().map(|input| input.name).collect();
    inputs.extend(ahead::INPUTS.iter().map(|name| (*name).to_owned()));
    let is_input = |name: &str| inputs.contains(&name.to_lowercase().replace('_', "-"));
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    for word in words {
        for prefix in ["DATAWORKS_", "PLUGIN_", "INPUT_"] {
            let name = word.strip_prefix(prefix).filter(|name| !name.is_empty() && !name.starts_with("SOME"));
            let name = name.filter(|_| word != FOLDER);
            assert!(name.is_none_or(is_input), "{what}: {word} is not an input");
        }
    }
    for name in examples.iter().flat_map(|example| settings(example)) {
        assert!(is_input(&name), "{what}: {name} under with:, settings: or inputs: is not an input");
    }
}

/// The names right under `with:`, `settings:` and `inputs:` of an example. Yunxiao's `with:` is a step's own affair.
fn settings(example: &str) -> Vec<String> {
    let depth = |line: &str| line.chars().take_while(|c| *c == ' ').count();
    let heads: &[&str] = if example.contains("step: Command") { &[] } else { &["with:", "settings:", "inputs:"] };
    let lines: Vec<&str> = example.lines().collect();
    let mut names = Vec::new();
    for (nth, line) in lines.iter().enumerate().filter(|(_, line)| heads.contains(&line.trim())) {
        let inside: Vec<&&str> = lines[nth + 1..].iter().take_while(|inner| depth(inner) > depth(line)).collect();
        let first = inside.first().map_or(0, |line| depth(line));
        let inside = inside.into_iter().filter(|line| depth(line) == first);
        names.extend(inside.filter_map(|inner| Some(inner.split_once(':')?.0.trim().to_owned())));
    }
    names.retain(|name| !JOB.contains(&name.as_str()));
    names
}
