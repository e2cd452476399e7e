//! How a run is walked through its stages: look, and execute the one whose turn has come.

use crate::engine::poll::poll_delay;
use crate::model::{
    call::Call,
    duration::Elapsed,
    fault::ServiceError,
    journal::{Journal, Note},
    options::{DeployOptions, Limits, Operation},
    outcome::{End, Status},
    pipeline::{Pipeline, Stage, State, Verdict},
};

use super::stage::{StageAction, StageProgress};
use crate::engine::flow::{Limit, Next};

/// A run that is there.
pub struct Stages {
    run: String,
    options: DeployOptions,
    limits: Limits,
    pipeline: Option<Pipeline>,
    progress: Option<StageProgress>,
    /// The turns of other stages: a look at an older state must not make us forget that a stage was executed.
    others: Vec<StageProgress>,
    /// Whether nothing was asked since the last look.
    fresh: bool,
    next_poll: Elapsed,
}

/// A verdict that is an end.
pub struct Judged {
    pub end: End,
    pub next_stage: Option<String>,
    pub failed_stage: Option<String>,
}

impl Stages {
    pub fn new(run: String, options: &DeployOptions, limits: &Limits, now: Elapsed) -> Self {
        Self {
            run,
            options: options.clone(),
            limits: limits.clone(),
            pipeline: None,
            progress: None,
            others: Vec::new(),
            fresh: false,
            next_poll: now,
        }
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

    /// What to do next: everything but a look is done right after a look only.
    pub fn next(&mut self, now: Elapsed) -> Next {
        if !std::mem::take(&mut self.fresh) {
            return if now >= self.next_poll { Next::Call(self.poll()) } else { Next::Pause(self.next_poll) };
        }
        let progress = self.progress.as_ref().filter(|_| self.pipeline.as_ref().is_some_and(|run| self.is_next(run)));
        match progress.map(|progress| (progress, progress.next(now))) {
            None => Next::Pause(self.next_poll),
            Some((progress, StageAction::Execute)) => {
                Next::Call(Call::ExecPipelineRunStage { run: self.run.clone(), code: progress.code.clone() })
            }
            Some((_, StageAction::PollBy(at))) => {
                self.next_poll = self.next_poll.min(at).max(now);
                Next::Pause(self.next_poll)
            }
            Some((_, StageAction::PollAt(at))) => {
                self.next_poll = at;
                Next::Pause(at)
            }
            Some((progress, StageAction::GiveUp)) => Next::End(End::new(
                Status::Unavailable,
                format!(
                    "ExecPipelineRunStage of {} was sent twice, both answers were lost, and the stage still reads Init",
                    progress.code
                ),
            )),
        }
    }

    fn is_next(&self, pipeline: &Pipeline) -> bool {
        matches!(self.verdict(pipeline), Verdict::Turn(_))
    }

    fn verdict<'a>(&self, pipeline: &'a Pipeline) -> Verdict<'a> {
        pipeline.verdict(self.options.operation, self.options.until_stage.as_deref())
    }

    /// Takes a look in; returns the end, if it is one.
    pub fn on_poll(&mut self, now: Elapsed, pipeline: Pipeline, journal: &mut Journal) -> Option<Judged> {
        for stage in &pipeline.stages {
            let same = |old: &&Stage| old.code == stage.code && old.step == stage.step;
            let before = self.pipeline.as_ref().and_then(|known| known.stages.iter().find(same));
            if before.map_or(&State::Init, |old| &old.state) != &stage.state {
                journal.note(now, Note::Stage(stage.clone()));
            }
        }
        if let Some(current) = pipeline.current() {
            let is_first = pipeline.stages.first() == Some(current);
            self.others.extend(self.progress.take());
            let known = self.others.iter().position(|progress| progress.code == current.code);
            let known = known.map(|at| self.others.swap_remove(at));
            let progress = self.progress.insert(known.unwrap_or_else(|| StageProgress::new(current, is_first, now)));
            if current.state != State::Init {
                progress.moved(now);
            } else if pipeline.state == State::Running
                && let Some(error) = progress.still_init(now)
            {
                journal.note(now, Note::Approval { code: progress.code.clone(), error });
            }
        }
        let waited = now.saturating_sub(self.progress.as_ref().map_or(Elapsed::ZERO, |progress| progress.since));
        self.next_poll = now.saturating_add(poll_delay(self.limits.poll, waited));
        self.fresh = true;
        let judged = self.judge(&pipeline);
        self.pipeline = Some(pipeline);
        judged
    }

    fn judge(&self, pipeline: &Pipeline) -> Option<Judged> {
        let until = self.options.until_stage.as_deref().unwrap_or_default();
        let code = |stage: Option<&Stage>| stage.map(|stage| stage.code.clone());
        let judged =
            |status, message: String| Judged { end: End::new(status, message), next_stage: None, failed_stage: None };
        Some(match self.verdict(pipeline) {
            Verdict::Wait | Verdict::Turn(_) => return None,
            Verdict::Succeeded { left: None } => {
                let what = match self.options.operation {
                    Operation::Online => "deployed",
                    Operation::Offline => "taken out of production",
                    Operation::Delete => "taken out of production and deleted",
                };
                judged(Status::Success, format!("{what}: the pipeline run succeeded"))
            }
            Verdict::Succeeded { left } => Judged {
                next_stage: code(left),
                ..judged(Status::Success, "taken out of production; nothing is deleted".into())
            },
            Verdict::Stopped { next } => {
                let rest = next.map_or("no stage is left".into(), |next| {
                    format!("{} comes next: go on by pipeline-run-id {}", next.code, self.run)
                });
                Judged {
                    next_stage: code(next),
                    ..judged(Status::Stopped, format!("stopped after {until}, as asked; {rest}"))
                }
            }
            Verdict::Failed(stage) => {
                Judged { failed_stage: code(stage), ..judged(Status::Failed, failure(pipeline, stage)) }
            }
            Verdict::Forbidden(stage) => {
                let operation = self.options.operation;
                let message = format!(
                    "the run has the stage {} of type {}, which operation: {operation} does not execute; no stage was executed",
                    stage.code, stage.kind
                );
                Judged { failed_stage: Some(stage.code.clone()), ..judged(Status::Failed, message) }
            }
            Verdict::NoSuchStage => {
                let codes: Vec<&str> = pipeline.stages.iter().map(|stage| stage.code.as_str()).collect();
                judged(
                    Status::Invalid,
                    format!("until-stage: the run has no stage {until}; it has {}", codes.join(", ")),
                )
            }
        })
    }

    pub fn executed(&mut self, now: Elapsed, code: &str, journal: &mut Journal) {
        journal.note(now, Note::Executed(code.to_owned()));
        if let Some(progress) = &mut self.progress {
            progress.accepted(now);
        }
        self.next_poll = now.saturating_add(self.limits.poll.shortest);
    }

    pub fn on_refusal(&mut self, now: Elapsed, error: &ServiceError) {
        if let Some(progress) = &mut self.progress {
            progress.on_refusal(now, error);
        }
        self.next_poll = now;
    }

    pub fn on_lost_answer(&mut self, now: Elapsed) {
        if let Some(progress) = &mut self.progress {
            self.next_poll = progress.lost(now);
        }
    }

    pub fn limit(&self) -> Option<Limit> {
        let open = self.pipeline.as_ref()?.current().is_some_and(|stage| stage.state != State::Success);
        self.progress.as_ref().filter(|_| open)?.limit(&self.limits)
    }

    pub fn activity(&self) -> String {
        match (&self.progress, &self.pipeline) {
            (Some(progress), _) if progress.waits_for_a_person() => {
                format!("{} waits for a person's approval", progress.code)
            }
            (Some(progress), Some(pipeline)) => {
                let state = pipeline.current().map_or(&pipeline.state, |stage| &stage.state);
                format!("{} reads {state}", progress.code)
            }
            _ => format!("the pipeline run {} shows no stages yet", self.run),
        }
    }
}

