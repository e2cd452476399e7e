//! Any sequence of moments, answers, faults and signals into the walk of each kind of walk.
//!
//! A polite world keeps the order of the real one: an answer only to a call, a tick only when its moment has come. A
//! wild one does not, and then the walk must still not panic, and keep the order of its stages.
#![no_main]

use std::time::Duration;

use arbitrary::Arbitrary;
use dataworks_deploy::fuzzing::{
    answer::{Answer, FileInfo, Item, Named, Reply, StartReply},
    call::{Call, Effect, FileKey},
    fault::{Fault, FaultKind, Refusal, ServiceError, Unreachable},
    marker::Marker,
    ci_run::CiRun,
    options::{DeployOptions, Disposition, Interval, Limits, Operation, StageTimeouts, WhenBusy},
    outcome::{Outcome, Remote},
    package::{Package, PackageItem, PackageVerdict},
    pipeline::{Pipeline, Stage, State},
    status::Status,
    target::{Target, TargetName, TargetSpec},
    value::FromInput,
    walk::{Action, Event, Walk},
    workflow_start::WorkflowStart,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input {
    errand: Errand,
    manner: Ways,
    seed: u64,
    wild: bool,
    /// The stages of the run that most looks show.
    stages: Vec<Staged>,
    steps: Vec<Step>,
}

#[derive(Arbitrary, Debug)]
enum Errand {
    Object,
    Run,
    File { node: bool },
    Package,
    Read(u8),
    Resolve { project: bool, names: Vec<Name> },
    Start,
}

#[derive(Arbitrary, Debug)]
enum Name {
    Object(Word),
    Workflow(Word),
    File(Word, Word),
    Known,
}

#[derive(Arbitrary, Debug)]
struct Ways {
    operation: u8,
    submit: bool,
    until: Option<u8>,
    when_busy: u8,
    abolish_on_timeout: bool,
    abolish_on_cancel: bool,
    timeout: u8,
    stage_timeout: bool,
}

#[derive(Arbitrary, Debug)]
struct Step {
    after: After,
    happens: Happens,
}

/// How far the clock goes before something happens.
#[derive(Arbitrary, Debug)]
enum After {
    Nothing,
    Milliseconds(u16),
    Seconds(u8),
    /// Where the action waits for a moment: that moment.
    WhenDue,
    /// The machine was asleep.
    Leap(u32),
}

#[derive(Arbitrary, Debug)]
enum Happens {
    /// The answer that belongs to the call.
    Answer(Said),
    /// One that belongs to another.
    Wrong(u8, Said),
    Fault(Bad),
    Tick,
    Interrupt(bool),
}

/// The material of an answer.
#[derive(Arbitrary, Debug)]
struct Said {
    state: u8,
    /// So many of the run's stages succeeded, and the next is in this state; else a run that nobody expects.
    gone: Option<(u8, u8)>,
    stages: Vec<Staged>,
    id: u8,
    number: u8,
    total: u8,
    flag: bool,
    marked: bool,
    clock: Option<u16>,
    names: Vec<(Word, Word, u8)>,
}

#[derive(Arbitrary, Debug)]
struct Staged {
    code: u8,
    kind: u8,
    state: u8,
    step: Option<u8>,
}

#[derive(Arbitrary, Debug)]
struct Bad {
    kind: u8,
    after: Option<u32>,
    status: u8,
    message: u8,
}

/// Few enough that two are often the same.
#[derive(Arbitrary, Debug, Clone, Copy)]
struct Word(u8);

impl Word {
    fn text(self) -> String {
        const WORDS: [&str; 8] = ["a", "b", "orders", "", "a/b", "业务", "workflow", " "];
        WORDS[usize::from(self.0) % WORDS.len()].to_owned()
    }
}

fn one<T: Clone>(of: &[T], which: u8) -> T {
    of[usize::from(which) % of.len()].clone()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn state(which: u8) -> State {
    const WORDS: [&str; 8] = ["Init", "Running", "Success", "Fail", "Termination", "Cancel", "Reviewing", ""];
    State::read(one(&WORDS, which))
}

const RUN: &str = "run-1";
const CODES: [&str; 6] = ["A", "B", "C", "a", "", "PROD"];

fn pipeline(said: &Said, base: &[Staged], id: String, description: String) -> Pipeline {
    let kinds = ["Build", "Check", "Deploy", "Offline", "Delete", "Other", ""];
    let stage = |stage: &Staged| Stage {
        code: one(&CODES, stage.code).into(),
        name: String::new(),
        kind: one(&kinds, stage.kind).into(),
        step: stage.step.map(i64::from),
        state: state(stage.state),
        description: String::new(),
        message: String::new(),
        detail: String::new(),
    };
    let stages = match said.gone {
        None => said.stages.iter().take(8).map(stage).collect(),
        Some((gone, next)) => {
            let gone = usize::from(gone) % (base.len().min(6) + 1);
            let walked = |(nth, staged): (usize, &Staged)| Stage {
                state: match nth {
                    nth if nth < gone => State::Success,
                    nth if nth == gone => state(next),
                    _ => State::Init,
                },
                // One type of stage the operation may forbid, and then nothing is walked.
                kind: one(&["Build", "Check", "Deploy", "Deploy"], staged.kind).into(),
                code: format!("{}{nth}", one(&CODES, staged.code)),
                ..stage(staged)
            };
            base.iter().take(6).enumerate().map(walked).collect()
        }
    };
    let read = Pipeline {
        id,
        state: state(said.state),
        creator: String::new(),
        created_ms: said.clock.map(u64::from),
        description,
        message: String::new(),
        stages,
    };
    if said.gone.is_some() { read } else { read.in_order() }
}

fn package(said: &Said) -> Package {
    let codes = [0, 1, 2, 6, 7, 8, 99];
    let item = |staged: &Staged| PackageItem {
        file: staged.code.to_string(),
        status: staged.step.map(|_| i64::from(staged.state % 9)),
        ..PackageItem::default()
    };
    Package {
        status: Some(one(&codes, said.state)),
        checking: said.flag.then(|| one(&codes, said.number)),
        to_environment: Some(i64::from(said.id % 3)),
        created_ms: said.clock.map(u64::from),
        items: said.stages.iter().take(4).map(item).collect(),
        ..Package::default()
    }
}

fn answer(call: &Call, said: &Said, base: &[Staged], marker: &Marker) -> Answer {
    let marked = || if said.marked { marker.describe("") } else { String::new() };
    let id = || format!("run-{}", said.id % 4);
    match call {
        Call::CreatePipelineRun { .. } => Answer::RunCreated(id()),
        Call::GetPipelineRun { run } => Answer::Run(pipeline(said, base, run.clone(), marked())),
        Call::ExecPipelineRunStage { .. } | Call::AbolishPipelineRun { .. } => Answer::Accepted,
        Call::ListPipelineRuns { .. } => {
            let several = (0..said.number % 4).map(|nth| pipeline(said, base, format!("run-{nth}"), marked())).collect();
            Answer::Runs(several, u64::from(said.total).into())
        }
        Call::ListPipelineRunItems { .. } => Answer::Items(vec![Item::default(); usize::from(said.number % 3)]),
        Call::GetFile(_) => {
            let committed = said.flag.then_some(said.marked);
            Answer::File(FileInfo { id: u64::from(said.id), name: "f".into(), committed, ..FileInfo::default() })
        }
        Call::GetNode { .. } | Call::GetWorkflowDefinition { .. } => Answer::Object(Box::default()),
        Call::ListProjects { .. } | Call::ListFiles { .. } | Call::ListWorkflowDefinitions { .. } | Call::ListNodes { .. } => {
            let named = |(name, path, id): &(Word, Word, u8)| Named {
                id: if *id < 250 { id.to_string() } else { "no number".into() },
                name: name.text(),
                path: path.text(),
                ..Named::default()
            };
            Answer::Named(said.names.iter().take(5).map(named).collect(), u64::from(said.total).into())
        }
        Call::SubmitFile { .. } | Call::DeployFile { .. } => Answer::PackageCreated(u64::from(said.id)),
        Call::GetDeployment { .. } => Answer::Package(package(said)),
        Call::ListDeployments { .. } => {
            let ids = (0..u64::from(said.number % 4)).map(|nth| (u64::from(said.id) + nth, String::new()));
            Answer::Packages(ids.collect(), u64::from(said.total).into())
        }
        Call::StartProcessInstance(_) => {
            Answer::WorkflowStarted(StartReply { started: said.flag, ..StartReply::default() })
        }
        // No walk of this target asks for anything else.
        _ => Answer::Accepted,
    }
}

/// A call whose answer is of any kind.
fn any_call(which: u8) -> Call {
    let run = || RUN.to_owned();
    match which % 10 {
        0 => Call::CreatePipelineRun { object: run(), offline: false, description: String::new() },
        1 => Call::GetPipelineRun { run: run() },
        2 => Call::AbolishPipelineRun { run: run() },
        3 => Call::ListPipelineRuns { object: Some(run()), status: None, page: 1 },
        4 => Call::ListPipelineRunItems { run: run(), page: 1 },
        5 => Call::GetFile(FileKey::File(1)),
        6 => Call::ListFiles { name: run(), is_exact: false, page: 1 },
        7 => Call::DeployFile { file: FileKey::File(1), comment: String::new() },
        8 => Call::GetDeployment { package: 1 },
        _ => Call::ListDeployments { page: 1 },
    }
}

fn fault(bad: &Bad) -> Fault {
    let kinds = [
        FaultKind::Lost,
        FaultKind::Busy,
        FaultKind::NotSent(Unreachable::Permanent),
        FaultKind::NotSent(Unreachable::Refused),
        FaultKind::NotSent(Unreachable::Transient),
        FaultKind::Refused(Refusal::Denied),
        FaultKind::Refused(Refusal::Unavailable),
        FaultKind::Refused(Refusal::NotFound),
        FaultKind::Refused(Refusal::UnknownOperation),
        FaultKind::Refused(Refusal::Other),
    ];
    let message = one(&["", "no", "文件未准备好", "not ready"], bad.message);
    let words = ServiceError { status: one(&[0, 200, 400, 404, 500], bad.status), message: message.into(), ..ServiceError::default() };
    Fault { after: bad.after.map(|ms| Duration::from_millis(u64::from(ms))), ..Fault::new(one(&kinds, bad.kind), words) }
}

/// Everything that is held against the laws.
struct Court<'a> {
    input: &'a Input,
    walk: Box<Walk>,
    manner: DeployOptions,
    limits: Limits,
    marker: Marker,
    now: Duration,
    in_flight: Option<Call>,
    action: Option<Action>,
    done: Option<Outcome>,
    /// The last look at the run, and whether nothing was executed since.
    run: Option<Pipeline>,
    fresh: bool,
    package: Option<Package>,
    started: bool,
    /// Every Exec: its stage, when it was sent, and whether its answer was lost; looks since.
    execs: Vec<Exec>,
    creates: u32,
    lost_creates: u32,
    starts: u32,
    born: bool,
    idle: u32,
    interrupted: Option<Duration>,
    /// An answer came that belongs to no such call: the laws of "once" are about a service that makes sense.
    nonsense: bool,
    /// When the present tries have to be over.
    overdue: Option<Duration>,
}

#[derive(Debug)]
struct Exec {
    code: String,
    at: Duration,
    heard: Heard,
    looks: u32,
}

#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Nothing,
    Answer,
    Lost,
    /// It certainly had no effect.
    NoEffect,
}

