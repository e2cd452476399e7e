//! Puts what a plan says into words: notes, conflicts, what drift means and both ways out of it.

use crate::source::plan::change::{ChangeSet, Conflict, Drift, Found, Note, State};

/// Both ways out of drift.
const WAYS_OUT: &str = "to keep the edit, run ⟨operation: export⟩, commit what it wrote and deploy that; to drop it, deploy with ⟨on-drift: overwrite⟩";
/// How to begin with what nothing is known of.
const ADOPT: &str = "this repository is not known to have deployed any of the objects that differ; to adopt the workspace as it is, run ⟨operation: export⟩, commit what it wrote, and plan again";
/// At most this many names are listed.
const NAMED: usize = 20;

/// What a state is called.
pub fn state(state: State) -> &'static str {
    match state {
        State::Create => "create",
        State::Unchanged => "unchanged",
        State::Update => "update",
        State::Drift => "drift",
        State::Extra => "extra",
    }
}

pub fn note(note: &Note) -> String {
    match note {
        Note::ScriptPath { here, there } => {
            format!("its path is {there} in Data Studio and {here} in the repository; it is not moved")
        }
        Note::ServiceKeeps(paths) => format!("DataWorks keeps its own value of {}", named(paths)),
        Note::EdgesOfWorkflow => {
            "the dependencies in the file of a workflow are not written: they belong in the files of its nodes"
                .to_owned()
        }
        Note::DeployedAsItStands => {
            "it exists only in DataWorks; it is deployed with its workflow, unchanged".to_owned()
        }
        Note::EditedBy(account) => format!("last edited by {account}"),
        Note::RollsBack { run } => {
            format!("this push rolls back: the older pipeline run {run} deployed exactly this text")
        }
    }
}

/// What is known of a drift, as a note.
pub fn drift(drift: Drift) -> String {
    match drift {
        Drift::Edited => "the edit may come from a job of this repository that stopped before it deployed".to_owned(),
        Drift::NeverOurs => "this repository is not known to have deployed it".to_owned(),
    }
}

/// Why an object counts as drifted.
pub fn drifted(drift: Drift) -> &'static str {
    match drift {
        Drift::Edited => "edited in DataWorks since this repository deployed it",
        Drift::NeverOurs => "it differs from the repository, which is not known to have deployed it",
    }
}

/// What drifted, by what is known of it.
fn by_drift(all: &[(String, Drift)]) -> String {
    let of = |wanted: Drift| {
        let paths = all.iter().filter(|(_, drift)| *drift == wanted).map(|(path, _)| path.clone());
        let paths: Vec<String> = paths.collect();
        (!paths.is_empty()).then(|| format!("{} ({})", named(&paths), drifted(wanted)))
    };
    [Drift::Edited, Drift::NeverOurs].into_iter().filter_map(of).collect::<Vec<_>>().join("; ")
}

/// What is to be known of the plan as a whole.
pub fn warnings(changes: &ChangeSet) -> Vec<String> {
    let mut warnings = Vec::new();
    for circle in &changes.circles {
        let units = named(circle);
        warnings
            .push(format!("{units} depend on each other in a circle; they are deployed in the order of their paths"));
    }
    if changes.lacks_descriptions {
        warnings.push(
            "the service returns no description of any pipeline run, so no run can be recognised as ours, and every difference counts as drift"
                .to_owned(),
        );
    }
    if changes.units.iter().any(|unit| unit.drift == Some(Drift::NeverOurs)) {
        warnings.push(ADOPT.to_owned());
    }
    let left: Vec<(String, Drift)> = changes.left().filter_map(|unit| Some((unit.path.clone(), unit.drift?))).collect();
    if !left.is_empty() {
        warnings.push(format!("drift is left as it is, neither written nor deployed: {}; {WAYS_OUT}", by_drift(&left)));
    }
    warnings
}

/// Why nothing at all is written.
pub fn blocked(drifted: &[(String, Drift)]) -> String {
    format!("nothing was written, because of drift in {}; {WAYS_OUT}", by_drift(drifted))
}

/// What a push that went well leaves behind: `left` was edited in DataWorks, and is neither written nor deployed.
pub fn success(deploys: bool, left: &[String]) -> String {
    const WANTED: &str = "the workspace matches the repository";
    let lead = if deploys { "" } else { "nothing to deploy: " };
    let but =
        if left.is_empty() { String::new() } else { format!(", except what was edited in DataWorks: {}", named(left)) };
    format!("{lead}{WANTED}{but}")
}

/// What would be done.
pub fn dry_run(changes: &ChangeSet) -> String {
    let (writes, deploys) = (changes.writes().count(), changes.deploys().count());
    let objects = if writes == 1 { "1 object".to_owned() } else { format!("{writes} objects") };
    let owed: Vec<String> = changes.owed().map(|unit| unit.path.clone()).collect();
    let owed =
        if owed.is_empty() { String::new() } else { format!("; written before and not deployed: {}", named(&owed)) };
    format!("nothing was changed; {objects} would be written and {deploys} deployed{owed}")
}

/// What no push can do, one message each.
pub fn conflicts(conflicts: &[Conflict]) -> Vec<String> {
    let one = |conflict: &Conflict| match conflict {
        Conflict::Command { path, here, there, found } => format!(
            "{path}: script.runtime.command is {here}, and {} has {there}; the type of a node cannot change: give the node another name",
            place(found)
        ),
        Conflict::Type { path, here, there, found } => format!(
            "{path}: the kind is {here}, and {} is a {there}; the type of a workflow cannot change: give the workflow another name",
            place(found)
        ),
        Conflict::Twice { path, found } => {
            let places: Vec<String> = found.iter().map(place).collect();
            format!("{path}: the workspace has this name more than once: {}; rename all but one", named(&places))
        }
        Conflict::OutputTaken { path, output, found } => format!(
            "{path}: its output {output} already belongs to {}: the node was moved or renamed, here or in DataWorks, and would run twice; use the same workflow and name on both sides",
            place(found)
        ),
    };
    conflicts.iter().map(one).collect()
}

fn place(found: &Found) -> String {
    let path = found.script_path.as_ref().map(|path| format!(" ({path})")).unwrap_or_default();
    format!("the object {}{path}", found.id)
}

/// The first names, and how many more there are.
fn named(names: &[String]) -> String {
    let (shown, rest) = names.split_at_checked(NAMED).unwrap_or((names, &[]));
    let rest = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    format!("{}{rest}", shown.join(", "))
}
