//! Watches the instances of a batch of dates: polls, starts what does not start, and decides when nothing more will come.

use std::{collections::VecDeque, time::Duration};

use crate::model::{
    business_date::BusinessDate,
    call::Call,
    duration::Elapsed,
    journal::{Journal, Note},
    options::Limits,
    run_once::{RunInstance, RunState},
    run_result::{DateRun, DateState},
};

use crate::engine::{flow::Next, poll::poll_delay};

/// How long an instance may read `NotRun` before it is started.
const START_AFTER: Duration = Duration::from_secs(60);
/// In so many rounds in a row dates behind a failure must read `NotRun` while none runs.
const QUIET_ROUNDS: u32 = 2;

/// The watch over the instances of some dates.
pub(super) struct Watch {
    ids: Vec<u64>,
    dates: Vec<BusinessDate>,
    is_2020: bool,
    since: Elapsed,
    next_poll: Elapsed,
    /// Those that are still to be read in this round.
    round: VecDeque<u64>,
    has_started: bool,
    quiet_rounds: u32,
}

impl Watch {
    /// `ids`: one per date, in their order, though only an answer says which is of which.
    pub(super) fn new(now: Elapsed, ids: Vec<u64>, dates: &[BusinessDate], is_2020: bool) -> Self {
        let round = ids.iter().copied().collect();
        Self {
            ids,
            dates: dates.to_vec(),
            is_2020,
            since: now,
            next_poll: now,
            round,
            has_started: false,
            quiet_rounds: 0,
        }
    }

    pub(super) fn since(&self) -> Elapsed {
        self.since
    }

    fn read(&self, id: u64) -> Call {
        if self.is_2020 { Call::GetDag { dag: id } } else { Call::GetWorkflowInstance { instance: id } }
    }

    /// The call that shows the state of the first that has not ended.
    pub(super) fn poll(&self, runs: &[DateRun]) -> Option<Call> {
        self.open(runs).first().map(|id| self.read(*id))
    }

    /// The instances that have not ended, as far as is known.
    pub(super) fn open(&self, runs: &[DateRun]) -> Vec<u64> {
        let is_over = |id: &u64| runs.iter().any(|run| run.instance == Some(*id) && run.is_over());
        self.ids.iter().copied().filter(|id| !is_over(id)).collect()
    }

    /// What to do next.
    pub(super) fn next(&mut self, now: Elapsed, runs: &[DateRun]) -> Next {
        let waiting: Vec<u64> =
            self.of_this(runs).filter(|run| is_not_run(run)).filter_map(|run| run.instance).collect();
        let is_due = now >= self.since.saturating_add(START_AFTER) && !self.has_started && !self.is_2020;
        if is_due && !waiting.is_empty() {
            return Next::Call(Call::StartWorkflowInstances { instances: waiting });
        }
        if now < self.next_poll {
            return Next::Pause(self.next_poll);
        }
        if self.round.is_empty() {
            self.round = self.open(runs).into();
        }
        let id = self.round.front().or(self.ids.first()).copied().unwrap_or_default();
        Next::Call(self.read(id))
    }

    /// They were started, or could not be: in no case are they started twice.
    pub(super) fn on_started(&mut self) {
        self.has_started = true;
    }

    /// Takes an answer in; `false`: it is of none of the dates.
    pub(super) fn on_instance(
        &mut self,
        now: Elapsed,
        asked: u64,
        read: RunInstance,
        runs: &mut [DateRun],
        limits: &Limits,
        journal: &mut Journal,
    ) -> bool {
        self.round.retain(|id| *id != asked);
        if self.round.is_empty() {
            self.next_poll = now.saturating_add(poll_delay(limits.poll, now.saturating_sub(self.since)));
        }
        // An answer that is about another instance is not an answer.
        if read.id != asked && read.id != 0 {
            return true;
        }
        let Some(run) = self.run_of(asked, &read, runs) else { return false };
        let before = run.stage().state;
        run.instance = Some(asked);
        // What has ended does not begin again: a list behind the times may say so.
        if !run.is_over() {
            run.state = DateState::Reads(read.state);
        }
        run.started_ms = read.started_ms.or(run.started_ms);
        run.finished_ms = read.finished_ms.or(run.finished_ms);
        let stage = run.stage();
        if stage.state != before {
            journal.note(now, Note::Stage(stage));
        }
        if self.round.is_empty() {
            self.on_round(runs);
        }
        true
    }

    /// The run that an answer is about: by its id, else by the date that it reads, else by its place.
    fn run_of<'a>(&self, asked: u64, read: &RunInstance, runs: &'a mut [DateRun]) -> Option<&'a mut DateRun> {
        let by_id = runs.iter().position(|run| run.instance == Some(asked));
        let nth = self.ids.iter().position(|id| *id == asked);
        let date = match read.date_ms {
            Some(at) => self.dates.iter().find(|date| date.begin_ms() == at),
            None => nth.and_then(|nth| self.dates.get(nth)),
        };
        let by_date = || runs.iter().position(|run| Some(&run.date) == date && run.instance.is_none());
        runs.get_mut(by_id.or_else(by_date)?)
    }

    /// All were read: behind a failure, what does not run while none runs will not run.
    fn on_round(&mut self, runs: &mut [DateRun]) {
        let has_failed = self.of_this(runs).any(DateRun::has_failed);
        let is_quiet = self.of_this(runs).all(|run| run.is_over() || is_not_run(run));
        self.quiet_rounds = if has_failed && is_quiet { self.quiet_rounds.saturating_add(1) } else { 0 };
        if self.quiet_rounds < QUIET_ROUNDS {
            return;
        }
        let dates = &self.dates;
        let waiting = runs.iter_mut().filter(|run| dates.contains(&run.date) && is_not_run(run));
        waiting.for_each(|run| run.state = DateState::Skipped);
    }

    /// Whether every date of it has ended.
    pub(super) fn is_over(&self, runs: &[DateRun]) -> bool {
        self.of_this(runs).all(DateRun::is_over)
    }

    fn of_this<'a>(&'a self, runs: &'a [DateRun]) -> impl Iterator<Item = &'a DateRun> {
        runs.iter().filter(|run| self.dates.contains(&run.date))
    }
}

fn is_not_run(run: &DateRun) -> bool {
    run.state == DateState::Reads(RunState::NotRun)
}
