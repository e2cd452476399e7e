//! The route of a pipeline run: create it or find it, walk it through its stages, and pay the courtesies at its end.

use std::collections::VecDeque;

use crate::model::{
    accept::Operation,
    call::{Answer, Call, Item, Reply, Why, Words},
    journal::{Birth, Journal, Note},
    marker::Marker,
    outcome::{End, Found, Outcome, Status},
    plan::{Limits, Manner},
    span::Elapsed,
};

use super::{
    create::{Born, Creation},
    route::{Limit, Route, Want},
    stages::{Judged, Stages},
};

/// Where the run is.
enum Run {
    Coming(Box<Creation>),
    Here(Box<Stages>),
}

pub(super) struct RunRoute {
    run: Run,
    /// How it came to be ours.
    birth: Option<Birth>,
    manner: Manner,
    limits: Limits,
    end: Option<End>,
    courtesies: VecDeque<Call>,
    items: Vec<Item>,
    next_stage: Option<String>,
    failed_stage: Option<String>,
}

impl RunRoute {
    /// Deploys an object.
    pub(super) fn create(object: &str, marker: Marker, manner: &Manner, limits: &Limits) -> Self {
        Self::new(Run::Coming(Box::new(Creation::new(object, marker, manner, limits))), manner, limits)
    }

    /// Goes on with a run that exists.
    pub(super) fn follow(run: &str, manner: &Manner, limits: &Limits) -> Self {
        Self::new(Run::Here(Box::new(Stages::new(run.to_owned(), manner, limits, Elapsed::ZERO))), manner, limits)
    }

    fn new(run: Run, manner: &Manner, limits: &Limits) -> Self {
        Self {
            run,
            birth: None,
            manner: manner.clone(),
            limits: limits.clone(),
            end: None,
            courtesies: VecDeque::new(),
            items: Vec::new(),
            next_stage: None,
            failed_stage: None,
        }
    }

    fn is_here(&mut self, now: Elapsed, id: String, how: Birth, journal: &mut Journal) {
        journal.note(now, Note::Known { id: id.clone(), how });
        self.birth = Some(how);
        self.run = Run::Here(Box::new(Stages::new(id, &self.manner, &self.limits, now)));
    }

    fn ended(&mut self, judged: Judged) {
        if self.end.is_some() {
            return;
        }
        let Judged { end, next_stage, failed_stage } = judged;
        let ours = matches!(self.birth, Some(Birth::Created | Birth::Found));
        let offline = self.manner.operation == Operation::Offline && next_stage.is_some();
        let run = match &self.run {
            Run::Here(stages) => stages.run().to_owned(),
            Run::Coming(_) => String::new(),
        };
        match end.status {
            Status::Success if offline => self.courtesies.push_back(Call::AbolishRun { run }),
            Status::Invalid if ours => self.courtesies.push_back(Call::AbolishRun { run }),
            Status::Failed => self.courtesies.push_back(Call::ListItems { run }),
            Status::Success
            | Status::Stopped
            | Status::DryRun
            | Status::Skipped
            | Status::Invalid
            | Status::TimedOut
            | Status::Denied
            | Status::Unavailable
            | Status::Cancelled(_) => {}
        }
        (self.end, self.next_stage, self.failed_stage) = (Some(end), next_stage, failed_stage);
    }
}

impl Route for RunRoute {
    fn want(&mut self, now: Elapsed) -> Want {
        if let Some(call) = self.courtesies.front() {
            return Want::Call(call.clone());
        }
        if let Some(end) = &self.end {
            return Want::End(end.clone());
        }
        match &mut self.run {
            Run::Coming(creation) => creation.want(now),
            Run::Here(stages) => stages.want(now),
        }
    }