/// Why a run failed, in the service's words where it has some.
fn failure(pipeline: &Pipeline, stage: Option<&Stage>) -> String {
    let said = stage.map(|stage| stage.message.as_str()).filter(|text| !text.is_empty());
    let said = said.unwrap_or(&pipeline.message);
    let what = match stage {
        Some(stage) if stage.name.is_empty() => format!("the stage {} ended in {}", stage.code, stage.state),
        Some(stage) => format!("the stage {} ({}) ended in {}", stage.code, stage.name, stage.state),
        None => format!("the pipeline run ended in {}", pipeline.state),
    };
    if said.is_empty() { format!("{what}; the service gives no reason") } else { format!("{what}: {said}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(code: &str, step: i64, state: State) -> Stage {
        Stage { code: code.into(), kind: "Check".into(), step: Some(step), state, ..Stage::default() }
    }

    fn run(state: State, stages: Vec<Stage>) -> Pipeline {
        Pipeline { id: "r".into(), state, stages, ..Pipeline::default() }
    }

    #[test]
    fn stages_of_one_code_are_told_apart_by_their_step() {
        let mut stages = Stages::new("r".into(), &DeployOptions::default(), &Limits::default(), Elapsed::ZERO);
        let mut journal = Journal::default();
        for second in [State::Init, State::Init, State::Running] {
            let both = vec![stage("A", 1, State::Success), stage("A", 2, second)];
            stages.on_poll(Elapsed::ZERO, run(State::Running, both), &mut journal);
        }
        let told: Vec<&Note> = journal.entries().iter().map(|entry| &entry.note).collect();
        let wanted = [Note::Stage(stage("A", 1, State::Success)), Note::Stage(stage("A", 2, State::Running))];
        assert_eq!(told, wanted.iter().collect::<Vec<_>>());
    }

    #[test]
    fn why_a_run_failed_is_said_in_the_words_nearest_to_it() {
        for (name, of_stage, of_run, wanted) in [
            ("", "", "", "the stage PROD ended in Fail; the service gives no reason"),
            ("Deploy", "", "", "the stage PROD (Deploy) ended in Fail; the service gives no reason"),
            ("", "no quota", "failed", "the stage PROD ended in Fail: no quota"),
            ("", "", "failed", "the stage PROD ended in Fail: failed"),
        ] {
            let stage = Stage { name: name.into(), message: of_stage.into(), ..stage("PROD", 1, State::Fail) };
            let run = Pipeline { message: of_run.into(), ..run(State::Fail, Vec::new()) };
            assert_eq!(failure(&run, Some(&stage)), wanted);
        }
        let bare = failure(&run(State::Cancel, Vec::new()), None);
        assert_eq!(bare, "the pipeline run ended in Cancel; the service gives no reason");
    }
}
