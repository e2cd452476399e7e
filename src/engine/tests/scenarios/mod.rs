//! Named deployments: what the walk asks for, in which order and when, and how it ends.

mod admission;
mod approval;
mod dry;
mod heartbeat;
mod interrupts;
mod limits;
mod names;
mod neighbours;
mod once;
mod packages;
mod regressions;
mod retries;
mod stages;
mod strays;
mod stuck;
mod submission;
mod told;

use crate::{
    config::value::FromInput,
    engine::walk::{Action, Event, Walk},
    model::{
        answer::{Answer, Reply},
        call::{Call, FileKey},
        ci_run::CiRun,
        duration::Elapsed,
        fault::{Fault, FaultKind, Refusal, ServiceError},
        marker::Marker,
        options::{DeployOptions, Interval, Limits, Operation, StageTimeouts},
        outcome::Outcome,
        target::Target,
        workflow_start::WorkflowStart,
    },
    report::reasons::message,
};

use self::told::Told;
use super::sim::{Cloud, Executed, Fate, Run, Script, ms, s};

/// The service's time when a story begins; what is older was there before.
const START: Elapsed = Elapsed::from_secs(1000);

/// A deployment before it is run. Every answer takes 0.1 s, so that every moment is known.
struct Story {
    /// Absent where a workflow alone is started.
    target: Option<Target>,
    cloud: Cloud,
    options: DeployOptions,
    limits: Limits,
    interrupt: Option<Elapsed>,
}

impl Story {
    fn new(target: Option<Target>, stages: &[(&'static str, &'static str)]) -> Self {
        let mut cloud = Cloud::new(1, stages.iter().map(|(code, kind)| Script::new(code, kind)).collect());
        cloud.latency = Some(ms(100));
        Self {
            target,
            cloud,
            options: DeployOptions { comment: "a comment".into(), ..DeployOptions::default() },
            limits: limits(),
            interrupt: None,
        }
    }

    /// An object whose pipeline runs have these stages.
    fn object(stages: &[(&'static str, &'static str)]) -> Self {
        Self::new(Some(Target::Object("7001".into())), stages)
    }

    /// An object of a workspace in simple mode is brought online.
    fn online() -> Self {
        Self::object(&[("BUILD_PACKAGE", "Build"), ("PROD_CHECK", "Check"), ("PROD", "Deploy")])
    }

    /// An object is taken offline, or deleted.
    fn removal(operation: Operation) -> Self {
        let mut story = Self::object(&[("OfflineCheck", "Check"), ("PROD", "Offline"), ("DeleteNode", "Delete")]);
        story.options.operation = operation;
        story
    }

    fn file() -> Self {
        Self::new(Some(Target::File(FileKey::File(1001))), &[])
    }

    fn workflow() -> Self {
        Self::new(None, &[])
    }

    /// The next call of the operation meets its fate; said again, the call after it too.
    fn befalls(mut self, operation: &'static str, fate: Fate) -> Self {
        self.cloud.script.push((operation, fate));
        self
    }

    /// As many calls of the operation meet the same fate.
    fn befalls_often(mut self, times: usize, operation: &'static str, fate: &Fate) -> Self {
        self.cloud.script.extend(std::iter::repeat_n((operation, fate.clone()), times));
        self
    }

    /// Another run of the object, created at that moment of the service's time; its id is `run-1`, and so on.
    fn with_run(mut self, description: &str, created: Elapsed) -> Self {
        let id = format!("run-{}", self.cloud.runs.len() + 1);
        let executed = vec![None; self.cloud.stages.len()];
        self.cloud.runs.push(Run { id, description: description.into(), created, abolished: None, executed });
        self
    }

    fn interrupted_at(mut self, at: Elapsed) -> Self {
        self.interrupt = Some(at);
        self
    }

    fn tell(mut self) -> Told {
        let Self { options, limits, .. } = &self;
        let start =
            WorkflowStart { code: 12, workspace: "w-1".into(), namespace: "SS".into(), ..WorkflowStart::default() };
        let mut walk = match &self.target {
            Some(target) => Walk::deploy(target, marker("1", options.operation), options, limits, 1),
            None => Walk::start(&start, options, limits, 1),
        };
        let driven = self.cloud.drive(&mut walk, self.interrupt, None, START);
        assert!(self.cloud.broken.is_empty(), "{:?}", self.cloud.broken);
        let Executed { outcome, at, journal, doings } = driven;
        let outcome = outcome.unwrap();
        let message = message(&outcome.end);
        Told { cloud: self.cloud, outcome, message, at, journal, doings }
    }
}

/// The marker of a CI run of our repository; ours is the run `1`.
fn marker(run: &str, operation: Operation) -> Marker {
    let some = |text: &str| Some(text.to_owned());
    let origin = CiRun { ci: "sim", repository: some("acme/sql"), run: some(run), ..CiRun::default() };
    Marker::new(operation, &origin, "", "", "1", "7001")
}

fn limits() -> Limits {
    Limits {
        timeout: s(1800),
        stage: StageTimeouts::default(),
        approval: s(1800),
        request: s(30),
        // Fixed, so that another curve changes no story.
        poll: Interval { shortest: s(2), longest: s(2) },
        ..Limits::default()
    }
}

/// Takes a walk that only reads to its end. Returns the calls and the outcome.
fn asked(walk: &mut Walk, mut service: impl FnMut(&Call) -> Result<Answer, Refusal>) -> (Vec<Call>, Outcome) {
    let mut calls = Vec::new();
    let mut action = walk.step(Elapsed::ZERO, Event::Begin);
    loop {
        let event = match action {
            Action::Call(call, _) => {
                assert!(calls.len() < 200, "the walk does not end: {call:?}");
                let said = service(&call);
                calls.push(call);
                match said {
                    Ok(answer) => Event::Answer(Reply { answer, request_id: "R".into(), clock_ms: None }),
                    Err(why) => Event::Fault(Fault::new(FaultKind::Refused(why), ServiceError::seen("no"))),
                }
            }
            Action::Done(outcome) => return (calls, *outcome),
            Action::KeepWaiting(_) | Action::Sleep(_) => panic!("not expected: {action:?}"),
        };
        action = walk.step(Elapsed::ZERO, event);
    }
}

fn fails(kind: FaultKind) -> Fate {
    Fate::Fails(Fault::new(kind, ServiceError::seen("as told")))
}

fn refused(why: Refusal, message: &str) -> Fate {
    Fate::Fails(Fault::new(
        FaultKind::Refused(why),
        ServiceError { status: 400, message: message.into(), ..ServiceError::default() },
    ))
}

fn stage_timeouts(text: &str) -> StageTimeouts {
    StageTimeouts::from_input(text).unwrap()
}

fn name(call: &Call) -> String {
    let detail = match call {
        Call::CreatePipelineRun { offline, .. } => if *offline { "offline" } else { "online" }.to_owned(),
        Call::ListPipelineRuns { status, .. } => status.unwrap_or("all").to_owned(),
        Call::ExecPipelineRunStage { code, .. } => code.clone(),
        Call::GetPipelineRun { run } | Call::AbolishPipelineRun { run } | Call::ListPipelineRunItems { run, .. } => {
            run.clone()
        }
        Call::GetDeployment { package } => package.to_string(),
        _ => String::new(),
    };
    format!("{} {detail}", call.operation()).trim_end().to_owned()
}
