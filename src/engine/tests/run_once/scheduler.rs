//! A scheduler of plain values: virtual time, seeded faults, and its own memory of what was started.

use std::time::Duration;

use crate::{
    engine::walk::{Action, Event, Walk},
    model::{
        answer::{Answer, FileInfo, ListInfo, Named, ObjectInfo, Reply, SpecNode},
        business_date::BusinessDate,
        call::Call,
        duration::Elapsed,
        fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
        outcome::Outcome,
        run_once::{Accepted, Creation, DateRange, RunInstance, RunState, TaskInstance},
    },
};

use super::super::sim::{Fate, ms, s};

/// What one request started.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) name: String,
    pub(super) at: Elapsed,
    pub(super) dates: Vec<BusinessDate>,
    pub(super) first: u64,
    parallelism: usize,
    started: Option<Elapsed>,
    pub(super) stopped: Option<Elapsed>,
}

/// The simulated scheduler.
pub(super) struct Scheduler {
    pub(super) random: fastrand::Rng,
    pub(super) batches: Vec<Batch>,
    pub(super) dates: Vec<BusinessDate>,
    pub(super) takes: Duration,
    pub(super) fails: Vec<BusinessDate>,
    /// The instances read `NotRun` until they are started.
    pub(super) must_be_started: bool,
    pub(super) creating: Duration,
    /// How long a new instance is missing from lists; `None`: for ever.
    pub(super) shows_after: Option<Duration>,
    pub(super) tasks_at: Elapsed,
    /// The id of a node is in the list alone.
    pub(super) only_lists_tasks: bool,
    pub(super) faulty: u32,
    pub(super) script: Vec<(&'static str, Fate)>,
    pub(super) calls: Vec<(Elapsed, Call, Result<Answer, FaultKind>)>,
    /// What was done that must not be done.
    pub(super) broken: Vec<String>,
}

/// How a drive ended; without an outcome it was killed.
pub(super) struct Driven {
    pub(super) outcome: Option<Outcome>,
    pub(super) at: Elapsed,
}

/// The scheduler's ids of the object that runs.
pub(super) const TASKS: [u64; 2] = [71, 72];

impl Scheduler {
    pub(super) fn new(seed: u64, dates: &[BusinessDate]) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            batches: Vec::new(),
            dates: dates.to_vec(),
            takes: s(20),
            fails: Vec::new(),
            must_be_started: false,
            creating: s(2),
            shows_after: Some(Duration::ZERO),
            tasks_at: Elapsed::ZERO,
            only_lists_tasks: false,
            faulty: 0,
            script: Vec::new(),
            calls: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// Every instance: its id, its date and how it reads.
    pub(super) fn instances(&self, at: Elapsed) -> Vec<(u64, BusinessDate, RunState)> {
        self.batches.iter().flat_map(|batch| self.read(batch, at)).collect()
    }

    fn read(&self, batch: &Batch, at: Elapsed) -> Vec<(u64, BusinessDate, RunState)> {
        let mut ends: Vec<Option<(Elapsed, bool)>> = Vec::new();
        let mut all = Vec::new();
        for (nth, date) in batch.dates.iter().enumerate() {
            let there = Some(batch.at + self.creating);
            let free = match nth.checked_sub(batch.parallelism) {
                None => there,
                Some(before) => ends[before].filter(|(_, good)| *good).map(|(end, _)| end),
            };
            let begins = if self.must_be_started { free.zip(batch.started).map(|(a, b)| a.max(b)) } else { free };
            let good = !self.fails.contains(date);
            let end = begins.map(|begins| (begins + self.takes, good));
            let stopped = batch.stopped.filter(|stopped| end.is_none_or(|(end, _)| *stopped < end));
            let end = stopped.map(|stopped| (stopped, false)).or(end);
            ends.push(end);
            let state = match (begins, end) {
                (_, Some((end, true))) if at >= end => RunState::Success,
                (_, Some((end, false))) if at >= end => RunState::Failure,
                (Some(begins), _) if at >= begins => RunState::Active("Running".into()),
                _ => RunState::NotRun,
            };
            all.push((batch.first + nth as u64, *date, state));
        }
        all
    }

    fn start(&mut self, at: Elapsed, name: &str, ranges: &[DateRange], parallelism: u64) -> Vec<u64> {
        let is_in = |date: &&BusinessDate| {
            let date = date.to_string();
            ranges.iter().any(|range| range.start <= date && date <= range.end)
        };
        let dates: Vec<BusinessDate> = self.dates.iter().filter(is_in).copied().collect();
        for (id, date, state) in self.instances(at) {
            let runs = dates.contains(&date) && matches!(state, RunState::Active(_) | RunState::Success);
            if runs && self.shows_after.is_some() {
                self.broken.push(format!("{date} was started while {id} reads {state:?}"));
            }
        }
        let first = 900 + self.batches.iter().map(|batch| batch.dates.len() as u64).sum::<u64>();
        let ids = (first..).take(dates.len()).collect();
        let parallelism = usize::try_from(parallelism).unwrap();
        let (name, started) = (name.to_owned(), None);
        self.batches.push(Batch { name, at, dates, first, parallelism, started, stopped: None });
        ids
    }

