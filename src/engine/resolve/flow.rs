//! The flow that resolves names to ids, before anything is changed: the workspace, then each target.

use std::collections::VecDeque;

use crate::model::{
    answer::{Answer, ListInfo, Named, Reply},
    call::{Call, FileKey},
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::Journal,
    outcome::Outcome,
    reason::{End, Hint, Reason},
    status::Status,
    target::{Target, TargetName, TargetSpec},
};

use super::{
    names::{Findings, Meaning, questions},
    query::Query,
};
use crate::engine::{
    flow::{Flow, Next},
    paging::{Page, Pages},
};

/// No more pages than this are read of one list.
const PAGES: u32 = 50;

/// What the names were resolved to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The workspace's number, where it was looked for.
    pub project_id: Option<u64>,
    /// The targets by their ids, in the order given.
    pub targets: Vec<Target>,
    /// Those of which the name was not found, or fits several.
    pub unclear: Vec<TargetSpec>,
}

/// What is being resolved.
#[derive(Clone, Debug)]
enum Name {
    Project(String),
    Target(TargetSpec),
}

pub struct ResolveFlow {
    names: VecDeque<Name>,
    queries: VecDeque<Query>,
    pages: Pages,
    findings: Findings,
    found: Resolved,
    unclear: Vec<String>,
    /// Whether files are named in more than one way, so that a node may be the file of another target.
    are_nodes_looked_up: bool,
    end: Option<End>,
}

impl ResolveFlow {
    /// `project`: the workspace's name, where its number must be found.
    pub fn new(project: Option<&str>, targets: &[TargetSpec]) -> Self {
        let project = project.map(|name| Name::Project(name.to_owned()));
        let mut route = Self {
            names: project.into_iter().chain(targets.iter().cloned().map(Name::Target)).collect(),
            queries: VecDeque::new(),
            pages: Pages::at_most(PAGES),
            findings: Findings::default(),
            found: Resolved::default(),
            unclear: Vec::new(),
            are_nodes_looked_up: are_mixed(targets),
            end: None,
        };
        route.begin();
        route
    }

    /// Asks for the first name that needs asking; ends when none is left.
    fn begin(&mut self) {
        while let Some(name) = self.names.front() {
            let queries = match name {
                Name::Project(name) => vec![Query::Project(name.clone())],
                Name::Target(TargetSpec::Name(name)) => questions(name),
                Name::Target(TargetSpec::Id(Target::File(FileKey::Node(node)))) if self.are_nodes_looked_up => {
                    vec![Query::OfNode(*node)]
                }
                Name::Target(TargetSpec::Id(_)) => Vec::new(),
            };
            if !queries.is_empty() {
                self.findings = Findings::default();
                return self.queries.extend(queries);
            }
            if let Some(Name::Target(TargetSpec::Id(target))) = self.names.pop_front() {
                self.found.targets.push(target);
            }
        }
        let end = if self.unclear.is_empty() {
            End::new(Status::Success, "every name was found")
        } else {
            End::new(Status::Invalid, self.unclear.join("; "))
        };
        self.end = Some(end);
    }

    /// Every question was answered: the result.
    fn conclude(&mut self) {
        let Some(name) = self.names.front().cloned() else { return };
        let meaning = match &name {
            Name::Project(name) => self.findings.project(name),
            Name::Target(TargetSpec::Name(TargetName::File(path))) => self.findings.file(path),
            Name::Target(TargetSpec::Id(Target::File(FileKey::Node(node)))) => self.findings.file_of(*node),
            Name::Target(target) => self.findings.object(target.value().trim()),
        };
        match (meaning, name) {
            (Meaning::Ask(queries), _) => return self.queries.extend(queries),
            (Meaning::One(id), Name::Project(_)) => self.found.project_id = id.parse().ok(),
            (
                Meaning::One(id),
                Name::Target(
                    target @ (TargetSpec::Name(TargetName::File(_)) | TargetSpec::Id(Target::File(FileKey::Node(_)))),
                ),
            ) => {
                if let Ok(id) = id.parse() {
                    self.found.targets.push(Target::File(FileKey::File(id)));
                } else {
                    let why = format!("{}: its id {id} is not a number", target.label());
                    self.not_clear(target, why);
                }
            }
            (Meaning::One(id), Name::Target(_)) => self.found.targets.push(Target::Object(id)),
            (Meaning::Unclear(said), Name::Project(_)) => {
                // Without the workspace no other name can be looked up.
                self.end = Some(End::new(Status::Invalid, said));
                return;
            }
            (Meaning::Unclear(said), Name::Target(target)) => self.not_clear(target, said),
        }
        self.names.pop_front();
        self.begin();
    }

    fn not_clear(&mut self, target: TargetSpec, why: String) {
        self.unclear.push(why);
        self.found.unclear.push(target);
    }

    /// What the names were resolved to so far.
    pub fn resolved(&self) -> &Resolved {
        &self.found
    }
}

/// Whether files are named by their nodes and also by their own ids or names. Then a node-id and a file-id may be one
/// file, which must be deployed once.
fn are_mixed(targets: &[TargetSpec]) -> bool {
    let is_node = |target: &TargetSpec| matches!(target, TargetSpec::Id(Target::File(FileKey::Node(_))));
    let is_file = |target: &TargetSpec| {
        matches!(target, TargetSpec::Id(Target::File(FileKey::File(_))) | TargetSpec::Name(TargetName::File(_)))
    };
    targets.iter().any(is_node) && targets.iter().any(is_file)
}

impl Flow for ResolveFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        if let Some(end) = &self.end {
            return Next::End(end.clone());
        }
        let query = self.queries.front().cloned();
        query.map_or(Next::Pause(now), |query| Next::Call(query.page(self.pages.next())))
    }

    fn on_answer(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        let Some(query) = self.queries.front().cloned() else { return };
        let (named, info) = if let Answer::File(file) = reply.answer {
            (vec![Named { id: file.id.to_string(), name: file.name, ..Named::default() }], ListInfo::from(1))
        } else if let Answer::Named(named, info) = reply.answer {
            (named, info)
        } else {
            return;
        };
        let page = self.pages.on_page(named.len(), info);
        self.findings.answered(&query, named);
        match page {
            Page::Full => return,
            Page::Cut => {
                let operation = query.page(1).operation();
                let why = format!(
                    "{operation} could not be read to its end, so names cannot be resolved; nothing was changed: give the id"
                );
                self.end = Some(End::new(Status::Unavailable, why));
                return;
            }
            Page::Last => {}
        }
        self.queries.pop_front();
        self.pages = Pages::at_most(PAGES);
        if self.queries.is_empty() {
            self.conclude();
        }
    }

    fn on_refusal(&mut self, _: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        let status = if why == Refusal::UnknownOperation { Status::Unavailable } else { Status::Invalid };
        let reason = Reason::Refused { operation: call.operation(), hint: Hint::Names };
        self.end = Some(End::said(status, reason, error.clone()));
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn activity(&self) -> String {
        "looking up names".into()
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome::of(end)
    }
}
