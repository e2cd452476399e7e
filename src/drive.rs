//! The order of things: names to ids, then the targets, then the workflow; in the one world there is.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use futures_util::{StreamExt as _, stream};

use crate::{
    errand::Runner,
    gateway::Gateway,
    model::{
        journal::Journal,
        marker::Marker,
        origin::Origin,
        outcome::{End, Outcome, Status},
        plan::{Plan, Target},
    },
    report::{Part, Tally, log::Log, outputs::Ids},
    walk::step::Walk,
    world::World,
};

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
    /// Whether a target went wrong.
    failed: Cell<bool>,
    ids: RefCell<Ids>,
}

/// Takes every errand of a plan to its end.
pub(crate) async fn drive<W: World>(plan: &Plan, origin: &Origin, log: Log, world: &W) -> Driven {
    let runner = Runner::new(world, Gateway::new(plan, world, log), log);
    let drive = Drive { runner, plan, origin, failed: Cell::default(), ids: RefCell::default() };
    let all = async {
        let targets = drive.targets().await;
        let workflow = drive.start(&targets).await;
        (targets, workflow)
    };
    let (targets, workflow) = tokio::select! {
        biased;
        all = all => all,
        never = drive.runner.listen() => match never {},
    };
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

    /// Every target, in the order given: so many at once as were asked for.
    async fn targets(&self) -> Vec<Part> {
        let given = &self.plan.targets;
        let resolved = match self.resolve().await {
            Ok(resolved) => resolved,
            Err(end) => return given.iter().map(|given| part(given, Outcome::of(end.clone()))).collect(),
        };
        // Two names may mean one thing: it is deployed once, and both fared alike.
        let mut firsts = HashMap::new();
        let firsts: Vec<usize> =
            resolved.iter().enumerate().map(|(nth, target)| *firsts.entry(target).or_insert(nth)).collect();
        let once = firsts.iter().enumerate().filter(|(nth, first)| nth == *first).map(|(nth, _)| nth);
        let under_way = once.filter_map(|nth| Some((nth, given.get(nth)?, resolved.get(nth)?)));
        let under_way =
            under_way.map(|(nth, given, target)| async move { (nth, self.target(nth, given, target).await) });
        let mut parts: HashMap<usize, Part> =
            stream::iter(under_way).buffer_unordered(self.runner.gateway.parallel()).collect().await;
        let mut all = Vec::new();
        for (nth, (given, first)) in given.iter().zip(firsts).enumerate() {
            let twin = all.get(first).map(|twin: &Part| part(given, twin.outcome.clone()));
            all.extend(parts.remove(&nth).or(twin));
        }
        all
    }

    /// One target, if it is still to be begun.
    async fn target(&self, nth: usize, given: &Target, target: &Target) -> Part {
        let part = if self.runner.is_interrupted() {
            return part(given, Outcome::skipped("not begun: interrupted"));
        } else if self.failed.get() && self.plan.fail_fast {
            return part(given, Outcome::skipped("not begun: another target failed (fail-fast)"));
        } else if self.runner.can_begin() {
            self.deploy(nth, given, target).await
        } else {
            let end = End::new(Status::TimedOut, "not begun: the request budget has no room for another target");
            part(given, Outcome::of(end))
        };
        if !part.outcome.end.status.is_good() {
            self.failed.set(true);
        }
        part
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
        let (outcome, _) = self.runner.run(walk, "", |_| {}).await;
        if outcome.end.status.is_good() {
            return Ok(());
        }
        self.runner.say(&self.runner.log.unresolved(self.world().now(), &outcome.end.message));
        Err(outcome.end)
    }

    async fn deploy(&self, nth: usize, given: &Target, target: &Target) -> Part {
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
        let known = |id: &str| {
            let output = self.ids.borrow_mut().known(nth, id, target.is_2024());
            output.iter().for_each(|(name, value)| self.world().output(name, value));
        };
        self.errand(given.value(), given.label(), nth, walk, known).await
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

    /// Lines of several errands at once cannot stand in groups: each line says whose it is.
    async fn errand(&self, target: String, label: String, nth: usize, mut walk: Walk, known: impl FnMut(&str)) -> Part {
        let log = self.runner.log;
        let is_alone = self.plan.limits.parallel.min(self.plan.targets.len()) <= 1;
        if is_alone {
            self.runner.say(&log.open(&label, nth, self.world().now()));
        }
        let whose = if is_alone { "" } else { &label };
        let (outcome, journal) = self.runner.run(&mut walk, whose, known).await;
        let part = Part { target, label, outcome, journal };
        let now = self.world().now();
        let close = log.close(nth, now).filter(|_| is_alone);
        close.into_iter().chain(log.end(&part, now)).for_each(|line| self.runner.say(&line));
        part
    }
}