impl<'a> Court<'a> {
    fn new(input: &'a Input) -> Self {
        let ways = &input.manner;
        let operation = one(&[Operation::Online, Operation::Offline, Operation::Delete], ways.operation);
        let parting = |abolish| if abolish { Disposition::Abolish } else { Disposition::Leave };
        let manner = DeployOptions {
            operation,
            submit: ways.submit,
            until_stage: ways.until.map(|code| one(&CODES, code).to_owned()).filter(|code| !code.is_empty()),
            when_busy: one(&[WhenBusy::Warn, WhenBusy::Wait, WhenBusy::AbolishOurs], ways.when_busy),
            on_timeout: parting(ways.abolish_on_timeout),
            on_cancel: parting(ways.abolish_on_cancel),
            ..DeployOptions::default()
        };
        let timeout = seconds(one(&[1, 45, 600, 1800], ways.timeout));
        let stage = if ways.stage_timeout { StageTimeouts::from_input("A=90s,5m") } else { None };
        let limits = Limits {
            timeout,
            stage: stage.unwrap_or_default(),
            approval: timeout,
            request: seconds(30),
            poll: Interval { shortest: seconds(2), longest: seconds(30) },
            ..Limits::default()
        };
        let origin = CiRun { ci: "github", run: Some("1".into()), repository: Some("r".into()), ..CiRun::default() };
        let marker = Marker::new(operation, &origin, "", "", "10", "7001");
        let file = |node| Target::File(if node { FileKey::Node(7) } else { FileKey::File(7) });
        let targets = [Target::Object("7001".into()), Target::Run(RUN.into()), file(false), file(true), Target::Package(5)];
        let deploy = |target: &Target| Walk::deploy(target, marker.clone(), &manner, &limits, input.seed);
        let walk = match &input.errand {
            Errand::Object => deploy(&targets[0]),
            Errand::Run => deploy(&targets[1]),
            Errand::File { node } => deploy(&file(*node)),
            Errand::Package => deploy(&targets[4]),
            Errand::Read(which) => Walk::read(&one(&targets, *which), &manner, &limits, input.seed),
            Errand::Resolve { project, names } => {
                let object = |name| TargetSpec::Name(TargetName::Object(name));
                let target = |name: &Name| match name {
                    Name::Object(name) => object(name.text()),
                    Name::Workflow(name) => object(format!("workflow:{}", name.text())),
                    Name::File(folder, name) => {
                        TargetSpec::Name(TargetName::File(format!("{}/{}", folder.text(), name.text())))
                    }
                    Name::Known => TargetSpec::Id(Target::Object("7001".into())),
                };
                let targets: Vec<TargetSpec> = names.iter().take(4).map(target).collect();
                Box::new(Walk::resolve(project.then_some("a"), &targets, &limits, input.seed))
            }
            Errand::Start => Walk::start(&WorkflowStart::default(), &manner, &limits, input.seed),
        };
        Self {
            input,
            walk,
            manner,
            limits,
            marker,
            now: Duration::ZERO,
            in_flight: None,
            action: None,
            done: None,
            run: None,
            fresh: false,
            package: None,
            started: false,
            execs: Vec::new(),
            creates: 0,
            lost_creates: 0,
            starts: 0,
            born: false,
            idle: 0,
            interrupted: None,
            nonsense: false,
            overdue: None,
        }
    }

