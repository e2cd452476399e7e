//! Takes a run through its stages: poll, and execute the stage that is next.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::model::{
    call::Call,
    duration::Elapsed,
    fault::ServiceError,
    journal::{Journal, Note},
    pipeline::{Pipeline, Stage, State, Verdict},
    read_back::ReadBackResult,
    reason::{End, Reason},
    status::Status,
    timeout::Waiting,
};

use super::{
    end::{RunEnd, run_end},
    stage::{StageAction, StageProgress},
};
use crate::engine::{
    context::Context,
    flow::{Limit, Next},
    poll::poll_delay,
};

/// A run that is there, with its stages.
pub struct Stages {
    run: String,
    context: Arc<Context>,
    pipeline: Option<Pipeline>,
    progress: Option<StageProgress>,
    /// The progress of other stages: a poll of an older state must not make us forget that a stage was executed.
    others: HashMap<String, StageProgress>,
    /// Whether an earlier attempt may have executed the current stage of the run when it is first seen.
    is_taken_up: bool,
    /// Whether nothing was asked since the last poll.
    is_fresh: bool,
    next_poll: Elapsed,
}

impl Stages {
    pub fn new(run: String, context: Arc<Context>, now: Elapsed) -> Self {
        let (pipeline, progress, others) = (None, None, HashMap::new());
        Self { run, context, pipeline, progress, others, is_taken_up: false, is_fresh: false, next_poll: now }
    }

    /// The same for a run that an earlier attempt, or somebody else, created.
    pub fn resumed(self) -> Self {
        Self { is_taken_up: true, ..self }
    }

