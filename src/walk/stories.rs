//! Named deployments: what the walk asks for, in which order and when, and how it ends.

mod approval;
mod dry;
mod heartbeat;
mod interrupts;
mod limits;
mod mended;
mod names;
mod neighbours;
mod once;
mod packages;
mod retries;
mod stages;
mod submission;
mod turns;

use std::time::Duration;

use crate::model::{
    accept::{Accept, Interval, Operation, StageTimeouts},
    call::{Answer, Call, Fault, FileKey, Kind, Reply, Why, Words},
    journal::{Birth, Journal, Note},
    marker::Marker,
    origin::Origin,
    outcome::{Found, Outcome, Status},
    plan::{Limits, Manner, Target},
    span::Elapsed,
    start::Start,
};

use super::{
    sim::{Cloud, Driven, Fate, Run, Script, ms, s},
    step::{Action, Event, Walk},
};

/// The service's time when a story begins; what is older was there before.
const START: Elapsed = Elapsed::from_secs(1000);

/// A deployment before it is told. Every answer takes 0.1 s, so that every moment is known.
struct Story {
    /// Absent where a workflow alone is started.
    target: Option<Target>,
    cloud: Cloud,
    manner: Manner,
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
            manner: Manner { comment: "a comment".into(), ..Manner::default() },
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
        story.manner.operation = operation;
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
        let Self { manner, limits, .. } = &self;
        let start = Start { code: 12, workspace: "w-1".into(), namespace: "SS".into(), ..Start::default() };
        let mut walk = match &self.target {
            Some(target) => Walk::deploy(target, marker("1", manner.operation), manner, limits, 1),
            None => Walk::start(&start, manner, limits, 1),
        };
        let driven = self.cloud.drive(&mut walk, self.interrupt, None, START);
        assert!(self.cloud.broken.is_empty(), "{:?}", self.cloud.broken);
        assert_eq!(walk.resolved(), None, "no name was looked up");
        let Driven { outcome, at, journal, doings } = driven;
        Told { cloud: self.cloud, outcome: outcome.unwrap(), at, journal, doings }
    }
}

/// The marker of a CI run of our repository; ours is the run `1`.
fn marker(run: &str, operation: Operation) -> Marker {
    let some = |text: &str| Some(text.to_owned());
    let origin = Origin { ci: "sim", repository: some("acme/sql"), run: some(run), ..Origin::default() };
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
fn asked(walk: &mut Walk, mut service: impl FnMut(&Call) -> Result<Answer, Why>) -> (Vec<Call>, Outcome) {
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
                    Err(why) => Event::Fault(Fault::new(Kind::Refused(why), Words::seen("no"))),
                }
            }
            Action::Done(outcome) => return (calls, *outcome),
            Action::Hold(_) | Action::Sleep(_) => panic!("nothing is to be waited for: {action:?}"),
        };
        action = walk.step(Elapsed::ZERO, event);
    }
}

fn stage_timeouts(text: &str) -> StageTimeouts {
    StageTimeouts::accept(text).unwrap()
}

fn fails(kind: Kind) -> Fate {
    Fate::Fails(Fault::new(kind, Words::seen("as told")))
}

fn refused(why: Why, message: &str) -> Fate {
    Fate::Fails(Fault::new(Kind::Refused(why), Words { status: 400, message: message.into(), ..Words::default() }))
}

/// A deployment after it was told.
struct Told {
    cloud: Cloud,
    outcome: Outcome,
    /// When it ended, since it began.
    at: Elapsed,
    journal: Journal,
    /// What was being waited for, one after the other.
    doings: Vec<String>,
}

impl Told {
    /// Every call since it began, as `SECONDS OPERATION DETAIL`.
    fn calls(&self) -> Vec<String> {
        let calls = self.cloud.calls.iter();
        calls.map(|(at, call, _)| format!("{:.1} {}", at.abs_diff(START).as_secs_f64(), name(call))).collect()
    }

    /// Every call but the looks at a run or a package that is known.
    fn deeds(&self) -> Vec<String> {
        let mut calls = self.calls();
        calls.retain(|call| !call.contains("GetPipelineRun") && !call.contains("GetDeployment"));
        calls
    }

    /// The moments of the calls of one operation.
    fn moments(&self, operation: &str) -> Vec<Elapsed> {
        let calls = self.cloud.calls.iter().filter(|(_, call, _)| call.operation() == operation);
        calls.map(|(at, ..)| at.abs_diff(START)).collect()
    }

    fn status(&self) -> Status {
        self.outcome.end.status
    }

    fn message(&self) -> &str {
        &self.outcome.end.message
    }

    /// The id of the run or the package, and how it came to be ours.
    fn known(&self) -> Vec<(&str, Birth)> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Known { id, how } => Some((id.as_str(), *how)),
            _ => None,
        });
        notes.collect()
    }

    /// When a stage was said to wait for a person, which, and why.
    fn approvals(&self) -> Vec<(Elapsed, &str, &str)> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Approval { code, words } => Some((entry.at, code.as_str(), words.message.as_str())),
            _ => None,
        });
        notes.collect()
    }

    /// Every change of a stage, as `CODE STATE`.
    fn stages(&self) -> Vec<String> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Stage(stage) => Some(format!("{} {}", stage.code, stage.state)),
            _ => None,
        });
        notes.collect()
    }

    /// Every change of a package, in a word.
    fn packages(&self) -> Vec<String> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Package(package) => Some(package.word()),
            _ => None,
        });
        notes.collect()
    }

    /// Every call that went wrong, why, and how long until the next try.
    fn troubles(&self) -> Vec<(&str, &str, Duration)> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Trouble { operation, words, pause } => Some((*operation, words.message.as_str(), *pause)),
            _ => None,
        });
        notes.collect()
    }

    fn warnings(&self) -> Vec<&str> {
        let notes = self.journal.entries().iter().filter_map(|entry| match &entry.note {
            Note::Warning(text) => Some(text.as_str()),
            _ => None,
        });
        notes.collect()
    }

    /// The id of the run or the package in the outcome.
    fn found(&self) -> Option<String> {
        match &self.outcome.found {
            Found::Run(id, _) => Some(id.clone()),
            Found::Package(id, _) => Some(id.to_string()),
            Found::Nothing | Found::Start(_) => None,
        }
    }
}

fn name(call: &Call) -> String {
    let detail = match call {
        Call::CreateRun { offline, .. } => if *offline { "offline" } else { "online" }.to_owned(),
        Call::ListRuns { status, .. } => status.unwrap_or("all").to_owned(),
        Call::ExecuteStage { code, .. } => code.clone(),
        Call::LookAtRun { run } | Call::AbolishRun { run } | Call::ListItems { run } => run.clone(),
        Call::LookAtPackage { package } => package.to_string(),
        _ => String::new(),
    };
    format!("{} {detail}", call.operation()).trim_end().to_owned()
}
