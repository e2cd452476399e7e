//! Decides what a push does: compares what the repository wants with what the workspace has, and makes a change set.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    change::{Action, ChangeSet, Drift, Note, Row, State, UnitPlan},
    conflicts::conflicts,
    object::Object,
    order::{order, share},
    remote::{Facts, RemoteObject, RemoteUnit},
    runs::Runs,
    unit::DesiredUnit,
    workspace::Workspace,
};
use crate::{
    model::{options::OnDrift, sorted::collected},
    source::{
        repository::desired::{Key, ObjectKind},
        spec::{
            compare::{FieldDifference, differences},
            outputs::Outputs,
            shape::Shape,
        },
    },
};

/// The plan of a push. Total: every repository and every workspace give one.
pub fn plan(desired: &[DesiredUnit], workspace: &Workspace, on_drift: OnDrift) -> ChangeSet {
    let (outputs, mut parents) = (outputs(desired, workspace), parents(desired, workspace));
    let groups = order(&parents);
    share(&groups, &mut parents);
    let members =
        |group: &Vec<usize>| group.iter().filter_map(|at| Some(desired.get(*at)?.head.path.clone())).collect();
    let circles = groups.iter().filter(|group| group.len() > 1).map(members).collect();
    let sequence: Vec<usize> = groups.into_iter().flatten().collect();
    let place: BTreeMap<usize, usize> = collected(sequence.iter().enumerate().map(|(place, at)| (*at, place)));
    let units = sequence.iter().filter_map(|at| {
        let unit = desired.get(*at)?;
        let parents = parents.get(*at)?.iter().filter_map(|parent| place.get(parent).copied()).collect();
        if let Some(id) = workspace.settled.get(&unit.head.key) {
            return Some(UnitPlan { parents, ..settled(unit, id) });
        }
        let remote = workspace.units.get(&unit.head.key);
        Some(UnitPlan { parents, ..plan_unit(unit, remote, &outputs, on_drift) })
    });
    let runs: Vec<&Runs> = workspace.units.values().map(|unit| &unit.runs).filter(|runs| !runs.is_empty()).collect();
    ChangeSet {
        units: units.collect(),
        conflicts: conflicts(desired, workspace),
        circles,
        lacks_descriptions: !runs.is_empty() && runs.iter().all(|runs| runs.lack_descriptions()),
        on_drift,
    }
}

/// A unit that was not read, because nothing of it was edited since it was deployed from exactly this text.
fn settled(unit: &DesiredUnit, id: &str) -> UnitPlan {
    let unchanged = |object: &Object| {
        let id = (object.key == unit.head.key).then(|| id.to_owned());
        Row { path: Some(object.path.clone()), ..row(object.key.clone(), id, State::Unchanged) }
    };
    UnitPlan {
        key: unit.head.key.clone(),
        path: unit.head.path.clone(),
        id: Some(id.to_owned()),
        src: unit.src.clone(),
        now: None,
        drift: None,
        is_contested: false,
        rows: unit.in_order().into_iter().map(unchanged).collect(),
        action: Action::Nothing,
        parents: Vec::new(),
        notes: Vec::new(),
    }
}

fn plan_unit(unit: &DesiredUnit, remote: Option<&RemoteUnit>, outputs: &Outputs, on_drift: OnDrift) -> UnitPlan {
    let beside = |object: &Object| {
        if let Some((remote, there)) = remote.and_then(|remote| Some((remote, remote.object(&object.key)?))) {
            return compare(object, there, remote, &unit.src, outputs);
        }
        let fields = differences(object.key.kind, &object.shape, &Shape::default(), outputs);
        Row { path: Some(object.path.clone()), fields, ..row(object.key.clone(), None, State::Create) }
    };
    let mut rows: Vec<Row> = unit.in_order().into_iter().map(beside).collect();
    let is_only_there = |there: &&RemoteObject| !unit.objects().any(|object| object.key == there.key);
    rows.extend(remote.into_iter().flat_map(RemoteUnit::objects).filter(is_only_there).map(extra));
    let has = |state: State| rows.iter().any(|row| row.state == state);
    let newest = remote.and_then(|remote| remote.runs.newest());
    let is_owed = || {
        remote.is_none_or(|remote| {
            let Facts { modified_ms, created_ms, has_task, .. } = remote.facts;
            remote.runs.is_owed(&unit.src, &remote.now, modified_ms, created_ms, has_task)
        })
    };
    let action = match (has(State::Drift), has(State::Create) || has(State::Update)) {
        (true, _) if on_drift != OnDrift::Overwrite => Action::Leave,
        (true, _) | (false, true) => Action::Write,
        (false, false) if is_owed() => Action::Deploy,
        (false, false) => Action::Nothing,
    };
    let rolled_back = remote.and_then(|remote| remote.runs.rolled_back_to(&unit.src));
    let mut notes: Vec<Note> = rolled_back.map(|run| Note::RollsBack { run: run.id.clone() }).into_iter().collect();
    if has(State::Drift) {
        notes.extend(remote.and_then(|remote| remote.facts.editor.clone()).map(Note::EditedBy));
    }
    UnitPlan {
        key: unit.head.key.clone(),
        path: unit.head.path.clone(),
        id: remote.map(|remote| remote.head.id.clone()),
        src: unit.src.clone(),
        now: remote.map(|remote| remote.now.clone()),
        drift: has(State::Drift).then(|| if newest.is_some() { Drift::Edited } else { Drift::NeverOurs }),
        // The repository said the same when it last deployed: the edit is in DataWorks alone.
        is_contested: has(State::Drift) && newest.is_none_or(|(_, written)| written.src != unit.src),
        rows,
        action,
        parents: Vec::new(),
        notes,
    }
}

