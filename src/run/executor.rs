//! The order of things: names to ids, then the targets, then the workflow; in the one world there is.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use futures_util::{StreamExt as _, stream};

use super::driver::Driver;
use crate::{
    client::{Client, notice::Notice},
    config::Config,
    engine::{flow::Flow, walk::Walk},
    model::{
        ci_run::CiRun,
        counts::RequestCounts,
        journal::Journal,
        marker::Marker,
        outcome::Outcome,
        reason::End,
        status::Status,
        target::{Target, TargetSpec},
    },
    report::{log::Log, outputs::Ids, reasons, step::TargetReport},
    world::World,
};

/// What came of it all.
pub(crate) struct Executed {
    /// Each target, in the order given.
    pub(crate) targets: Vec<TargetReport>,
    /// The workflow, where one was to be started.
    pub(crate) workflow: Option<TargetReport>,
    /// What was asked of the service.
    pub(crate) counts: RequestCounts,
    /// The exit code that a second signal asked for: leave at once, without reports.
    pub(crate) at_once: Option<u8>,
}

struct Executor<'a, W> {
    runner: Driver<'a, W>,
    config: &'a Config,
    ci_run: &'a CiRun,
    /// Whether a target went wrong.
    failed: Cell<bool>,
    ids: RefCell<Ids>,
}

/// Takes every errand of a plan to its end.
pub(crate) async fn execute<W: World>(config: &Config, ci_run: &CiRun, log: Log, world: &W) -> Executed {
    let notify = |notice: Notice| match notice {
        Notice::Warning(said) => world.say(&log.warning(&said)),
        Notice::Debug(said) => log.detail(world.now(), || said).iter().for_each(|line| world.say(line)),
        Notice::Mask(secret) => log.mask(&secret).iter().for_each(|line| world.say(line)),
    };
    let client = Client::new(&config.service, &config.source, &config.limits, world, &notify);
    let runner = Driver::new(world, client, log);
    let execute = Executor { runner, config, ci_run, failed: Cell::default(), ids: RefCell::default() };
    let all = async {
        let targets = execute.targets().await;
        let workflow = execute.start(&targets).await;
        (targets, workflow)
    };
    let (targets, workflow) = tokio::select! {
        biased;
        all = all => all,
        never = execute.runner.listen() => match never {},
    };
    Executed { targets, workflow, counts: execute.runner.client.counts(), at_once: execute.runner.at_once() }
}

fn part(given: &TargetSpec, outcome: Outcome) -> TargetReport {
    TargetReport { target: given.value(), label: given.label(), outcome, journal: Journal::default() }
}

/// A target of which nothing was deployed, because a name was not found: its own, or another's.
fn unresolved(given: &TargetSpec, end: &End, unclear: &[TargetSpec]) -> TargetReport {
    let is_to_blame = end.status != Status::Invalid || unclear.is_empty() || unclear.contains(given);
    let outcome = if is_to_blame {
        Outcome::of(end.clone())
    } else {
        Outcome::skipped("not begun: another target was not found")
    };
    part(given, outcome)
}

/// Jitter needs no secrecy, but two jobs that begin together should not try again together.
fn seed(nonce: &str) -> u64 {
    let digits = nonce.get(..16).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or(0)
}