    fn due(&self) -> Option<Duration> {
        match self.action.as_ref()? {
            Action::Call(_, until) | Action::KeepWaiting(until) | Action::Sleep(until) => Some(*until),
            Action::Done(_) => None,
        }
    }

    /// The clock never goes back; a polite world wakes a sleeper in time, give or take what a busy machine needs.
    fn pass(&mut self, after: &After) {
        let due = self.due().unwrap_or(self.now).max(self.now);
        self.now = match after {
            After::Nothing => self.now,
            After::Milliseconds(ms) => self.now.saturating_add(Duration::from_millis(u64::from(*ms))),
            After::Seconds(s) => self.now.saturating_add(seconds(u64::from(*s))),
            After::WhenDue => due,
            After::Leap(s) => self.now.saturating_add(seconds(u64::from(*s).saturating_mul(60))),
        };
    }

    fn event(&mut self, happens: &Happens) -> Event {
        let reply = |answer, said: &Said| Reply {
            answer,
            request_id: "REQ".into(),
            clock_ms: said.clock.map(u64::from),
        };
        let call = self.in_flight.clone();
        let event = match happens {
            Happens::Answer(said) => {
                let call = call.clone().unwrap_or_else(|| any_call(said.number));
                Event::Answer(reply(answer(&call, said, &self.input.stages, &self.marker), said))
            }
            Happens::Wrong(which, said) => {
                let wrong = answer(&any_call(*which), said, &self.input.stages, &self.marker);
                Event::Answer(reply(wrong, said))
            }
            Happens::Fault(bad) => Event::Fault(fault(bad)),
            Happens::Tick => Event::Tick,
            Happens::Interrupt(term) => Event::Interrupt(if *term { 143 } else { 130 }),
        };
        if self.input.wild {
            return event;
        }
        // What the real driver would say at this moment.
        let due = self.due().is_none_or(|due| self.now >= due);
        match (event, call) {
            (Event::Interrupt(code), _) => Event::Interrupt(code),
            (Event::Answer(_) | Event::Fault(_) | Event::Tick, None) => {
                self.now = self.now.max(self.due().unwrap_or(self.now));
                Event::Tick
            }
            (Event::Tick, Some(_)) => {
                self.now = self.now.max(self.due().unwrap_or(self.now));
                Event::Fault(Fault::new(FaultKind::Lost, ServiceError::seen("no answer in time")))
            }
            (Event::Fault(_), Some(_)) if due && self.now > Duration::ZERO => {
                Event::Fault(Fault::new(FaultKind::Lost, ServiceError::seen("no answer in time")))
            }
            (event, Some(_)) => event,
            (Event::Begin | Event::Spent, None) => Event::Tick,
        }
    }

