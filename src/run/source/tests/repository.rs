//! The folder of a repository: random nodes and workflows that depend on each other, and the commits that change them.

use serde_json::{Value, json};

use crate::source::repository::{
    properties::Inputs,
    read::{self, Repository},
    tree::{Entry, Tree},
};

/// Few names, so that one stands alone, in one workflow and in another.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const WORKFLOWS: [&str; 2] = ["w", "v"];

/// A node as its files say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) workflow: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) code: String,
    pub(super) cron: Option<u32>,
    /// The outputs that it depends on.
    pub(super) upstream: Vec<String>,
}

/// The folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Folder {
    pub(super) nodes: Vec<Node>,
    /// The workflows, each with the minute of its schedule.
    pub(super) workflows: Vec<(&'static str, u32)>,
}

impl Node {
    pub(super) fn output(&self) -> String {
        format!("ws.{}.{}", self.workflow.unwrap_or("alone"), self.name)
    }

    /// The unit that it is deployed with, as the folder names it.
    pub(super) fn unit(&self) -> &'static str {
        self.workflow.unwrap_or(self.name)
    }

    pub(super) fn cron(&self) -> Option<String> {
        self.cron.map(|minute| format!("00 {minute:02} 02 * * ?"))
    }

    fn spec(&self) -> Value {
        let depends: Vec<Value> =
            self.upstream.iter().map(|output| json!({ "type": "Normal", "output": output })).collect();
        let mut node = json!({ "name": self.name, "script": { "path": self.path(), "runtime": { "command": "ODPS_SQL" } },
            "outputs": { "nodeOutputs": [{ "data": self.output() }] } });
        if let Some(cron) = self.cron() {
            node["trigger"] = json!({ "cron": cron });
        }
        json!({ "version": "1.1.0", "kind": "Node", "spec": { "nodes": [node], "flow": [{ "nodeId": self.name, "depends": depends }] } })
    }

    fn path(&self) -> String {
        self.workflow.map_or_else(|| self.name.to_owned(), |workflow| format!("{workflow}/{}", self.name))
    }
}

impl Folder {
    pub(super) fn random(random: &mut fastrand::Rng) -> Self {
        let mut folder = Self::default();
        for name in WORKFLOWS.into_iter().take(random.usize(0..3)) {
            folder.workflows.push((name, random.u32(0..60)));
        }
        for _ in 0..random.usize(1..5) {
            folder.add(random);
        }
        folder
    }

    /// A new node, if its name is free. It depends on what was there before it: never on itself by way of others.
    fn add(&mut self, random: &mut fastrand::Rng) {
        let name = NAMES[random.usize(0..NAMES.len())];
        let workflow = random.choice(&self.workflows).map(|(name, _)| *name).filter(|_| random.bool());
        if self.nodes.iter().any(|node| node.name == name && node.workflow == workflow) {
            return;
        }
        let mut upstream: Vec<String> = self.nodes.iter().filter(|_| random.u8(0..3) == 0).map(Node::output).collect();
        if random.bool() {
            upstream.push("ws_root".to_owned());
        }
        let (code, cron) = (format!("select {};\n", random.u32(..)), random.bool().then(|| random.u32(0..60)));
        self.nodes.push(Node { workflow, name, code, cron, upstream });
    }

    /// A commit: code, a schedule, an edge, a new node.
    pub(super) fn commit(&mut self, random: &mut fastrand::Rng) {
        let at = random.usize(0..self.nodes.len());
        match random.u8(0..6) {
            0 => self.nodes[at].cron = Some(random.u32(0..60)),
            1 if !self.nodes[at].upstream.contains(&"ws_root".to_owned()) => {
                self.nodes[at].upstream.push("ws_root".to_owned());
            }
            2 => self.add(random),
            3 if !self.workflows.is_empty() => self.workflows[0].1 = random.u32(0..60),
            _ => self.nodes[at].code = format!("select {};\n", random.u32(..)),
        }
    }

    /// What the step reads of it.
    pub(super) fn read(&self) -> Repository {
        let mut tree = Tree::new("warehouse");
        for (name, minute) in &self.workflows {
            let workflow = json!({ "name": name, "script": { "path": name, "runtime": { "command": "WORKFLOW" } },
                "trigger": { "cron": format!("00 {minute:02} 03 * * ?") } });
            let spec = json!({ "version": "1.1.0", "kind": "CycleWorkflow", "spec": { "workflows": [workflow] } });
            tree.insert(&format!("{name}/{name}.spec.json"), Entry::file(spec.to_string()));
        }
        for node in &self.nodes {
            let (path, name) = (node.path(), node.name);
            tree.insert(&format!("{path}/{name}.spec.json"), Entry::file(node.spec().to_string()));
            tree.insert(&format!("{path}/{name}.sql"), Entry::file(node.code.clone()));
        }
        read::read(vec![tree], &Inputs::default(), false, &mut |_| Err("no such file".to_owned())).unwrap()
    }

    /// The units, each with the units that it depends on itself.
    pub(super) fn units(&self) -> Vec<(&'static str, Vec<&'static str>)> {
        let alone = self.nodes.iter().filter(|node| node.workflow.is_none()).map(|node| node.name);
        let units = self.workflows.iter().map(|(name, _)| *name).chain(alone);
        let parents = |unit: &str| {
            let of_it = self.nodes.iter().filter(|node| node.unit() == unit);
            let makes = |output: &String| self.nodes.iter().find(|node| node.output() == *output).map(Node::unit);
            of_it.flat_map(|node| &node.upstream).filter_map(makes).filter(|parent| *parent != unit).collect()
        };
        units.map(|unit| (unit, parents(unit))).collect()
    }
}
