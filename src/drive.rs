//! The order of things: names to ids, then each target, then the workflow; in the one world there is.

use std::path::Path;

use crate::{
    errand::Runner,
    gateway::Gateway,
    model::{
        call::Fault,
        journal::Journal,
        marker::Marker,
        origin::Origin,
        outcome::{End, Outcome, Status},
        plan::{Plan, Target},
        span::Elapsed,
    },
    report::{Part, Tally, log::Log, outputs},
    sign::{
        Stamp,
        request::{Response, Signed},
    },
    walk::step::Walk,
};

/// The whole outside world. Everything else of the program is values.
pub(crate) trait World {
    /// The time since the start.
    fn now(&self) -> Elapsed;
    /// The wall clock, and a text that was never used before.
    fn stamp(&self) -> Stamp;
    /// Sends a request, and returns the answer or why there is none.
    async fn send(&self, request: Signed) -> Result<Response, Fault>;
    /// Waits until that moment.
    async fn sleep_until(&self, at: Elapsed);
    /// Waits for a signal, and returns the exit code that it asks for.
    async fn interrupted(&self) -> u8;
    /// Reads a small text file whole, or says why it cannot.
    fn read(&self, path: &Path) -> Result<String, String>;
    /// Says a line at once.
    fn say(&self, line: &str);
    /// Says a warning at once.
    fn warn(&self, said: &str);
    /// Tells the CI an output as soon as it is known.
    fn output(&self, name: &str, value: &str);
}

/// What came of it all.
pub(crate) struct Driven {
    /// Each target, in the order given.
    pub(crate) targets: Vec<Part>,
    /// The workflow, where one was to be started.
    pub(crate) workflow: Option<Part>,
    /// What was asked of the service.
    pub(crate) tally: Tally,
    /// The exit code that a second signal asked for: leave at once, without reports.
    pub(crate) at_once: Option<u8>,
}

struct Drive<'a, W> {
    runner: Runner<'a, W>,
    plan: &'a Plan,
    origin: &'a Origin,
}

/// Takes every errand of a plan to its end.
pub(crate) async fn drive<W: World>(plan: &Plan, origin: &Origin, log: Log, world: &W) -> Driven {
    let drive = Drive { runner: Runner::new(world, Gateway::new(plan, world, log), log), plan, origin };
    let mut targets: Vec<Part> = Vec::new();
    match drive.resolve().await {
        Ok(resolved) => {
            for (nth, (given, target)) in plan.targets.iter().zip(&resolved).enumerate() {
                // Two names may mean one thing: it is deployed once, and both fared alike.
                let first = resolved.iter().take(nth).position(|other| other == target);
                if let Some(twin) = first.and_then(|first| targets.get(first)) {
                    targets.push(part(given, twin.outcome.clone()));
                    continue;
                }
                let failed = targets.iter().any(|part| !part.outcome.end.status.is_good());
                let part = if drive.runner.is_interrupted() {
                    part(given, Outcome::skipped("not begun: interrupted"))
                } else if failed && plan.fail_fast {
                    part(given, Outcome::skipped("not begun: another target failed (fail-fast)"))
                } else {
                    drive.deploy(given, target, &targets).await
                };
                targets.push(part);
            }
        }
        Err(end) => targets.extend(plan.targets.iter().map(|given| part(given, Outcome::of(end.clone())))),
    }
    let workflow = drive.start(&targets).await;
    Driven { targets, workflow, tally: drive.runner.gateway.tally(), at_once: drive.runner.at_once() }
}

fn part(given: &Target, outcome: Outcome) -> Part {
    Part { target: given.value(), label: given.label(), outcome, journal: Journal::default() }
}

/// Jitter needs no secrecy, but two jobs that begin together should not try again together.
fn seed(nonce: &str) -> u64 {
    let digits = nonce.get(..16).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or(0)
}