/// An object that both sides have.
fn compare(object: &Object, there: &RemoteObject, unit: &RemoteUnit, src: &str, outputs: &Outputs) -> Row {
    let fields = differences(object.key.kind, &object.shape, &there.shape, outputs);
    let written = unit.runs.newest().map(|(_, written)| written);
    let is_as_we_left_it = written.is_some_and(|written| {
        written.now == unit.now || is_as_deployed(object, &fields, unit.base.object(&there.id), outputs)
    });
    let is_our_text = written.is_some_and(|written| written.src == src);
    let mut notes = Vec::new();
    let state = match (fields.is_empty(), is_as_we_left_it) {
        (true, _) => State::Unchanged,
        (false, true) if is_our_text => {
            notes.push(Note::ServiceKeeps(fields.iter().map(|field| field.path.clone()).collect()));
            State::Unchanged
        }
        (false, true) => State::Update,
        (false, false) => State::Drift,
    };
    let paths = object.shape.text(&["script", "path"]).zip(there.script_path());
    notes.extend(paths.filter(|(here, there)| here != there).map(|(here, there)| Note::ScriptPath { here, there }));
    if object.key.kind == ObjectKind::Workflow && object.has_edges {
        notes.push(Note::EdgesOfWorkflow);
    }
    Row { path: Some(object.path.clone()), fields, notes, ..row(object.key.clone(), Some(there.id.clone()), state) }
}

/// The second check: at every leaf that differs the workspace has what the run of our newest marker deployed.
fn is_as_deployed(object: &Object, fields: &[FieldDifference], base: Option<&Shape>, outputs: &Outputs) -> bool {
    let Some(base) = base else { return false };
    let deployed = differences(object.key.kind, &object.shape, base, outputs);
    let deployed: BTreeMap<&str, &FieldDifference> =
        collected(deployed.iter().map(|field| (field.path.as_str(), field)));
    fields.iter().all(|field| deployed.get(field.path.as_str()).is_some_and(|was| was.is_from_the_same(field)))
}

fn extra(there: &RemoteObject) -> Row {
    let notes = vec![Note::DeployedAsItStands];
    Row { notes, ..row(there.key.clone(), Some(there.id.clone()), State::Extra) }
}

fn row(key: Key, id: Option<String>, state: State) -> Row {
    Row { key, path: None, id, state, fields: Vec::new(), notes: Vec::new() }
}

/// The node behind an edge, as the workspace has it.
pub fn known_outputs(workspace: &Workspace) -> Outputs {
    let mut outputs = Outputs::default();
    for listed in workspace.listed.iter().chain(&workspace.beside) {
        outputs.add(&listed.id, listed.outputs.iter().cloned());
    }
    for remote in workspace.units.values().flat_map(RemoteUnit::objects) {
        outputs.add(&remote.id, remote.shape.outputs());
    }
    outputs
}

/// The same, and what this push gives to a node counts over what another has now.
pub fn outputs(desired: &[DesiredUnit], workspace: &Workspace) -> Outputs {
    let mut outputs = Outputs::over(Arc::new(known_outputs(workspace)));
    for unit in desired {
        let Some(remote) = workspace.units.get(&unit.head.key) else { continue };
        for object in unit.objects() {
            if let Some(there) = remote.object(&object.key) {
                outputs.add(&there.id, object.shape.outputs());
            }
        }
    }
    outputs
}

/// For each unit the places of those that it depends on.
fn parents(desired: &[DesiredUnit], workspace: &Workspace) -> Vec<Vec<usize>> {
    let mut makers: BTreeMap<String, usize> = BTreeMap::new();
    for (at, unit) in desired.iter().enumerate() {
        let remote = workspace.units.get(&unit.head.key).into_iter().flat_map(RemoteUnit::objects);
        let there = remote.flat_map(|there| there.shape.outputs().into_iter().chain([there.id.clone()]));
        there.for_each(|output| _ = makers.entry(output).or_insert(at));
    }
    for (at, unit) in desired.iter().enumerate() {
        makers.extend(unit.objects().flat_map(|object| object.shape.outputs()).map(|output| (output, at)));
    }
    let of = |(at, unit): (usize, &DesiredUnit)| {
        let upstream = unit.objects().flat_map(|object| object.shape.upstream());
        let makers = upstream.filter_map(|output| makers.get(&output).copied()).filter(|maker| *maker != at);
        collected::<BTreeSet<usize>, _>(makers).into_iter().collect()
    };
    desired.iter().enumerate().map(of).collect()
}
