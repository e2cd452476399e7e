//! How a run in production will go: the script of one object's runs.

use std::time::Duration;

use super::super::world::World;

/// How the runs of an object go.
#[derive(Debug, Clone)]
#[must_use]
pub struct RunPlan {
    pub(super) creating: Duration,
    pub(super) not_created: Option<String>,
    pub(super) must_be_started: bool,
    pub(super) lag: Duration,
    pub(super) reading: Option<(String, Duration)>,
    pub(super) duration: Option<Duration>,
    pub(super) failures: Vec<Failure>,
    pub(super) lost_dags: usize,
}

/// A task that fails for a date.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) date: String,
    pub(super) task: String,
    pub(super) log: String,
}

impl RunPlan {
    /// Created after 20 ms, begun 20 ms later, over after 40 ms more, all with success.
    pub fn succeeding() -> Self {
        Self {
            creating: Duration::from_millis(20),
            not_created: None,
            must_be_started: false,
            lag: Duration::from_millis(20),
            reading: None,
            duration: Some(Duration::from_millis(40)),
            failures: Vec::new(),
            lost_dags: 0,
        }
    }

    /// How long the creation reads `Creating`.
    pub fn creating_for(mut self, duration: Duration) -> Self {
        self.creating = duration;
        self
    }

    /// The creation fails with that message.
    pub fn not_created(mut self, message: &str) -> Self {
        self.not_created = Some(message.to_owned());
        self
    }

    /// The instances read `NotRun` until they are started, though they should have started by themselves.
    pub fn waiting_to_be_started(mut self) -> Self {
        self.must_be_started = true;
        self
    }

    /// How long an instance that may begin still reads `NotRun`.
    pub fn lag(mut self, lag: Duration) -> Self {
        self.lag = lag;
        self
    }

    /// Once begun an instance reads this for a while: `WaitTime`, `WaitResource`, or what nobody knows.
    pub fn reading(mut self, status: &str, duration: Duration) -> Self {
        self.reading = Some((status.to_owned(), duration));
        self
    }

    /// How long an instance reads `Running`.
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// It reads `Running` for ever.
    pub fn hanging(mut self) -> Self {
        self.duration = None;
        self
    }

    /// For that date the task of that name fails, and this is its log.
    pub fn failing_on(mut self, date: &str, task: &str, log: &str) -> Self {
        self.failures.push(Failure { date: date.to_owned(), task: task.to_owned(), log: log.to_owned() });
        self
    }

    /// `RunCycleDagNodes` answers so many DAGs less than there are dates.
    pub fn losing_dags(mut self, dags: usize) -> Self {
        self.lost_dags = dags;
        self
    }
}

impl World {
    /// How the runs of an object in production go, by its id, name or path, or the id or name of a file; all succeed
    /// without this.
    pub fn in_production(mut self, object: &str, plan: RunPlan) -> Self {
        self.production.push((object.to_owned(), plan));
        self
    }

    /// `ListWorkflowInstances` finds nothing, as it has.
    pub fn instances_not_listed(mut self) -> Self {
        self.instances_not_listed = true;
        self
    }

    /// `CreateWorkflowInstances` refuses `RunPolicy`, by its name.
    pub fn refusing_run_policies(mut self) -> Self {
        self.refuses_run_policies = true;
        self
    }

    /// How long after a deployment the scheduler's ids come.
    pub fn task_ids_after(mut self, lag: Duration) -> Self {
        self.task_lag = lag;
        self
    }
}