    fn learn(&mut self, now: Elapsed, call: &Call, reply: Reply, journal: &mut Journal) {
        if self.courtesies.front() == Some(call) {
            self.courtesies.pop_front();
            if let Answer::Items(items) = reply.answer {
                self.items = items;
            }
            return;
        }
        match (&mut self.run, call, reply.answer) {
            (Run::Coming(creation), _, answer) => match creation.learn(now, Reply { answer, ..reply }, journal) {
                Some(Born::Run(id, how)) => self.is_here(now, id, how, journal),
                Some(Born::Never(end)) => self.end = Some(end),
                None => {}
            },
            (Run::Here(stages), _, Answer::Run(pipeline)) => {
                if self.birth.is_none() {
                    self.birth = Some(Birth::Followed);
                    journal.note(now, Note::Known { id: stages.run().to_owned(), how: Birth::Followed });
                }
                let judged = stages.looked(now, pipeline, journal);
                if let Some(mut judged) = judged {
                    judged.end.words.request_id = reply.request_id;
                    self.ended(judged);
                }
            }
            (Run::Here(stages), Call::ExecuteStage { code, .. }, Answer::Accepted) => {
                stages.executed(now, code, journal);
            }
            _ => {}
        }
    }

    fn refused(&mut self, now: Elapsed, call: &Call, why: Why, words: &Words, _: &mut Journal) {
        let is_told_to_wait = matches!(words.status, 200 | 400) && why != Why::UnknownOperation;
        if let (Run::Here(stages), Call::ExecuteStage { .. }, true) = (&mut self.run, call, is_told_to_wait) {
            return stages.refused(now, words);
        }
        let operation = call.operation();
        let (status, message) = match (why, call) {
            (Why::NotFound, Call::CreateRun { object, .. }) => (
                Status::Invalid,
                format!(
                    "{object}: {words}; there is no such object, or it is a node inside a workflow: give the workflow's id"
                ),
            ),
            (Why::UnknownOperation, _) => (
                Status::Unavailable,
                format!("the service does not know {operation}: {words}; check endpoint, region and edition"),
            ),
            (_, Call::CreateRun { .. } | Call::ExecuteStage { .. }) => {
                (Status::Failed, format!("{operation} was refused: {words}"))
            }
            _ => (Status::Invalid, format!("{operation} was refused: {words}; check project-id and the id")),
        };
        self.end = Some(End::said(status, message, words.clone()));
    }

    fn doubt(&mut self, now: Elapsed, _: &Call, _: &Words) {
        match &mut self.run {
            Run::Coming(creation) => creation.doubt(now),
            Run::Here(stages) => stages.doubt(now),
        }
    }

    fn let_go(&mut self, now: Elapsed, call: &Call, words: &Words, journal: &mut Journal) {
        journal.note(now, Note::Warning(format!("{} did not work: {words}", call.operation())));
        match &mut self.run {
            Run::Coming(creation) => creation.abolished_one(),
            Run::Here(_) => drop(self.courtesies.pop_front()),
        }
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_look(&mut self) -> Option<Call> {
        match &mut self.run {
            Run::Coming(creation) => creation.last_look(),
            Run::Here(stages) => Some(stages.look()),
        }
    }

    fn abolish(&self) -> Option<Call> {
        match &self.run {
            Run::Here(stages) if !stages.has_ended() => Some(Call::AbolishRun { run: stages.run().to_owned() }),
            Run::Coming(_) | Run::Here(_) => None,
        }
    }

    fn limit(&self) -> Option<Limit> {
        match &self.run {
            Run::Coming(_) => None,
            Run::Here(stages) => stages.limit(),
        }
    }

    fn is_committed(&self) -> bool {
        self.birth == Some(Birth::TakenUp)
    }

    fn how_to_go_on(&self) -> String {
        match &self.run {
            Run::Coming(creation) => creation.how_to_go_on(),
            Run::Here(_) if self.end.is_some() => String::new(),
            Run::Here(stages) => format!("to go on with this run, give pipeline-run-id {}", stages.run()),
        }
    }

    fn doing(&self) -> String {
        match &self.run {
            Run::Coming(creation) => creation.doing().to_owned(),
            Run::Here(stages) => stages.doing(),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        let found = match &self.run {
            Run::Coming(_) => Found::Nothing,
            Run::Here(stages) => Found::Run(stages.run().to_owned(), stages.pipeline().cloned()),
        };
        Outcome {
            end,
            found,
            items: self.items.clone(),
            next_stage: self.next_stage.clone(),
            failed_stage: self.failed_stage.clone(),
        }
    }
}
