//! How a pipeline run comes to be: look for an unfinished one of ours, mind those of others, create, and find a lost one.

use std::collections::VecDeque;

use crate::model::{
    accept::{Operation, WhenBusy},
    call::{Answer, Call, Reply},
    journal::{Birth, Journal, Note},
    marker::Marker,
    outcome::{End, Status},
    pipeline::Pipeline,
    plan::{Limits, Manner},
    span::Elapsed,
};

use super::{
    doubt::Doubt,
    pause,
    route::Want,
    survey::{self, Survey},
};

/// How far it has come.
enum State {
    /// The unfinished runs of the object are being listed.
    Surveying(Survey),
    /// Older runs of this repository are being abolished.
    Abolishing(VecDeque<String>),
    /// Others' runs are waited for until then.
    Waiting(Elapsed),
    /// Nothing is in the way.
    Ready,
    /// It was asked for, and the answer was lost; now it is looked for.
    Doubtful(Doubt, Option<Survey>),
}

/// A run on its way into being.
pub(super) struct Creation {
    object: String,
    marker: Marker,
    manner: Manner,
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
    Run(String, Birth),
    /// There will be none.
    Never(End),
}

impl Creation {
    pub(super) fn new(object: &str, marker: Marker, manner: &Manner, limits: &Limits) -> Self {
        Self {
            object: object.to_owned(),
            marker,
            manner: manner.clone(),
            limits: limits.clone(),
            state: State::Surveying(Survey::unfinished(object)),
            lost: 0,
            abolished: false,
            others: Vec::new(),
            clock_ms: None,
        }
    }

    /// What to do next.
    pub(super) fn want(&mut self, now: Elapsed) -> Want {
        match &mut self.state {
            State::Waiting(until) if now < *until => return Want::Pause(*until),
            State::Waiting(_) => self.state = State::Surveying(Survey::unfinished(&self.object)),
            State::Doubtful(doubt, survey) if survey.is_none() => match doubt.next() {
                Some(at) if now < at => return Want::Pause(at),
                _ => *survey = Some(Survey::all(&self.object)),
            },
            State::Surveying(_) | State::Abolishing(_) | State::Ready | State::Doubtful(..) => {}
        }
        let call = match &self.state {
            State::Surveying(survey) | State::Doubtful(_, Some(survey)) => survey.next(),
            State::Abolishing(runs) => runs.front().map(|run| Call::AbolishRun { run: run.clone() }),
            State::Ready => Some(Call::CreateRun {
                object: self.object.clone(),
                offline: self.manner.operation != Operation::Online,
                description: self.marker.describe(&self.manner.comment),
            }),
            State::Waiting(_) | State::Doubtful(_, None) => None,
        };
        call.map_or(Want::Pause(now), Want::Call)
    }

    /// Takes an answer in.
    pub(super) fn learn(&mut self, now: Elapsed, reply: Reply, journal: &mut Journal) -> Option<Born> {
        if self.lost == 0 {
            self.clock_ms = reply.clock_ms.or(self.clock_ms);
        }
        match (&mut self.state, reply.answer) {
            (_, Answer::RunCreated(id)) => Some(Born::Run(id, Birth::Created)),
            (State::Surveying(survey), Answer::Runs(runs, total)) => {
                survey.learn(runs, total);
                let whole = survey.next().is_none().then(|| survey.clone())?;
                self.surveyed(now, whole, journal)
            }
            (State::Doubtful(doubt, survey), Answer::Runs(runs, total)) => {
                let listing = survey.as_mut()?;
                listing.learn(runs, total);
                let whole = listing.next().is_none().then(|| listing.clone())?;
                let doubt = doubt.clone();
                self.searched(doubt, whole)
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
                self.state = State::Surveying(Survey::unfinished(&self.object));
            }
        }
    }

    /// The answer to the create was lost.
    pub(super) fn doubt(&mut self, now: Elapsed) {
        self.lost = self.lost.saturating_add(1);
        self.state = State::Doubtful(Doubt::new(now), None);
    }

    fn surveyed(&mut self, now: Elapsed, survey: Survey, journal: &mut Journal) -> Option<Born> {
        let (ours, others) = survey.split(&self.marker);
        match ours.as_slice() {
            [run] => return Some(Born::Run(run.id.clone(), Birth::TakenUp)),
            [] => {}
            several => {
                return Some(Born::Never(End::new(
                    Status::Unavailable,
                    format!(
                        "several unfinished runs bear the marker of this job: {}; abolish all but one, or go on with one by pipeline-run-id",
                        survey::names(several)
                    ),
                )));
            }
        }
        let news = others.iter().any(|run| !self.others.iter().any(|known| known.id == run.id));
        self.others = others;
        let names = survey::names(&self.others);
        let older = self.others.iter().filter(|run| self.marker.is_of_our_repository(&run.description));
        let older: VecDeque<String> = older.map(|run| run.id.clone()).collect();
        self.state = match self.manner.when_busy {
            _ if self.others.is_empty() => State::Ready,
            WhenBusy::Wait => {
                if news {
                    let said = format!("waiting until another run of this object has ended: {names}");
                    journal.note(now, Note::Warning(said));
                }
                State::Waiting(now.saturating_add(pause::look(self.limits.poll, now)))
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
    fn searched(&mut self, mut doubt: Doubt, survey: Survey) -> Option<Born> {
        let known: Vec<&str> = self.others.iter().map(|run| run.id.as_str()).collect();
        let ours = survey.ours(&self.marker, &known, self.clock_ms);
        match ours.as_slice() {
            [run] => return Some(Born::Run(run.id.clone(), Birth::Found)),
            [] => doubt.found_nothing(),
            several => {
                let message = format!(
                    "the answer to CreatePipelineRun was lost, and several runs may be ours: {}; go on with one by pipeline-run-id",
                    survey::names(several)
                );
                return Some(Born::Never(End::new(Status::Unavailable, message)));
            }
        }
        if doubt.next().is_some() {
            self.state = State::Doubtful(doubt, None);
        } else if self.lost < 2 {
            self.state = State::Ready;
        } else {
            let message = "CreatePipelineRun was sent twice, both answers were lost, and no run is to be seen; look into the console before you run the job again";
            return Some(Born::Never(End::new(Status::Unavailable, message)));
        }
        None
    }

    /// The call that shows whether there is a run, begun anew if a listing was under way.
    pub(super) fn last_look(&mut self) -> Option<Call> {
        match &mut self.state {
            State::Doubtful(_, survey) => survey.insert(Survey::all(&self.object)).next(),
            State::Surveying(_) | State::Abolishing(_) | State::Waiting(_) | State::Ready => None,
        }
    }

    /// Whether there may be a run that we do not know.
    pub(super) fn is_doubtful(&self) -> bool {
        self.lost > 0
    }

    /// How a person finds a run that we may have left.
    pub(super) fn how_to_go_on(&self) -> String {
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
    pub(super) fn doing(&self) -> &'static str {
        match &self.state {
            State::Surveying(_) => "looking for unfinished runs of this object",
            State::Abolishing(_) => "abolishing an older run",
            State::Waiting(_) => "waiting until another run of this object has ended",
            State::Ready => "creating the pipeline run",
            State::Doubtful(..) => "looking whether the pipeline run was created",
        }
    }
}
