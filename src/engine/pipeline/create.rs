//! Creates a pipeline run once: resume our unfinished run if there is one, handle others' runs as `when-busy` says,
//! create, and read back if the answer is lost.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use crate::model::{
    answer::{Answer, ListInfo, Reply},
    call::Call,
    duration::Elapsed,
    journal::{Journal, Note, Provenance},
    marker::Marker,
    options::{EarlierRuns, ObjectWrite, Operation, WhenBusy},
    pipeline::Pipeline,
    read_back::ReadBackResult,
    reason::{End, Reason, Resume},
    status::Status,
    timeout::{Awaited, Waiting},
};

use super::runs::{self, RunListing};
use crate::engine::{
    context::Context,
    flow::Next,
    poll::poll_delay,
    readback::{ReadBack, next_read_after},
};

/// How far it has come.
enum State {
    /// The runs of the object are being listed.
    Listing(RunListing),
    /// An earlier attempt may have created one that no list shows yet: they are listed again at that moment.
    LookingAgain(Elapsed),
    /// Older runs of this repository are being abolished; this one, then the rest.
    Abolishing(String, VecDeque<String>),
    /// Others' runs are waited for until then.
    Waiting(Elapsed),
    /// Nothing is in the way.
    Ready,
    /// It was sent, and the answer was lost: what there is is read back, once the listing is due.
    ReadingBack(ReadBack, Option<RunListing>),
}

/// The creation of a run.
pub(super) struct RunCreation {
    object: String,
    marker: Marker,
    context: Arc<Context>,
    state: State,
    /// When the listing under way began.
    listed_at: Option<Elapsed>,
    /// How often it was sent without an answer.
    lost: u32,
    /// Whether older runs of this repository were abolished, which is done once.
    has_abolished: bool,
    /// The unfinished runs of others.
    others: Vec<Pipeline>,
    /// Since when they are waited for.
    waits_since: Option<Elapsed>,
    /// The ids of all runs that were there before.
    known: HashSet<String>,
    /// Whether some list was not read to its end, so that what it does not show may be there.
    is_cut: bool,
    /// The service's clock before the first try.
    clock_ms: Option<u64>,
}

/// The run's id and how we got it, or why there will be none.
pub(super) type Created = Result<(String, Provenance), End>;

impl RunCreation {
    pub(super) fn new(object: &str, marker: Marker, context: Arc<Context>) -> Self {
        let has_earlier = context.options.object_write != ObjectWrite::Created;
        Self {
            object: object.to_owned(),
            marker,
            context,
            state: if has_earlier { State::Listing(RunListing::all(object)) } else { State::Ready },
            listed_at: None,
            lost: 0,
            has_abolished: false,
            others: Vec::new(),
            waits_since: None,
            known: HashSet::new(),
            is_cut: false,
            clock_ms: None,
        }
    }

    /// What to do next.
    pub(super) fn next(&mut self, now: Elapsed) -> Next {
        let options = &self.context.options;
        match &mut self.state {
            State::Waiting(until) | State::LookingAgain(until) if now < *until => Next::Pause(*until),
            State::Waiting(_) | State::LookingAgain(_) => {
                let listing = RunListing::all(&self.object);
                let call = listing.next();
                (self.state, self.listed_at) = (State::Listing(listing), Some(now));
                Next::Call(call)
            }
            State::Listing(listing) => {
                self.listed_at.get_or_insert(now);
                Next::Call(listing.next())
            }
            State::Abolishing(run, _) => Next::Call(Call::AbolishPipelineRun { run: run.clone() }),
            State::Ready => Next::Call(Call::CreatePipelineRun {
                object: self.object.clone(),
                offline: options.operation != Operation::Online,
                description: self.marker.describe(&options.comment),
            }),
            State::ReadingBack(read_back, listing) => match read_back.next().filter(|at| now < *at) {
                Some(at) if listing.is_none() => Next::Pause(at),
                Some(_) | None => Next::Call(listing.get_or_insert_with(|| RunListing::all(&self.object)).next()),
            },
        }
    }

