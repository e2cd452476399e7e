//! Files are short, and each begins with a line that says what it decides.

use super::tree;

const LONGEST: usize = 300;

/// The files that may be longer, each with its reason.
const LONGER: &[(&str, &str)] = &[
    ("src/engine/tests/sim.rs", "a whole service of plain values, for tests only; its parts would mean nothing alone"),
    ("src/report/tests/samples.rs", "one sample after another, each made of the same few builders"),
];

#[test]
fn no_source_file_is_long_without_a_reason() {
    let mut wrong = Vec::new();
    for file in tree::rust("src") {
        let (lines, listed) = (file.text.lines().count(), LONGER.iter().find(|(path, _)| *path == file.path));
        match listed {
            Some((path, reason)) if lines > LONGEST => println!("{path}: {lines} lines, because {reason}"),
            Some((path, _)) => wrong.push(format!("{path} is short again ({lines} lines): take it off the list")),
            None if lines > LONGEST => wrong.push(format!("{}: {lines} lines, over {LONGEST}", file.path)),
            None => {}
        }
    }
    for (path, _) in LONGER {
        assert!(tree::rust("src").iter().any(|file| file.path == *path), "{path} is listed but is not there");
    }
    assert!(wrong.is_empty(), "{wrong:#?}\nfind the second noun in the file, or give a reason in {}", file!());
}

#[test]
fn every_file_says_first_what_it_is() {
    let files = ["src", "tests", "examples", "benches"].map(tree::rust);
    let mute = files.iter().flatten().filter(|file| !file.text.starts_with("//! "));
    let mute: Vec<&str> = mute.map(|file| file.path.as_str()).collect();
    assert!(mute.is_empty(), "without a `//!` line at the top: {mute:#?}");
}
