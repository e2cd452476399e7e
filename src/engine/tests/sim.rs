//! A DataWorks of plain values: virtual time, seeded lags and faults, and its own memory of what was done to it.

use std::time::Duration;

use crate::model::{
    answer::{Answer, FileInfo, ListInfo, Reply, StartReply},
    call::Call,
    duration::Elapsed,
    fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
    journal::Journal,
    outcome::Outcome,
    package::{Package, PackageItem},
    pipeline::{Pipeline, Stage, State},
};

use crate::engine::walk::{Action, Event, Walk};

pub(super) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(super) fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How a stage of the simulated service behaves.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) code: &'static str,
    pub(super) kind: &'static str,
    pub(super) takes: Duration,
    pub(super) ends: State,
    /// How long it reads `Init` after it was executed, or after it was next where it starts by itself.
    pub(super) lag: Duration,
    pub(super) starts_by_itself: bool,
    /// When a person approves it; until then an Exec is refused or shows nothing.
    pub(super) approved_at: Elapsed,
    pub(super) refuses_until_approved: bool,
}

impl Script {
    pub(super) fn new(code: &'static str, kind: &'static str) -> Self {
        Self {
            code,
            kind,
            takes: s(5),
            ends: State::Success,
            lag: ms(300),
            starts_by_itself: kind == "Build",
            approved_at: Elapsed::ZERO,
            refuses_until_approved: false,
        }
    }
}

/// What befalls a call.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    Answered,
    /// It has no effect, and this is said or seen instead of an answer.
    Fails(Fault),
    /// It has no effect, and this is answered.
    Says(Answer),
    /// Its answer is lost; whether it had its effect.
    Lost(bool),
    /// It is never answered; whether it had its effect.
    Hangs(bool),
}

/// A run of the simulated service.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) created: Elapsed,
    pub(super) abolished: Option<Elapsed>,
    pub(super) executed: Vec<Option<Elapsed>>,
}

