//! The route of a pipeline run: create it or find it, walk it through its stages, and pay the courtesies at its end.

use std::collections::VecDeque;

use crate::model::{
    answer::{Answer, Item, Reply},
    call::Call,
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::{Journal, Note, Provenance, RemoteKind},
    marker::Marker,
    options::{DeployOptions, Limits, Operation},
    outcome::{End, Outcome, Remote, Status},
};

use super::{
    create::{Born, RunCreation},
    stages::{Judged, Stages},
};
use crate::engine::flow::{Flow, Limit, Next};

/// Where the run is.
enum Run {
    Coming(Box<RunCreation>),
    Here(Box<Stages>),
}

pub struct PipelineFlow {
    run: Run,
    /// How it came to be ours.
    birth: Option<Provenance>,
    options: DeployOptions,
    limits: Limits,
    end: Option<End>,
    courtesies: VecDeque<Call>,
    items: Vec<Item>,
    next_stage: Option<String>,
    failed_stage: Option<String>,
}

impl PipelineFlow {
    /// Deploys an object.
    pub fn create(object: &str, marker: Marker, options: &DeployOptions, limits: &Limits) -> Self {
        Self::new(Run::Coming(Box::new(RunCreation::new(object, marker, options, limits))), options, limits)
    }

    /// Goes on with a run that exists.
    pub fn follow(run: &str, options: &DeployOptions, limits: &Limits) -> Self {
        Self::new(Run::Here(Box::new(Stages::new(run.to_owned(), options, limits, Elapsed::ZERO))), options, limits)
    }

    fn new(run: Run, options: &DeployOptions, limits: &Limits) -> Self {
        Self {
            run,
            birth: None,
            options: options.clone(),
            limits: limits.clone(),
            end: None,
            courtesies: VecDeque::new(),
            items: Vec::new(),
            next_stage: None,
            failed_stage: None,
        }
    }

    fn is_here(&mut self, now: Elapsed, id: String, how: Provenance, journal: &mut Journal) {
        journal.note(now, Note::Known { kind: RemoteKind::Run, id: id.clone(), how });
        self.birth = Some(how);
        self.run = Run::Here(Box::new(Stages::new(id, &self.options, &self.limits, now)));
    }

