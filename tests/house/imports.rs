//! The import law: which modules and crates each module may name.

use std::collections::BTreeSet;

use super::{paths, tree};

/// A module, the modules of ours that it may name, and the crates.
///
/// The parts of std that touch the world count as crates: `std::fs` and its like.
pub const LAW: &[(&str, &[&str], &[&str])] = &[
    ("model", &[], &["base64", "humantime", "serde", "serde_json", "sha2", "url", "zeroize"]),
    ("config", &["model", "source"], &["envy", "humantime", "serde", "serde_json", "strsim"]),
    ("client::sign", &["client::encode", "client::http", "model"], &["base64", "hmac", "httpdate", "sha1", "sha2"]),
    ("client::api", &["client::encode", "client::http", "model"], &["httpdate", "humantime", "serde", "serde_json"]),
    ("client::limiter", &["model"], &[]),
    ("client::encode", &["model"], &["percent_encoding"]),
    ("client::http", &["client::encode", "model"], &["httpdate"]),
    ("client", &["model", "world"], &["base64", "serde", "serde_json", "tokio"]),
    ("engine", &["model"], &["fastrand", "strsim"]),
    ("report", &["config", "model", "source"], &["quick_xml", "serde", "serde_json"]),
    ("source", &["model"], &["serde_json", "sha2", "similar"]),
    ("world", &["client::http", "client::sign", "model"], &[]),
    (
        "run",
        &["client", "client::limiter", "config", "engine", "model", "report", "source", "world"],
        &["futures_util", "tokio"],
    ),
    (
        "live",
        &["client::http", "client::sign", "config", "model", "report", "source", "world"],
        &[
            "anyhow",
            "getrandom",
            "reqwest",
            "rustls",
            "tokio",
            "walkdir",
            "webpki",
            "webpki_roots",
            "std::env",
            "std::fs",
            "std::io",
            "std::os",
            "std::net::ToSocketAddrs",
            "std::process",
            "std::thread",
            "std::time::Instant",
        ],
    ),
    ("cli", &["config"], &[]),
    ("bench", &["client::api", "client::http", "client::sign", "engine", "model"], &[]),
    (
        "fuzzing",
        &["cli", "client::api", "client::http", "client::sign", "config", "engine", "model", "report", "source"],
        &[],
    ),
    ("lib", &["cli", "config", "live", "model", "report", "run"], &["anyhow", "std::process", "std::time::Instant"]),
    ("main", &[], &["dataworks_deploy", "std::process"]),
];

/// The parts of std through which a program touches the world.
const WORLD: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::os",
    "std::process",
    "std::thread",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::time::Instant",
];

/// One thing that a file names and that the law speaks of.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    file: String,
    module: String,
    named: String,
    is_ours: bool,
}

#[test]
fn each_module_names_only_what_it_may() {
    let imports = imports();
    let breaks = imports.iter().filter(|import| {
        let (_, ours, crates) = row(&import.module);
        let allowed = if import.is_ours { ours } else { crates };
        !allowed.contains(&import.named.as_str())
    });
    let breaks: Vec<String> = breaks.map(|import| format!("{} names {}", import.file, import.named)).collect();
    assert!(breaks.is_empty(), "{breaks:#?}\nthe law is in {}", file!());
}

/// A permission that nothing uses would hide a later mistake.
#[test]
fn the_law_allows_nothing_that_is_not_done() {
    let imports = imports();
    for (module, ours, crates) in LAW {
        for named in ours.iter().chain(*crates) {
            let used = imports.iter().any(|import| import.module == *module && import.named == *named);
            assert!(used, "{module} may name {named} and does not: take it out of {}", file!());
        }
    }
}

/// What tests the program shares no code with it: a mistake in both would be seen by neither.
#[test]
fn the_simulator_and_the_examples_know_nothing_of_the_program() {
    for file in tree::rust("tests/simulator").into_iter().chain(tree::rust("examples")) {
        let knows =
            |path: &paths::Names| path.first().is_some_and(|name| name == "dataworks_deploy" || name == "crate");
        let found = paths::named_in(&file.text).into_iter().find(knows);
        assert!(found.is_none(), "{} names {}", file.path, found.unwrap_or_default().join("::"));
        assert!(!file.text.contains("../src"), "{} reaches into src", file.path);
    }
}

fn row(module: &str) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
    let row = LAW.iter().find(|(named, ..)| *named == module);
    *row.unwrap_or_else(|| panic!("src has a module {module}: say in {} what it may know", file!()))
}

