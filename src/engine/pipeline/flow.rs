//! The flow of a pipeline run: create it or follow it, take it through its stages, and make the best-effort calls at its
//! end.

use std::{collections::VecDeque, sync::Arc};

use crate::model::{
    answer::{Answer, Item, Reply},
    call::Call,
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::{Journal, Note, Provenance, RemoteKind},
    marker::Marker,
    options::{DeployOptions, Limits, Operation},
    outcome::{Outcome, Remote},
    pipeline::Pipeline,
    reason::{End, Hint, Reason, Resume},
    status::Status,
    timeout::Waiting,
};

use super::{
    create::{Created, RunCreation},
    end::RunEnd,
    stages::Stages,
    twin::TwinSearch,
};
use crate::engine::{
    context::Context,
    flow::{Flow, Limit, Next},
};

/// Where the run is.
enum Run {
    /// Being created.
    Creating(Box<RunCreation>),
    /// Created, and polled.
    Polling(Box<Stages>),
}

pub struct PipelineFlow {
    run: Run,
    /// Looks once for another run of ours that was created at the same moment.
    twin: TwinSearch,
    /// How we came by the run, once it is known to be there.
    provenance: Option<Provenance>,
    context: Arc<Context>,
    end: Option<End>,
    /// Best-effort calls that are still to be made, after the end is known.
    best_effort: VecDeque<Call>,
    items: Vec<Item>,
    next_stage: Option<String>,
    failed_stage: Option<String>,
}

impl PipelineFlow {
    /// Deploys an object.
    pub fn create(object: &str, marker: Marker, options: &DeployOptions, limits: &Limits) -> Self {
        let context = Arc::new(Context::new(options, limits));
        let twin = TwinSearch::new(object, &marker);
        let creation = RunCreation::new(object, marker, Arc::clone(&context));
        Self::new(Run::Creating(Box::new(creation)), twin, context)
    }

    /// Goes on with a run that exists.
    pub fn follow(run: &str, options: &DeployOptions, limits: &Limits) -> Self {
        let context = Arc::new(Context::new(options, limits));
        let stages = Stages::new(run.to_owned(), Arc::clone(&context), Elapsed::ZERO).resumed();
        Self::new(Run::Polling(Box::new(stages)), TwinSearch::Over, context)
    }

    fn new(run: Run, twin: TwinSearch, context: Arc<Context>) -> Self {
        Self {
            run,
            twin,
            provenance: None,
            context,
            end: None,
            best_effort: VecDeque::new(),
            items: Vec::new(),
            next_stage: None,
            failed_stage: None,
        }
    }

    fn on_created(&mut self, now: Elapsed, created: Created, journal: &mut Journal) {
        match created {
            Ok((id, how)) => {
                journal.note(now, Note::Known { kind: RemoteKind::Run, id: id.clone(), how });
                self.provenance = Some(how);
                let stages = Stages::new(id, Arc::clone(&self.context), now);
                let stages = if how == Provenance::Resumed { stages.resumed() } else { stages };
                self.run = Run::Polling(Box::new(stages));
            }
            Err(end) => self.end = Some(end),
        }
    }

    fn on_poll(&mut self, now: Elapsed, pipeline: Pipeline, request_id: String, journal: &mut Journal) {
        let Run::Polling(stages) = &mut self.run else { return };
        let id = stages.run().to_owned();
        let provenance = *self.provenance.get_or_insert_with(|| {
            journal.note(now, Note::Known { kind: RemoteKind::Run, id: id.clone(), how: Provenance::Followed });
            Provenance::Followed
        });
        let is_new = matches!(provenance, Provenance::Created | Provenance::Recovered);
        let ended = stages.on_poll(now, pipeline, journal);
        self.twin.begin(is_new && ended.is_none());
        let Some(mut ended) = ended else { return };
        ended.end.error.request_id = request_id;
        if self.end.is_none() {
            self.best_effort.extend(self.last_call(&ended, id, provenance));
            (self.end, self.next_stage, self.failed_stage) = (Some(ended.end), ended.next_stage, ended.failed_stage);
        }
    }

    /// The best-effort call that a run's end asks for.
    fn last_call(&self, ended: &RunEnd, run: String, provenance: Provenance) -> Option<Call> {
        let is_left_offline = self.context.options.operation == Operation::Offline && ended.next_stage.is_some();
        let is_ours = matches!(provenance, Provenance::Created | Provenance::Recovered);
        match ended.end.status {
            Status::Success if is_left_offline => Some(Call::AbolishPipelineRun { run }),
            Status::Invalid if is_ours => Some(Call::AbolishPipelineRun { run }),
            Status::Failed => Some(Call::ListPipelineRunItems { run, page: 1 }),
            Status::Success
            | Status::Stopped
            | Status::DryRun
            | Status::Exported
            | Status::Drift
            | Status::Skipped
            | Status::Invalid
            | Status::TimedOut
            | Status::Denied
            | Status::Unavailable
            | Status::Cancelled(_) => None,
        }
    }
}

