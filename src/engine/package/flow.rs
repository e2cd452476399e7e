//! The route of a deployment package: submit the file if need be, deploy it, and look until it ends.

use crate::engine::poll::poll_delay;
use crate::model::{
    answer::{Answer, Reply},
    call::{Call, FileKey},
    duration::{Elapsed, show},
    fault::{Refusal, ServiceError},
    journal::{Journal, Note, PACKAGE, Provenance, RemoteKind},
    options::{DeployOptions, Limits},
    outcome::{End, Outcome, Remote, Status},
    package::{Package, PackageVerdict},
};

use super::create::{Born, PackageCreation, Purpose};
use crate::engine::flow::{Flow, Limit, Next};

enum State {
    /// Whether there is anything to submit.
    Reading(FileKey),
    /// A package is coming.
    Coming(Box<PackageCreation>),
    /// It is there; the delivery that made it is kept for what comes after a submission.
    Here(u64, Option<Box<PackageCreation>>),
}

pub struct PackageFlow {
    state: State,
    options: DeployOptions,
    limits: Limits,
    package: Option<Package>,
    /// Since when the present package is watched.
    since: Option<Elapsed>,
    next_poll: Elapsed,
    end: Option<End>,
}

impl PackageFlow {
    /// Deploys a file.
    pub fn create(file: FileKey, options: &DeployOptions, limits: &Limits) -> Self {
        let state = if options.submit {
            State::Reading(file)
        } else {
            let purpose = Purpose::Deploy { submitted: false };
            State::Coming(Box::new(PackageCreation::new(purpose, file, None, &options.comment)))
        };
        Self::new(state, options, limits)
    }

    /// Follows a package that exists.
    pub fn follow(package: u64, options: &DeployOptions, limits: &Limits) -> Self {
        Self::new(State::Here(package, None), options, limits)
    }

    fn new(state: State, options: &DeployOptions, limits: &Limits) -> Self {
        Self {
            state,
            options: options.clone(),
            limits: limits.clone(),
            package: None,
            since: None,
            next_poll: Elapsed::ZERO,
            end: None,
        }
    }

    fn is_submission(&self) -> bool {
        matches!(&self.state, State::Here(_, Some(creation)) if creation.is_submission())
    }

    fn born(&mut self, now: Elapsed, born: Born, journal: &mut Journal) {
        let (id, how) = match born {
            Born::Package(id, how) => (id, how),
            Born::Never(end) => return self.end = Some(end),
        };
        journal.note(now, Note::Known { kind: RemoteKind::Package, id: id.to_string(), how });
        self.since = Some(now);
        self.package = None;
        self.next_poll = now.saturating_add(self.limits.poll.shortest);
        let state = std::mem::replace(&mut self.state, State::Here(id, None));
        if let State::Coming(creation) = state {
            self.state = State::Here(id, Some(creation));
        }
    }

    fn on_poll(&mut self, now: Elapsed, id: u64, package: Package, request_id: String, journal: &mut Journal) {
        let since = *self.since.get_or_insert_with(|| {
            journal.note(now, Note::Known { kind: RemoteKind::Package, id: id.to_string(), how: Provenance::Followed });
            now
        });
        if self.package.as_ref().is_none_or(|before| before.word() != package.word()) {
            journal.note(now, Note::Package(package.clone()));
        }
        self.next_poll = now.saturating_add(poll_delay(self.limits.poll, now.saturating_sub(since)));
        let error = ServiceError { request_id, ..ServiceError::default() };
        match package.verdict() {
            PackageVerdict::Wait => {}
            PackageVerdict::Succeeded if self.is_submission() => {
                if let State::Here(_, Some(creation)) = &self.state {
                    self.state = State::Coming(Box::new(creation.after_submission(id)));
                }
            }
            PackageVerdict::Succeeded => self.end = Some(End::said(Status::Success, success(id, &package), error)),
            PackageVerdict::Failed => {
                let what = if self.is_submission() { "the submission's package" } else { "the package" };
                self.end = Some(End::said(Status::Failed, failure(what, id, &package), error));
            }
        }
        self.package = Some(package);
    }
}

fn success(id: u64, package: &Package) -> String {
    match package.environment() {
        Some(environment) => format!("deployed: the package {id} is in {environment}"),
        None => format!("deployed: the package {id} succeeded"),
    }
}