impl<W: World> Drive<'_, W> {
    fn world(&self) -> &W {
        self.runner.world
    }

    fn seed(&self) -> u64 {
        seed(&self.world().stamp().nonce)
    }

    /// All names are resolved before the first change: the workspace first, since the other names are its own.
    async fn resolve(&self) -> Result<Vec<Target>, End> {
        let Plan { targets, limits, service, .. } = self.plan;
        let by_number = targets.iter().any(Target::is_2024) && service.project_id.is_none();
        if let Some(name) = service.project_identifier.as_deref().filter(|_| by_number) {
            let mut walk = Walk::resolve(Some(name), &[], limits, self.seed());
            self.look_up(&mut walk).await?;
            self.runner.gateway.settle(walk.resolved().and_then(|resolved| resolved.project_id));
        }
        if !targets.iter().any(Target::is_named) {
            return Ok(targets.clone());
        }
        let mut walk = Walk::resolve(None, targets, limits, self.seed());
        self.look_up(&mut walk).await?;
        Ok(walk.resolved().map(|resolved| resolved.targets).unwrap_or_default())
    }

    async fn look_up(&self, walk: &mut Walk) -> Result<(), End> {
        let (outcome, _) = self.runner.run(walk, |_| {}).await;
        if outcome.end.status.is_good() {
            return Ok(());
        }
        let lines = self.runner.log.refused(outcome.end.status, std::slice::from_ref(&outcome.end.message));
        lines.iter().for_each(|line| self.runner.say(line));
        Err(outcome.end)
    }

    async fn deploy(&self, given: &Target, target: &Target, before: &[Part]) -> Part {
        let Plan { manner, limits, .. } = self.plan;
        let random = self.world().stamp().nonce;
        let walk = if self.plan.dry_run {
            Walk::read(target, manner, limits, seed(&random))
        } else {
            let workspace = self.runner.gateway.workspace();
            let (operation, dedupe_key) = (manner.operation, &manner.dedupe_key);
            let marker = Marker::new(operation, self.origin, &random, dedupe_key, &workspace, &target.value());
            Walk::deploy(target, marker, manner, limits, seed(&random))
        };
        let mut ids: Vec<String> = before.iter().map(|part| outputs::id(&part.outcome)).collect();
        ids.push(String::new());
        let known = |id: &str| {
            if let Some(last) = ids.last_mut() {
                id.clone_into(last);
            }
            let (name, value) = outputs::early(&ids, target.is_2024());
            self.world().output(name, &value);
        };
        self.errand(given.value(), given.label(), before.len(), walk, known).await
    }

    /// The workflow follows a deployment in which every target succeeded, or stands alone.
    async fn start(&self, targets: &[Part]) -> Option<Part> {
        let start = self.plan.start.as_ref()?;
        let (value, label) = (start.code.to_string(), format!("workflow-code {}", start.code));
        let all = |status| targets.iter().all(|part| part.outcome.end.status == status);
        let outcome = if self.plan.dry_run && all(Status::DryRun) {
            let said = format!("would call StartProcessInstance in {}", start.workspace);
            Outcome::of(End::new(Status::DryRun, said))
        } else if !all(Status::Success) || self.runner.is_interrupted() {
            Outcome::skipped("not started: it follows a deployment in which every target succeeds")
        } else {
            let walk = Walk::start(start, &self.plan.manner, &self.plan.limits, self.seed());
            return Some(self.errand(value, label, targets.len(), walk, |_| {}).await);
        };
        let part = Part { target: value, label, outcome, journal: Journal::default() };
        self.runner.log.end(&part, self.world().now()).iter().for_each(|line| self.runner.say(line));
        Some(part)
    }

    async fn errand(&self, target: String, label: String, nth: usize, mut walk: Walk, known: impl FnMut(&str)) -> Part {
        let log = self.runner.log;
        self.runner.say(&log.open(&label, nth, self.world().now()));
        let (outcome, journal) = self.runner.run(&mut walk, known).await;
        let part = Part { target, label, outcome, journal };
        let now = self.world().now();
        log.close(nth, now).into_iter().chain(log.end(&part, now)).for_each(|line| self.runner.say(&line));
        part
    }
}