impl Flow for PipelineFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        if let Some(call) = self.best_effort.front() {
            return Next::Call(call.clone());
        }
        if let Some(end) = &self.end {
            return Next::End(end.clone());
        }
        match &mut self.run {
            Run::Creating(creation) => creation.next(now),
            Run::Polling(stages) => match self.twin.next() {
                Some(listing) => {
                    // What is executed is executed right after a poll.
                    stages.not_fresh();
                    Next::Call(listing)
                }
                None => stages.next(now),
            },
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the walk takes no answer that is not one to the call")]
    fn on_answer(&mut self, now: Elapsed, call: &Call, reply: Reply, journal: &mut Journal) {
        if self.best_effort.front() == Some(call) {
            self.best_effort.pop_front();
            if let Answer::Items(items) = reply.answer {
                self.items = items;
            }
            return;
        }
        if let Run::Creating(creation) = &mut self.run {
            if let Some(created) = creation.on_answer(now, reply, journal) {
                self.on_created(now, created, journal);
            }
            return;
        }
        match reply.answer {
            Answer::Run(pipeline) => self.on_poll(now, pipeline, reply.request_id, journal),
            Answer::Runs(runs, info) => {
                if let (Run::Polling(stages), Some(twins)) = (&self.run, self.twin.on_page(runs, info)) {
                    let warning = twins.warning(stages.run());
                    warning.into_iter().for_each(|warning| journal.note(now, Note::Warning(warning)));
                }
            }
            Answer::Accepted => {
                if let (Run::Polling(stages), Call::ExecPipelineRunStage { code, .. }) = (&mut self.run, call) {
                    stages.on_accepted(now, code, journal);
                }
            }
            _ => {}
        }
    }

    fn on_refusal(&mut self, now: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        let is_told_to_wait = matches!(error.status, 200 | 400) && why != Refusal::UnknownOperation;
        if let (Run::Polling(stages), Call::ExecPipelineRunStage { .. }, true) = (&mut self.run, call, is_told_to_wait)
        {
            return stages.on_refusal(now, error);
        }
        let is_stage = matches!(call, Call::ExecPipelineRunStage { .. });
        let created = if let Call::CreatePipelineRun { object, .. } = call { Some(object) } else { None };
        let (status, hint) = match (why, created) {
            (Refusal::UnknownOperation, _) => (Status::Unavailable, Hint::Operation),
            (Refusal::NotFound, Some(object)) => (Status::Invalid, Hint::Object(object.clone())),
            (_, Some(_)) => (Status::Failed, Hint::Nothing),
            (_, None) if is_stage => (Status::Failed, Hint::Nothing),
            (_, None) => (Status::Invalid, Hint::Run),
        };
        let reason = Reason::Refused { operation: call.operation(), hint };
        self.end = Some(End::said(status, reason, error.clone()));
    }

    fn on_lost_answer(&mut self, now: Elapsed, _: &Call, _: &ServiceError) {
        match &mut self.run {
            Run::Creating(creation) => creation.on_lost_answer(now),
            Run::Polling(stages) => stages.on_lost_answer(now),
        }
    }

    fn is_best_effort(&self, call: &Call) -> bool {
        matches!((&self.run, call), (Run::Polling(_), Call::ListPipelineRuns { .. }))
    }

    fn on_best_effort_failed(&mut self, now: Elapsed, call: &Call, error: &ServiceError, journal: &mut Journal) {
        if let (Run::Polling(stages), Call::ListPipelineRuns { .. }) = (&mut self.run, call) {
            stages.poll_later(now);
            return self.twin = TwinSearch::Over;
        }
        journal.note(now, Note::Warning(format!("{} did not work: {error}", call.operation())));
        match &mut self.run {
            Run::Creating(creation) => creation.abolish_next(),
            Run::Polling(_) => drop(self.best_effort.pop_front()),
        }
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_poll(&mut self) -> Option<Call> {
        match &mut self.run {
            Run::Creating(creation) => creation.last_poll(),
            Run::Polling(stages) => Some(stages.poll()),
        }
    }

    fn abolish(&self) -> Option<Call> {
        match &self.run {
            Run::Polling(stages) if !stages.has_ended() => {
                Some(Call::AbolishPipelineRun { run: stages.run().to_owned() })
            }
            Run::Creating(_) | Run::Polling(_) => None,
        }
    }

    fn limit(&self) -> Option<Limit> {
        match &self.run {
            Run::Creating(_) => None,
            Run::Polling(stages) => stages.limit(),
        }
    }

    fn may_have_effects(&self) -> bool {
        self.provenance == Some(Provenance::Resumed)
    }

    fn resume_hint(&self) -> Option<Resume> {
        match &self.run {
            Run::Creating(creation) => creation.resume_hint(),
            Run::Polling(stages) => self.end.is_none().then(|| Resume::Run(stages.run().to_owned())),
        }
    }

    fn waiting(&self) -> Option<Waiting> {
        match &self.run {
            Run::Creating(creation) => creation.waiting(),
            Run::Polling(stages) => stages.waiting(),
        }
    }

    fn activity(&self) -> String {
        match &self.run {
            Run::Creating(creation) => creation.activity().to_owned(),
            Run::Polling(stages) => stages.activity(),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        let found = match &self.run {
            Run::Creating(_) => Remote::Nothing,
            Run::Polling(stages) => Remote::Run(stages.run().to_owned(), stages.pipeline().cloned()),
        };
        Outcome {
            end,
            found,
            items: self.items.clone(),
            next_stage: self.next_stage.clone(),
            failed_stage: self.failed_stage.clone(),
            runs: Vec::new(),
        }
    }
}
