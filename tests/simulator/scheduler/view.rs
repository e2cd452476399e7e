//! What a test may look at at the scheduler, and do there by hand.

use super::super::Simulator;

/// An instance of a run in production: all its tasks for one date.
#[derive(Debug, Clone)]
pub struct InstanceView {
    /// Its id; of the older API that of the DAG.
    pub id: u64,
    /// The name that the run was started with.
    pub name: String,
    /// The business date.
    pub date: String,
    /// What it reads now, in the words of the present API.
    pub status: String,
    /// Whether it was created by the older API.
    pub legacy: bool,
    /// `TaskParameters` or `NodeParams`, as sent.
    pub parameters: String,
    /// Its tasks.
    pub tasks: Vec<TaskView>,
}

/// A task of an instance.
#[derive(Debug, Clone)]
pub struct TaskView {
    /// The id of the scheduler.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What it reads now.
    pub status: String,
}

impl Simulator {
    /// The instances that were started, in order.
    pub fn instances(&self) -> Vec<InstanceView> {
        let now = self.gateway.now();
        let state = self.gateway.state();
        let created = state.cloud.backfills.iter().filter(|backfill| backfill.plan.not_created.is_none());
        let all = created.flat_map(|backfill| (0..backfill.instances.len()).map(move |nth| (backfill, nth)));
        let view = all.map(|(backfill, nth)| {
            let tasks = backfill.tasks.iter().zip(backfill.task_statuses(nth, now));
            InstanceView {
                id: backfill.instances[nth].id,
                name: backfill.name.clone(),
                date: backfill.instances[nth].date.clone(),
                status: backfill.status(nth, now),
                legacy: backfill.legacy,
                parameters: backfill.parameters.clone(),
                tasks: tasks.map(|(task, status)| TaskView { id: task.id, name: task.name.clone(), status }).collect(),
            }
        });
        view.collect()
    }

    /// How many starts were accepted, those included whose creation failed.
    pub fn backfills(&self) -> usize {
        self.gateway.state().cloud.backfills.len()
    }
}
