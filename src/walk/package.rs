//! The route of a deployment package: ask for it or find it, then look until it ends.

use crate::model::{
    call::{Answer, Call, FileKey, Reply, Why, Words},
    journal::{Birth, Journal, Note, PACKAGE},
    outcome::{End, Found, Outcome, Status},
    package::{Package, PackageVerdict},
    plan::{Limits, Manner},
    span::{Elapsed, show},
};

use super::{
    doubt::Doubt,
    pace,
    parcel::{Baseline, Search},
    route::{Limit, Route, Want},
};

/// How far it has come.
enum State {
    /// The newest packages are listed, so that ours can be told from them if its answer is lost.
    Before(FileKey),
    /// It may be asked for.
    Ready(FileKey),
    /// It was asked for, and the answer was lost.
    Doubtful(FileKey, Doubt, Option<Search>),
    /// It is there, and this is its id.
    Here(u64),
}

pub(super) struct PackageRoute {
    state: State,
    comment: String,
    limits: Limits,
    baseline: Baseline,
    lost: u32,
    package: Option<Package>,
    since: Elapsed,
    next_look: Elapsed,
    end: Option<End>,
}

impl PackageRoute {
    /// Deploys a file.
    pub(super) fn create(file: FileKey, manner: &Manner, limits: &Limits) -> Self {
        Self::new(State::Before(file), manner, limits)
    }

    /// Follows a package that exists.
    pub(super) fn follow(package: u64, manner: &Manner, limits: &Limits) -> Self {
        Self::new(State::Here(package), manner, limits)
    }

    fn new(state: State, manner: &Manner, limits: &Limits) -> Self {
        Self {
            state,
            comment: manner.comment.clone(),
            limits: limits.clone(),
            baseline: Baseline::default(),
            lost: 0,
            package: None,
            since: Elapsed::ZERO,
            next_look: Elapsed::ZERO,
            end: None,
        }
    }

    fn is_here(&mut self, now: Elapsed, id: u64, how: Birth, journal: &mut Journal) {
        journal.note(now, Note::Known { id: id.to_string(), how });
        self.state = State::Here(id);
        self.since = now;
        self.next_look = now.saturating_add(self.limits.poll.shortest);
    }

    fn looked(&mut self, now: Elapsed, id: u64, package: Package, journal: &mut Journal) {
        if self.package.is_none() && self.since.is_zero() {
            self.since = now;
            journal.note(now, Note::Known { id: id.to_string(), how: Birth::Followed });
        }
        if self.package.as_ref().is_none_or(|before| before.word() != package.word()) {
            journal.note(now, Note::Package(package.clone()));
        }
        self.end = match package.verdict() {
            PackageVerdict::Wait => None,
            PackageVerdict::Succeeded => Some(End::new(Status::Success, success(id, &package))),
            PackageVerdict::Failed => Some(End::new(Status::Failed, failure(id, &package))),
        };
        self.next_look = now.saturating_add(pace::look(self.limits.poll, now.saturating_sub(self.since)));
        self.package = Some(package);
    }

    /// A look after a lost answer has seen all there is to see.
    fn searched(&mut self, now: Elapsed, journal: &mut Journal) {
        let State::Doubtful(file, doubt, search) = &mut self.state else { return };
        let Some(found) = search.as_ref().and_then(Search::result) else { return };
        match found {
            [id] => {
                let id = *id;
                self.is_here(now, id, Birth::Found, journal);
            }
            [] => {
                let file = *file;
                doubt.found_nothing();
                *search = None;
                if doubt.next().is_none() && self.lost < 2 {
                    self.state = State::Ready(file);
                } else if doubt.next().is_none() {
                    let message = "DeployFile was sent twice, both answers were lost, and no package is to be seen; look into the console before you run the job again";
                    self.end = Some(End::new(Status::Unavailable, message));
                }
            }
            several => {
                let ids: Vec<String> = several.iter().map(u64::to_string).collect();
                let message = format!(
                    "the answer to DeployFile was lost, and several packages may be ours: {}; follow them by deployment-id",
                    ids.join(", ")
                );
                self.end = Some(End::new(Status::Unavailable, message));
            }
        }
    }
}

fn success(id: u64, package: &Package) -> String {
    match package.environment() {
        Some(environment) => format!("deployed: the package {id} is in {environment}"),
        None => format!("deployed: the package {id} succeeded"),
    }
}

/// Why a package failed: its own message, and the files that did not make it.
fn failure(id: u64, package: &Package) -> String {
    let mut message = format!("the package {id} ended in {}", package.word());
    if !package.message.is_empty() {
        message = format!("{message}: {}", package.message);
    }
    let bad: Vec<String> = package
        .items
        .iter()
        .filter(|item| item.has_failed())
        .map(|item| format!("file {} ({})", item.file, item.word()))
        .collect();
    if bad.is_empty() { message } else { format!("{message}; not published: {}", bad.join(", ")) }
}

