//! The flow of a deployment package: submit the file if need be, deploy it, and poll until it ends.

use crate::model::{
    answer::{Answer, Reply},
    call::{Call, FileKey},
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::{Journal, Note, PACKAGE, Provenance, RemoteKind},
    options::{DeployOptions, Limits},
    outcome::{Outcome, Remote},
    package::{Package, PackageVerdict},
    reason::{End, Hint, Reason, Resume},
    status::Status,
    timeout::{Awaited, Timeout, Waiting},
};

use super::create::{Created, PackageCreation, Purpose};
use crate::engine::{
    context::Context,
    dry_run::uncommitted,
    flow::{Flow, Limit, Next},
    poll::poll_delay,
};

/// The pause after a best-effort call that failed.
const AFTER_FAILURE: Elapsed = Elapsed::from_millis(100);

enum State {
    /// Whether there is anything to submit, or anything that is left behind.
    Reading(FileKey),
    /// The package is being created.
    Creating(Box<PackageCreation>),
    /// It is created, and polled; what created it is kept for the deployment after a submission.
    Polling(u64, Option<Box<PackageCreation>>),
}

pub struct PackageFlow {
    state: State,
    context: Context,
    package: Option<Package>,
    /// Since when the present package is polled.
    since: Option<Elapsed>,
    next_poll: Elapsed,
    end: Option<End>,
}

impl PackageFlow {
    /// Deploys a file.
    pub fn create(file: FileKey, options: &DeployOptions, limits: &Limits) -> Self {
        Self::new(State::Reading(file), options, limits)
    }

    /// Follows a package that exists.
    pub fn follow(package: u64, options: &DeployOptions, limits: &Limits) -> Self {
        Self::new(State::Polling(package, None), options, limits)
    }

    fn new(state: State, options: &DeployOptions, limits: &Limits) -> Self {
        Self {
            state,
            context: Context::new(options, limits),
            package: None,
            since: None,
            next_poll: Elapsed::ZERO,
            end: None,
        }
    }

    fn is_submission(&self) -> bool {
        matches!(&self.state, State::Polling(_, Some(creation)) if creation.is_submission())
    }

    fn on_created(&mut self, now: Elapsed, created: Created, journal: &mut Journal) {
        let (id, how) = match created {
            Ok(known) => known,
            Err(end) => return self.end = Some(end),
        };
        journal.note(now, Note::Known { kind: RemoteKind::Package, id: id.to_string(), how });
        self.since = Some(now);
        self.package = None;
        self.next_poll = now.saturating_add(self.context.limits.poll.shortest);
        let state = std::mem::replace(&mut self.state, State::Polling(id, None));
        if let State::Creating(creation) = state {
            self.state = State::Polling(id, Some(creation));
        }
    }

    /// Whether an answer can be about the package that is polled: it tells no id, but a package keeps its name, and one
    /// that we created holds our file.
    fn may_be_ours(&self, package: &Package) -> bool {
        let State::Polling(_, creation) = &self.state else { return true };
        let has_same_name = self.package.as_ref().is_none_or(|before| before.name == package.name);
        let file = creation.as_ref().and_then(|creation| creation.file_id()).map(|file| file.to_string());
        let has_file = |file: String| package.items.is_empty() || package.items.iter().any(|item| item.file == file);
        has_same_name && file.is_none_or(has_file)
    }

    fn on_poll(&mut self, now: Elapsed, id: u64, package: Package, request_id: String, journal: &mut Journal) {
        let since = *self.since.get_or_insert_with(|| {
            journal.note(now, Note::Known { kind: RemoteKind::Package, id: id.to_string(), how: Provenance::Followed });
            now
        });
        if self.package.as_ref().is_none_or(|before| before.word() != package.word()) {
            journal.note(now, Note::Package(package.clone()));
        }
        self.next_poll = now.saturating_add(poll_delay(self.context.limits.poll, now.saturating_sub(since)));
        let error = ServiceError { request_id, ..ServiceError::default() };
        match package.verdict() {
            PackageVerdict::Wait => {}
            PackageVerdict::Succeeded if self.is_submission() => {
                if let State::Polling(_, Some(creation)) = &self.state {
                    self.state = State::Creating(Box::new(creation.after_submission(id)));
                    self.next_poll = now;
                }
            }
            PackageVerdict::Succeeded => {
                let reason = Reason::PackageSucceeded { id, environment: package.environment() };
                self.end = Some(End::said(Status::Success, reason, error));
            }
            PackageVerdict::Failed => {
                let (is_submission, failed) = (self.is_submission(), Box::new(package.clone()));
                let reason = Reason::PackageFailed { id, is_submission, package: failed };
                self.end = Some(End::said(Status::Failed, reason, error));
            }
        }
        self.package = Some(package);
    }
}

