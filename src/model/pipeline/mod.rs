//! What a 2024-05-18 pipeline run is, and what its stages say is to be done next: [`Pipeline::verdict`].
//!
//! <https://help.aliyun.com/zh/dataworks/developer-reference/api-dataworks-public-2024-05-18-getpipelinerun>

use std::fmt;

use super::sorted::sort_by;

use super::options::Operation;

/// The state of a run, of a stage or of an item; compared without case, kept as it came when unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Not started; a stage may read this for a while after it was executed.
    Init,
    /// Under way; a run also reads this while it waits for somebody to execute its next stage.
    Running,
    /// Ended well: the only good end.
    Success,
    /// Ended badly.
    Fail,
    /// Stopped.
    Termination,
    /// Abolished.
    Cancel,
    /// A word that is not in the documents: in progress, and shown as it is.
    Unknown(String),
}

impl State {
    /// Reads the service's word.
    pub fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "init" => Self::Init,
            "running" => Self::Running,
            "success" => Self::Success,
            "fail" => Self::Fail,
            "termination" => Self::Termination,
            "cancel" => Self::Cancel,
            _ => Self::Unknown(word.to_owned()),
        }
    }

    /// Whether it is an end, and not a good one.
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Fail | Self::Termination | Self::Cancel => true,
            Self::Init | Self::Running | Self::Success | Self::Unknown(_) => false,
        }
    }

    /// Whether nothing more will happen.
    pub fn is_end(&self) -> bool {
        self.is_failure() || *self == Self::Success
    }
}

impl Default for State {
    /// No word at all.
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Init => "Init",
            Self::Running => "Running",
            Self::Success => "Success",
            Self::Fail => "Fail",
            Self::Termination => "Termination",
            Self::Cancel => "Cancel",
            Self::Unknown(word) if word.is_empty() => "(no status)",
            Self::Unknown(word) => word,
        })
    }
}

/// One stage of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// What names it in `ExecPipelineRunStage`; never assumed, always taken from the run.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// `Build`, `Check`, `Deploy`, `Offline`, `Delete`, or a word that is not in the documents.
    pub kind: String,
    /// Its place in the order.
    pub step: Option<i64>,
    /// Its state.
    pub state: State,
    /// The service's description.
    pub description: String,
    /// Why it failed, if it did and the service says so.
    pub message: String,
    /// Details of the service, as JSON text; `Detail.checkerList` names the checkers.
    pub detail: String,
}

impl Stage {
    /// Whether it is of the given type, in any case of letters.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    fn has_code(&self, code: &str) -> bool {
        self.code.eq_ignore_ascii_case(code)
    }
}

/// A pipeline run as last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// Its id.
    pub id: String,
    /// Its state.
    pub state: State,
    /// Who created it.
    pub creator: String,
    /// When it was created, in milliseconds since 1970 by the service's clock.
    pub created_ms: Option<u64>,
    /// Free text; ours begins with the marker.
    pub description: String,
    /// Why it failed, if it did and the service says so.
    pub message: String,
    /// In the order in which they run.
    pub stages: Vec<Stage>,
}

