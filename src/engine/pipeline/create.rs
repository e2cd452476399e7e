//! How a pipeline run comes to be: look for an unfinished one of ours, mind those of others, create, and find a lost one.

use std::collections::VecDeque;

use crate::engine::poll::poll_delay;
use crate::model::{
    answer::{Answer, Reply},
    call::Call,
    duration::Elapsed,
    journal::{Journal, Note, Provenance},
    marker::Marker,
    options::{DeployOptions, Limits, Operation, WhenBusy},
    outcome::{End, Status},
    pipeline::Pipeline,
};

use super::runs::{self, RunListing};
use crate::engine::{flow::Next, readback::ReadBack};

/// How far it has come.
enum State {
    /// The unfinished runs of the object are being listed.
    Surveying(RunListing),
    /// Older runs of this repository are being abolished.
    Abolishing(VecDeque<String>),
    /// Others' runs are waited for until then.
    Waiting(Elapsed),
    /// Nothing is in the way.
    Ready,
    /// It was asked for, and the answer was lost; now it is looked for.
    ReadingBack(ReadBack, Option<RunListing>),
}

/// A run on its way into being.
pub(super) struct RunCreation {
    object: String,
    marker: Marker,
    options: DeployOptions,
    limits: Limits,
    state: State,
    /// How often it was asked for without an answer.
    lost: u32,
    abolished: bool,
    /// The unfinished runs of others.
    others: Vec<Pipeline>,
    /// The service's clock before the first try.
    clock_ms: Option<u64>,
}

/// What it came to.
pub(super) enum Born {
    /// The run is there.
    Run(String, Provenance),
    /// There will be none.
    Never(End),
}

impl RunCreation {
    pub(super) fn new(object: &str, marker: Marker, options: &DeployOptions, limits: &Limits) -> Self {
        Self {
            object: object.to_owned(),
            marker,
            options: options.clone(),
            limits: limits.clone(),
            state: State::Surveying(RunListing::unfinished(object)),
            lost: 0,
            abolished: false,
            others: Vec::new(),
            clock_ms: None,
        }
    }

    /// What to do next.
    pub(super) fn next(&mut self, now: Elapsed) -> Next {
        match &mut self.state {
            State::Waiting(until) if now < *until => return Next::Pause(*until),
            State::Waiting(_) => self.state = State::Surveying(RunListing::unfinished(&self.object)),
            State::ReadingBack(read_back, survey) if survey.is_none() => match read_back.next() {
                Some(at) if now < at => return Next::Pause(at),
                _ => *survey = Some(RunListing::all(&self.object)),
            },
            State::Surveying(_) | State::Abolishing(_) | State::Ready | State::ReadingBack(..) => {}
        }
        let call = match &self.state {
            State::Surveying(survey) | State::ReadingBack(_, Some(survey)) => survey.next(),
            State::Abolishing(runs) => runs.front().map(|run| Call::AbolishPipelineRun { run: run.clone() }),
            State::Ready => Some(Call::CreatePipelineRun {
                object: self.object.clone(),
                offline: self.options.operation != Operation::Online,
                description: self.marker.describe(&self.options.comment),
            }),
            State::Waiting(_) | State::ReadingBack(_, None) => None,
        };
        call.map_or(Next::Pause(now), Next::Call)
    }

    /// Takes an answer in.
    pub(super) fn on_answer(&mut self, now: Elapsed, reply: Reply, journal: &mut Journal) -> Option<Born> {
        if self.lost == 0 {
            self.clock_ms = reply.clock_ms.or(self.clock_ms);
        }
        match (&mut self.state, reply.answer) {
            (_, Answer::RunCreated(id)) => Some(Born::Run(id, Provenance::Created)),
            (State::Surveying(survey), Answer::Runs(runs, total)) => {
                survey.on_page(runs, total);
                let whole = survey.next().is_none().then(|| survey.clone())?;
                self.surveyed(now, whole, journal)
            }
            (State::ReadingBack(read_back, survey), Answer::Runs(runs, total)) => {
                let listing = survey.as_mut()?;
                listing.on_page(runs, total);
                let whole = listing.next().is_none().then(|| listing.clone())?;
                let read_back = read_back.clone();
                self.searched(read_back, whole)
            }
            (State::Abolishing(_), _) => {
                self.abolished_one();
                None
            }
            _ => None,
        }
    }

    /// An older run was abolished, or will not be.
    pub(super) fn abolished_one(&mut self) {
        if let State::Abolishing(runs) = &mut self.state {
            runs.pop_front();
            if runs.is_empty() {
                self.state = State::Surveying(RunListing::unfinished(&self.object));
            }
        }
    }