    /// Takes an answer in.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the walk takes no answer that is not one to the call")]
    pub(super) fn on_answer(&mut self, now: Elapsed, reply: Reply, journal: &mut Journal) -> Option<Created> {
        if self.lost == 0 {
            self.clock_ms = reply.clock_ms.or(self.clock_ms);
        }
        match reply.answer {
            Answer::RunCreated(id) => Some(Ok((id, Provenance::Created))),
            Answer::Runs(runs, info) => self.on_page(now, runs, info, journal),
            Answer::Accepted => {
                self.abolish_next();
                None
            }
            _ => None,
        }
    }

    fn on_page(&mut self, now: Elapsed, runs: Vec<Pipeline>, info: ListInfo, journal: &mut Journal) -> Option<Created> {
        match &mut self.state {
            State::Listing(listing) => {
                let listing = listing.on_page(runs, info).then(|| listing.clone())?;
                self.on_listed(now, listing, journal)
            }
            State::ReadingBack(read_back, Some(listing)) => {
                let listing = listing.on_page(runs, info).then(|| listing.clone())?;
                let read_back = read_back.clone();
                self.on_read_back(read_back, listing)
            }
            State::ReadingBack(_, None)
            | State::Abolishing(..)
            | State::Waiting(_)
            | State::LookingAgain(_)
            | State::Ready => None,
        }
    }

    /// An older run was abolished, or will not be.
    pub(super) fn abolish_next(&mut self) {
        if let State::Abolishing(run, rest) = &mut self.state {
            match rest.pop_front() {
                Some(next) => *run = next,
                None => self.state = State::Listing(RunListing::all(&self.object)),
            }
        }
    }

    /// The answer to the create was lost.
    pub(super) fn on_lost_answer(&mut self, now: Elapsed) {
        self.lost = self.lost.saturating_add(1);
        self.state = State::ReadingBack(ReadBack::new(now), None);
    }

    /// The runs of the object were listed.
    fn on_listed(&mut self, now: Elapsed, listing: RunListing, journal: &mut Journal) -> Option<Created> {
        let (is_whole, is_of_all) = (listing.is_whole(), listing.is_of_all());
        self.known.extend(listing.ids().iter().cloned());
        // What the plan saw unfinished may have ended well since.
        let is_as_it_was = self.context.options.object_write == ObjectWrite::None;
        let deployed = listing.deployed(&self.marker).filter(|_| is_as_it_was).map(|run| run.id.clone());
        let (ours, others) = listing.split(&self.marker, self.clock_ms);
        match ours.as_slice() {
            [] if let Some(run) = deployed => return Some(Ok((run, Provenance::Resumed))),
            [run] => return Some(Ok((run.id.clone(), Provenance::Resumed))),
            [] if let Some(at) = self.next_listing() => {
                self.state = State::LookingAgain(at);
                return None;
            }
            [] if is_whole => {}
            [] if is_of_all => {
                // The lists of the unfinished are short: they may be whole where the list of all is not.
                self.is_cut = true;
                self.state = State::Listing(RunListing::unfinished(&self.object));
                return None;
            }
            [] => return Some(Err(End::new(Status::Unavailable, Reason::ListCut("ListPipelineRuns")))),
            several => {
                let reason = Reason::SeveralRunsOfOurs(several.iter().map(Into::into).collect());
                return Some(Err(End::new(Status::Unavailable, reason)));
            }
        }
        let has_new = others.iter().any(|run| !self.others.iter().any(|known| known.id == run.id));
        self.others = others;
        let names = runs::names(&self.others);
        let older = self.others.iter().filter(|run| self.marker.is_of_our_repository(&run.description));
        let mut older: VecDeque<String> = older.map(|run| run.id.clone()).collect();
        let may_abolish = self.context.options.when_busy == WhenBusy::AbolishOurs && !self.has_abolished;
        let first = if may_abolish { older.pop_front() } else { None };
        self.state = match (self.context.options.when_busy, first) {
            (WhenBusy::Warn | WhenBusy::Wait | WhenBusy::AbolishOurs, None) if self.others.is_empty() => State::Ready,
            (WhenBusy::Wait, _) => {
                if has_new {
                    let text = format!("waiting until another run of this object has ended: {names}");
                    journal.note(now, Note::Warning(text));
                }
                self.waits_since.get_or_insert(now);
                State::Waiting(now.saturating_add(poll_delay(self.context.limits.poll, now)))
            }
            (WhenBusy::Warn | WhenBusy::AbolishOurs, Some(first)) => {
                self.has_abolished = true;
                let text = format!("abolishing older unfinished runs of this repository, among {names}");
                journal.note(now, Note::Warning(text));
                State::Abolishing(first, older)
            }
            (WhenBusy::Warn | WhenBusy::AbolishOurs, None) => {
                journal.note(now, Note::Warning(format!("another run of this object is unfinished: {names}")));
                State::Ready
            }
        };
        None
    }