    /// What the world learns from an event, before the walk does.
    fn witness(&mut self, event: &Event) {
        let Some(call) = self.in_flight.clone() else {
            self.nonsense |= matches!(event, Event::Answer(_) | Event::Fault(_));
            return;
        };
        match event {
            Event::Answer(reply) => {
                let own = matches!(
                    (&call, &reply.answer),
                    (Call::CreatePipelineRun { .. }, Answer::RunCreated(_))
                        | (Call::GetPipelineRun { .. }, Answer::Run(_))
                        | (Call::ExecPipelineRunStage { .. } | Call::AbolishPipelineRun { .. }, Answer::Accepted)
                        | (Call::ListPipelineRuns { .. }, Answer::Runs(..))
                        | (Call::ListPipelineRunItems { .. }, Answer::Items(_))
                        | (Call::GetFile(_), Answer::File(_))
                        | (Call::GetNode { .. } | Call::GetWorkflowDefinition { .. }, Answer::Object(_))
                        | (
                            Call::ListProjects { .. }
                                | Call::ListFiles { .. }
                                | Call::ListWorkflowDefinitions { .. }
                                | Call::ListNodes { .. },
                            Answer::Named(..)
                        )
                        | (Call::SubmitFile { .. } | Call::DeployFile { .. }, Answer::PackageCreated(_))
                        | (Call::GetDeployment { .. }, Answer::Package(_))
                        | (Call::ListDeployments { .. }, Answer::Packages(..))
                        | (Call::StartProcessInstance(_), Answer::WorkflowStarted(_))
                );
                self.nonsense |= !own;
                match &reply.answer {
                    Answer::Run(run) => {
                        self.run = Some(run.clone());
                        self.fresh = true;
                        self.execs.iter_mut().for_each(|exec| exec.looks += 1);
                    }
                    Answer::Package(package) => self.package = Some(package.clone()),
                    Answer::WorkflowStarted(reply) => self.started |= reply.started,
                    Answer::RunCreated(_) => self.born = true,
                    _ => {}
                }
                if let (Call::ExecPipelineRunStage { .. }, Some(exec)) = (&call, self.execs.last_mut()) {
                    exec.heard = Heard::Answer;
                }
            }
            Event::Fault(fault) => {
                let lost = fault.kind == FaultKind::Lost;
                if let (Call::ExecPipelineRunStage { .. }, Some(exec)) = (&call, self.execs.last_mut()) {
                    exec.heard = match fault.kind {
                        FaultKind::Lost => Heard::Lost,
                        FaultKind::Refused(Refusal::NotFound | Refusal::Other) => Heard::Answer,
                        FaultKind::Busy | FaultKind::NotSent(_) | FaultKind::Refused(_) => Heard::NoEffect,
                    };
                }
                if matches!(call, Call::CreatePipelineRun { .. } | Call::DeployFile { .. } | Call::SubmitFile { .. }) {
                    self.lost_creates += u32::from(lost);
                }
            }
            Event::Begin | Event::Tick | Event::Spent | Event::Interrupt(_) => return,
        }
        self.in_flight = None;
    }