    pub fn run(&self) -> &str {
        &self.run
    }

    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.pipeline.as_ref()
    }

    /// Whether it is known to have ended, so that there is nothing left to abolish.
    pub fn has_ended(&self) -> bool {
        self.pipeline.as_ref().is_some_and(|pipeline| pipeline.state.is_end())
    }

    pub fn poll(&self) -> Call {
        Call::GetPipelineRun { run: self.run.clone() }
    }

    /// What to do next: everything but a poll is done right after a poll only.
    pub fn next(&mut self, now: Elapsed) -> Next {
        if std::mem::take(&mut self.is_fresh)
            && let Some(progress) = self.to_execute()
        {
            let code = progress.code.clone();
            match progress.next(now) {
                StageAction::Execute => return Next::Call(Call::ExecPipelineRunStage { run: self.run.clone(), code }),
                StageAction::GiveUp => {
                    let result = ReadBackResult::StillInit(code);
                    let reason = Reason::Lost { operation: "ExecPipelineRunStage", result };
                    return Next::End(End::new(Status::Unavailable, reason));
                }
                StageAction::PollBy(at) => self.next_poll = self.next_poll.min(at),
                StageAction::PollAt(at) => self.next_poll = at,
            }
        }
        if now < self.next_poll { Next::Pause(self.next_poll) } else { Next::Call(self.poll()) }
    }

    /// Something else was asked since the last poll.
    pub fn not_fresh(&mut self) {
        self.is_fresh = false;
    }

    /// A call failed: the next poll does not follow at once.
    pub fn poll_later(&mut self, now: Elapsed) {
        let pause = self.context.limits.poll.shortest.max(Elapsed::from_millis(100));
        self.next_poll = self.next_poll.max(now.saturating_add(pause));
    }

    /// The stage that is to be executed, if one is.
    fn to_execute(&self) -> Option<&StageProgress> {
        let is_next = matches!(self.verdict(self.pipeline.as_ref()?), Verdict::Execute(_));
        self.progress.as_ref().filter(|_| is_next)
    }

    fn verdict<'a>(&self, pipeline: &'a Pipeline) -> Verdict<'a> {
        let options = &self.context.options;
        pipeline.verdict(options.operation, options.until_stage.as_deref())
    }

    /// Takes a poll's answer in; returns the end, if it is one.
    pub fn on_poll(&mut self, now: Elapsed, pipeline: Pipeline, journal: &mut Journal) -> Option<RunEnd> {
        self.note_changes(now, &pipeline, journal);
        self.check_stage_timeout(now, &pipeline, journal);
        if let Some(current) = pipeline.current() {
            let is_first = pipeline.stages.first() == Some(current);
            if let Some(left) = self.progress.take() {
                self.others.insert(left.code.clone(), left);
            }
            let known = self.others.remove(&current.code);
            let is_new = known.is_none();
            let progress = self.progress.insert(known.unwrap_or_else(|| StageProgress::new(current, is_first, now)));
            let is_in_doubt = std::mem::take(&mut self.is_taken_up) && pipeline.state != State::Init;
            if is_new && is_in_doubt && current.state == State::Init {
                progress.may_have_been_executed(now);
            }
            if current.state != State::Init {
                progress.on_moved(now);
            } else if pipeline.state == State::Running
                && !pipeline.repeats(current)
                && let Some(error) = progress.on_still_init(now)
            {
                journal.note(now, Note::Approval { code: progress.code.clone(), error });
            }
        }
        let waited = now.saturating_sub(self.progress.as_ref().map_or(Elapsed::ZERO, |progress| progress.since));
        self.next_poll = now.saturating_add(poll_delay(self.context.limits.poll, waited));
        self.is_fresh = true;
        let end = run_end(&self.run, &pipeline, &self.context.options);
        self.pipeline = Some(pipeline);
        end
    }

    /// Notes each stage that reads otherwise than before, unless it was never seen to leave `Init`. Of several stages of
    /// one code, which is all that names a stage, none is noted that reads as another did.
    fn note_changes(&self, now: Elapsed, pipeline: &Pipeline, journal: &mut Journal) {
        let before: &[Stage] = self.pipeline.as_ref().map_or(&[], |before| &before.stages);
        let codes: HashSet<&str> = before.iter().map(|stage| stage.code.as_str()).collect();
        let before: HashSet<(&str, &State)> = before.iter().map(|stage| (stage.code.as_str(), &stage.state)).collect();
        for stage in &pipeline.stages {
            let has_moved = stage.state != State::Init || codes.contains(stage.code.as_str());
            if has_moved && !before.contains(&(stage.code.as_str(), &stage.state)) {
                journal.note(now, Note::Stage(stage.clone()));
            }
        }
    }

    /// Warns, once the run names its stages, of a `stage-timeout` for one that it does not have.
    fn check_stage_timeout(&self, now: Elapsed, pipeline: &Pipeline, journal: &mut Journal) {
        let is_known = self.pipeline.as_ref().is_some_and(|before| !before.stages.is_empty());
        if is_known || pipeline.stages.is_empty() {
            return;
        }
        let codes: Vec<&str> = pipeline.stages.iter().map(|stage| stage.code.as_str()).collect();
        let unknown = self.context.limits.stage.not_among(&codes);
        if !unknown.is_empty() {
            let (unknown, codes) = (unknown.join(", "), codes.join(", "));
            let text = format!("stage-timeout names {unknown}, which is not a stage of this run; its stages: {codes}");
            journal.note(now, Note::Warning(text));
        }
    }

    pub fn on_accepted(&mut self, now: Elapsed, code: &str, journal: &mut Journal) {
        journal.note(now, Note::Executed(code.to_owned()));
        if let Some(progress) = &mut self.progress {
            progress.on_accepted(now);
        }
        self.next_poll = now.saturating_add(self.context.limits.poll.shortest);
    }

    pub fn on_refusal(&mut self, now: Elapsed, error: &ServiceError) {
        if let Some(progress) = &mut self.progress {
            progress.on_refusal(now, error);
        }
        self.next_poll = now;
    }

    pub fn on_lost_answer(&mut self, now: Elapsed) {
        if let Some(progress) = &mut self.progress {
            self.next_poll = progress.on_lost_answer(now);
        }
    }

    pub fn limit(&self) -> Option<Limit> {
        let open = self.pipeline.as_ref()?.current().is_some_and(|stage| stage.state != State::Success);
        self.progress.as_ref().filter(|_| open)?.limit(&self.context.limits)
    }

    /// The stage that is waited for, where the run is not over.
    pub fn waiting(&self) -> Option<Waiting> {
        self.progress.as_ref().filter(|_| !self.has_ended()).map(StageProgress::waiting)
    }

    pub fn activity(&self) -> String {
        match (&self.progress, &self.pipeline) {
            (Some(progress), _) if progress.waits_for_a_person() => {
                format!("{} waits for a person's approval", progress.code)
            }
            (Some(progress), Some(pipeline)) => {
                let state = pipeline.current().map_or(&pipeline.state, |stage| &stage.state);
                format!("{} has the status {state}", progress.code)
            }
            (Some(_) | None, _) => format!("the pipeline run {} shows no stages yet", self.run),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::options::{DeployOptions, Limits};

    fn stage(code: &str, step: i64, state: State) -> Stage {
        Stage { code: code.into(), kind: "Check".into(), step: Some(step), state, ..Stage::default() }
    }

    fn run(state: State, stages: Vec<Stage>) -> Pipeline {
        Pipeline { id: "r".into(), state, stages, ..Pipeline::default() }
    }

    /// The notes on a run that reads like this, one poll after the other; and why it ended.
    fn notes(polls: &[&[Stage]]) -> (Vec<Note>, Option<Reason>) {
        let context = Arc::new(Context::new(&DeployOptions::default(), &Limits::default()));
        let mut stages = Stages::new("r".into(), context, Elapsed::ZERO);
        let mut journal = Journal::default();
        let mut end = None;
        for (poll, second) in polls.iter().zip(0..) {
            let now = Elapsed::from_secs(second);
            end = end.or(stages.on_poll(now, run(State::Running, poll.to_vec()), &mut journal));
            assert!(end.is_some() || !matches!(stages.next(now), Next::Call(Call::ExecPipelineRunStage { .. })));
        }
        (journal.entries().iter().map(|entry| entry.note.clone()).collect(), end.map(|end| end.end.reason))
    }

    #[test]
    fn a_stage_is_noted_when_it_reads_another_state_than_before() {
        let (a, b) = (|state| stage("A", 1, state), |state| stage("B", 2, state));
        let polls = [
            [a(State::Running), b(State::Init)],
            [a(State::Running), b(State::Init)],
            [a(State::Success), b(State::Running)],
        ];
        let polls: Vec<&[Stage]> = polls.iter().map(<[Stage; 2]>::as_slice).collect();
        let wanted = [a(State::Running), a(State::Success), b(State::Running)].map(Note::Stage);
        assert_eq!(notes(&polls), (wanted.into(), None));
    }

    #[test]
    fn the_second_stage_of_one_code_is_not_executed_and_does_not_wait_for_a_person() {
        let both = |first, second| [stage("A", 1, first), stage("A", 2, second)];
        let (running, moves) = (both(State::Running, State::Init), both(State::Success, State::Init));
        let (noted, reason) = notes(&[&running, &running, &moves]);
        assert_eq!(reason, Some(Reason::RepeatedStage { run: "r".into(), code: "A".into() }));
        assert_eq!(noted, [State::Running, State::Success].map(|state| Note::Stage(stage("A", 1, state))));
        let by_itself = both(State::Success, State::Running);
        assert_eq!(notes(&[&running, &by_itself, &by_itself]).1, None, "what others execute is watched");
    }
}
