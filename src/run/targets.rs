//! The targets that the inputs name: all names are resolved before the first change, then each is deployed or followed.

use std::collections::HashMap;

use futures_util::{StreamExt as _, stream};

use super::step::{Step, seed, without_walk};
use crate::{
    config::Config,
    engine::walk::Walk,
    model::{
        marker::Marker,
        outcome::Outcome,
        reason::End,
        status::Status,
        target::{Target, TargetSpec},
    },
    report::step::TargetReport,
    world::World,
};

/// A target of which nothing was deployed, because a name was not found: its own, or another's.
fn unresolved(given: &TargetSpec, end: &End, unclear: &[TargetSpec]) -> TargetReport {
    let is_to_blame = end.status != Status::Invalid || unclear.is_empty() || unclear.contains(given);
    let outcome = if is_to_blame {
        Outcome::of(end.clone())
    } else {
        Outcome::skipped("not started: another target was not found")
    };
    without_walk(given, outcome)
}

impl<W: World> Step<'_, W> {
    /// Every target, and the runs after them, where there are any.
    pub(super) async fn targets(&self) -> Vec<TargetReport> {
        let given = &self.config.targets;
        let resolved = match self.resolve().await {
            Ok(resolved) => resolved,
            Err((end, unclear)) => return given.iter().map(|given| unresolved(given, &end, &unclear)).collect(),
        };
        let Some(plan) = &self.config.run_once else { return self.deploy_all(&resolved).await };
        match self.inspect(given, &resolved).await {
            Err(reports) => reports,
            Ok(objects) if plan.only => self.run_objects(plan, &objects, Self::not_deployed(given)).await,
            Ok(objects) => {
                let deployed = self.deploy_all(&resolved).await;
                self.run_objects(plan, &objects, deployed).await
            }
        }
    }

    /// Every target, in the order given: as many at once as the inputs allow.
    async fn deploy_all(&self, resolved: &[Target]) -> Vec<TargetReport> {
        let given = &self.config.targets;
        // Two names may mean one thing: it is deployed once, and both ended in the same way.
        let mut firsts = HashMap::new();
        let firsts: Vec<usize> =
            resolved.iter().enumerate().map(|(nth, target)| *firsts.entry(target).or_insert(nth)).collect();
        let once = firsts.iter().enumerate().filter(|(nth, first)| nth == *first).map(|(nth, _)| nth);
        let under_way = once.filter_map(|nth| Some((nth, given.get(nth)?, resolved.get(nth)?)));
        let under_way =
            under_way.map(|(nth, given, target)| async move { (nth, self.target(nth, given, target).await) });
        let mut parts: HashMap<usize, TargetReport> =
            stream::iter(under_way).buffer_unordered(self.driver.client.parallel()).collect().await;
        let mut all = Vec::new();
        for (nth, (given, first)) in given.iter().zip(firsts).enumerate() {
            let twin = all.get(first).map(|twin: &TargetReport| without_walk(given, twin.outcome.clone()));
            all.extend(parts.remove(&nth).or(twin));
        }
        all
    }

    /// One target, if it is still to be begun.
    async fn target(&self, nth: usize, given: &TargetSpec, target: &Target) -> TargetReport {
        let part = if self.driver.is_interrupted() {
            return without_walk(given, Outcome::skipped("not started: interrupted"));
        } else if self.failed.get() && self.config.fail_fast {
            return without_walk(given, Outcome::skipped("not started: another target failed (fail-fast)"));
        } else if self.driver.can_begin() {
            self.deploy(nth, given, target).await
        } else {
            let end = End::new(Status::TimedOut, "not started: the request budget has no room for another target");
            without_walk(given, Outcome::of(end))
        };
        if !part.outcome.end.status.is_good() {
            self.failed.set(true);
        }
        part
    }

    /// All names are resolved before the first change: the workspace first, since the other names are its own.
    /// Where one cannot be: why, and which they are, if it is not all of them.
    async fn resolve(&self) -> Result<Vec<Target>, (End, Vec<TargetSpec>)> {
        let Config { targets, limits, .. } = self.config;
        // The list of the tasks of a run takes the workspace by number only too.
        if self.config.run_once.is_some() || targets.iter().any(TargetSpec::is_2024) {
            self.find_project().await.map_err(|end| (end, Vec::new()))?;
        }
        let mut walk = Walk::resolve(None, targets, limits, self.seed());
        let looked_up = self.look_up(&mut walk).await;
        let resolved = walk.flow().resolved().clone();
        looked_up.map(|()| resolved.targets).map_err(|end| (end, resolved.unclear))
    }

    async fn deploy(&self, nth: usize, given: &TargetSpec, target: &Target) -> TargetReport {
        let Config { options, limits, .. } = self.config;
        let random = self.world().stamp().nonce;
        let walk = if self.config.dry_run {
            Walk::read(target, options, limits, seed(&random))
        } else {
            let workspace = self.driver.client.workspace();
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
}
