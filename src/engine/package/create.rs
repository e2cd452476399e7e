//! Creates a deployment package once: list what there is, send `SubmitFile` or `DeployFile`, retry a file that is not
//! ready yet, and read back if the answer is lost.

use std::time::Duration;

use crate::model::{
    answer::{Answer, Reply},
    call::{Call, FileKey},
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::{Journal, Note, Provenance},
    read_back::ReadBackResult,
    reason::{End, Hint, Reason, Resume},
    status::Status,
};

use super::search::{Baseline, Destination, Listed, PackageListing, PackageSearch, SearchResult};
use crate::engine::{flow::Next, readback::ReadBack};

/// For how long, and with which pause, the deployment of a file that was just submitted is retried while the file is not
/// ready.
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
    ListingBaseline(PackageListing),
    /// It may be sent.
    Ready,
    /// It was sent, and the file is not ready: sent again then, but not after that.
    Unready(Elapsed, Elapsed),
    /// It was sent, and the answer was lost: what there is is read back, once the search is due.
    ReadingBack(ReadBack, Option<PackageSearch>),
}

/// The creation of a package.
pub(super) struct PackageCreation {
    purpose: Purpose,
    file: FileKey,
    file_id: Option<u64>,
    comment: String,
    baseline: Baseline,
    state: State,
    lost: u32,
    /// The earlier packages could not be listed, so ours cannot be identified.
    has_no_baseline: bool,
    /// Whether a list was not read to its end when it was read back, so that what it does not show may be there.
    is_cut: bool,
}

/// The package's id and how we got it, or why there will be none.
pub(super) type Created = Result<(u64, Provenance), End>;

impl PackageCreation {
    /// `file_id` is known where the file was read before.
    pub(super) fn new(purpose: Purpose, file: FileKey, file_id: Option<u64>, comment: &str) -> Self {
        let file_id = file_id.or(match file {
            FileKey::File(id) => Some(id),
            FileKey::Node(_) => None,
        });
        let baseline = Baseline::default();
        Self {
            purpose,
            file,
            file_id,
            comment: comment.to_owned(),
            baseline,
            state: State::ListingBaseline(PackageListing::of_newest()),
            lost: 0,
            has_no_baseline: false,
            is_cut: false,
        }
    }

    /// The deployment after its submission, whose package is among those that were there before.
    pub(super) fn after_submission(&self, submission: u64) -> Self {
        Self {
            purpose: Purpose::Deploy { submitted: true },
            baseline: self.baseline.at_least(submission),
            state: State::Ready,
            lost: 0,
            has_no_baseline: false,
            is_cut: false,
            file: self.file,
            file_id: self.file_id,
            comment: self.comment.clone(),
        }
    }

    /// The file, where its id is known.
    pub(super) fn file_id(&self) -> Option<u64> {
        self.file_id
    }

    pub(super) fn is_submission(&self) -> bool {
        matches!(self.purpose, Purpose::Submit { .. })
    }

    fn write(&self) -> Call {
        let comment = self.comment.clone();
        match (&self.purpose, self.file_id) {
            (Purpose::Submit { skip_check }, Some(file)) => Call::SubmitFile { file, comment, skip_check: *skip_check },
            (Purpose::Submit { .. } | Purpose::Deploy { .. }, _) => Call::DeployFile { file: self.file, comment },
        }
    }

    /// What to do next.
    pub(super) fn next(&mut self, now: Elapsed) -> Next {
        let destination = if self.is_submission() { Destination::Development } else { Destination::Production };
        match &mut self.state {
            State::ListingBaseline(listing) => Next::Call(listing.next()),
            State::Unready(again, _) if now < *again => Next::Pause(*again),
            State::Ready | State::Unready(..) => Next::Call(self.write()),
            State::ReadingBack(..) if self.has_no_baseline => Next::End(self.lost(ReadBackResult::NoBaseline)),
            State::ReadingBack(read_back, search) => match read_back.next().filter(|at| now < *at) {
                Some(at) if search.is_none() => Next::Pause(at),
                // A package names its files, so the node's file must be known to find it.
                Some(_) | None if self.file_id.is_none() => Next::Call(Call::GetFile(self.file)),
                Some(_) | None => {
                    let (file, baseline) = (self.file_id, self.baseline);
                    Next::Call(search.get_or_insert_with(|| PackageSearch::new(file, destination, baseline)).next())
                }
            },
        }
    }

    /// The end after a lost answer that reading back did not settle.
    fn lost(&self, result: ReadBackResult) -> End {
        let operation = self.write().operation();
        End::new(Status::Unavailable, Reason::Lost { operation, result })
    }