    /// When the runs are listed again before one is created: the list may be behind what an earlier attempt did.
    fn next_listing(&self) -> Option<Elapsed> {
        let may_show_late = self.context.options.earlier_runs == EarlierRuns::MayShowLate;
        self.listed_at.filter(|_| may_show_late).and_then(next_read_after)
    }

    /// All runs were listed after a lost create: ours is found, or it is read back again, or sent once more.
    fn on_read_back(&mut self, mut read_back: ReadBack, listing: RunListing) -> Option<Created> {
        // One that has ended may be of before, where what was before could not all be listed.
        let was_cut = self.is_cut;
        self.is_cut |= !listing.is_whole();
        let ours = listing.ours(&self.marker, &self.known, self.clock_ms);
        let ours: Vec<Pipeline> = ours.into_iter().filter(|run| !was_cut || !run.state.is_end()).collect();
        let lost = |result| {
            let reason = Reason::Lost { operation: "CreatePipelineRun", result };
            Some(Err(End::new(Status::Unavailable, reason)))
        };
        match ours.as_slice() {
            [run] => return Some(Ok((run.id.clone(), Provenance::Recovered))),
            [] => read_back.found_nothing(),
            several => return lost(ReadBackResult::SeveralRuns(several.iter().map(Into::into).collect())),
        }
        if read_back.next().is_some() {
            self.state = State::ReadingBack(read_back, None);
        } else if self.is_cut {
            return lost(ReadBackResult::ListCut("ListPipelineRuns"));
        } else if self.lost < 2 {
            self.state = State::Ready;
        } else {
            return lost(ReadBackResult::NoRun);
        }
        None
    }

    /// The call that shows whether there is a run; a listing that is under way starts again.
    pub(super) fn last_poll(&mut self) -> Option<Call> {
        match &mut self.state {
            State::ReadingBack(_, listing) => Some(listing.insert(RunListing::all(&self.object)).next()),
            State::Listing(_) | State::Abolishing(..) | State::Waiting(_) | State::LookingAgain(_) | State::Ready => {
                None
            }
        }
    }

    /// How a person finds a run that we may have left.
    pub(super) fn resume_hint(&self) -> Option<Resume> {
        let marker = || self.marker.describe("").trim().to_owned();
        (self.lost > 0).then(|| Resume::UnknownRun { object: self.object.clone(), marker: marker() })
    }

    /// The runs that are waited for, if there are any.
    pub(super) fn waiting(&self) -> Option<Waiting> {
        let since = self.waits_since.filter(|_| !self.others.is_empty())?;
        Some(Waiting { awaited: Awaited::Others(runs::names(&self.others)), since })
    }

    /// What is being done.
    pub(super) fn activity(&self) -> &'static str {
        match &self.state {
            State::Listing(_) | State::LookingAgain(_) => "looking for unfinished runs of this object",
            State::Abolishing(..) => "abolishing an older run",
            State::Waiting(_) => "waiting until another run of this object has ended",
            State::Ready => "creating the pipeline run",
            State::ReadingBack(..) => "checking whether the pipeline run was created",
        }
    }
}
