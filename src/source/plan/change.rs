//! The change set: what a plan says of each object, what is written, what is deployed, and what stops it all.

use std::collections::BTreeSet;

use crate::{
    model::options::OnDrift,
    source::{repository::desired::Key, spec::compare::FieldDifference},
};

/// What a plan says of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The workspace has no object of that identity.
    Create,
    /// Nothing differs, or what differs is the service's own.
    Unchanged,
    /// Something differs, and the workspace is as we left it.
    Update,
    /// Something differs, and the workspace is not as we left it.
    Drift,
    /// Only the workspace has it, in a workflow of the repository.
    Extra,
}

/// What is known of an edit that drifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// It was edited since this repository deployed it.
    Edited,
    /// Nothing that this repository deployed is known of it, so whose text it is cannot be told.
    NeverOurs,
}

/// What is to be said of an object or a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It has another path in the tree of Data Studio, which is the workspace's own business.
    ScriptPath {
        /// Where the repository has it.
        here: String,
        /// Its path.
        there: String,
    },
    /// It was written from exactly this text, and the service keeps a value of its own at these paths.
    ServiceKeeps(Vec<String>),
    /// The edges of a workflow's own file are not written: they belong in the files of its nodes.
    EdgesOfWorkflow,
    /// It is deployed with its workflow, as it is.
    DeployedAsItStands,
    /// The account that edited it last.
    EditedBy(String),
    /// An older run had exactly this text: this push rolls back to it.
    RollsBack {
        /// The older run.
        run: String,
    },
}

/// One object in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its identity.
    pub key: Key,
    /// Its folder below `source`; `None` for what only the workspace has.
    pub path: Option<String>,
    /// Its id, where the workspace has it.
    pub id: Option<String>,
    /// What the plan says of it.
    pub state: State,
    /// The leaves that differ: of a row in `create` all.
    pub fields: Vec<FieldDifference>,
    /// What is to be said of it.
    pub notes: Vec<Note>,
}

/// What is done with a unit, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Its rows are written, then it is deployed.
    Write,
    /// Nothing is to be written, but what it has was not deployed.
    Deploy,
    /// A row drifted: nothing of it is written or deployed.
    Leave,
    /// It is as the repository wants it, and deployed.
    Nothing,
}

/// A unit in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitPlan {
    /// The identity of its head.
    pub key: Key,
    /// Its folder below `source`.
    pub path: String,
    /// Its id, where the workspace has it.
    pub id: Option<String>,
    /// The hash of what the repository renders.
    pub src: String,
    /// The hash of what the workspace had when it was planned: another one before the write is drift.
    pub now: Option<String>,
    /// The head, then the nodes, parents first; then what only the workspace has.
    pub rows: Vec<Row>,
    /// What is done with it.
    pub action: Action,
    /// The places in [`ChangeSet::units`] of the units that it depends on.
    pub parents: Vec<usize>,
    /// What is known of its drift, where a row drifted.
    pub drift: Option<Drift>,
    /// Whether a row drifted that this push would change.
    pub is_contested: bool,
    /// What is to be said of the whole unit.
    pub notes: Vec<Note>,
}

/// An object of the workspace, for a person who looks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// Its path in the tree of Data Studio.
    pub script_path: Option<String>,
}

/// What no push can do: exit 2, before anything is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The type of a node cannot change.
    Command {
        /// The object.
        path: String,
        /// What the repository says.
        here: String,
        /// What the workspace has.
        there: String,
        /// The object of the workspace.
        found: Found,
    },
    /// The type of a workflow cannot change.
    Type {
        /// The object.
        path: String,
        /// What the repository says.
        here: String,
        /// What the workspace has.
        there: String,
        /// The object of the workspace.
        found: Found,
    },
    /// The workspace has more than one object of this name.
    Twice {
        /// The object.
        path: String,
        /// Those that have its name.
        found: Vec<Found>,
    },
    /// What would be created has an output that another node has already: it was moved or renamed on one side.
    OutputTaken {
        /// The object.
        path: String,
        /// The output.
        output: String,
        /// The node that has it.
        found: Found,
    },
}

/// A whole plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeSet {
    /// The units, parents first.
    pub units: Vec<UnitPlan>,
    /// What no push can do.
    pub conflicts: Vec<Conflict>,
    /// The units of each circle, by their paths, which is the order that they go in.
    pub circles: Vec<Vec<String>>,
    /// Whether the service gives no description of any run back, so that nothing can be recognised as ours.
    pub lacks_descriptions: bool,
    /// What to do with drift.
    pub on_drift: OnDrift,
}

impl ChangeSet {
    /// Whether drift stops it: nothing at all is written, exit 1.
    pub fn is_blocked(&self) -> bool {
        match self.on_drift {
            OnDrift::Fail => self.units.iter().any(|unit| unit.is_contested),
            OnDrift::Strict => self.count(State::Drift) > 0,
            OnDrift::Skip | OnDrift::Overwrite => false,
        }
    }

    /// Whether anything may be written or deployed at all.
    pub fn may_go_on(&self) -> bool {
        self.conflicts.is_empty() && !self.is_blocked()
    }

    /// The rows that are written, in their order, each with its unit.
    pub fn writes(&self) -> impl Iterator<Item = (&UnitPlan, &Row)> {
        let units = self.units.iter().filter(|unit| self.may_go_on() && unit.action == Action::Write);
        units.flat_map(|unit| unit.rows.iter().filter(|row| row.is_written()).map(move |row| (unit, row)))
    }

    /// The units that are deployed, in their order.
    pub fn deploys(&self) -> impl Iterator<Item = &UnitPlan> {
        self.units.iter().filter(|_| self.may_go_on()).filter(|unit| unit.is_carried_out())
    }

    /// The places of the units that one waits for: those that it depends on and that are carried out, by way of others in
    /// which nothing changes too.
    pub fn awaited(&self, place: usize) -> BTreeSet<usize> {
        let (mut awaited, mut seen, mut open) = (BTreeSet::new(), BTreeSet::from([place]), vec![place]);
        while let Some(unit) = open.pop().and_then(|place| self.units.get(place)) {
            for parent in unit.parents.iter().filter(|parent| seen.insert(**parent)) {
                // What is carried out waits for its own parents.
                let is_awaited = self.units.get(*parent).is_some_and(UnitPlan::is_carried_out);
                if is_awaited { _ = awaited.insert(*parent) } else { open.push(*parent) }
            }
        }
        awaited
    }

    /// The units that are deployed although nothing of them is written: they were written before.
    pub fn owed(&self) -> impl Iterator<Item = &UnitPlan> {
        self.deploys().filter(|unit| unit.action == Action::Deploy)
    }

    /// The units that drifted and are left as they are, while the rest goes on.
    pub fn left(&self) -> impl Iterator<Item = &UnitPlan> {
        self.units.iter().filter(|unit| self.may_go_on() && unit.action == Action::Leave)
    }

    /// How many rows are in a state.
    pub fn count(&self, state: State) -> usize {
        self.units.iter().flat_map(|unit| &unit.rows).filter(|row| row.state == state).count()
    }
}

impl UnitPlan {
    /// Whether it is written or deployed.
    pub fn is_carried_out(&self) -> bool {
        match self.action {
            Action::Write | Action::Deploy => true,
            Action::Leave | Action::Nothing => false,
        }
    }
}

impl Row {
    /// Whether it is written where its unit is.
    fn is_written(&self) -> bool {
        match self.state {
            State::Create | State::Update | State::Drift => true,
            State::Unchanged | State::Extra => false,
        }
    }
}
