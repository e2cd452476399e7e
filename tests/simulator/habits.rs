//! The ways of the service that a test chooses: how it lists, what it leaves out, whose clock its times are of.

use std::time::Duration;

use super::lies::Lie;
use super::world::{Habit, World};

impl World {
    /// Of the pipeline operations only the older names are known: `CreateDeployment`,
    /// `GetDeployment`, `ExecDeploymentStage`, `AbolishDeployment`, `ListDeployments`.
    pub fn older_names_only(mut self) -> Self {
        self.habits.push(Habit::OlderNamesOnly);
        self
    }

    /// Pipeline runs are told without their descriptions.
    pub fn descriptions_do_not_come_back(mut self) -> Self {
        self.habits.push(Habit::HidesDescriptions);
        self
    }

    /// `ListNodes` without `ContainerId` leaves out the nodes inside workflows.
    pub fn inner_nodes_not_listed(mut self) -> Self {
        self.habits.push(Habit::HidesInnerNodes);
        self
    }

    /// New pipeline runs and packages appear in lists only after so long.
    pub fn listing_lag(mut self, lag: Duration) -> Self {
        self.listing_lag = lag;
        self
    }

    /// Pipeline runs and packages are listed oldest first; without this, newest first.
    pub fn oldest_first(mut self) -> Self {
        self.habits.push(Habit::OldestFirst);
        self
    }

    /// How long after an Exec that was accepted, or refused for want of approval, the same
    /// stage may be executed again if it still reads `Init`; 55 s without this.
    pub fn reexec_after(mut self, duration: Duration) -> Self {
        self.reexec_after = duration;
        self
    }

    /// What an abolished run reads: `Cancel` without this.
    pub fn abolished_runs_read(mut self, status: &str) -> Self {
        status.clone_into(&mut self.abolished);
        self
    }

    /// Answers tell this lie.
    pub fn lie(mut self, lie: Lie) -> Self {
        self.lies.push(lie);
        self
    }

    /// Answers tell every documented lie.
    pub fn lying(mut self) -> Self {
        self.lies = Lie::ALL.to_vec();
        self
    }

    /// Single runs come with their descriptions, lists of runs without.
    pub fn descriptions_not_listed(self) -> Self {
        self.with(Habit::HidesDescriptionsInLists)
    }

    /// No page of a list is longer than that, whatever was requested; its `PageSize` says so.
    pub fn pages_of_at_most(mut self, entries: u64) -> Self {
        self.paging.largest = Some(entries);
        self
    }

    /// Lists are cut: the pages after that one are empty.
    pub fn lists_cut_after(mut self, pages: u64) -> Self {
        self.paging.last = Some(pages);
        self
    }

    /// The times in the answers (`CreateTime` and the like) are so many seconds off the gateway's `Date`.
    pub fn times_off_by(mut self, seconds: i64) -> Self {
        self.time_offset = seconds;
        self
    }

    /// At the first `CreatePipelineRun` somebody else creates a run with the same description, at the same moment.
    pub fn twin_of_the_first_run(mut self) -> Self {
        self.twins = 1;
        self
    }

    pub(super) fn with(mut self, habit: Habit) -> Self {
        self.habits.push(habit);
        self
    }
}
