//! How a run is walked through its stages: look, and execute the one whose turn has come.

use crate::model::{
    accept::Operation,
    call::{Call, Words},
    journal::{Journal, Note},
    outcome::{End, Status},
    pipeline::{Pipeline, Stage, State, Verdict},
    plan::{Limits, Manner},
    span::Elapsed,
};

use super::{
    pause,
    route::{Limit, Want},
    turn::{Move, Turn},
};

/// A run that is there.
pub(super) struct Stages {
    run: String,
    manner: Manner,
    limits: Limits,
    pipeline: Option<Pipeline>,
    turn: Option<Turn>,
    /// The turns of other stages: a look at an older state must not make us forget that a stage was executed.
    others: Vec<Turn>,
    /// Whether nothing was asked since the last look.
    fresh: bool,
    next_look: Elapsed,
}

/// A verdict that is an end.
pub(super) struct Judged {
    pub(super) end: End,
    pub(super) next_stage: Option<String>,
    pub(super) failed_stage: Option<String>,
}

impl Stages {
    pub(super) fn new(run: String, manner: &Manner, limits: &Limits, now: Elapsed) -> Self {
        Self {
            run,
            manner: manner.clone(),
            limits: limits.clone(),
            pipeline: None,
            turn: None,
            others: Vec::new(),
            fresh: false,
            next_look: now,
        }
    }

    pub(super) fn run(&self) -> &str {
        &self.run
    }

    pub(super) fn pipeline(&self) -> Option<&Pipeline> {
        self.pipeline.as_ref()
    }

    /// Whether it is known to have ended, so that there is nothing left to abolish.
    pub(super) fn has_ended(&self) -> bool {
        self.pipeline.as_ref().is_some_and(|pipeline| pipeline.state.is_end())
    }

    pub(super) fn look(&self) -> Call {
        Call::LookAtRun { run: self.run.clone() }
    }

    /// What to do next: everything but a look is done right after a look only.
    pub(super) fn want(&mut self, now: Elapsed) -> Want {
        if !std::mem::take(&mut self.fresh) {
            return if now >= self.next_look { Want::Call(self.look()) } else { Want::Pause(self.next_look) };
        }
        let turn = self.turn.as_ref().filter(|_| self.pipeline.as_ref().is_some_and(|run| self.turn_has_come(run)));
        match turn.map(|turn| (turn, turn.next(now))) {
            None => Want::Pause(self.next_look),
            Some((turn, Move::Execute)) => {
                Want::Call(Call::ExecuteStage { run: self.run.clone(), code: turn.code.clone() })
            }
            Some((_, Move::LookBy(at))) => {
                self.next_look = self.next_look.min(at).max(now);
                Want::Pause(self.next_look)
            }
            Some((_, Move::LookAt(at))) => {
                self.next_look = at;
                Want::Pause(at)
            }
            Some((turn, Move::Hopeless)) => Want::End(End::new(
                Status::Unavailable,
                format!(
                    "ExecPipelineRunStage of {} was sent twice, both answers were lost, and the stage still reads Init",
                    turn.code
                ),
            )),
        }
    }

    fn turn_has_come(&self, pipeline: &Pipeline) -> bool {
        matches!(self.verdict(pipeline), Verdict::Turn(_))
    }

    fn verdict<'a>(&self, pipeline: &'a Pipeline) -> Verdict<'a> {
        pipeline.verdict(self.manner.operation, self.manner.until_stage.as_deref())
    }

    /// Takes a look in; returns the end, if it is one.
    pub(super) fn looked(&mut self, now: Elapsed, pipeline: Pipeline, journal: &mut Journal) -> Option<Judged> {
        for stage in &pipeline.stages {
            let same = |old: &&Stage| old.code == stage.code && old.step == stage.step;
            let before = self.pipeline.as_ref().and_then(|known| known.stages.iter().find(same));
            if before.map_or(&State::Init, |old| &old.state) != &stage.state {
                journal.note(now, Note::Stage(stage.clone()));
            }
        }
        if let Some(current) = pipeline.current() {
            let is_first = pipeline.stages.first() == Some(current);
            self.others.extend(self.turn.take());
            let known = self.others.iter().position(|turn| turn.code == current.code);
            let known = known.map(|at| self.others.swap_remove(at));
            let turn = self.turn.insert(known.unwrap_or_else(|| Turn::new(current, is_first, now)));
            if current.state != State::Init {
                turn.moved(now);
            } else if pipeline.state == State::Running
                && let Some(words) = turn.still_init(now)
            {
                journal.note(now, Note::Approval { code: turn.code.clone(), words });
            }
        }
        let waited = now.saturating_sub(self.turn.as_ref().map_or(Elapsed::ZERO, |turn| turn.since));
        self.next_look = now.saturating_add(pause::look(self.limits.poll, waited));
        self.fresh = true;
        let judged = self.judge(&pipeline);
        self.pipeline = Some(pipeline);
        judged
    }

    fn judge(&self, pipeline: &Pipeline) -> Option<Judged> {
        let until = self.manner.until_stage.as_deref().unwrap_or_default();
        let code = |stage: Option<&Stage>| stage.map(|stage| stage.code.clone());
        let judged =
            |status, message: String| Judged { end: End::new(status, message), next_stage: None, failed_stage: None };
        Some(match self.verdict(pipeline) {
            Verdict::Wait | Verdict::Turn(_) => return None,
            Verdict::Succeeded { left: None } => {
                let what = match self.manner.operation {
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
                let operation = match self.manner.operation {
                    Operation::Online => "online",
                    Operation::Offline => "offline",
                    Operation::Delete => "delete",
                };
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

    pub(super) fn executed(&mut self, now: Elapsed, code: &str, journal: &mut Journal) {
        journal.note(now, Note::Executed(code.to_owned()));
        if let Some(turn) = &mut self.turn {
            turn.accepted(now);
        }
        self.next_look = now.saturating_add(self.limits.poll.shortest);
    }

    pub(super) fn refused(&mut self, now: Elapsed, words: &Words) {
        if let Some(turn) = &mut self.turn {
            turn.refused(now, words);
        }
        self.next_look = now;
    }

    pub(super) fn doubt(&mut self, now: Elapsed) {
        if let Some(turn) = &mut self.turn {
            self.next_look = turn.lost(now);
        }
    }

    pub(super) fn limit(&self) -> Option<Limit> {
        let open = self.pipeline.as_ref()?.current().is_some_and(|stage| stage.state != State::Success);
        self.turn.as_ref().filter(|_| open)?.limit(&self.limits)
    }

    pub(super) fn doing(&self) -> String {
        match (&self.turn, &self.pipeline) {
            (Some(turn), _) if turn.waits_for_a_person() => format!("{} waits for a person's approval", turn.code),
            (Some(turn), Some(pipeline)) => {
                let state = pipeline.current().map_or(&pipeline.state, |stage| &stage.state);
                format!("{} reads {state}", turn.code)
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
        let mut stages = Stages::new("r".into(), &Manner::default(), &Limits::default(), Elapsed::ZERO);
        let mut journal = Journal::default();
        for second in [State::Init, State::Init, State::Running] {
            let both = vec![stage("A", 1, State::Success), stage("A", 2, second)];
            stages.looked(Elapsed::ZERO, run(State::Running, both), &mut journal);
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
