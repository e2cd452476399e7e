//! What runs once more after a deployment, for which business dates, and the state of such a run.
//!
//! Dates are texts of the form `2026-11-24`, in China time.

/// Successive business dates, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    /// The first.
    pub start: String,
    /// The last.
    pub end: String,
}

/// The parameters of `CreateWorkflowInstances`: a backfill in production.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackfillInstances {
    /// How it is known again.
    pub name: String,
    /// At most seven.
    pub dates: Vec<DateRange>,
    /// The scheduler's ids of exactly the tasks that run.
    pub tasks: Vec<u64>,
    /// `ManualSelection` for the nodes of a workflow, instead of `General` for one node.
    pub is_workflow: bool,
    /// How many dates at once.
    pub parallelism: u64,
    /// Run although the time of the schedule lies ahead.
    pub immediately: bool,
    /// `TaskParameters`: of each task its parameters, `a=1 b=2`.
    pub parameters: Vec<(u64, String)>,
}

/// The parameters of `RunCycleDagNodes`: a backfill of one node in production.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackfillDags {
    /// How it is named.
    pub name: String,
    /// One range.
    pub dates: DateRange,
    /// The scheduler's id of the node.
    pub node: u64,
    /// How many dates at once.
    pub parallelism: u64,
    /// Run although the time of the schedule lies ahead.
    pub immediately: bool,
    /// `NodeParams`: the node's parameters, `a=1 b=2`.
    pub parameters: Option<String>,
}

/// How far `CreateWorkflowInstances` has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation {
    /// Not done yet.
    Pending,
    /// The ids of the instances, one per business date.
    Created(Vec<u64>),
    /// With the service's reason.
    Failed(String),
}

/// The run of one business date: a workflow instance, or a DAG of 2020-05-18.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunInstance {
    /// Its id.
    pub id: u64,
    /// The name that its creation gave.
    pub name: String,
    /// Its state.
    pub state: RunState,
    /// Its business date: 00:00 in China, in milliseconds since 1970.
    pub date_ms: Option<u64>,
    /// When it started, in milliseconds since 1970.
    pub started_ms: Option<u64>,
    /// When it ended, in milliseconds since 1970.
    pub finished_ms: Option<u64>,
}

/// One task of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskInstance {
    /// Its id.
    pub id: u64,
    /// Its name for people.
    pub name: String,
    /// Its state.
    pub state: RunState,
}

/// What became of one id of `StartWorkflowInstances` or `StopWorkflowInstances`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The instance's id.
    pub id: u64,
    /// Whether it was done.
    pub success: bool,
    /// Why not.
    pub message: String,
}

/// The state of a run or a task, in the words of either API version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RunState {
    /// Created, and not started.
    #[default]
    NotRun,
    /// Running, waiting or checking: the service's word. An unknown word is one of these.
    Active(String),
    /// Ended well.
    Success,
    /// Ended badly.
    Failure,
}

impl RunState {
    /// Reads `NotRun` and `NOT_RUN`, in any case of letters; `None`: nothing is said.
    pub fn read(word: &str) -> Option<Self> {
        let plain: String = word.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
        match plain.as_str() {
            "" => None,
            "notrun" | "created" => Some(Self::NotRun),
            "success" => Some(Self::Success),
            "failure" => Some(Self::Failure),
            _ => Some(Self::Active(word.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_in_the_words_of_both_versions_and_an_unknown_one_has_not_ended() {
        for (words, wanted) in [
            (["NotRun", "NOT_RUN", "CREATED"], Some(RunState::NotRun)),
            (["Success", "SUCCESS", "success"], Some(RunState::Success)),
            (["Failure", "FAILURE", "failure"], Some(RunState::Failure)),
            (["", "_", "__"], None),
        ] {
            for word in words {
                assert_eq!(RunState::read(word), wanted, "{word}");
            }
        }
        for word in ["Running", "WAIT_TIME", "CheckingCondition", "Paused"] {
            assert_eq!(RunState::read(word), Some(RunState::Active(word.into())));
        }
    }
}
