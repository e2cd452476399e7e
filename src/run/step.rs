//! One step: what its parts share: the driver, the configuration, the ids that are known, whether a target has failed.

use std::cell::{Cell, RefCell};

use super::driver::Driver;
use crate::{
    config::Config,
    engine::walk::Walk,
    model::{
        ci_run::CiRun,
        journal::Journal,
        marker::Marker,
        options::{DeployOptions, Limits, ObjectWrite},
        outcome::Outcome,
        reason::End,
        target::{Target, TargetSpec},
    },
    report::{outputs::Ids, run_once::InstanceIds, step::TargetReport},
    world::World,
};

/// The step under way.
pub(super) struct Step<'a, W> {
    pub(super) driver: Driver<'a, W>,
    pub(super) config: &'a Config,
    pub(super) ci_run: &'a CiRun,
    /// Whether a target went wrong.
    pub(super) failed: Cell<bool>,
    /// Whether `source` has written something.
    pub(super) has_written: Cell<bool>,
    pub(super) ids: RefCell<Ids>,
    /// The ids of the runs in production.
    pub(super) instances: RefCell<InstanceIds>,
}

/// The report of a target that no walk was made for.
pub(super) fn without_walk(given: &TargetSpec, outcome: Outcome) -> TargetReport {
    TargetReport { target: given.value(), label: given.label(), outcome, journal: Journal::default() }
}

/// Jitter needs no secrecy, but two jobs that begin together should not try again together.
pub(super) fn seed(nonce: &str) -> u64 {
    let digits = nonce.get(..16).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or(0)
}

impl<W: World> Step<'_, W> {
    pub(super) fn world(&self) -> &W {
        self.driver.world
    }

    pub(super) fn seed(&self) -> u64 {
        seed(&self.world().stamp().nonce)
    }

    /// Takes a walk to its end.
    pub(super) async fn drive(&self, walk: &mut Walk, whose: &str) -> (Outcome, Journal) {
        self.driver.run(walk, whose, |_| {}).await
    }

    /// Deploys one object by a pipeline run of its own.
    pub(super) async fn deploy_object(
        &self,
        nth: usize,
        label: &str,
        object: &str,
        object_write: ObjectWrite,
        marker: Marker,
    ) -> (Outcome, Journal) {
        let target = Target::Object(object.to_owned());
        let Config { options, limits, .. } = self.config;
        let options = DeployOptions { object_write, ..options.clone() };
        let mut walk = Walk::deploy(&target, marker, &options, limits, self.seed());
        walk.set_after_write(self.has_written.get());
        let known = |id: &str| {
            self.has_written.set(true);
            let output = self.ids.borrow_mut().known(nth, id, true);
            output.iter().for_each(|(name, value)| self.world().output(name, value));
        };
        self.driver.run(&mut walk, label, known).await
    }

    /// The marker of this CI run for an object.
    pub(super) fn marker(&self, object: &str) -> Marker {
        let (options, random) = (&self.config.options, self.world().stamp().nonce);
        let workspace = self.driver.client.workspace();
        // In a shell no CI names the repository: the folders identify it, or every push would meet runs that are not
        // ours.
        let folders = || self.config.repository.as_ref().map(|source| source.given.join(","));
        let repository = self.ci_run.repository.clone().or_else(folders);
        let ci_run = CiRun { repository, ..self.ci_run.clone() };
        Marker::new(options.operation, &ci_run, &random, &options.dedupe_key, &workspace, object)
    }

    pub(super) fn say(&self, line: &str) {
        self.driver.say(line);
    }

    /// How a target ended.
    pub(super) fn say_end(&self, part: &TargetReport) {
        self.driver.log.end(part, self.world().now()).iter().for_each(|line| self.driver.say(line));
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.config.limits
    }

    pub(super) fn is_later_attempt(&self) -> bool {
        self.ci_run.is_later_attempt
    }

    pub(super) fn is_dry_run(&self) -> bool {
        self.config.dry_run
    }

    pub(super) fn fails_fast(&self) -> bool {
        self.config.fail_fast
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.driver.is_interrupted()
    }

    pub(super) fn can_begin(&self) -> bool {
        self.driver.can_begin()
    }

    /// How many walks at once.
    pub(super) fn parallel(&self) -> usize {
        self.driver.client.parallel()
    }

    /// The number of the workspace, which 2024-05-18 needs, where only its name was given.
    pub(super) async fn find_project(&self) -> Result<(), End> {
        let service = &self.config.service;
        if let Some(name) = service.project_identifier.as_deref().filter(|_| service.project_id.is_none()) {
            let mut walk = Walk::resolve(Some(name), &[], &self.config.limits, self.seed());
            self.look_up(&mut walk).await?;
            self.driver.client.set_project_id(walk.flow().resolved().project_id);
        }
        Ok(())
    }

    pub(super) async fn look_up(&self, walk: &mut Walk) -> Result<(), End> {
        let (outcome, _) = self.driver.run(walk, "", |_| {}).await;
        if outcome.end.status.is_good() {
            return Ok(());
        }
        self.driver.say(&self.driver.log.unresolved(self.world().now(), &self.driver.log.why(&outcome.end)));
        Err(outcome.end)
    }

    /// Lines of several walks at the same time cannot be grouped: each line names its target.
    pub(super) async fn running(
        &self,
        target: String,
        label: String,
        nth: usize,
        mut walk: Box<Walk>,
        known: impl FnMut(&str),
    ) -> TargetReport {
        let log = self.driver.log;
        let is_alone = self.config.limits.parallel.min(self.config.targets.len()) <= 1;
        if is_alone {
            self.driver.say(&log.open(&label, nth, self.world().now()));
        }
        let whose = if is_alone { "" } else { &label };
        let (outcome, journal) = self.driver.run(&mut walk, whose, known).await;
        let part = TargetReport { target, label, outcome, journal };
        let now = self.world().now();
        let close = log.close(nth, now).filter(|_| is_alone);
        close.into_iter().chain(log.end(&part, now)).for_each(|line| self.driver.say(&line));
        part
    }
}
