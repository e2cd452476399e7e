//! How the instances of one start go on: one instance per date, each behind the one before it.

use std::time::Duration;

use super::super::clock::Moment;
use super::plan::{Failure, RunPlan};

/// What one request started: the same tasks for several dates.
#[derive(Debug, Clone)]
pub(in super::super) struct Backfill {
    pub(super) operation: String,
    pub(super) name: String,
    pub(super) project: u64,
    pub(super) legacy: bool,
    pub(super) created: Moment,
    pub(super) parallelism: usize,
    pub(super) tasks: Vec<Task>,
    pub(super) parameters: String,
    pub(super) instances: Vec<Instance>,
    pub(super) plan: RunPlan,
}

/// A task at the scheduler.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) kind: String,
}

/// All tasks for one date.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) id: u64,
    pub(super) date: String,
    pub(super) started: Option<Moment>,
    pub(super) stopped: Option<Moment>,
}

/// When an instance begins and ends, as far as that is known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) begins: Option<Moment>,
    pub(super) ends: Option<Moment>,
    pub(super) fails: bool,
}

impl Backfill {
    /// When there are instances.
    pub(super) fn is_created(&self, now: Moment) -> bool {
        self.plan.not_created.is_none() && self.created.saturating_add(self.plan.creating) <= now
    }

    /// The task that fails for a date.
    pub(super) fn failure(&self, date: &str) -> Option<&Failure> {
        self.plan.failures.iter().find(|failure| failure.date == date)
    }

    /// When each instance begins and ends: it waits for the one so many dates before it, and never begins behind one that
    /// failed.
    pub(super) fn spans(&self) -> Vec<Span> {
        let there = self.created.saturating_add(self.plan.creating);
        let mut spans: Vec<Span> = Vec::new();
        for (nth, instance) in self.instances.iter().enumerate() {
            let parent = nth.checked_sub(self.parallelism).map(|parent| spans[parent]);
            let free = match parent {
                None => Some(there),
                Some(parent) if parent.fails => None,
                Some(parent) => parent.ends,
            };
            let started = if self.plan.must_be_started { instance.started } else { Some(there) };
            let begins = free.zip(started).map(|(free, started)| free.max(started).saturating_add(self.plan.lag));
            let waits = self.plan.reading.as_ref().map_or(Duration::ZERO, |(_, duration)| *duration);
            let ends = begins.zip(self.plan.duration).map(|(begins, lasts)| begins.saturating_add(waits + lasts));
            let stopped = instance.stopped.filter(|stopped| ends.is_none_or(|ends| *stopped < ends));
            let fails = stopped.is_some() || ends.is_some() && self.failure(&instance.date).is_some();
            spans.push(Span { begins, ends: stopped.or(ends), fails });
        }
        spans
    }

    /// What an instance reads.
    pub(super) fn status(&self, nth: usize, now: Moment) -> String {
        let span = self.spans()[nth];
        let reached = |moment: Option<Moment>| moment.is_some_and(|moment| moment <= now);
        if reached(span.ends) {
            return if span.fails { "Failure" } else { "Success" }.to_owned();
        }
        let Some(begins) = span.begins.filter(|begins| *begins <= now) else { return "NotRun".to_owned() };
        match &self.plan.reading {
            Some((status, duration)) if now < begins.saturating_add(*duration) => status.clone(),
            _ => "Running".to_owned(),
        }
    }

    /// What each task of an instance reads: those behind one that failed never ran.
    pub(super) fn task_statuses(&self, nth: usize, now: Moment) -> Vec<String> {
        let status = self.status(nth, now);
        let failure = self.failure(&self.instances[nth].date).filter(|_| status == "Failure");
        let failed = failure.and_then(|failure| self.tasks.iter().position(|task| task.name == failure.task));
        let statuses = (0..self.tasks.len()).map(|at| match failed {
            Some(failed) if at < failed => "Success".to_owned(),
            Some(failed) if at > failed => "NotRun".to_owned(),
            _ => status.clone(),
        });
        statuses.collect()
    }

    /// The id of a task's instance.
    pub(super) fn task_instance(&self, nth: usize, at: usize) -> u64 {
        let at = u64::try_from(at).unwrap_or_default();
        self.instances[nth].id * 1000 + at + 1
    }

    /// The log of a task's instance.
    pub(super) fn log(&self, nth: usize, at: usize) -> String {
        let date = &self.instances[nth].date;
        let failure = self.failure(date).filter(|failure| failure.task == self.tasks[at].name);
        failure.map_or_else(|| format!("{date} {} OK\n", self.tasks[at].name), |failure| failure.log.clone())
    }

    /// Whether an instance waits for one before it.
    pub(super) fn waits_for(&self, nth: usize, now: Moment) -> Option<u64> {
        let parent = nth.checked_sub(self.parallelism)?;
        let ended = matches!(self.status(parent, now).as_str(), "Success" | "Failure");
        (!ended).then(|| self.instances[parent].id)
    }
}