/// The files of src that are not for tests alone.
pub fn program() -> Vec<tree::File> {
    let mut files = tree::rust("src");
    let declared = files.iter().flat_map(|file| {
        let module = module(&file.path);
        let inside = move |name: String| [module.as_slice(), &[name]].concat();
        paths::test_modules(&file.text).into_iter().map(inside)
    });
    let tests: Vec<Vec<String>> = declared.collect();
    files.retain(|file| !tests.iter().any(|test| module(&file.path).starts_with(test)));
    files
}

/// What the files of src name, outside their tests.
fn imports() -> BTreeSet<Import> {
    let crates = crates();
    let mut imports = BTreeSet::new();
    for file in program() {
        let module = module(&file.path);
        let row = if module.is_empty() { stem(&file.path) } else { row_of(&module) };
        for path in paths::named_in(&file.text) {
            let Some((named, is_ours)) = named(&path, &module, &crates) else { continue };
            // A module may name its own parts.
            if !(is_ours && (named == row || named.starts_with(&format!("{row}::")))) {
                imports.insert(Import { file: file.path.clone(), module: row.clone(), named, is_ours });
            }
        }
    }
    imports
}

/// Where a path leads: to a module of ours, to a crate, to a part of std that touches the world; else `None`.
fn named(path: &[String], module: &[String], crates: &[String]) -> Option<(String, bool)> {
    let first = path.first()?.as_str();
    let inner = match first {
        "crate" => path.get(1..)?.to_vec(),
        "self" => [module, path.get(1..)?].concat(),
        "super" => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            [module.get(..module.len().checked_sub(ups)?)?, path.get(ups..)?].concat()
        }
        // In the root, a module is in scope by its bare name.
        _ if module.is_empty() && LAW.iter().any(|(named, ..)| *named == first) => path.to_vec(),
        _ if crates.iter().any(|name| name == first) => return Some((first.to_owned(), false)),
        _ => {
            let path = path.join("::");
            let part = WORLD.iter().find(|part| path == **part || path.starts_with(&format!("{part}::")));
            return part.map(|part| ((*part).to_owned(), false));
        }
    };
    let top = inner.first().filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))?;
    (top != "self").then(|| (row_of(&inner), true))
}

/// The row of the law that a module falls under: its own, else its parent's.
fn row_of(module: &[String]) -> String {
    let rows = (1..=module.len()).rev().map(|depth| module[..depth].join("::"));
    rows.into_iter().find(|name| LAW.iter().any(|(named, ..)| named == name)).unwrap_or_else(|| module[0].clone())
}

/// The crates that the program is built with, by their names in code; and its own.
fn crates() -> Vec<String> {
    let manifest = tree::read("Cargo.toml");
    let (_, behind) = manifest.split_once("[dependencies]\n").expect("a section of dependencies");
    let lines = behind.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| Some(line.split_once(" = ")?.0.replace('-', "_")));
    names.chain(["dataworks_deploy".to_owned()]).collect()
}

/// `src/config/applies.rs` is `config::applies`, and lib.rs the root.
pub fn module(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    if ["lib", "main"].contains(&path) { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

fn stem(path: &str) -> String {
    path.trim_start_matches("src/").trim_end_matches(".rs").to_owned()
}

#[test]
fn a_path_leads_where_the_compiler_takes_it() {
    let leads = |path: &str, module: &[&str]| {
        let split: Vec<String> = path.split("::").map(str::to_owned).collect();
        let module: Vec<String> = module.iter().map(ToString::to_string).collect();
        named(&split, &module, &["serde".to_owned()])
    };
    let ours = |name: &str| Some((name.to_owned(), true));
    let theirs = |name: &str| Some((name.to_owned(), false));
    assert_eq!(leads("crate::live::say", &["engine", "walk"]), ours("live"));
    assert_eq!(leads("super::super::super::live::say", &["config", "credentials", "role"]), ours("live"));
    assert_eq!(leads("super::Target", &["config", "credentials", "role"]), ours("config"));
    assert_eq!(leads("self::fault::of", &["client", "api"]), ours("client::api"));
    assert_eq!(leads("report::help::help", &[]), ours("report"));
    assert_eq!(leads("super::World", &["cli"]), None);
    assert_eq!(leads("serde::Deserialize", &["walk"]), theirs("serde"));
    assert_eq!(leads("std::fs::read", &["walk"]), theirs("std::fs"));
    assert_eq!(leads("std::fmt::Display", &["walk"]), None);
}