impl Route for PackageRoute {
    fn want(&mut self, now: Elapsed) -> Want {
        if let Some(end) = &self.end {
            return Want::End(end.clone());
        }
        match &mut self.state {
            State::Before(_) => Want::Call(Call::ListPackages { page: 1 }),
            State::Ready(file) => Want::Call(Call::DeployFile { file: *file, comment: self.comment.clone() }),
            State::Doubtful(_, doubt, None) if doubt.next().is_some_and(|at| now < at) => {
                Want::Pause(doubt.next().unwrap_or(now))
            }
            State::Doubtful(file, _, search) => {
                let search = search.get_or_insert_with(|| Search::new(*file, self.baseline));
                search.next().map_or(Want::Pause(now), Want::Call)
            }
            State::Here(_) if now < self.next_look => Want::Pause(self.next_look),
            State::Here(package) => Want::Call(Call::LookAtPackage { package: *package }),
        }
    }

    fn learn(&mut self, now: Elapsed, _: &Call, reply: Reply, journal: &mut Journal) {
        match (&mut self.state, reply.answer) {
            (State::Before(file), Answer::Packages(packages, _)) => {
                self.baseline = Baseline::new(packages.iter().map(|(id, _)| *id).max(), reply.clock_ms);
                self.state = State::Ready(*file);
            }
            (_, Answer::PackageCreated(id)) => self.is_here(now, id, Birth::Created, journal),
            (State::Doubtful(_, _, Some(search)), Answer::Packages(packages, total)) => {
                search.listed(packages.into_iter().map(|(id, _)| id), total);
                self.searched(now, journal);
            }
            (State::Doubtful(_, _, Some(search)), Answer::Package(package)) => {
                search.looked(&package);
                self.searched(now, journal);
            }
            (State::Here(id), Answer::Package(package)) => {
                let id = *id;
                self.looked(now, id, package, journal);
                if let Some(end) = &mut self.end {
                    end.words.request_id = reply.request_id;
                }
            }
            _ => {}
        }
    }

    fn refused(&mut self, now: Elapsed, call: &Call, why: Why, words: &Words, journal: &mut Journal) {
        if let State::Before(file) = self.state {
            // Only a lost answer will miss it.
            journal.note(now, Note::Warning(format!("ListDeployments was refused: {words}")));
            self.state = State::Ready(file);
            return;
        }
        let operation = call.operation();
        let (status, message) = match (why, call) {
            (Why::NotFound, Call::DeployFile { .. }) => {
                (Status::Invalid, format!("{operation}: {words}; check the id and the workspace"))
            }
            (Why::UnknownOperation, _) => (
                Status::Unavailable,
                format!("the service does not know {operation}: {words}; check endpoint and region"),
            ),
            (_, Call::DeployFile { .. }) => (Status::Failed, format!("{operation} was refused: {words}")),
            _ => (Status::Invalid, format!("{operation} was refused: {words}; check the id and the workspace")),
        };
        self.end = Some(End::said(status, message, words.clone()));
    }

    fn doubt(&mut self, now: Elapsed, call: &Call, _: &Words) {
        if let Call::DeployFile { file, .. } = call {
            self.lost = self.lost.saturating_add(1);
            self.state = State::Doubtful(*file, Doubt::new(now), None);
        }
    }

    fn let_go(&mut self, _: Elapsed, _: &Call, _: &Words, _: &mut Journal) {}

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_look(&mut self) -> Option<Call> {
        match &mut self.state {
            State::Here(package) => Some(Call::LookAtPackage { package: *package }),
            State::Before(_) | State::Ready(_) | State::Doubtful(..) => None,
        }
    }

    fn abolish(&self) -> Option<Call> {
        None
    }

    fn limit(&self) -> Option<Limit> {
        let own = self.limits.stage.of(PACKAGE).filter(|_| matches!(self.state, State::Here(_)))?;
        let message = format!("the package has not ended within the stage-timeout of {}", show(own));
        Some(Limit { at: self.since.saturating_add(own), message })
    }

    fn is_committed(&self) -> bool {
        false
    }

    fn how_to_go_on(&self) -> String {
        match &self.state {
            State::Here(_) if self.end.is_some() => String::new(),
            State::Here(id) => format!("to go on watching it, give deployment-id {id}"),
            _ if self.lost > 0 => {
                "a deployment package may exist: look into the deployment tasks in the console".into()
            }
            State::Before(_) | State::Ready(_) | State::Doubtful(..) => String::new(),
        }
    }

    fn doing(&self) -> String {
        match (&self.state, &self.package) {
            (State::Before(_), _) => "looking at the newest packages".into(),
            (State::Ready(_), _) => "asking for the deployment".into(),
            (State::Doubtful(..), _) => "looking whether the package was created".into(),
            (State::Here(id), Some(package)) => format!("the package {id} reads {}", package.word()),
            (State::Here(id), None) => format!("waiting for the package {id}"),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        let found = match &self.state {
            State::Here(id) => Found::Package(*id, self.package.clone()),
            State::Before(_) | State::Ready(_) | State::Doubtful(..) => Found::Nothing,
        };
        Outcome { found, ..Outcome::of(end) }
    }
}
