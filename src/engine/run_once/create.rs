//! Creates the instances of a batch of dates once: send, wait until they are there, look for them if the answer is lost.

use std::collections::BTreeSet;

use crate::model::{
    business_date::BusinessDate,
    call::Call,
    duration::Elapsed,
    fault::ServiceError,
    options::Limits,
    run_once::{BackfillDags, BackfillInstances},
    run_plan::{RunKind, RunObject, RunPlan, range, ranges},
};

use super::{search::Search, tasks::Task};
use crate::engine::{flow::Next, poll::poll_delay, readback::ReadBack};

enum State {
    /// It may be sent.
    Ready,
    /// It was accepted: next, it is asked whether the instances are there.
    Awaiting { operation: String, since: Elapsed, next_poll: Elapsed },
    /// It was sent and the answer was lost: never sent again.
    ReadingBack(ReadBack, Option<Search>),
}

/// The creation of the instances of some dates.
pub(super) struct Creation {
    name: String,
    dates: Vec<BusinessDate>,
    write: Call,
    /// The instances of that name that were there before.
    known: BTreeSet<u64>,
    state: State,
}

impl Creation {
    /// `dates` are those that are still to run; 2020-05-18 takes the first range of them alone.
    pub(super) fn new(
        object: &RunObject,
        plan: &RunPlan,
        name: &str,
        tasks: &[Task],
        dates: &[BusinessDate],
        known: BTreeSet<u64>,
    ) -> Self {
        let mut ranges = ranges(dates);
        if object.kind == RunKind::File {
            ranges.truncate(1);
        }
        let dates: Vec<BusinessDate> = ranges.iter().flatten().copied().collect();
        let immediately = dates.contains(&plan.yesterday);
        let parameters = |task: &Task| (!plan.parameters.is_empty()).then(|| plan.over(&task.parameters));
        let (name, parallelism) = (name.to_owned(), plan.parallelism);
        let write = match (object.kind, tasks.first()) {
            (RunKind::File, Some(task)) => Call::RunCycleDagNodes(Box::new(BackfillDags {
                name: name.clone(),
                dates: range(&dates),
                node: task.id,
                parallelism,
                immediately,
                parameters: parameters(task),
            })),
            (kind, _) => Call::CreateWorkflowInstances(Box::new(BackfillInstances {
                name: name.clone(),
                dates: ranges.iter().map(|dates| range(dates)).collect(),
                tasks: tasks.iter().map(|task| task.id).collect(),
                is_workflow: kind == RunKind::Workflow,
                parallelism,
                immediately,
                parameters: tasks.iter().filter_map(|task| Some((task.id, parameters(task)?))).collect(),
            })),
        };
        Self { name, dates, write, known, state: State::Ready }
    }

    pub(super) fn dates(&self) -> &[BusinessDate] {
        &self.dates
    }

    /// What to do next; `None`: the answer was lost, and no read found every date.
    pub(super) fn next(&mut self, now: Elapsed) -> Option<Next> {
        match &mut self.state {
            State::Ready => Some(Next::Call(self.write.clone())),
            State::Awaiting { next_poll, .. } if now < *next_poll => Some(Next::Pause(*next_poll)),
            State::Awaiting { operation, .. } => {
                Some(Next::Call(Call::GetCreateWorkflowInstancesResult { operation: operation.clone() }))
            }
            State::ReadingBack(read_back, search) => {
                let due = read_back.next()?;
                if search.is_none() && now < due {
                    return Some(Next::Pause(due));
                }
                search.get_or_insert_with(|| Search::new(&self.name, &self.dates)).next().map(Next::Call)
            }
        }
    }

    /// The creation was accepted, under this operation's id.
    pub(super) fn on_accepted(&mut self, now: Elapsed, operation: String, limits: &Limits) {
        let next_poll = now.saturating_add(limits.poll.shortest);
        self.state = State::Awaiting { operation, since: now, next_poll };
    }

    /// The instances are not there yet.
    pub(super) fn on_pending(&mut self, now: Elapsed, limits: &Limits) {
        if let State::Awaiting { since, next_poll, .. } = &mut self.state {
            *next_poll = now.saturating_add(poll_delay(limits.poll, now.saturating_sub(*since)));
        }
    }

    /// When it was accepted, if it was.
    pub(super) fn since(&self) -> Option<Elapsed> {
        match &self.state {
            State::Awaiting { since, .. } => Some(*since),
            State::Ready | State::ReadingBack(..) => None,
        }
    }

    /// The call that shows whether the instances are there.
    pub(super) fn poll(&self) -> Option<Call> {
        match &self.state {
            State::Awaiting { operation, .. } => {
                Some(Call::GetCreateWorkflowInstancesResult { operation: operation.clone() })
            }
            State::Ready | State::ReadingBack(..) => None,
        }
    }

    /// Whether something may have been started.
    pub(super) fn was_sent(&self) -> bool {
        !matches!(self.state, State::Ready)
    }

    pub(super) fn on_lost_answer(&mut self, now: Elapsed) {
        self.state = State::ReadingBack(ReadBack::new(now), None);
    }

    /// The search of one read-back, if one is under way.
    pub(super) fn search(&mut self) -> Option<&mut Search> {
        match &mut self.state {
            State::ReadingBack(_, search) => search.as_mut(),
            State::Ready | State::Awaiting { .. } => None,
        }
    }

    /// Whether a read-back is over, and what it found is to be taken in.
    pub(super) fn has_read_back(&self) -> bool {
        matches!(&self.state, State::ReadingBack(_, Some(search)) if search.next().is_none())
    }

    /// A read-back is over: the instances that it found, in the order of the dates. Whether they are all decides
    /// [`Creation::next`] by what is looked for after that.
    pub(super) fn on_read_back(&mut self) -> Vec<u64> {
        let State::ReadingBack(read_back, search) = &mut self.state else { return Vec::new() };
        let Some(search) = search.take() else { return Vec::new() };
        let found = self.dates.iter().filter_map(|date| Some(search.of(*date, &self.known)?.id)).collect();
        read_back.found_nothing();
        found
    }

    /// Whether a refusal speaks of `RunPolicy`, so that it is sent once more without it.
    pub(super) fn leaves_run_policy_out(&mut self, error: &ServiceError) -> bool {
        let speaks = [&error.code, &error.message].iter().any(|text| text.to_ascii_lowercase().contains("runpolicy"));
        if let (Call::CreateWorkflowInstances(backfill), true) = (&mut self.write, speaks) {
            std::mem::take(&mut backfill.immediately)
        } else {
            false
        }
    }
}