    fn ended(&mut self, judged: Judged) {
        if self.end.is_some() {
            return;
        }
        let Judged { end, next_stage, failed_stage } = judged;
        let ours = matches!(self.birth, Some(Provenance::Created | Provenance::Recovered));
        let offline = self.options.operation == Operation::Offline && next_stage.is_some();
        let run = match &self.run {
            Run::Here(stages) => stages.run().to_owned(),
            Run::Coming(_) => String::new(),
        };
        match end.status {
            Status::Success if offline => self.courtesies.push_back(Call::AbolishPipelineRun { run }),
            Status::Invalid if ours => self.courtesies.push_back(Call::AbolishPipelineRun { run }),
            Status::Failed => self.courtesies.push_back(Call::ListPipelineRunItems { run, page: 1 }),
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

impl Flow for PipelineFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        if let Some(call) = self.courtesies.front() {
            return Next::Call(call.clone());
        }
        if let Some(end) = &self.end {
            return Next::End(end.clone());
        }
        match &mut self.run {
            Run::Coming(creation) => creation.next(now),
            Run::Here(stages) => stages.next(now),
        }
    }

    fn on_answer(&mut self, now: Elapsed, call: &Call, reply: Reply, journal: &mut Journal) {
        if self.courtesies.front() == Some(call) {
            self.courtesies.pop_front();
            if let Answer::Items(items) = reply.answer {
                self.items = items;
            }
            return;
        }
        match (&mut self.run, call, reply.answer) {
            (Run::Coming(creation), _, answer) => match creation.on_answer(now, Reply { answer, ..reply }, journal) {
                Some(Born::Run(id, how)) => self.is_here(now, id, how, journal),
                Some(Born::Never(end)) => self.end = Some(end),
                None => {}
            },
            (Run::Here(stages), _, Answer::Run(pipeline)) => {
                if self.birth.is_none() {
                    self.birth = Some(Provenance::Followed);
                    journal.note(
                        now,
                        Note::Known { kind: RemoteKind::Run, id: stages.run().to_owned(), how: Provenance::Followed },
                    );
                }
                let judged = stages.on_poll(now, pipeline, journal);
                if let Some(mut judged) = judged {
                    judged.end.error.request_id = reply.request_id;
                    self.ended(judged);
                }
            }
            (Run::Here(stages), Call::ExecPipelineRunStage { code, .. }, Answer::Accepted) => {
                stages.executed(now, code, journal);
            }
            _ => {}
        }
    }

    fn on_refusal(&mut self, now: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        let is_told_to_wait = matches!(error.status, 200 | 400) && why != Refusal::UnknownOperation;
        if let (Run::Here(stages), Call::ExecPipelineRunStage { .. }, true) = (&mut self.run, call, is_told_to_wait) {
            return stages.on_refusal(now, error);
        }
        let operation = call.operation();
        let (status, message) = match (why, call) {
            (Refusal::NotFound, Call::CreatePipelineRun { object, .. }) => (
                Status::Invalid,
                format!(
                    "{object}: {error}; there is no such object, or it is a node inside a workflow: give the workflow's id"
                ),
            ),
            (Refusal::UnknownOperation, _) => (
                Status::Unavailable,
                format!("the service does not know {operation}: {error}; check endpoint, region and edition"),
            ),
            (_, Call::CreatePipelineRun { .. } | Call::ExecPipelineRunStage { .. }) => {
                (Status::Failed, format!("{operation} was refused: {error}"))
            }
            _ => (Status::Invalid, format!("{operation} was refused: {error}; check project-id and the id")),
        };
        self.end = Some(End::said(status, message, error.clone()));
    }

    fn on_lost_answer(&mut self, now: Elapsed, _: &Call, _: &ServiceError) {
        match &mut self.run {
            Run::Coming(creation) => creation.on_lost_answer(now),
            Run::Here(stages) => stages.on_lost_answer(now),
        }
    }

    fn on_best_effort_failed(&mut self, now: Elapsed, call: &Call, error: &ServiceError, journal: &mut Journal) {
        journal.note(now, Note::Warning(format!("{} did not work: {error}", call.operation())));
        match &mut self.run {
            Run::Coming(creation) => creation.abolished_one(),
            Run::Here(_) => drop(self.courtesies.pop_front()),
        }
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_poll(&mut self) -> Option<Call> {
        match &mut self.run {
            Run::Coming(creation) => creation.last_poll(),
            Run::Here(stages) => Some(stages.poll()),
        }
    }

    fn abolish(&self) -> Option<Call> {
        match &self.run {
            Run::Here(stages) if !stages.has_ended() => Some(Call::AbolishPipelineRun { run: stages.run().to_owned() }),
            Run::Coming(_) | Run::Here(_) => None,
        }
    }

    fn limit(&self) -> Option<Limit> {
        match &self.run {
            Run::Coming(_) => None,
            Run::Here(stages) => stages.limit(),
        }
    }

    fn may_have_effects(&self) -> bool {
        self.birth == Some(Provenance::Resumed)
    }

    fn resume_hint(&self) -> String {
        match &self.run {
            Run::Coming(creation) => creation.resume_hint(),
            Run::Here(_) if self.end.is_some() => String::new(),
            Run::Here(stages) => format!("to go on with this run, give pipeline-run-id {}", stages.run()),
        }
    }

    fn activity(&self) -> String {
        match &self.run {
            Run::Coming(creation) => creation.activity().to_owned(),
            Run::Here(stages) => stages.activity(),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        let found = match &self.run {
            Run::Coming(_) => Remote::Nothing,
            Run::Here(stages) => Remote::Run(stages.run().to_owned(), stages.pipeline().cloned()),
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