    /// Takes an answer in.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the walk takes no answer that is not one to the call")]
    pub(super) fn on_answer(&mut self, reply: Reply) -> Option<Created> {
        match reply.answer {
            Answer::PackageCreated(id) => Some(Ok((id, Provenance::Created))),
            Answer::File(file) => {
                self.file_id = Some(file.id);
                None
            }
            Answer::Packages(packages, info) => {
                let ids = packages.into_iter().map(|(id, _)| id);
                match &mut self.state {
                    State::ListingBaseline(listing) => {
                        let listed = listing.on_page(ids, info);
                        if listed != Listed::Unfinished {
                            self.baseline = Baseline::new(listing.newest());
                            self.has_no_baseline = listed == Listed::Cut;
                            self.state = State::Ready;
                        }
                        None
                    }
                    State::ReadingBack(_, Some(search)) => {
                        let result = search.on_page(ids, info);
                        self.on_read_back(result)
                    }
                    State::ReadingBack(_, None) | State::Ready | State::Unready(..) => None,
                }
            }
            Answer::Package(package) => match &mut self.state {
                State::ReadingBack(_, Some(search)) => {
                    let result = search.on_package(&package);
                    self.on_read_back(result)
                }
                State::ReadingBack(_, None) | State::ListingBaseline(_) | State::Ready | State::Unready(..) => None,
            },
            _ => None,
        }
    }

    /// A search after a lost answer: ours is found, or it is read back again, or sent once more.
    fn on_read_back(&mut self, result: SearchResult) -> Option<Created> {
        let found = match result {
            SearchResult::Unfinished => return None,
            SearchResult::Found(found) => found,
            SearchResult::Cut => {
                self.is_cut = true;
                Vec::new()
            }
        };
        match found.as_slice() {
            [id] => return Some(Ok((*id, Provenance::Recovered))),
            [] => {}
            _ => return Some(Err(self.lost(ReadBackResult::SeveralPackages(found)))),
        }
        let State::ReadingBack(read_back, search) = &mut self.state else { return None };
        read_back.found_nothing();
        *search = None;
        if read_back.next().is_some() {
            return None;
        }
        if self.is_cut {
            return Some(Err(self.lost(ReadBackResult::ListCut("ListDeployments"))));
        }
        if self.lost < 2 {
            self.state = State::Ready;
            return None;
        }
        Some(Err(self.lost(ReadBackResult::NoPackage)))
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
        if let (State::ListingBaseline(_), Call::ListDeployments { .. }) = (&self.state, call) {
            // It is needed only if an answer is lost.
            self.has_no_baseline = true;
            journal.note(now, Note::Warning(format!("ListDeployments was refused: {error}")));
            self.state = State::Ready;
            return None;
        }
        let submitted = self.purpose == Purpose::Deploy { submitted: true };
        if submitted && is_unready(error) {
            let until = match self.state {
                State::Unready(_, until) => until,
                State::ListingBaseline(_) | State::Ready | State::ReadingBack(..) => now.saturating_add(UNREADY),
            };
            if now < until {
                let pause = UNREADY_PAUSE;
                journal.note(now, Note::Retry { operation: call.operation(), error: error.clone(), pause });
                self.state = State::Unready(now.saturating_add(pause), until);
                return None;
            }
        }
        let (status, hint) = match why {
            Refusal::NotFound => (Status::Invalid, Hint::Package),
            Refusal::UnknownOperation => (Status::Unavailable, Hint::Operation),
            Refusal::Other | Refusal::Denied | Refusal::NoCredentials | Refusal::Unavailable => {
                let hint = match is_unready(error) {
                    true if submitted => Hint::Unready,
                    true => Hint::Unsubmitted,
                    false => Hint::Nothing,
                };
                (Status::Failed, hint)
            }
        };
        Some(End::said(status, Reason::Refused { operation: call.operation(), hint }, error.clone()))
    }

    /// The answer to the write was lost.
    pub(super) fn on_lost_answer(&mut self, now: Elapsed) {
        self.lost = self.lost.saturating_add(1);
        self.state = State::ReadingBack(ReadBack::new(now), None);
    }

    /// How a person finds a package that we may have left.
    pub(super) fn resume_hint(&self) -> Option<Resume> {
        (self.lost > 0).then_some(Resume::UnknownPackage)
    }

    /// What is being done.
    pub(super) fn activity(&self) -> &'static str {
        match &self.state {
            State::ListingBaseline(_) => "listing the newest packages",
            State::Ready if self.is_submission() => "submitting the file",
            State::Ready => "requesting the deployment",
            State::Unready(..) => "waiting until the submitted file can be deployed",
            State::ReadingBack(..) => "checking whether the package was created",
        }
    }
}

/// What the service says of a file whose submission is still being processed.
fn is_unready(error: &ServiceError) -> bool {
    error.message.contains("未准备好") || error.message.to_ascii_lowercase().contains("not ready")
}
