//! Finds what no push can do: a type that would change, a name that is there twice, an output that is another's.

use std::collections::BTreeMap;

use super::{
    change::{Conflict, Found},
    object::Object,
    remote::{RemoteObject, RemoteUnit},
    unit::DesiredUnit,
    workspace::Workspace,
};
use crate::{
    model::sorted::collected,
    source::{
        repository::desired::{Key, ObjectKind},
        spec::shape::is_id,
    },
};

/// What is wrong, of all units, in the order of their paths.
pub fn conflicts(desired: &[DesiredUnit], workspace: &Workspace) -> Vec<Conflict> {
    let known = Known::of(workspace);
    let read = desired.iter().filter(|unit| !workspace.settled.contains_key(&unit.head.key));
    read.flat_map(|unit| of_unit(unit, workspace.units.get(&unit.head.key), &known)).collect()
}

fn of_unit(unit: &DesiredUnit, remote: Option<&RemoteUnit>, known: &Known) -> Vec<Conflict> {
    let head = &unit.head;
    if let Some(found) = known.by_key.get(&head.key).filter(|found| found.len() > 1) {
        // None of them was read, so its own outputs would count as another's.
        return vec![Conflict::Twice { path: head.path.clone(), found: found.clone() }];
    }
    let there = |object: &Object| -> Vec<Found> {
        let twins = remote.into_iter().flat_map(RemoteUnit::objects).filter(|there| there.key == object.key);
        let by_id: BTreeMap<&str, Found> = collected(twins.map(|there| (there.id.as_str(), there.found())));
        by_id.into_values().collect()
    };
    let found = unit.objects().map(|object| (object.path.clone(), there(object)));
    let twice = found.filter(|(_, found)| found.len() > 1).map(|(path, found)| Conflict::Twice { path, found });
    let is_new = |object: &&Object| remote.is_none_or(|remote| remote.object(&object.key).is_none());
    let outputs = unit.objects().filter(is_new).flat_map(|object| taken(object, known));
    let types = remote.map(|remote| types(unit, remote)).unwrap_or_default();
    twice.chain(types).chain(outputs).collect()
}

/// What would change its type, which no update does.
pub fn types(unit: &DesiredUnit, remote: &RemoteUnit) -> Vec<Conflict> {
    let head = &unit.head;
    let (here, there) = (head.kind.clone(), remote.kind.clone());
    let is_other = head.key.kind == ObjectKind::Workflow && !here.eq_ignore_ascii_case(&there);
    let workflow =
        is_other.then(|| Conflict::Type { path: head.path.clone(), here, there, found: remote.head.found() });
    let commands = unit.objects().filter_map(|object| command(object, remote.object(&object.key)?));
    workflow.into_iter().chain(commands).collect()
}

fn command(object: &Object, remote: &RemoteObject) -> Option<Conflict> {
    let command = ["script", "runtime", "command"];
    let (here, there) = object.shape.text(&command).zip(remote.shape.text(&command))?;
    let path = object.path.clone();
    (here != there).then(|| Conflict::Command { path, here, there, found: remote.found() })
}

/// What would be created beside the node that has its output: the scheduler refuses two, but only when it is deployed.
fn taken(object: &Object, known: &Known) -> Vec<Conflict> {
    let own = object.shape.outputs().into_iter().filter(|output| !is_id(output));
    let conflicts = own.filter_map(|output| {
        let found = known.by_output.get(&output)?.clone();
        Some(Conflict::OutputTaken { path: object.path.clone(), output, found })
    });
    conflicts.collect()
}

/// Who has an output, and how many have a name.
struct Known<'a> {
    by_output: BTreeMap<String, Found>,
    by_key: BTreeMap<&'a Key, Vec<Found>>,
}

impl<'a> Known<'a> {
    fn of(workspace: &'a Workspace) -> Self {
        let (mut by_output, mut by_key) = (BTreeMap::new(), BTreeMap::new());
        for remote in workspace.units.values().flat_map(RemoteUnit::objects) {
            by_output.extend(remote.shape.outputs().into_iter().map(|output| (output, remote.found())));
        }
        for listed in workspace.listed.iter().chain(&workspace.beside) {
            by_output.extend(listed.outputs.iter().map(|output| (output.clone(), listed.found())));
        }
        for listed in &workspace.listed {
            let found: &mut Vec<Found> = by_key.entry(&listed.key).or_default();
            found.push(listed.found());
        }
        Self { by_output, by_key }
    }
}

impl RemoteObject {
    fn found(&self) -> Found {
        Found { id: self.id.clone(), script_path: self.script_path() }
    }
}