    fn instance(&self, at: Elapsed, id: u64) -> Option<RunInstance> {
        let batch = self.batches.iter().find(|batch| (batch.first..).take(batch.dates.len()).any(|own| own == id))?;
        let (_, date, state) = self.read(batch, at).into_iter().find(|(own, ..)| *own == id)?;
        let name = batch.name.clone();
        Some(RunInstance { id, name, state, date_ms: Some(date.begin_ms()), ..RunInstance::default() })
    }

    fn effect(&mut self, at: Elapsed, call: &Call) -> Result<Answer, FaultKind> {
        let no = Err(FaultKind::Refused(Refusal::Other));
        let task = |task| (at >= self.tasks_at).then_some(task);
        match call {
            Call::GetWorkflowDefinition { .. } => {
                let node = |id| SpecNode { name: format!("n{id}"), task: task(id), parameters: "a=1".into() };
                let nodes = TASKS.map(node).into();
                Ok(Answer::Object(Box::new(ObjectInfo { name: "daily".into(), nodes, ..ObjectInfo::default() })))
            }
            Call::GetNode { .. } => {
                let node = SpecNode { parameters: "b=1".into(), ..SpecNode::default() };
                let task = task(TASKS[0]).filter(|_| !self.only_lists_tasks);
                let object = ObjectInfo { name: "daily".into(), nodes: vec![node], task, ..ObjectInfo::default() };
                Ok(Answer::Object(Box::new(object)))
            }
            Call::ListNodes { page, .. } => {
                let node = |id: &str, task| Named { id: id.into(), name: "daily".into(), task, ..Named::default() };
                let page = if *page == 1 { node("7002", Some(99)) } else { node("7001", task(TASKS[0])) };
                Ok(Answer::Named(vec![page], ListInfo { total: 2, is_full: false }))
            }
            Call::GetFile(_) => Ok(Answer::File(FileInfo { id: 1001, node: task(TASKS[0]), ..FileInfo::default() })),
            Call::CreateWorkflowInstances(backfill) => {
                let tasks = if backfill.is_workflow { &TASKS[..] } else { &TASKS[..1] };
                if backfill.tasks != tasks {
                    self.broken.push(format!("tasks of others: {:?}", backfill.tasks));
                }
                self.start(at, &backfill.name, &backfill.dates, backfill.parallelism);
                Ok(Answer::InstancesRequested((self.batches.len() - 1).to_string()))
            }
            Call::RunCycleDagNodes(backfill) => {
                if backfill.node != TASKS[0] {
                    self.broken.push(format!("the node of another: {}", backfill.node));
                }
                let dates = std::slice::from_ref(&backfill.dates);
                Ok(Answer::DagsCreated(self.start(at, &backfill.name, dates, backfill.parallelism)))
            }
            Call::GetCreateWorkflowInstancesResult { operation } => {
                let batch = &self.batches[operation.parse::<usize>().unwrap()];
                let ids = (batch.first..).take(batch.dates.len()).collect();
                let is_there = at >= batch.at + self.creating;
                Ok(Answer::InstancesCreated(if is_there { Creation::Created(ids) } else { Creation::Pending }))
            }
            Call::GetWorkflowInstance { instance: id } | Call::GetDag { dag: id } => {
                self.instance(at, *id).map(Answer::Instance).map_or(no, Ok)
            }
            Call::ListWorkflowInstances { date_ms, name, .. } => {
                let shown = |batch: &&Batch| self.shows_after.is_some_and(|after| at >= batch.at + after);
                let ids = self.batches.iter().filter(shown).flat_map(|batch| (batch.first..).take(batch.dates.len()));
                let all = ids.filter_map(|id| self.instance(at, id));
                let found: Vec<RunInstance> =
                    all.filter(|one| one.date_ms == Some(*date_ms) && one.name.contains(name)).collect();
                let total = found.len() as u64;
                Ok(Answer::Instances(found, ListInfo { total, is_full: false }))
            }
            Call::StartWorkflowInstances { instances } | Call::StopWorkflowInstances { instances } => {
                let stops = matches!(call, Call::StopWorkflowInstances { .. });
                for batch in &mut self.batches {
                    if (batch.first..).take(batch.dates.len()).any(|id| instances.contains(&id)) {
                        let moment = if stops { &mut batch.stopped } else { &mut batch.started };
                        moment.get_or_insert(at);
                    }
                }
                let one = |id: &u64| Accepted { id: *id, success: true, message: String::new() };
                Ok(Answer::InstancesAccepted(instances.iter().map(one).collect()))
            }
            Call::ListTaskInstances { instance: id, .. } | Call::ListInstances { dag: id, .. } => {
                let Some(one) = self.instance(at, *id) else { return no };
                let task = TaskInstance { id: id * 10, name: "load".into(), state: one.state };
                Ok(Answer::Tasks(vec![task], ListInfo { total: 1, is_full: false }))
            }
            Call::GetTaskInstanceLog { .. } | Call::GetInstanceLog { .. } => Ok(Answer::Log("a\nb\n".into())),
            Call::StopInstance { instance } => {
                let own = |batch: &&mut Batch| (batch.first..).take(batch.dates.len()).any(|id| id == instance / 10);
                self.batches.iter_mut().find(own).unwrap().stopped.get_or_insert(at);
                Ok(Answer::Accepted)
            }
            _ => no,
        }
    }

