//! What the real binary prints: `--help`, and the outputs of a step that did not start.

use std::{fs, process::Command};

/// One input, as `--help` shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Input {
    /// The heading that it stands under.
    pub section: String,
    /// Its name.
    pub name: String,
    /// Its line, with the default where there is one.
    pub help: String,
    /// Its default, or empty.
    pub default: String,
}

/// The table of inputs.
pub fn inputs() -> Vec<Input> {
    let help = help();
    let (tables, _) = help.split_once(EXIT_CODES).expect("the exit codes stand last");
    let (mut inputs, mut section): (Vec<Input>, &str) = (Vec::new(), "");
    for line in tables.lines() {
        let Some(row) = line.strip_prefix("  ") else {
            section = line;
            continue;
        };
        let (name, help) = row.split_once(' ').expect("a name and a help text");
        let help = help.trim().to_owned();
        let default = help.strip_suffix(']').and_then(|help| help.rsplit_once(" [default: "));
        let default = default.map(|(_, default)| default.to_owned()).unwrap_or_default();
        inputs.push(Input { section: section.to_owned(), name: name.to_owned(), help, default });
    }
    assert!(inputs.len() > 10, "--help has another form now: {help}");
    inputs
}

/// The exit codes.
pub fn exit_codes() -> Vec<u8> {
    let help = help();
    let (_, codes) = help.split_once(EXIT_CODES).expect("the exit codes");
    let words = codes.split_whitespace().filter_map(|word| word.trim_end_matches(':').parse().ok());
    words.collect()
}

const EXIT_CODES: &str = "\nExit codes\n";

fn help() -> String {
    let output = binary().arg("--help").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The names that the binary writes to `$GITHUB_OUTPUT`, in their order: all of them, also when the inputs are wrong.
pub fn outputs() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("output");
    let status = binary().env("GITHUB_OUTPUT", &path).output().unwrap().status;
    assert_eq!(status.code(), Some(2), "no input at all is a mistake");
    let (mut names, text) = (Vec::new(), fs::read_to_string(&path).unwrap());
    let mut lines = text.lines();
    while let Some((name, delimiter)) = lines.next().map(|line| line.split_once("<<").expect("the heredoc form")) {
        names.push(name.to_owned());
        lines.find(|line| *line == delimiter).expect("the end of the value");
    }
    names
}

/// The binary, in an environment that holds nothing but what Windows cannot do without.
fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataworks-deploy"));
    command.env_clear().envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    command
}
