//! The route of a deployment package: submit the file if need be, deploy it, and look until it ends.

use crate::model::{
    call::{Answer, Call, FileKey, Reply, Why, Words},
    journal::{Birth, Journal, Note, PACKAGE},
    outcome::{End, Found, Outcome, Status},
    package::{Package, PackageVerdict},
    plan::{Limits, Manner},
    span::{Elapsed, show},
};

use super::{
    delivery::{Born, Delivery, Purpose},
    pause,
    route::{Limit, Route, Want},
};

enum State {
    /// Whether there is anything to submit.
    Reading(FileKey),
    /// A package is coming.
    Coming(Box<Delivery>),
    /// It is there; the delivery that made it is kept for what comes after a submission.
    Here(u64, Option<Box<Delivery>>),
}

pub(super) struct PackageRoute {
    state: State,
    manner: Manner,
    limits: Limits,
    package: Option<Package>,
    /// Since when the present package is watched.
    since: Option<Elapsed>,
    next_look: Elapsed,
    end: Option<End>,
}

impl PackageRoute {
    /// Deploys a file.
    pub(super) fn create(file: FileKey, manner: &Manner, limits: &Limits) -> Self {
        let state = if manner.submit {
            State::Reading(file)
        } else {
            let purpose = Purpose::Deploy { submitted: false };
            State::Coming(Box::new(Delivery::new(purpose, file, None, &manner.comment)))
        };
        Self::new(state, manner, limits)
    }

    /// Follows a package that exists.
    pub(super) fn follow(package: u64, manner: &Manner, limits: &Limits) -> Self {
        Self::new(State::Here(package, None), manner, limits)
    }

    fn new(state: State, manner: &Manner, limits: &Limits) -> Self {
        Self {
            state,
            manner: manner.clone(),
            limits: limits.clone(),
            package: None,
            since: None,
            next_look: Elapsed::ZERO,
            end: None,
        }
    }

    fn is_submission(&self) -> bool {
        matches!(&self.state, State::Here(_, Some(delivery)) if delivery.is_submission())
    }

    fn born(&mut self, now: Elapsed, born: Born, journal: &mut Journal) {
        let (id, how) = match born {
            Born::Package(id, how) => (id, how),
            Born::Never(end) => return self.end = Some(end),
        };
        journal.note(now, Note::Known { id: id.to_string(), how });
        self.since = Some(now);
        self.package = None;
        self.next_look = now.saturating_add(self.limits.poll.shortest);
        let state = std::mem::replace(&mut self.state, State::Here(id, None));
        if let State::Coming(delivery) = state {
            self.state = State::Here(id, Some(delivery));
        }
    }

    fn looked(&mut self, now: Elapsed, id: u64, package: Package, request_id: String, journal: &mut Journal) {
        let since = *self.since.get_or_insert_with(|| {
            journal.note(now, Note::Known { id: id.to_string(), how: Birth::Followed });
            now
        });
        if self.package.as_ref().is_none_or(|before| before.word() != package.word()) {
            journal.note(now, Note::Package(package.clone()));
        }
        self.next_look = now.saturating_add(pause::look(self.limits.poll, now.saturating_sub(since)));
        let words = Words { request_id, ..Words::default() };
        match package.verdict() {
            PackageVerdict::Wait => {}
            PackageVerdict::Succeeded if self.is_submission() => {
                if let State::Here(_, Some(delivery)) = &self.state {
                    self.state = State::Coming(Box::new(delivery.after_submission(id)));
                }
            }
            PackageVerdict::Succeeded => self.end = Some(End::said(Status::Success, success(id, &package), words)),
            PackageVerdict::Failed => {
                let what = if self.is_submission() { "the submission's package" } else { "the package" };
                self.end = Some(End::said(Status::Failed, failure(what, id, &package), words));
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

impl Route for PackageRoute {
    fn want(&mut self, now: Elapsed) -> Want {
        if let Some(end) = &self.end {
            return Want::End(end.clone());
        }
        match &mut self.state {
            State::Reading(file) => Want::Call(Call::ReadFile(*file)),
            State::Coming(delivery) => delivery.want(now),
            State::Here(..) if now < self.next_look => Want::Pause(self.next_look),
            State::Here(package, _) => Want::Call(Call::LookAtPackage { package: *package }),
        }
    }

    fn learn(&mut self, now: Elapsed, _: &Call, reply: Reply, journal: &mut Journal) {
        match (&mut self.state, reply.answer) {
            (State::Reading(key), Answer::File(file)) => {
                let purpose = if file.committed == Some(false) {
                    Purpose::Submit { skip_check: self.manner.skip_check }
                } else {
                    Purpose::Deploy { submitted: false }
                };
                let delivery = Delivery::new(purpose, *key, Some(file.id), &self.manner.comment);
                self.state = State::Coming(Box::new(delivery));
            }
            (State::Coming(delivery), answer) => {
                if let Some(born) = delivery.learn(Reply { answer, ..reply }) {
                    self.born(now, born, journal);
                }
            }
            (State::Here(id, _), Answer::Package(package)) => {
                let id = *id;
                self.looked(now, id, package, reply.request_id, journal);
            }
            _ => {}
        }
    }

    fn refused(&mut self, now: Elapsed, call: &Call, why: Why, words: &Words, journal: &mut Journal) {
        if let State::Coming(delivery) = &mut self.state {
            self.end = delivery.refused(now, call, why, words, journal);
            return;
        }
        let status = if why == Why::UnknownOperation { Status::Unavailable } else { Status::Invalid };
        let message = format!("{} was refused: {words}; check the id and the workspace", call.operation());
        self.end = Some(End::said(status, message, words.clone()));
    }

    fn doubt(&mut self, now: Elapsed, _: &Call, _: &Words) {
        if let State::Coming(delivery) = &mut self.state {
            delivery.doubt(now);
        }
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_look(&mut self) -> Option<Call> {
        match &self.state {
            State::Here(package, _) => Some(Call::LookAtPackage { package: *package }),
            State::Reading(_) | State::Coming(_) => None,
        }
    }

    fn limit(&self) -> Option<Limit> {
        let own = self.limits.stage.of(PACKAGE).filter(|_| matches!(self.state, State::Here(..)))?;
        let message = format!("the package has not ended within the stage-timeout of {}", show(own));
        Some(Limit { at: self.since?.saturating_add(own), message })
    }

    fn how_to_go_on(&self) -> String {
        match &self.state {
            State::Here(..) if self.end.is_some() || self.is_submission() => String::new(),
            State::Here(id, _) => format!("to go on watching it, give deployment-id {id}"),
            State::Coming(delivery) => delivery.how_to_go_on().to_owned(),
            State::Reading(_) => String::new(),
        }
    }

    fn doing(&self) -> String {
        match (&self.state, &self.package) {
            (State::Reading(_), _) => "reading the file".into(),
            (State::Coming(delivery), _) => delivery.doing().into(),
            (State::Here(id, _), Some(package)) => format!("the package {id} reads {}", package.word()),
            (State::Here(id, _), None) => format!("waiting for the package {id}"),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        let found = match &self.state {
            State::Here(id, _) => Found::Package(*id, self.package.clone()),
            State::Reading(_) | State::Coming(_) => Found::Nothing,
        };
        Outcome { found, ..Outcome::of(end) }
    }
}