    fn step(&mut self, event: Event) {
        self.witness(&event);
        if let Event::Interrupt(_) = event {
            self.interrupted.get_or_insert(self.now);
        }
        let action = self.walk.step(self.now, event);
        self.judge(&action);
        self.action = Some(action);
    }

    fn judge(&mut self, action: &Action) {
        if let Some(before) = &self.done {
            let Action::Done(outcome) = action else { panic!("after its end it asks for {action:?}") };
            assert_eq!(**outcome, *before, "it ended twice, in two ways");
            return;
        }
        assert!(!self.walk.activity().is_empty(), "it does something");
        match action {
            Action::Call(call, until) => {
                assert!(*until > self.now, "a call that is given up before it is sent: {call:?}");
                self.idle = 0;
                self.asks(call);
                self.in_flight = Some(call.clone());
            }
            Action::KeepWaiting(until) => {
                assert!(self.in_flight.is_some() || self.input.wild, "there is nothing to hold on to");
                assert!(*until <= self.now.saturating_add(seconds(4)), "an interrupt is obeyed within 4 s");
            }
            Action::Sleep(until) => {
                // A sleeper that is in flight with a call has given the call up.
                self.in_flight = None;
                self.idle = if *until <= self.now { self.idle + 1 } else { 0 };
                assert!(self.idle < 1000, "it spins: {}", self.walk.activity());
            }
            Action::Done(outcome) => {
                self.in_flight = None;
                self.ends(outcome);
                self.done = Some((**outcome).clone());
            }
        }
    }

