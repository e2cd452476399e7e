//! No circle of imports: no file of src needs, by whatever way, a file that needs it.

use std::collections::{BTreeMap, BTreeSet};

use super::{imports, paths};

/// The circles that are still there, each with its reason.
const KNOWN: &[(&str, &str)] = &[("engine::shutdown, engine::walk", "the two halves of one state machine")];

/// The files that a file names, outside its tests; each by its module path.
type Graph = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

#[test]
fn no_files_import_each_other() {
    let graph = graph();
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 200, "the imports are read in another way now");
    let found = circles(&graph);
    let known: Vec<&str> = KNOWN.iter().map(|(circle, _)| *circle).collect();
    let new: Vec<&String> = found.iter().filter(|circle| !known.contains(&circle.as_str())).collect();
    assert!(new.is_empty(), "{new:#?}\nmove what both need to a file of its own");
    let gone: Vec<&&str> = known.iter().filter(|circle| !found.iter().any(|found| found == *circle)).collect();
    assert!(gone.is_empty(), "{gone:#?} are fixed: take them off the list");
}

fn graph() -> Graph {
    let files = imports::program();
    let modules: BTreeSet<Vec<String>> = files.iter().map(|file| imports::module(&file.path)).collect();
    let mut graph = Graph::new();
    for file in &files {
        let module = imports::module(&file.path);
        let named = paths::named_in(&file.text).into_iter().filter_map(|path| target(&path, &module, &modules));
        // A folder is a module, and its files may use what its mod.rs holds.
        let named = named.filter(|named| !module.starts_with(named));
        graph.entry(module.clone()).or_default().extend(named);
    }
    graph
}

/// The file that a path leads to: the longest part of it that is one.
fn target(path: &[String], module: &[String], modules: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let whole = match path.first()?.as_str() {
        "crate" => path.get(1..)?.to_vec(),
        "self" => [module, path.get(1..)?].concat(),
        "super" => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            [module.get(..module.len().checked_sub(ups)?)?, path.get(ups..)?].concat()
        }
        _ => [module, path].concat(),
    };
    let is_ours = |depth: &usize| *depth > 0 && modules.contains(&whole[..*depth]);
    let depth = (1..=whole.len()).rev().find(is_ours)?;
    Some(whole[..depth].to_vec())
}

/// One circle for each file that is in one.
fn circles(graph: &Graph) -> Vec<String> {
    let mut circles = BTreeSet::new();
    for start in graph.keys() {
        if let Some(way) = way_back(start, graph) {
            let mut names: Vec<String> = way.iter().map(|module| module.join("::")).collect();
            names.sort();
            circles.insert(names.join(", "));
        }
    }
    circles.into_iter().collect()
}

/// The shortest way from a file back to it.
fn way_back(start: &Vec<String>, graph: &Graph) -> Option<Vec<Vec<String>>> {
    let mut ways = std::collections::VecDeque::from([vec![start.clone()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in graph.get(way.last()?).into_iter().flatten() {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push_back([way.as_slice(), std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}