/// The simulated service.
pub(super) struct Cloud {
    pub(super) random: fastrand::Rng,
    pub(super) stages: Vec<Script>,
    pub(super) runs: Vec<Run>,
    pub(super) packages: Vec<Elapsed>,
    /// How long a run still reads `Running` after its last stage succeeded, and what it reads then.
    pub(super) settles: (Duration, State),
    /// How long a run reads a status that nobody knows after each stage that succeeded.
    pub(super) hesitates: Duration,
    pub(super) package: (Duration, i64, i64),
    /// Whether the file has no edits that are not submitted.
    pub(super) committed: bool,
    /// The packages that a submission made.
    pub(super) submissions: Vec<u64>,
    pub(super) starts: u32,
    /// How long a new run or package is missing from lists and cannot be read.
    pub(super) shows_after: Duration,
    pub(super) descriptions: bool,
    /// How far the times that runs tell lie before the gateway's clock.
    pub(super) times_off: Duration,
    /// How many calls the step may send, except for the two that are kept to part.
    pub(super) budget: usize,
    /// How many calls in a thousand go wrong.
    pub(super) faulty: u32,
    /// When everything begins to go wrong.
    pub(super) breaks_at: Elapsed,
    /// What befalls the next calls of an operation, before chance decides.
    pub(super) script: Vec<(&'static str, Fate)>,
    /// How long every answer takes; by chance, where it is not told.
    pub(super) latency: Option<Duration>,
    pub(super) calls: Vec<(Elapsed, Call, Result<Answer, Fault>)>,
    /// What a strict gateway would complain about.
    pub(super) broken: Vec<String>,
}

/// The service's clock when the walk's stands at zero.
const EPOCH_MS: u64 = 1_800_000_000_000;

impl Cloud {
    /// Its first stage starts by itself, whatever its type.
    pub(super) fn new(seed: u64, mut stages: Vec<Script>) -> Self {
        if let Some(first) = stages.first_mut() {
            first.starts_by_itself = true;
        }
        Self {
            random: fastrand::Rng::with_seed(seed),
            stages,
            runs: Vec::new(),
            packages: Vec::new(),
            settles: (Duration::ZERO, State::Success),
            hesitates: Duration::ZERO,
            package: (s(20), 1, 1),
            committed: true,
            submissions: Vec::new(),
            starts: 0,
            shows_after: Duration::ZERO,
            descriptions: true,
            times_off: Duration::ZERO,
            budget: usize::MAX,
            faulty: 0,
            breaks_at: Elapsed::MAX,
            script: Vec::new(),
            latency: None,
            calls: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// Carries a call out, and tells after which time the walk hears what.
    fn call(&mut self, now: Elapsed, call: &Call) -> (Duration, Result<Reply, Fault>) {
        let by_chance = ms(self.random.u64(5..400));
        let latency = self.latency.unwrap_or(by_chance);
        let chance = self.random.u32(0..1000) < self.faulty || now >= self.breaks_at;
        let scripted = self.script.iter().position(|(operation, _)| *operation == call.operation());
        let fate = match scripted {
            Some(nth) => self.script.remove(nth).1,
            None if chance => self.mishap(),
            None => Fate::Answered,
        };
        let effect = matches!(fate, Fate::Answered | Fate::Lost(true) | Fate::Hangs(true));
        let answer = effect.then(|| self.effect(now + latency / 2, call));
        let hangs = matches!(fate, Fate::Hangs(_));
        let result = match (fate, answer) {
            (Fate::Answered, Some(answer)) => answer,
            (Fate::Answered, None) => unreachable!("a call that is answered has its effect"),
            (Fate::Fails(fault), _) => Err(fault),
            (Fate::Says(answer), _) => Ok(answer),
            (Fate::Lost(_) | Fate::Hangs(_), _) => {
                Err(Fault::new(FaultKind::Lost, ServiceError::seen("a fault of the simulation")))
            }
        };
        self.calls.push((now, call.clone(), result.clone()));
        let clock_ms = Some(EPOCH_MS + (now + latency).as_secs() * 1000);
        let latency = if hangs { s(3600) } else { latency };
        (latency, result.map(|answer| Reply { answer, request_id: "R".into(), clock_ms }))
    }

    fn mishap(&mut self) -> Fate {
        let kinds = [
            FaultKind::NotSent(Unreachable::Transient),
            FaultKind::Busy,
            FaultKind::Lost,
            FaultKind::Lost,
            FaultKind::Lost,
        ];
        match kinds[self.random.usize(0..kinds.len())] {
            FaultKind::Lost => {
                let effect = self.random.bool();
                if self.random.bool() { Fate::Hangs(effect) } else { Fate::Lost(effect) }
            }
            kind => Fate::Fails(Fault::new(kind, ServiceError::seen("a fault of the simulation"))),
        }
    }

    fn effect(&mut self, at: Elapsed, call: &Call) -> Result<Answer, Fault> {
        let no = |why, message: &str| {
            Err(Fault::new(
                FaultKind::Refused(why),
                ServiceError { status: 400, message: message.into(), ..ServiceError::default() },
            ))
        };
        match call {
            Call::CreatePipelineRun { description, .. } => {
                let id = format!("run-{}", self.runs.len() + 1);
                self.runs.push(Run {
                    id: id.clone(),
                    description: description.clone(),
                    created: at,
                    abolished: None,
                    executed: vec![None; self.stages.len()],
                });
                Ok(Answer::RunCreated(id))
            }
            Call::GetPipelineRun { run } => match self.find(run) {
                Some(run) => Ok(Answer::Run(self.read(run, at))),
                None => no(Refusal::NotFound, "no such run"),
            },
            Call::ListPipelineRuns { status, page, .. } => {
                let shown = self.runs.iter().filter(|run| at >= run.created + self.shows_after);
                let read = shown.map(|run| self.read(run, at));
                let runs: Vec<Pipeline> =
                    read.filter(|run| status.is_none_or(|status| run.state == State::read(status))).collect();
                Ok(Answer::Runs(page_of(&runs, *page), info(&runs, *page)))
            }
            Call::ExecPipelineRunStage { run, code } => self.execute(at, run, code),
            Call::AbolishPipelineRun { run } => {
                let state = self.find(run).map(|run| self.read(run, at).state);
                match self.runs.iter_mut().find(|known| known.id == *run) {
                    Some(_) if state.is_some_and(|state| state.is_end()) => no(Refusal::Other, "it has ended"),
                    Some(run) => {
                        run.abolished = Some(at);
                        Ok(Answer::Accepted)
                    }
                    None => no(Refusal::NotFound, "no such run"),
                }
            }
            Call::ListPipelineRunItems { .. } => Ok(Answer::Items(Vec::new())),
            Call::DeployFile { .. } | Call::SubmitFile { .. } => {
                self.packages.push(at);
                let id = 100 + self.packages.len() as u64;
                if matches!(call, Call::SubmitFile { .. }) {
                    self.committed = true;
                    self.submissions.push(id);
                }
                Ok(Answer::PackageCreated(id))
            }
            Call::ListDeployments { page } => {
                let shown = self.packages.iter().zip(101..).filter(|(created, _)| at >= **created + self.shows_after);
                let mut packages: Vec<(u64, String)> = shown.map(|(_, id)| (id, String::new())).collect();
                packages.push((7, "an old one".into()));
                Ok(Answer::Packages(page_of(&packages, *page), info(&packages, *page)))
            }
            Call::GetDeployment { package } => {
                match self.packages.get(usize::try_from(*package).unwrap().wrapping_sub(101)) {
                    Some(created) => {
                        let (takes, status, item) = self.package;
                        let done = at >= *created + takes;
                        Ok(Answer::Package(Package {
                            status: Some(if done { status } else { 0 }),
                            to_environment: Some(if self.submissions.contains(package) { 1 } else { 2 }),
                            created_ms: Some(EPOCH_MS + u64::try_from(created.as_millis()).unwrap()),
                            items: vec![PackageItem {
                                file: "1001".into(),
                                version: Some(1),
                                status: Some(if done { item } else { 0 }),
                                ..PackageItem::default()
                            }],
                            ..Package::default()
                        }))
                    }
                    None => no(Refusal::NotFound, "no such package"),
                }
            }
            Call::GetFile(_) => {
                Ok(Answer::File(FileInfo { id: 1001, committed: Some(self.committed), ..FileInfo::default() }))
            }
            Call::StartProcessInstance(_) => {
                self.starts += 1;
                Ok(Answer::WorkflowStarted(StartReply { started: true, ..StartReply::default() }))
            }
            _ => no(Refusal::Other, "not simulated"),
        }
    }

    fn find(&self, id: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    fn execute(&mut self, at: Elapsed, id: &str, code: &str) -> Result<Answer, Fault> {
        let no = |message: &str| {
            Err(Fault::new(
                FaultKind::Refused(Refusal::Other),
                ServiceError { status: 400, message: message.into(), ..ServiceError::default() },
            ))
        };
        let Some(run) = self.find(id).cloned() else { return no("no such run") };
        let pipeline = self.read(&run, at);
        let nth = self.stages.iter().position(|stage| stage.code == code).unwrap();
        let script = self.stages[nth].clone();
        if pipeline.state != State::Running {
            return no("流水线不是正在运行");
        }
        if pipeline.stages[..nth].iter().any(|stage| stage.state != State::Success) {
            self.broken.push(format!("{code} was executed before it was next"));
            return no("it is not next");
        }
        if at < script.approved_at && script.refuses_until_approved {
            return no("需要审批");
        }
        let waits = at < script.approved_at;
        if pipeline.stages[nth].state != State::Init || run.executed[nth].is_some() && !waits {
            // A look may be older than what it led to; a second effect would be worse.
            let stale = pipeline.stages[nth].state != State::Init;
            if run.executed[nth].is_some() && !stale && at < run.executed[nth].unwrap() + s(10) {
                self.broken.push(format!("{code} was executed twice"));
            }
            return no("the stage is already under way");
        }
        self.runs.iter_mut().find(|run| run.id == id).unwrap().executed[nth] = Some(at);
        Ok(Answer::Accepted)
    }

    /// How a run reads at a moment: a pure function of what was done to it.
    pub(super) fn read(&self, run: &Run, at: Elapsed) -> Pipeline {
        let opened = run.created + ms(700);
        let abolished = run.abolished.is_some_and(|when| at >= when);
        let mut due = Some(opened);
        let mut failed = None;
        let mut moved = None;
        let mut stages = Vec::new();
        for (nth, script) in self.stages.iter().enumerate() {
            let by_itself = due.filter(|_| script.starts_by_itself);
            let begun = by_itself.or(run.executed[nth].map(|at| at.max(script.approved_at))).map(|at| at + script.lag);
            let over = begun.map(|at| at + script.takes);
            let state = match (begun, over) {
                _ if due.is_none() => State::Init,
                (_, Some(over)) if at >= over => script.ends.clone(),
                (Some(begun), _) if at >= begun => State::Running,
                _ => State::Init,
            };
            let state = if abolished && !state.is_end() { State::Cancel } else { state };
            due = if state == State::Success { over } else { None };
            moved = due.or(moved);
            failed = failed.or_else(|| state.is_failure().then(|| state.clone()));
            stages.push(Stage {
                code: script.code.into(),
                kind: script.kind.into(),
                step: i64::try_from(nth).ok(),
                state,
                ..Stage::default()
            });
        }
        let (settling, settled) = &self.settles;
        let state = match (failed, due) {
            _ if abolished => State::Cancel,
            (Some(failure), _) => failure,
            (None, Some(over)) if at >= over + *settling => settled.clone(),
            _ if at < opened => State::Init,
            _ if moved.is_some_and(|over| at < over + self.hesitates) => State::Unknown("Switching".into()),
            _ => State::Running,
        };
        Pipeline {
            id: run.id.clone(),
            state,
            created_ms: Some(
                EPOCH_MS + u64::try_from(run.created.as_millis()).unwrap()
                    - u64::try_from(self.times_off.as_millis()).unwrap(),
            ),
            description: if self.descriptions { run.description.clone() } else { String::new() },
            stages: if at < run.created + ms(300) { Vec::new() } else { stages },
            ..Pipeline::default()
        }
    }

    fn allowed(&self, walk: &Walk) -> usize {
        if walk.is_shutting_down() { self.budget.saturating_add(2) } else { self.budget }
    }

    /// Drives a walk to its end, or to the moment at which it is killed.
    pub(super) fn drive(
        &mut self,
        walk: &mut Walk,
        interrupt: Option<Elapsed>,
        kill: Option<Elapsed>,
        from: Elapsed,
    ) -> Executed {
        let mut interrupt = interrupt.map(|at| at + from);
        let mut now = from;
        let mut action = walk.step(Elapsed::ZERO, Event::Begin);
        let mut flight: Option<(Elapsed, Result<Reply, Fault>)> = None;
        let mut doings: Vec<String> = Vec::new();
        for _ in 0..200_000 {
            let activity = walk.activity();
            if doings.last() != Some(&activity) {
                doings.push(activity);
            }
            let local = |at: Elapsed| at + from;
            let (next, event) = match action {
                Action::Done(outcome) => {
                    return Executed {
                        outcome: Some(*outcome),
                        at: now - from,
                        journal: walk.journal().clone(),
                        doings,
                    };
                }
                Action::Sleep(until) => {
                    flight = None;
                    (local(until).max(now), None)
                }
                Action::Call(..) if self.calls.len() >= self.allowed(walk) => {
                    walk.not_sent();
                    action = walk.step(now - from, Event::Spent);
                    continue;
                }
                Action::Call(ref call, until) => {
                    let (latency, result) = self.call(now, call);
                    let cut = local(until);
                    flight = Some((now + latency, result));
                    (cut.min(now + latency), Some(cut))
                }
                Action::KeepWaiting(until) => {
                    let cut = local(until);
                    (cut.min(flight.as_ref().map_or(cut, |(at, _)| *at)), Some(cut))
                }
            };
            if kill.is_some_and(|at| next >= at + from) {
                return Executed { outcome: None, at: now - from, journal: walk.journal().clone(), doings };
            }
            if interrupt.is_some_and(|at| next >= at) {
                now = interrupt.take().unwrap().max(now);
                action = walk.step(now - from, Event::Interrupt(143));
                continue;
            }
            now = next;
            let event = match (event, &flight) {
                (Some(cut), Some((arrives, result))) if *arrives <= cut => match result.clone() {
                    Ok(reply) => Event::Answer(reply),
                    Err(fault) => Event::Fault(fault),
                },
                (Some(_), _) => Event::Fault(Fault::new(FaultKind::Lost, ServiceError::seen("no answer in time"))),
                (None, _) => Event::Tick,
            };
            action = walk.step(now - from, event);
        }
        panic!("the walk does not end: {:#?}", walk.journal().entries().iter().rev().take(10).collect::<Vec<_>>());
    }
}

fn page_of<T: Clone>(all: &[T], page: u32) -> Vec<T> {
    all.iter().skip((page as usize - 1) * 100).take(100).cloned().collect()
}

fn info<T: Clone>(all: &[T], page: u32) -> ListInfo {
    ListInfo { total: all.len() as u64, is_full: page_of(all, page).len() == 100 }
}

/// How a drive ended.
pub(super) struct Executed {
    /// Absent where the walk was killed.
    pub(super) outcome: Option<Outcome>,
    pub(super) at: Elapsed,
    pub(super) journal: Journal,
    /// What was being waited for, one after the other.
    pub(super) doings: Vec<String>,
}