    fn asks(&mut self, call: &Call) {
        match call {
            Call::ExecPipelineRunStage { code, .. } => self.executes(code),
            Call::CreatePipelineRun { .. } | Call::DeployFile { .. } | Call::SubmitFile { .. } => {
                self.creates += 1;
                assert!(self.nonsense || self.lost_creates < 4, "two lost answers each at most");
                let is_run = matches!(call, Call::CreatePipelineRun { .. });
                assert!(self.nonsense || !is_run || !self.born, "a run that is there is created again");
                assert!(self.nonsense || !is_run || self.lost_creates < 2, "a third try of a lost create");
            }
            Call::StartProcessInstance(_) => self.starts += 1,
            _ => {}
        }
        if let Errand::Read(_) | Errand::Resolve { .. } = self.input.errand {
            assert!(call.effect() != Effect::Write, "{call:?} changes something");
        }
        if let (Some(at), false) = (self.interrupted, self.input.wild) {
            assert!(call.effect() != Effect::Write, "after an interrupt at {at:?} it asks for {call:?}");
        }
    }

    fn executes(&mut self, code: &str) {
        assert!(self.fresh, "two stages are executed without a look between");
        self.fresh = false;
        let run = self.run.as_ref().expect("a look");
        assert_eq!(run.state, State::Running, "the run reads Running");
        let at = run.stages.iter().position(|stage| stage.state != State::Success).expect("a stage to go");
        let stage = &run.stages[at];
        assert_eq!(stage.code, code, "it is this stage's turn");
        // A later one may have ended: only what runs, or may, holds this one up.
        let is_idle = |stage: &Stage| matches!(stage.state, State::Init | State::Success);
        assert!(run.stages[at..].iter().all(is_idle), "nothing runs: {:?}", run.stages);
        let operation = self.manner.operation;
        assert!(!stage.is("Offline") || operation != Operation::Online, "operation online executes an Offline stage");
        assert!(!stage.is("Delete") || operation == Operation::Delete, "operation {operation:?} executes a Delete stage");
        let mut before = self.execs.iter().rev().filter(|exec| exec.code == code && exec.heard != Heard::NoEffect);
        if let (Some(last), false) = (before.next(), self.nonsense) {
            let apart = self.now.saturating_sub(last.at);
            match last.heard {
                Heard::Lost => assert!(last.looks >= 4, "a lost Exec is sent again after {} looks", last.looks),
                // A wild world never told what became of it.
                Heard::Nothing if self.input.wild => {}
                _ => assert!(apart >= seconds(60), "the stage {code:?} is executed again after {apart:?}"),
            }
        }
        self.execs.push(Exec { code: code.to_owned(), at: self.now, heard: Heard::Nothing, looks: 0 });
    }

