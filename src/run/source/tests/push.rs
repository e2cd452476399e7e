//! One push of a folder, from its configuration to how it ended.

use std::time::{Duration, SystemTime};

use super::{
    repository::Folder,
    world::{Cloud, Happening, Moment, Step},
};
use crate::{
    config::{Config, ci::Ci, source::SourceConfig},
    model::{
        ci_run::CiRun,
        credential_source::CredentialSource,
        duration::Elapsed,
        endpoint::Endpoint,
        options::{DeployOptions, EarlierRuns, Interval, Limits, LogLevel, OnDrift},
        proxies::Proxies,
        secret::{Keys, Secret},
        service::{ServiceConfig, Signature},
        status::Status,
    },
    report::{
        log::Log,
        plan::PlanReport,
        reasons,
        step::{Context, Report},
    },
    run::{executor::execute, source::Pushed},
};

/// How the step is started.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) on_drift: OnDrift,
    pub(super) parallel: usize,
    pub(super) fail_fast: bool,
    pub(super) timeout: Duration,
    /// The number of the CI run.
    pub(super) run: u32,
    /// Whether the CI tells that it is tried again.
    pub(super) is_later_attempt: bool,
}

/// How it ended.
pub(super) struct Ended {
    pub(super) status: Status,
    pub(super) plan: Option<PlanReport>,
    /// Each unit that was deployed, or was to be.
    pub(super) targets: Vec<(String, Status)>,
    pub(super) took: Elapsed,
    pub(super) requests: usize,
    pub(super) log: String,
}

impl Default for Push {
    fn default() -> Self {
        Self {
            on_drift: OnDrift::Fail,
            parallel: 1,
            fail_fast: true,
            timeout: Duration::from_secs(1800),
            run: 1,
            is_later_attempt: false,
        }
    }
}

impl Push {
    fn config(&self, folder: &Folder) -> Config {
        let repository = folder.read();
        let (given, on_drift) = (vec!["warehouse".to_owned()], self.on_drift);
        Config {
            targets: Vec::new(),
            repository: Some(SourceConfig { repository, on_drift, given, is_export: false }),
            run_once: None,
            start: None,
            service: ServiceConfig {
                dataworks: Endpoint::parse("dataworks.example"),
                spark: None,
                signature: Signature::default(),
                project_id: Some(10_000),
                project_identifier: None,
            },
            source: CredentialSource::Given(Keys { id: "LTAI".into(), secret: Secret::new("s3cret"), token: None }),
            options: DeployOptions {
                comment: "a comment".into(),
                earlier_runs: if self.is_later_attempt { EarlierRuns::MayShowLate } else { EarlierRuns::Listed },
                ..DeployOptions::default()
            },
            limits: Limits {
                timeout: self.timeout,
                approval: self.timeout,
                request: Duration::from_secs(10),
                poll: Interval { shortest: Duration::from_secs(2), longest: Duration::from_secs(30) },
                parallel: self.parallel,
                ..Limits::default()
            },
            certificates: Vec::new(),
            proxies: Proxies::default(),
            dry_run: false,
            fail_fast: self.fail_fast,
            log_level: LogLevel::Info,
            warnings: Vec::new(),
        }
    }

    fn ci_run(&self) -> CiRun {
        CiRun {
            ci: "sim",
            repository: Some("acme/warehouse".into()),
            run: Some(self.run.to_string()),
            is_later_attempt: self.is_later_attempt,
            ..CiRun::default()
        }
    }

    /// Runs the step; `None`: it was killed.
    pub(super) fn go(
        &self,
        folder: &Folder,
        cloud: &Cloud,
        seed: u64,
        faulty: u32,
        happenings: Vec<(Moment, Happening)>,
    ) -> Option<Ended> {
        let step = Step::new(cloud, seed, faulty, happenings);
        let ended = cloud.clock.run(self.end(folder, &step), || step.is_killed.get());
        // What was on its way arrives, whether or not the step lives.
        cloud.arrive(Elapsed::MAX);
        ended
    }

    /// Without faults and with nobody in between.
    pub(super) fn undisturbed(&self, folder: &Folder, cloud: &Cloud) -> Ended {
        self.go(folder, cloud, 0, 0, Vec::new()).unwrap()
    }

    /// The step in its world, to its end.
    pub(super) async fn end(&self, folder: &Folder, step: &Step<'_>) -> Ended {
        let (config, ci_run) = (self.config(folder), self.ci_run());
        let log = Log::new(Ci::Other, SystemTime::UNIX_EPOCH);
        let executed = execute(&config, &ci_run, log, step).await;
        let Pushed { plan, targets, .. } = executed.pushed;
        let report = Report::new(targets, executed.workflow, executed.counts, Context::default());
        let report = Report { plan, ..report };
        for part in &report.targets {
            step.cloud.tell(&format!("{} ended: {}", part.target, reasons::message(&part.outcome.end)));
        }
        let targets = report.targets.iter().map(|part| (part.target.clone(), part.outcome.end.status)).collect();
        Ended {
            status: report.status(),
            plan: report.plan,
            targets,
            took: step.cloud.clock.now() - step.began,
            requests: step.requests(),
            log: step.lines.borrow().join("\n"),
        }
    }
}
