//! The order of a step: the push of `source` or the targets, then the workflow.

use std::cell::{Cell, RefCell};

use super::{
    driver::Driver,
    source::{Push, Pushed},
    step::Step,
};
use crate::{
    client::{Client, notice::Notice},
    config::{Config, source::SourceConfig},
    engine::walk::Walk,
    model::{
        ci_run::CiRun, counts::RequestCounts, journal::Journal, outcome::Outcome, reason::End, scrub::Secrets,
        status::Status,
    },
    report::{beginning, log::Log, step::TargetReport},
    world::World,
};

/// The result of the step.
pub(crate) struct Executed {
    /// Each target, in the order given; of `source` the plan, too.
    pub(crate) pushed: Pushed,
    /// The workflow, where one was to be started.
    pub(crate) workflow: Option<TargetReport>,
    /// What was asked of the service.
    pub(crate) counts: RequestCounts,
    /// The exit code that a second signal asked for: leave at once, without reports.
    pub(crate) at_once: Option<u8>,
}

/// Drives every walk of a plan to its end.
pub(crate) async fn execute<W: World>(config: &Config, ci_run: &CiRun, log: Log, world: &W) -> Executed {
    let notify = |notice: Notice| match notice {
        Notice::Warning(said) => world.say(&log.warning(&said)),
        Notice::Debug(said) => log.detail(world.now(), || said).iter().for_each(|line| world.say(line)),
        Notice::Keys(id) => world.say(&beginning::second(&id, world.now())),
        Notice::Mask(secret) => {
            world.hide(&secret);
            log.mask(&secret).iter().for_each(|line| world.say(line));
        }
    };
    let mut hidden = Secrets::default();
    config.repository.iter().flat_map(SourceConfig::secrets).for_each(|secret| hidden.add(secret));
    let client = Client::new(&config.service, &config.source, &config.limits, world, &notify).hiding(hidden);
    let driver = Driver::new(world, client, log);
    let step = Step {
        driver,
        config,
        ci_run,
        failed: Cell::default(),
        has_written: Cell::default(),
        ids: RefCell::default(),
        instances: RefCell::default(),
    };
    let all = async {
        let pushed = step.push().await;
        let pushed = match pushed {
            Some(pushed) => pushed,
            None => Pushed { targets: step.targets().await, ..Pushed::default() },
        };
        let workflow = step.start(&pushed).await;
        (pushed, workflow)
    };
    let (pushed, workflow) = tokio::select! {
        biased;
        all = all => all,
        never = step.driver.listen() => match never {},
    };
    Executed { pushed, workflow, counts: step.driver.client.counts(), at_once: step.driver.at_once() }
}

impl<W: World> Step<'_, W> {
    /// `source`: the plan, and each unit that was deployed.
    async fn push(&self) -> Option<Pushed> {
        let source = self.config.repository.as_ref()?;
        let failed = |target: TargetReport| Pushed { targets: vec![target], ..Pushed::default() };
        // Of the workspace's number the look-up has said it.
        if let Err(end) = self.find_project().await {
            return Some(failed(unplanned(source, end)));
        }
        let pushed = Push::new(self, source).run().await;
        Some(pushed.unwrap_or_else(|end| {
            let target = unplanned(source, end);
            self.say_end(&target);
            failed(target)
        }))
    }

    /// The workflow follows a deployment in which every target succeeded, or is started alone.
    async fn start(&self, pushed: &Pushed) -> Option<TargetReport> {
        let start = self.config.start.as_ref()?;
        let (value, label) = (start.code.to_string(), format!("workflow-code {}", start.code));
        let targets = &pushed.targets;
        let plan = pushed.plan.as_ref().map(|plan| plan.end.status);
        let all = |status| targets.iter().map(|part| part.outcome.end.status).chain(plan).all(|one| one == status);
        let outcome = if self.config.dry_run && all(Status::DryRun) {
            let said = format!("would call StartProcessInstance in {}", start.workspace);
            Outcome::of(End::new(Status::DryRun, said))
        } else if !all(Status::Success) || self.driver.is_interrupted() {
            Outcome::skipped("not started: a workflow starts only after every target has succeeded")
        } else {
            let walk = Walk::start(start, &self.config.options, &self.config.limits, self.seed());
            return Some(self.running(value, label, targets.len(), walk, |_| {}).await);
        };
        let part = TargetReport { target: value, label, outcome, journal: Journal::default() };
        self.say_end(&part);
        Some(part)
    }
}

/// A push of which there is no plan has itself for a target, so that it has an end.
fn unplanned(source: &SourceConfig, end: End) -> TargetReport {
    let label = source.label();
    TargetReport { target: label.clone(), label, outcome: Outcome::of(end), journal: Journal::default() }
}
