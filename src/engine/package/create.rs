//! How a deployment package comes to be: what was there before, the asking, a file that is not ready yet, and a package
//! whose answer was lost.

use std::time::Duration;

use crate::model::{
    answer::{Answer, Reply},
    call::{Call, FileKey},
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::{Journal, Note, Provenance},
    outcome::{End, Status},
};

use super::search::{Baseline, Destination, PackageSearch};
use crate::engine::{flow::Next, readback::ReadBack};

/// How long, and how often, a file that was just submitted is asked for again when it is not ready.
const UNREADY: Duration = Duration::from_secs(60);
const UNREADY_PAUSE: Duration = Duration::from_secs(5);

/// What the package is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// `SubmitFile`: into development, to be checked.
    Submit {
        /// `SkipAllDeployFileExtensions`.
        skip_check: bool,
    },
    /// `DeployFile`: into production.
    Deploy {
        /// Whether the file was submitted just before.
        submitted: bool,
    },
}

enum State {
    /// The newest packages are listed, so that ours can be told from them if its answer is lost.
    Before,
    /// It may be asked for.
    Ready,
    /// It was asked for and is not ready; asked again then, but not after that.
    Unready(Elapsed, Elapsed),
    /// It was asked for, and the answer was lost.
    ReadingBack(ReadBack, Option<PackageSearch>),
}

/// A package on its way into being.
pub(super) struct PackageCreation {
    purpose: Purpose,
    file: FileKey,
    file_id: Option<u64>,
    comment: String,
    baseline: Baseline,
    state: State,
    lost: u32,
    /// Nobody knows what was there before, so no package can be told for ours.
    blind: bool,
}

/// What it came to.
pub(super) enum Born {
    /// The package is there.
    Package(u64, Provenance),
    /// There will be none.
    Never(End),
}

impl PackageCreation {
    /// `file_id` is known where the file was read before.
    pub(super) fn new(purpose: Purpose, file: FileKey, file_id: Option<u64>, comment: &str) -> Self {
        let file_id = file_id.or(match file {
            FileKey::File(id) => Some(id),
            FileKey::Node(_) => None,
        });
        let (baseline, state) = (Baseline::default(), State::Before);
        Self { purpose, file, file_id, comment: comment.to_owned(), baseline, state, lost: 0, blind: false }
    }

    /// The deployment after its submission, whose package is among those that were there before.
    pub(super) fn after_submission(&self, submission: u64) -> Self {
        Self {
            purpose: Purpose::Deploy { submitted: true },
            baseline: self.baseline.at_least(submission),
            state: State::Ready,
            lost: 0,
            blind: false,
            file: self.file,
            file_id: self.file_id,
            comment: self.comment.clone(),
        }
    }

    pub(super) fn is_submission(&self) -> bool {
        matches!(self.purpose, Purpose::Submit { .. })
    }

    fn asking(&self) -> Call {
        let comment = self.comment.clone();
        match (&self.purpose, self.file_id) {
            (Purpose::Submit { skip_check }, Some(file)) => Call::SubmitFile { file, comment, skip_check: *skip_check },
            _ => Call::DeployFile { file: self.file, comment },
        }
    }

    /// What to do next.
    pub(super) fn next(&mut self, now: Elapsed) -> Next {
        let unknown_file = self.file_id.is_none();
        let destination = if self.is_submission() { Destination::Development } else { Destination::Production };
        match &mut self.state {
            State::Before => Next::Call(Call::ListDeployments { page: 1 }),
            State::Unready(again, _) if now < *again => Next::Pause(*again),
            State::Ready | State::Unready(..) => Next::Call(self.asking()),
            State::ReadingBack(..) if self.blind => Next::End(End::new(
                Status::Unavailable,
                format!(
                    "the answer to {} was lost, and what was there before could not be listed, so no package can be told for ours",
                    self.asking().operation()
                ),
            )),
            State::ReadingBack(read_back, None) if read_back.next().is_some_and(|at| now < at) => {
                Next::Pause(read_back.next().unwrap_or(now))
            }
            // A package names its files, so the node's file must be known to find it.
            State::ReadingBack(..) if unknown_file => Next::Call(Call::GetFile(self.file)),
            State::ReadingBack(_, search) => {
                let search = search.get_or_insert_with(|| PackageSearch::new(self.file_id, destination, self.baseline));
                search.next().map_or(Next::Pause(now), Next::Call)
            }
        }
    }