impl Flow for PackageFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        if let Some(end) = &self.end {
            return Next::End(end.clone());
        }
        match &mut self.state {
            State::Reading(file) => Next::Call(Call::GetFile(*file)),
            State::Creating(_) | State::Polling(..) if now < self.next_poll => Next::Pause(self.next_poll),
            State::Creating(creation) => creation.next(now),
            State::Polling(package, _) => Next::Call(Call::GetDeployment { package: *package }),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the walk takes no answer that is not one to the call")]
    fn on_answer(&mut self, now: Elapsed, _: &Call, reply: Reply, journal: &mut Journal) {
        if let State::Creating(creation) = &mut self.state {
            if let Some(created) = creation.on_answer(reply) {
                self.on_created(now, created, journal);
            }
            return;
        }
        match reply.answer {
            Answer::File(file) => {
                let State::Reading(key) = self.state else { return };
                let (submit, has_edits) = (self.context.options.submit, file.committed == Some(false));
                if has_edits && !submit {
                    journal.note(now, Note::Warning(uncommitted(&file)));
                }
                let purpose = if has_edits && submit {
                    Purpose::Submit { skip_check: self.context.options.skip_check }
                } else {
                    Purpose::Deploy { submitted: false }
                };
                let creation = PackageCreation::new(purpose, key, Some(file.id), &self.context.options.comment);
                self.state = State::Creating(Box::new(creation));
            }
            Answer::Package(package) => {
                let State::Polling(id, _) = self.state else { return };
                if !self.may_be_ours(&package) {
                    let error = ServiceError::seen(format!("the answer is not about the package {id}"));
                    let pause = self.context.limits.poll.shortest;
                    journal.note(now, Note::Retry { operation: "GetDeployment", error, pause });
                    self.next_poll = now.saturating_add(pause);
                    return;
                }
                self.on_poll(now, id, package, reply.request_id, journal);
            }
            _ => {}
        }
    }

    fn on_refusal(&mut self, now: Elapsed, call: &Call, why: Refusal, error: &ServiceError, journal: &mut Journal) {
        if let State::Creating(creation) = &mut self.state {
            self.end = creation.on_refusal(now, call, why, error, journal);
            return;
        }
        let (status, hint) = if why == Refusal::UnknownOperation {
            (Status::Unavailable, Hint::Operation)
        } else {
            (Status::Invalid, Hint::Package)
        };
        let reason = Reason::Refused { operation: call.operation(), hint };
        self.end = Some(End::said(status, reason, error.clone()));
    }

    fn on_lost_answer(&mut self, now: Elapsed, _: &Call, _: &ServiceError) {
        if let State::Creating(creation) = &mut self.state {
            creation.on_lost_answer(now);
        }
    }

    /// Without `submit` a file is read only to warn of what is left behind.
    fn is_best_effort(&self, _: &Call) -> bool {
        matches!(self.state, State::Reading(_)) && !self.context.options.submit
    }

    fn on_best_effort_failed(&mut self, now: Elapsed, _: &Call, _: &ServiceError, _: &mut Journal) {
        if let State::Reading(file) = self.state {
            let purpose = Purpose::Deploy { submitted: false };
            let creation = PackageCreation::new(purpose, file, None, &self.context.options.comment);
            self.state = State::Creating(Box::new(creation));
            self.next_poll = now.saturating_add(AFTER_FAILURE);
        }
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_poll(&mut self) -> Option<Call> {
        match &self.state {
            State::Polling(package, _) => Some(Call::GetDeployment { package: *package }),
            State::Reading(_) | State::Creating(_) => None,
        }
    }

    fn limit(&self) -> Option<Limit> {
        let own = self.context.limits.stage.limit_of(PACKAGE).filter(|_| matches!(self.state, State::Polling(..)))?;
        Some(Limit { at: self.since?.saturating_add(own), timeout: Timeout::Package(own) })
    }

    fn resume_hint(&self) -> Option<Resume> {
        match &self.state {
            State::Polling(..) if self.end.is_some() || self.is_submission() => None,
            State::Polling(id, _) => Some(Resume::Package(*id)),
            State::Creating(creation) => creation.resume_hint(),
            State::Reading(_) => None,
        }
    }

    fn waiting(&self) -> Option<Waiting> {
        match &self.state {
            State::Polling(id, _) => Some(Waiting { awaited: Awaited::Package(*id), since: self.since? }),
            State::Reading(_) | State::Creating(_) => None,
        }
    }

    fn activity(&self) -> String {
        match (&self.state, &self.package) {
            (State::Reading(_), _) => "reading the file".into(),
            (State::Creating(creation), _) => creation.activity().into(),
            (State::Polling(id, _), Some(package)) => format!("the package {id} has the status {}", package.word()),
            (State::Polling(id, _), None) => format!("waiting for the package {id}"),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        let found = match &self.state {
            State::Polling(id, _) => Remote::Package(*id, self.package.clone()),
            State::Reading(_) | State::Creating(_) => Remote::Nothing,
        };
        Outcome { found, ..Outcome::of(end) }
    }
}
