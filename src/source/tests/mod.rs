//! The laws of reading a repository, clause by clause of the contract.

mod asked;
mod circles;
mod comparison;
mod conflicts;
mod generated;
mod hashes;
mod inputs;
mod itself;
mod laws;
mod layout;
mod mistakes;
mod planner;
mod rendering;
mod repository;
mod service;
mod units;
mod world;
mod writing;

use super::repository::{
    desired::{Desired, ObjectKind},
    error::SourceError,
    properties::Inputs,
    read::{Repository, read},
    tree::{Entry, Tree},
};

/// A spec of a node that depends on nothing.
fn node(name: &str) -> String {
    node_with(name, "")
}

/// A spec of a node with more fields of the node, each with a comma before it.
fn node_with(name: &str, fields: &str) -> String {
    format!(
        r#"{{"version":"1.1.0","kind":"Node","spec":{{"nodes":[{{"name":"{name}","script":{{"path":"x/{name}","runtime":{{"command":"ODPS_SQL"}}}}{fields}}}]}}}}"#
    )
}

fn workflow(name: &str) -> String {
    format!(
        r#"{{"version":"1.1.0","kind":"CycleWorkflow","spec":{{"workflows":[{{"name":"{name}","script":{{"path":"x/{name}","runtime":{{"command":"WORKFLOW"}}}}}}]}}}}"#
    )
}

/// The folder `warehouse` with these files.
fn tree(files: &[(&str, &str)]) -> Tree {
    tree_of("warehouse", files)
}

fn tree_of(name: &str, files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new(name);
    for (path, text) in files {
        assert!(tree.insert(path, Entry::file(*text)));
    }
    tree
}

fn read_files(files: &[(&str, &str)]) -> Result<Repository, Vec<SourceError>> {
    read_with(files, &Inputs::default())
}

fn read_with(files: &[(&str, &str)], inputs: &Inputs) -> Result<Repository, Vec<SourceError>> {
    read(vec![tree(files)], inputs, false, &mut |_| Err("no such file".to_owned()))
}

#[track_caller]
fn good(files: &[(&str, &str)]) -> Vec<Desired> {
    read_files(files).unwrap().objects
}

/// The mistakes as they are shown.
#[track_caller]
fn mistakes(files: &[(&str, &str)]) -> Vec<String> {
    shown(&read_files(files).unwrap_err())
}

fn shown(errors: &[SourceError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn warnings(files: &[(&str, &str)]) -> Vec<String> {
    read_files(files).unwrap().warnings.iter().map(ToString::to_string).collect()
}

/// What finds an object: its workflow, its kind, its name.
fn identity(desired: &Desired) -> (Option<&str>, ObjectKind, &str) {
    (desired.key.workflow.as_deref(), desired.key.kind, desired.key.name.as_str())
}

fn code(desired: &Desired) -> Option<&str> {
    desired.spec.pointer("/spec/nodes/0/script/content")?.as_str()
}