/// What is to be done about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Poll again later.
    Wait,
    /// The stage is to be executed.
    Execute(&'a Stage),
    /// The stage is to be executed, but its code is also another stage's, and `ExecPipelineRunStage` takes only the code.
    Repeated(&'a Stage),
    /// It ended well; under `offline` the stages from the first `Delete` on are left over.
    Succeeded {
        /// The stage that is deliberately not executed.
        left: Option<&'a Stage>,
    },
    /// The stage of `until-stage` succeeded.
    Stopped {
        /// The stage that comes next.
        next: Option<&'a Stage>,
    },
    /// It ended badly; the stage is named where one is to blame.
    Failed(Option<&'a Stage>),
    /// A stage takes offline or deletes, and the operation does not say so.
    Forbidden(&'a Stage),
    /// No stage is of this type, without which the operation comes to nothing.
    Missing(&'static str),
    /// `until-stage` names none of its stages.
    NoSuchStage,
}

impl Pipeline {
    /// Puts the stages into their order: by `Step`, then as listed.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        let step = |stage: &Stage| stage.step.unwrap_or(i64::MAX);
        sort_by(&mut self.stages, |one, other| step(one).cmp(&step(other)));
        self
    }

    /// The current stage of the run: the first that has not succeeded, else the last.
    pub fn current(&self) -> Option<&Stage> {
        let open = self.stages.iter().find(|stage| stage.state != State::Success);
        open.or(self.stages.last())
    }

    /// Whether the code of the stage is also another stage's.
    pub fn repeats(&self, stage: &Stage) -> bool {
        self.stages.iter().filter(|other| other.has_code(&stage.code)).nth(1).is_some()
    }

    /// What is to be done. Total: every mix of states, known and unknown, has an answer.
    pub fn verdict(&self, operation: Operation, until: Option<&str>) -> Verdict<'_> {
        let to_go = || self.stages.iter().filter(|stage| stage.state != State::Success);
        // A run of the other direction is not what was requested, whoever took it to its end.
        if let Some(stage) = self.stages.iter().find(|stage| !self.may_execute(stage, operation)) {
            return Verdict::Forbidden(stage);
        }
        if let Some(kind) = self.missing(operation) {
            return Verdict::Missing(kind);
        }
        if operation == Operation::Offline && self.state != State::Success && self.is_offline() {
            return Verdict::Succeeded { left: to_go().next() };
        }
        let failed = self.stages.iter().find(|stage| stage.state.is_failure());
        if self.state.is_failure() {
            return Verdict::Failed(failed);
        }
        if let Some(code) = until {
            let at = self.stages.iter().position(|stage| stage.has_code(code));
            match at.map(|at| self.stages.split_at(at)) {
                Some((before, [stage, rest @ ..]))
                    if matches!(self.state, State::Init | State::Running)
                        && before.iter().chain([stage]).all(|stage| stage.state == State::Success) =>
                {
                    return Verdict::Stopped { next: rest.first() };
                }
                Some(_) => {}
                None if self.stages.is_empty() || self.state.is_end() => {}
                None => return Verdict::NoSuchStage,
            }
        }
        if self.state == State::Success {
            return Verdict::Succeeded { left: None };
        }
        if failed.is_some() {
            return Verdict::Failed(failed);
        }
        match to_go().next() {
            Some(stage) if self.state == State::Running && to_go().all(|stage| stage.state == State::Init) => {
                if self.repeats(stage) { Verdict::Repeated(stage) } else { Verdict::Execute(stage) }
            }
            Some(_) | None => Verdict::Wait,
        }
    }

    /// Every stage before the first `Delete` succeeded, and there is at least one.
    fn is_offline(&self) -> bool {
        let delete = self.stages.iter().position(|stage| stage.is("Delete"));
        let before = delete.and_then(|at| self.stages.get(..at)).unwrap_or_default();
        !before.is_empty() && before.iter().all(|stage| stage.state == State::Success)
    }

    /// The type of stage that the operation needs and the run, whose stages are known, has not.
    fn missing(&self, operation: Operation) -> Option<&'static str> {
        let needed = match operation {
            Operation::Online => return None,
            Operation::Offline => "Offline",
            Operation::Delete => "Delete",
        };
        let has_it = self.stages.is_empty() || self.stages.iter().any(|stage| stage.is(needed));
        (!has_it).then_some(needed)
    }

    fn may_execute(&self, stage: &Stage, operation: Operation) -> bool {
        match operation {
            Operation::Delete => true,
            // We stop before a `Delete`; a run that begins with one takes nothing offline.
            Operation::Offline => !stage.is("Delete") || self.stages.first() != Some(stage),
            Operation::Online => !stage.is("Offline") && !stage.is("Delete"),
        }
    }
}

#[cfg(test)]
mod tests;