    /// Takes an answer in.
    pub(super) fn on_answer(&mut self, reply: Reply) -> Option<Born> {
        match (&mut self.state, reply.answer) {
            (State::Before, Answer::Packages(packages, _)) => {
                self.baseline = Baseline::new(packages.iter().map(|(id, _)| *id).max(), reply.clock_ms);
                self.state = State::Ready;
                None
            }
            (_, Answer::PackageCreated(id)) => Some(Born::Package(id, Provenance::Created)),
            (_, Answer::File(file)) => {
                self.file_id = Some(file.id);
                None
            }
            (State::ReadingBack(_, Some(search)), Answer::Packages(packages, total)) => {
                search.listed(packages.into_iter().map(|(id, _)| id), total);
                self.searched()
            }
            (State::ReadingBack(_, Some(search)), Answer::Package(package)) => {
                search.on_poll(&package);
                self.searched()
            }
            _ => None,
        }
    }

    /// A look after a lost answer: what it found, once it has seen all there is to see.
    fn searched(&mut self) -> Option<Born> {
        let operation = self.asking().operation();
        let State::ReadingBack(read_back, search) = &mut self.state else { return None };
        match search.as_ref().and_then(PackageSearch::result)? {
            [id] => return Some(Born::Package(*id, Provenance::Recovered)),
            [] => {}
            several => {
                let ids: Vec<String> = several.iter().map(u64::to_string).collect();
                let message = format!(
                    "the answer to {operation} was lost, and several packages may be ours: {}; follow one by deployment-id",
                    ids.join(", ")
                );
                return Some(Born::Never(End::new(Status::Unavailable, message)));
            }
        }
        read_back.found_nothing();
        *search = None;
        if read_back.next().is_some() {
            return None;
        }
        if self.lost < 2 {
            self.state = State::Ready;
            return None;
        }
        let message = format!(
            "{operation} was sent twice, both answers were lost, and no package is to be seen; look into the console before you run the job again"
        );
        Some(Born::Never(End::new(Status::Unavailable, message)))
    }

    /// Takes a refusal in; returns the end, if it is one.
    pub(super) fn on_refusal(
        &mut self,
        now: Elapsed,
        call: &Call,
        why: Refusal,
        error: &ServiceError,
        journal: &mut Journal,
    ) -> Option<End> {
        if let (State::Before, Call::ListDeployments { .. }) = (&self.state, call) {
            // Only a lost answer will miss it.
            self.blind = true;
            journal.note(now, Note::Warning(format!("ListDeployments was refused: {error}")));
            self.state = State::Ready;
            return None;
        }
        let submitted = self.purpose == Purpose::Deploy { submitted: true };
        if submitted && is_unready(error) {
            let until = match self.state {
                State::Unready(_, until) => until,
                State::Before | State::Ready | State::ReadingBack(..) => now.saturating_add(UNREADY),
            };
            if now < until {
                let pause = UNREADY_PAUSE;
                journal.note(now, Note::Retry { operation: call.operation(), error: error.clone(), pause });
                self.state = State::Unready(now.saturating_add(pause), until);
                return None;
            }
        }
        let operation = call.operation();
        let (status, hint) = match why {
            Refusal::NotFound => (Status::Invalid, "; check the id and the workspace"),
            Refusal::UnknownOperation => (Status::Unavailable, "; check endpoint and region"),
            _ if is_unready(error) && submitted => {
                (Status::Failed, "; it was submitted a minute ago; run the job again later")
            }
            _ if is_unready(error) => (Status::Failed, "; give submit: true, or submit the file in DataWorks first"),
            Refusal::Other | Refusal::Denied | Refusal::NoCredentials | Refusal::Unavailable => (Status::Failed, ""),
        };
        Some(End::said(status, format!("{operation} was refused: {error}{hint}"), error.clone()))
    }

    /// The answer to the asking was lost.
    pub(super) fn on_lost_answer(&mut self, now: Elapsed) {
        self.lost = self.lost.saturating_add(1);
        self.state = State::ReadingBack(ReadBack::new(now), None);
    }

    /// How a person finds a package that we may have left.
    pub(super) fn resume_hint(&self) -> &'static str {
        if self.lost > 0 { "a deployment package may exist: look into the deployment tasks in the console" } else { "" }
    }

    /// What is being done.
    pub(super) fn activity(&self) -> &'static str {
        match &self.state {
            State::Before => "looking at the newest packages",
            State::Ready if self.is_submission() => "submitting the file",
            State::Ready => "asking for the deployment",
            State::Unready(..) => "waiting until the submitted file can be deployed",
            State::ReadingBack(..) => "looking whether the package was created",
        }
    }
}

/// What the service says of a file whose submission is still being digested.
fn is_unready(error: &ServiceError) -> bool {
    error.message.contains("未准备好") || error.message.to_ascii_lowercase().contains("not ready")
}
