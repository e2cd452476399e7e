//! Finds circles of dependencies among the objects of a repository.

use std::collections::BTreeMap;

use super::{
    check::{body, own_outputs},
    desired::Desired,
    error::Findings,
    position::Step::{self, Field, Item},
    work,
};

/// How many circles are reported; one wrong edge can make thousands.
const CIRCLES: usize = 20;
/// How many objects of one circle are named.
const NAMED: usize = 20;

/// One dependency: the object that it leads to, and where it is in the spec.
#[derive(Clone, Copy, Debug)]
struct Edge {
    to: usize,
    list: &'static str,
    entry: usize,
    depends: usize,
}

/// Reports each circle with its path.
pub fn circles(objects: &[Desired], findings: &mut Findings) {
    let edges = edges(objects);
    for circle in find(&edges) {
        let Some((from, edge)) = circle.first().copied() else { continue };
        let Some(desired) = objects.get(from) else { continue };
        let path = |nth: &usize| objects.get(*nth).map_or("", |desired| desired.path.as_str());
        let mut named: Vec<&str> = circle.iter().take(NAMED).map(|(from, _)| path(from)).collect();
        if circle.len() > NAMED {
            named.push("…");
        }
        named.push(path(&from));
        let file = &desired.origin.spec;
        let steps: [Step; 6] =
            [Field("spec"), Field(edge.list), Item(edge.entry), Field("depends"), Item(edge.depends), Field("output")];
        let message = format!("a circle of dependencies: {}", named.join(" -> "));
        findings.field((&file.path, &file.text), &steps, message);
    }
}

/// The dependencies of each object on objects of the repository, within one run of the schedule.
fn edges(objects: &[Desired]) -> Vec<Vec<Edge>> {
    let mut outputs = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for (nth, desired) in objects.iter().enumerate() {
        outputs.extend(own_outputs(desired).map(|(_, data)| (data, nth)));
        // A node's id is an output too; it may be no more than its name, which is unique in its workflow.
        if let Some(id) = body(desired).and_then(|body| body.get("id")?.as_str()) {
            ids.insert((&desired.key.workflow, id), nth);
        }
    }
    let from = |desired: &Desired| {
        let mut edges = Vec::new();
        for list in ["flow", "dependencies"] {
            let entries = desired.spec.pointer(&format!("/spec/{list}")).and_then(|list| list.as_array());
            for (entry, edge) in entries.into_iter().flatten().enumerate() {
                let all = edge.get("depends").and_then(|depends| depends.as_array());
                for (depends, edge) in all.into_iter().flatten().enumerate() {
                    work::step();
                    // Every other type is of a run before this one.
                    let is_normal = edge.get("type").is_none_or(|kind| kind == "Normal");
                    let output = edge.get("output").and_then(|output| output.as_str()).filter(|_| is_normal);
                    let Some(output) = output else { continue };
                    let to = outputs.get(output).or_else(|| ids.get(&(&desired.key.workflow, output)));
                    edges.extend(to.map(|to| Edge { to: *to, list, entry, depends }));
                }
            }
        }
        edges
    };
    objects.iter().map(from).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    /// On the way from where the search began to where it is.
    OnPath,
    Done,
}

/// Circles, each as its objects with the edge that leads on; depth first, without recursion, each edge once.
fn find(edges: &[Vec<Edge>]) -> Vec<Vec<(usize, Edge)>> {
    let mut marks = vec![Mark::New; edges.len()];
    let mut circles = Vec::new();
    for start in 0..edges.len() {
        // Each step of the path: an object, and how many of its edges were followed.
        let mut path = if marks.get(start) == Some(&Mark::New) { vec![(start, 0_usize)] } else { Vec::new() };
        while let Some((here, followed)) = path.last_mut() {
            work::step();
            let here = *here;
            if let Some(mark) = marks.get_mut(here) {
                *mark = Mark::OnPath;
            }
            let Some(edge) = edges.get(here).and_then(|edges| edges.get(*followed)) else {
                if let Some(mark) = marks.get_mut(here) {
                    *mark = Mark::Done;
                }
                path.pop();
                continue;
            };
            *followed = followed.saturating_add(1);
            match marks.get(edge.to) {
                Some(Mark::New) => path.push((edge.to, 0)),
                Some(Mark::OnPath) => circles.push(circle(&path, edge.to, edges)),
                Some(Mark::Done) | None => {}
            }
            if circles.len() >= CIRCLES {
                return circles;
            }
        }
    }
    circles
}

/// The end of a path from an object on, turned so that the first object of the repository stands first.
fn circle(path: &[(usize, usize)], from: usize, edges: &[Vec<Edge>]) -> Vec<(usize, Edge)> {
    let members = path.iter().skip_while(|(here, _)| *here != from);
    let edge = |(here, followed): &(usize, usize)| {
        let edge = edges.get(*here)?.get(followed.checked_sub(1)?)?;
        Some((*here, *edge))
    };
    let mut members: Vec<(usize, Edge)> = members.filter_map(edge).collect();
    let first = members.iter().enumerate().min_by_key(|(_, (here, _))| *here).map_or(0, |(nth, _)| nth);
    members.rotate_left(first);
    members
}