impl<W: World> Executor<'_, W> {
    fn world(&self) -> &W {
        self.runner.world
    }

    fn seed(&self) -> u64 {
        seed(&self.world().stamp().nonce)
    }

    /// Every target, in the order given: so many at once as were asked for.
    async fn targets(&self) -> Vec<TargetReport> {
        let given = &self.config.targets;
        let resolved = match self.resolve().await {
            Ok(resolved) => resolved,
            Err((end, unclear)) => return given.iter().map(|given| unresolved(given, &end, &unclear)).collect(),
        };
        // Two names may mean one thing: it is deployed once, and both fared alike.
        let mut firsts = HashMap::new();
        let firsts: Vec<usize> =
            resolved.iter().enumerate().map(|(nth, target)| *firsts.entry(target).or_insert(nth)).collect();
        let once = firsts.iter().enumerate().filter(|(nth, first)| nth == *first).map(|(nth, _)| nth);
        let under_way = once.filter_map(|nth| Some((nth, given.get(nth)?, resolved.get(nth)?)));
        let under_way =
            under_way.map(|(nth, given, target)| async move { (nth, self.target(nth, given, target).await) });
        let mut parts: HashMap<usize, TargetReport> =
            stream::iter(under_way).buffer_unordered(self.runner.client.parallel()).collect().await;
        let mut all = Vec::new();
        for (nth, (given, first)) in given.iter().zip(firsts).enumerate() {
            let twin = all.get(first).map(|twin: &TargetReport| part(given, twin.outcome.clone()));
            all.extend(parts.remove(&nth).or(twin));
        }
        all
    }

    /// One target, if it is still to be begun.
    async fn target(&self, nth: usize, given: &TargetSpec, target: &Target) -> TargetReport {
        let part = if self.runner.is_interrupted() {
            return part(given, Outcome::skipped("not begun: interrupted"));
        } else if self.failed.get() && self.config.fail_fast {
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
    /// Where one cannot be: why, and which they are, if it is not all of them.
    async fn resolve(&self) -> Result<Vec<Target>, (End, Vec<TargetSpec>)> {
        let Config { targets, limits, service, .. } = self.config;
        let by_number = targets.iter().any(TargetSpec::is_2024) && service.project_id.is_none();
        if let Some(name) = service.project_identifier.as_deref().filter(|_| by_number) {
            let mut walk = Walk::resolve(Some(name), &[], limits, self.seed());
            self.look_up(&mut walk).await.map_err(|end| (end, Vec::new()))?;
            self.runner.client.set_project_id(walk.flow().resolved().project_id);
        }
        let mut walk = Walk::resolve(None, targets, limits, self.seed());
        let looked_up = self.look_up(&mut walk).await;
        let resolved = walk.flow().resolved().clone();
        looked_up.map(|()| resolved.targets).map_err(|end| (end, resolved.unclear))
    }

    async fn look_up<F: Flow + ?Sized>(&self, walk: &mut Walk<F>) -> Result<(), End> {
        let (outcome, _) = self.runner.run(walk, "", |_| {}).await;
        if outcome.end.status.is_good() {
            return Ok(());
        }
        self.runner.say(&self.runner.log.unresolved(self.world().now(), &reasons::message(&outcome.end)));
        Err(outcome.end)
    }

    async fn deploy(&self, nth: usize, given: &TargetSpec, target: &Target) -> TargetReport {
        let Config { options, limits, .. } = self.config;
        let random = self.world().stamp().nonce;
        let walk = if self.config.dry_run {
            Walk::read(target, options, limits, seed(&random))
        } else {
            let workspace = self.runner.client.workspace();
            let (operation, dedupe_key) = (options.operation, &options.dedupe_key);
            let marker = Marker::new(operation, self.ci_run, &random, dedupe_key, &workspace, &target.value());
            Walk::deploy(target, marker, options, limits, seed(&random))
        };
        let known = |id: &str| {
            let output = self.ids.borrow_mut().known(nth, id, target.is_2024());
            output.iter().for_each(|(name, value)| self.world().output(name, value));
        };
        self.running(given.value(), given.label(), nth, walk, known).await
    }

    /// The workflow follows a deployment in which every target succeeded, or stands alone.
    async fn start(&self, targets: &[TargetReport]) -> Option<TargetReport> {
        let start = self.config.start.as_ref()?;
        let (value, label) = (start.code.to_string(), format!("workflow-code {}", start.code));
        let all = |status| targets.iter().all(|part| part.outcome.end.status == status);
        let outcome = if self.config.dry_run && all(Status::DryRun) {
            let said = format!("would call StartProcessInstance in {}", start.workspace);
            Outcome::of(End::new(Status::DryRun, said))
        } else if !all(Status::Success) || self.runner.is_interrupted() {
            Outcome::skipped("not started: it follows a deployment in which every target succeeds")
        } else {
            let walk = Walk::start(start, &self.config.options, &self.config.limits, self.seed());
            return Some(self.running(value, label, targets.len(), walk, |_| {}).await);
        };
        let part = TargetReport { target: value, label, outcome, journal: Journal::default() };
        self.runner.log.end(&part, self.world().now()).iter().for_each(|line| self.runner.say(line));
        Some(part)
    }

    /// Lines of several errands at once cannot stand in groups: each line says whose it is.
    async fn running(
        &self,
        target: String,
        label: String,
        nth: usize,
        mut walk: Walk,
        known: impl FnMut(&str),
    ) -> TargetReport {
        let log = self.runner.log;
        let is_alone = self.config.limits.parallel.min(self.config.targets.len()) <= 1;
        if is_alone {
            self.runner.say(&log.open(&label, nth, self.world().now()));
        }
        let whose = if is_alone { "" } else { &label };
        let (outcome, journal) = self.runner.run(&mut walk, whose, known).await;
        let part = TargetReport { target, label, outcome, journal };
        let now = self.world().now();
        let close = log.close(nth, now).filter(|_| is_alone);
        close.into_iter().chain(log.end(&part, now)).for_each(|line| self.runner.say(&line));
        part
    }
}