    fn ends(&self, outcome: &Outcome) {
        assert!(!dataworks_deploy::fuzzing::reasons::marked(&outcome.end).is_empty(), "an end says why");
        let status = outcome.end.status;
        let is_deployment = !matches!(self.input.errand, Errand::Read(_) | Errand::Resolve { .. });
        if let (Status::Success | Status::Stopped, true) = (status, is_deployment) {
            let really = match (&self.input.errand, &self.run, &self.package) {
                (Errand::Start, ..) => self.started,
                (Errand::Object | Errand::Run, Some(run), _) => self.has_succeeded(run, status),
                (Errand::File { .. } | Errand::Package, _, Some(package)) => {
                    status == Status::Success && package.verdict() == PackageVerdict::Succeeded
                }
                _ => false,
            };
            assert!(really, "success without a look that shows it: {outcome:?}, run {:?}", self.run);
        }
        if !is_deployment {
            assert!(matches!(outcome.found, Remote::Nothing | Remote::Run(..) | Remote::Package(..)));
        }
        assert!(status != Status::Skipped, "only a driver skips");
        let starts = if self.nonsense { 0 } else { self.starts };
        assert!(starts <= 1 || status != Status::Success || self.started, "started twice");
    }

    fn has_succeeded(&self, run: &Pipeline, status: Status) -> bool {
        let done = |stage: &Stage| stage.state == State::Success;
        match (status, &self.manner.until_stage) {
            (Status::Stopped, Some(until)) => {
                run.stages.iter().any(|stage| stage.code.eq_ignore_ascii_case(until) && done(stage))
            }
            (Status::Stopped, None) => false,
            _ if run.state == State::Success => true,
            _ if self.manner.operation == Operation::Offline => {
                let delete = run.stages.iter().position(|stage| stage.is("Delete"));
                delete.is_some_and(|at| at > 0 && run.stages[..at].iter().all(done))
            }
            _ => false,
        }
    }

    /// From here on nobody answers: the walk must end all the same, and in time.
    fn starve(&mut self) {
        let begins = self.now.max(self.limits.timeout);
        let until = self.interrupted.map_or(begins.saturating_add(seconds(6)), |_| self.now.saturating_add(seconds(4)));
        self.overdue = Some(until);
        for _ in 0..20_000 {
            if self.done.is_some() {
                return;
            }
            self.now = self.now.max(self.due().unwrap_or(self.now));
            assert!(self.now <= until, "it has not ended by {until:?}, but waits until {:?}", self.now);
            let lost = || Event::Fault(Fault::new(FaultKind::Lost, ServiceError::seen("no answer in time")));
            let event = if self.in_flight.is_some() { lost() } else { Event::Tick };
            self.step(event);
        }
        panic!("it does not end: {}", self.walk.activity());
    }
}

fuzz_target!(|input: Input| {
    let mut court = Court::new(&input);
    court.step(Event::Begin);
    let mut after_the_end = 0;
    for step in input.steps.iter().take(400) {
        court.pass(&step.after);
        let event = court.event(&step.happens);
        court.step(event);
        after_the_end += u32::from(court.done.is_some());
        if after_the_end > 8 {
            return;
        }
    }
    if !input.wild {
        court.starve();
    }
});