    fn fate(&mut self, call: &Call) -> Fate {
        if let Some(nth) = self.script.iter().position(|(operation, _)| *operation == call.operation()) {
            return self.script.remove(nth).1;
        }
        let effect = self.random.bool();
        if self.random.u32(0..1000) >= self.faulty {
            return Fate::Answered;
        }
        match self.random.u8(0..4) {
            0 => Fate::Fails(Fault::new(FaultKind::NotSent(Unreachable::Transient), ServiceError::seen("a fault"))),
            1 => Fate::Fails(Fault::new(FaultKind::Busy, ServiceError::seen("a fault"))),
            2 => Fate::Lost(effect),
            _ => Fate::Hangs(effect),
        }
    }

    fn call(&mut self, now: Elapsed, call: &Call) -> (Elapsed, Event) {
        let latency = ms(self.random.u64(5..400));
        let fate = self.fate(call);
        let effect = matches!(fate, Fate::Answered | Fate::Lost(true) | Fate::Hangs(true));
        let answer = effect.then(|| self.effect(now + latency / 2, call));
        let hangs = matches!(fate, Fate::Hangs(_));
        let result = match (fate, answer) {
            (Fate::Answered, Some(answer)) => answer.map_err(|kind| Fault::new(kind, ServiceError::seen("no"))),
            (Fate::Fails(fault), _) => Err(fault),
            _ => Err(Fault::new(FaultKind::Lost, ServiceError::seen("a fault"))),
        };
        self.calls.push((now, call.clone(), result.clone().map_err(|fault| fault.kind)));
        let event = match result {
            Ok(answer) => Event::Answer(Reply { answer, request_id: "R".into(), clock_ms: None }),
            Err(fault) => Event::Fault(fault),
        };
        (now + if hangs { s(3600) } else { latency }, event)
    }

    /// Drives a walk to its end, or to the moment at which it is killed; the walk's time begins at `from`.
    pub(super) fn drive(
        &mut self,
        walk: &mut Walk,
        interrupt: Option<Elapsed>,
        kill: Option<Elapsed>,
        from: Elapsed,
    ) -> Driven {
        let (mut interrupt, mut now) = (interrupt, Elapsed::ZERO);
        let mut action = walk.step(now, Event::Begin);
        let mut flight: Option<(Elapsed, Event)> = None;
        for _ in 0..100_000 {
            let (next, event) = match action {
                Action::Done(outcome) => return Driven { outcome: Some(*outcome), at: now },
                Action::Sleep(until) => (until.max(now), Event::Tick),
                Action::Call(ref call, until) => {
                    let (arrives, event) = self.call(now + from, call);
                    flight = Some((arrives - from, event));
                    arrived(flight.as_ref(), until)
                }
                Action::KeepWaiting(until) => arrived(flight.as_ref(), until),
            };
            if kill.is_some_and(|at| next >= at) {
                return Driven { outcome: None, at: now };
            }
            if interrupt.is_some_and(|at| next >= at) {
                now = interrupt.take().unwrap().max(now);
                action = walk.step(now, Event::Interrupt(143));
                continue;
            }
            now = next;
            action = walk.step(now, event);
        }
        panic!("the walk does not end: {:?}", self.calls.iter().rev().take(5).collect::<Vec<_>>());
    }
}

/// What happens next to the call in flight: its answer, or that it is given up.
fn arrived(flight: Option<&(Elapsed, Event)>, until: Elapsed) -> (Elapsed, Event) {
    match flight {
        Some((at, event)) if *at <= until => (*at, event.clone()),
        _ => (until, Event::Fault(Fault::new(FaultKind::Lost, ServiceError::seen("no answer in time")))),
    }
}
