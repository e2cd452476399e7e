//! Decides which call stops next, when we leave early: 2024-05-18 all instances at once, 2020-05-18 task by task.

use std::collections::VecDeque;

use crate::model::{
    call::Call,
    run_once::{RunState, TaskInstance},
};

/// What was stopped so far.
#[derive(Default)]
pub(super) struct Stopping {
    /// Instances or DAGs that are done with.
    done: Vec<u64>,
    /// The tasks of a DAG that are still to be stopped.
    tasks: VecDeque<u64>,
}

impl Stopping {
    /// The next call; `open`: the instances or DAGs that have not ended.
    pub(super) fn next(&self, open: &[u64], is_2020: bool) -> Option<Call> {
        if let Some(task) = self.tasks.front() {
            return Some(Call::StopInstance { instance: *task });
        }
        let left: Vec<u64> = open.iter().copied().filter(|id| !self.done.contains(id)).collect();
        let first = *left.first()?;
        Some(if is_2020 {
            Call::ListInstances { dag: first, page: 1 }
        } else {
            Call::StopWorkflowInstances { instances: left }
        })
    }

    /// The tasks of a DAG are known.
    pub(super) fn on_tasks(&mut self, dag: u64, tasks: &[TaskInstance]) {
        self.done.push(dag);
        let open = tasks.iter().filter(|task| !matches!(task.state, RunState::Success | RunState::Failure));
        self.tasks.extend(open.map(|task| task.id));
    }

    /// A task was stopped.
    pub(super) fn on_task_stopped(&mut self) {
        self.tasks.pop_front();
    }

    /// Instances were stopped.
    pub(super) fn on_stopped(&mut self, instances: &[u64]) {
        self.done.extend(instances);
    }
}