    /// The answer to the create was lost.
    pub(super) fn on_lost_answer(&mut self, now: Elapsed) {
        self.lost = self.lost.saturating_add(1);
        self.state = State::ReadingBack(ReadBack::new(now), None);
    }

    fn surveyed(&mut self, now: Elapsed, survey: RunListing, journal: &mut Journal) -> Option<Born> {
        let (ours, others) = survey.split(&self.marker);
        match ours.as_slice() {
            [run] => return Some(Born::Run(run.id.clone(), Provenance::Resumed)),
            [] => {}
            several => {
                return Some(Born::Never(End::new(
                    Status::Unavailable,
                    format!(
                        "several unfinished runs bear the marker of this job: {}; abolish all but one, or go on with one by pipeline-run-id",
                        runs::names(several)
                    ),
                )));
            }
        }
        let news = others.iter().any(|run| !self.others.iter().any(|known| known.id == run.id));
        self.others = others;
        let names = runs::names(&self.others);
        let older = self.others.iter().filter(|run| self.marker.is_of_our_repository(&run.description));
        let older: VecDeque<String> = older.map(|run| run.id.clone()).collect();
        self.state = match self.options.when_busy {
            _ if self.others.is_empty() => State::Ready,
            WhenBusy::Wait => {
                if news {
                    let said = format!("waiting until another run of this object has ended: {names}");
                    journal.note(now, Note::Warning(said));
                }
                State::Waiting(now.saturating_add(poll_delay(self.limits.poll, now)))
            }
            WhenBusy::AbolishOurs if !older.is_empty() && !std::mem::replace(&mut self.abolished, true) => {
                let said = format!("abolishing older unfinished runs of this repository, among {names}");
                journal.note(now, Note::Warning(said));
                State::Abolishing(older)
            }
            WhenBusy::Warn | WhenBusy::AbolishOurs => {
                journal.note(now, Note::Warning(format!("another run of this object is unfinished: {names}")));
                State::Ready
            }
        };
        None
    }

    /// All runs were listed after a lost create: ours is found, or the doubt grows.
    fn searched(&mut self, mut read_back: ReadBack, survey: RunListing) -> Option<Born> {
        let known: Vec<&str> = self.others.iter().map(|run| run.id.as_str()).collect();
        let ours = survey.ours(&self.marker, &known, self.clock_ms);
        match ours.as_slice() {
            [run] => return Some(Born::Run(run.id.clone(), Provenance::Recovered)),
            [] => read_back.found_nothing(),
            several => {
                let message = format!(
                    "the answer to CreatePipelineRun was lost, and several runs may be ours: {}; go on with one by pipeline-run-id",
                    runs::names(several)
                );
                return Some(Born::Never(End::new(Status::Unavailable, message)));
            }
        }
        if read_back.next().is_some() {
            self.state = State::ReadingBack(read_back, None);
        } else if self.lost < 2 {
            self.state = State::Ready;
        } else {
            let message = "CreatePipelineRun was sent twice, both answers were lost, and no run is to be seen; look into the console before you run the job again";
            return Some(Born::Never(End::new(Status::Unavailable, message)));
        }
        None
    }

    /// The call that shows whether there is a run, begun anew if a listing was under way.
    pub(super) fn last_poll(&mut self) -> Option<Call> {
        match &mut self.state {
            State::ReadingBack(_, survey) => survey.insert(RunListing::all(&self.object)).next(),
            State::Surveying(_) | State::Abolishing(_) | State::Waiting(_) | State::Ready => None,
        }
    }

    /// Whether there may be a run that we do not know.
    pub(super) fn is_doubtful(&self) -> bool {
        self.lost > 0
    }

    /// How a person finds a run that we may have left.
    pub(super) fn resume_hint(&self) -> String {
        if !self.is_doubtful() {
            return String::new();
        }
        let marker = self.marker.describe("");
        format!(
            "a pipeline run of {} may exist: the console shows it by its description, {}",
            self.object,
            marker.trim()
        )
    }

    /// What is being done.
    pub(super) fn activity(&self) -> &'static str {
        match &self.state {
            State::Surveying(_) => "looking for unfinished runs of this object",
            State::Abolishing(_) => "abolishing an older run",
            State::Waiting(_) => "waiting until another run of this object has ended",
            State::Ready => "creating the pipeline run",
            State::ReadingBack(..) => "looking whether the pipeline run was created",
        }
    }
}