/// Why a package failed: its own message, and the files that did not make it.
fn failure(what: &str, id: u64, package: &Package) -> String {
    let mut message = format!("{what} {id} ended in {}", package.word());
    if !package.message.is_empty() {
        message = format!("{message}: {}", package.message);
    }
    let bad = package.items.iter().filter(|item| item.has_failed());
    let bad: Vec<String> = bad.map(|item| format!("file {} ({})", item.file, item.word())).collect();
    if bad.is_empty() { message } else { format!("{message}; not published: {}", bad.join(", ")) }
}

impl Flow for PackageFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        if let Some(end) = &self.end {
            return Next::End(end.clone());
        }
        match &mut self.state {
            State::Reading(file) => Next::Call(Call::GetFile(*file)),
            State::Coming(creation) => creation.next(now),
            State::Here(..) if now < self.next_poll => Next::Pause(self.next_poll),
            State::Here(package, _) => Next::Call(Call::GetDeployment { package: *package }),
        }
    }

    fn on_answer(&mut self, now: Elapsed, _: &Call, reply: Reply, journal: &mut Journal) {
        match (&mut self.state, reply.answer) {
            (State::Reading(key), Answer::File(file)) => {
                let purpose = if file.committed == Some(false) {
                    Purpose::Submit { skip_check: self.options.skip_check }
                } else {
                    Purpose::Deploy { submitted: false }
                };
                let creation = PackageCreation::new(purpose, *key, Some(file.id), &self.options.comment);
                self.state = State::Coming(Box::new(creation));
            }
            (State::Coming(creation), answer) => {
                if let Some(born) = creation.on_answer(Reply { answer, ..reply }) {
                    self.born(now, born, journal);
                }
            }
            (State::Here(id, _), Answer::Package(package)) => {
                let id = *id;
                self.on_poll(now, id, package, reply.request_id, journal);
            }
            _ => {}
        }
    }

    fn on_refusal(&mut self, now: Elapsed, call: &Call, why: Refusal, error: &ServiceError, journal: &mut Journal) {
        if let State::Coming(creation) = &mut self.state {
            self.end = creation.on_refusal(now, call, why, error, journal);
            return;
        }
        let status = if why == Refusal::UnknownOperation { Status::Unavailable } else { Status::Invalid };
        let message = format!("{} was refused: {error}; check the id and the workspace", call.operation());
        self.end = Some(End::said(status, message, error.clone()));
    }

    fn on_lost_answer(&mut self, now: Elapsed, _: &Call, _: &ServiceError) {
        if let State::Coming(creation) = &mut self.state {
            creation.on_lost_answer(now);
        }
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_poll(&mut self) -> Option<Call> {
        match &self.state {
            State::Here(package, _) => Some(Call::GetDeployment { package: *package }),
            State::Reading(_) | State::Coming(_) => None,
        }
    }

    fn limit(&self) -> Option<Limit> {
        let own = self.limits.stage.limit_of(PACKAGE).filter(|_| matches!(self.state, State::Here(..)))?;
        let message = format!("the package has not ended within the stage-timeout of {}", show(own));
        Some(Limit { at: self.since?.saturating_add(own), message })
    }

    fn resume_hint(&self) -> String {
        match &self.state {
            State::Here(..) if self.end.is_some() || self.is_submission() => String::new(),
            State::Here(id, _) => format!("to go on watching it, give deployment-id {id}"),
            State::Coming(creation) => creation.resume_hint().to_owned(),
            State::Reading(_) => String::new(),
        }
    }

    fn activity(&self) -> String {
        match (&self.state, &self.package) {
            (State::Reading(_), _) => "reading the file".into(),
            (State::Coming(creation), _) => creation.activity().into(),
            (State::Here(id, _), Some(package)) => format!("the package {id} reads {}", package.word()),
            (State::Here(id, _), None) => format!("waiting for the package {id}"),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        let found = match &self.state {
            State::Here(id, _) => Remote::Package(*id, self.package.clone()),
            State::Reading(_) | State::Coming(_) => Remote::Nothing,
        };
        Outcome { found, ..Outcome::of(end) }
    }
}
