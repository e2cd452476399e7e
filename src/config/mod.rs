//! Reads the configuration from the environment: a [`Config`], or every input error at once.

mod applies;
mod certificates;
pub mod ci;
mod ci_facts;
mod conflicts;
mod credentials;
pub mod env;
pub mod error;
pub mod files;
mod given;
pub mod inputs;
mod job_clock;
mod limits;
mod midnight;
mod noted;
mod proxies;
mod report_files;
mod row;
mod run_dates;
mod run_inputs;
mod run_once;
mod service;
pub mod source;
pub mod spelling;
mod target_kind;
mod targets;
mod targets_file;
pub mod unknown;
pub mod value;

use std::{path::Path, time::SystemTime};

use self::{
    ci::Ci,
    credentials::Search,
    env::Environment,
    error::InputError,
    files::Files,
    inputs::Inputs,
    noted::NotedFiles,
    source::SourceConfig,
    spelling::{spelled, spelled_error},
    value::{Region, Task},
};
use crate::model::{
    ci_run::CiRun,
    credential_source::CredentialSource,
    options::{DeployOptions, EarlierRuns, Limits, LogLevel, ObjectWrite, Operation},
    proxies::Proxies,
    reason::End,
    run_plan::RunPlan,
    secret::is_word,
    service::ServiceConfig,
    status::Status,
    target::TargetSpec,
    workflow_start::WorkflowStart,
};

/// A whole step as the inputs ask for it.
#[derive(Debug)]
pub struct Config {
    /// What to deploy, in order.
    pub targets: Vec<TargetSpec>,
    /// The repository, where it says what to deploy.
    pub repository: Option<SourceConfig>,
    /// What runs once in production after them.
    pub run_once: Option<RunPlan>,
    /// The workflow to start after them.
    pub start: Option<WorkflowStart>,
    /// The endpoints and the workspace.
    pub service: ServiceConfig,
    /// Where the credentials come from.
    pub source: CredentialSource,
    /// How targets are deployed.
    pub options: DeployOptions,
    /// How much time and how many requests the step may take.
    pub limits: Limits,
    /// The certificates that are trusted in addition to the built-in roots, each in DER.
    pub certificates: Vec<Vec<u8>>,
    /// Through which proxy each request goes.
    pub proxies: Proxies,
    /// Whether nothing is to be changed.
    pub dry_run: bool,
    /// Whether a failure keeps the targets behind it from being started.
    pub fail_fast: bool,
    /// How much the log says.
    pub log_level: LogLevel,
    /// What a user should know before anything begins.
    pub warnings: Vec<String>,
}

/// Why there is no configuration, and what else a user should know.
#[derive(Debug)]
pub struct Rejection {
    /// Why.
    pub cause: Cause,
    /// As [`Config::warnings`].
    pub warnings: Vec<String>,
    /// The inputs of which the file must not be written: it is the file of something else.
    pub not_written: Vec<&'static str>,
}

/// Why there is no configuration.
#[derive(Debug)]
pub enum Cause {
    /// The inputs are wrong.
    Errors(Vec<InputError>),
    /// They are right, but there are no credentials; how a user can give some.
    NoCredentials(String),
}

impl Rejection {
    /// Every error; a missing credential is one of no input.
    pub fn errors(&self) -> Vec<InputError> {
        match &self.cause {
            Cause::Errors(errors) => errors.clone(),
            Cause::NoCredentials(ways) => vec![InputError::general(ways.clone())],
        }
    }

    /// The same with each input in the CI's spelling.
    #[must_use]
    pub fn spelled(self, ci: Ci) -> Self {
        let cause = match self.cause {
            Cause::Errors(errors) => Cause::Errors(errors.iter().map(|error| spelled_error(error, ci)).collect()),
            Cause::NoCredentials(ways) => Cause::NoCredentials(spelled(&ways, ci)),
        };
        let warnings = self.warnings.iter().map(|warning| spelled(warning, ci)).collect();
        Self { cause, warnings, ..self }
    }

    /// One message per error.
    pub fn messages(&self) -> Vec<String> {
        self.errors().iter().map(ToString::to_string).collect()
    }

    /// How the step ends by it.
    pub fn end(&self) -> End {
        let status = match self.cause {
            Cause::Errors(_) => Status::Invalid,
            Cause::NoCredentials(_) => Status::Denied,
        };
        End::new(status, self.messages().join("; "))
    }
}

impl Config {
    /// The same with each input in the CI's spelling.
    #[must_use]
    pub fn spelled(self, ci: Ci) -> Self {
        Self { warnings: self.warnings.iter().map(|warning| spelled(warning, ci)).collect(), ..self }
    }

    /// Reads the configuration.
    ///
    /// # Errors
    /// Every input error at once; else, that there are no credentials.
    pub fn read(
        inputs: &Inputs,
        environment: &Environment,
        ci_run: &CiRun,
        now: SystemTime,
        files: &impl Files,
    ) -> Result<Self, Rejection> {
        let files = &NotedFiles::new(files);
        let mut errors = inputs.errors(environment);
        let mut warnings = Vec::new();
        unknown::check(environment, &mut errors, &mut warnings);
        let read =
            |path: &Path| files.read(path).and_then(|text| text.ok_or_else(|| "there is no such file".to_owned()));
        let targets = targets::read(inputs, read, &mut errors);
        let repository = source::read(inputs, files, &mut errors, &mut warnings);
        let is_export = inputs.operation.value() == Some(&Task::Export);
        let deploys = targets.iter().any(TargetSpec::is_new) && !inputs.dry_run.or_default() && !is_export;
        let region = service::region(inputs, environment).filter(|_| deploys);
        warnings.extend(midnight::warning(region.as_deref(), now));
        let start = start(inputs, environment, &mut errors);
        let submits = inputs.submit.or_default();
        applies::check(inputs, environment, &targets, &mut errors);
        conflicts::check(inputs, &targets, &mut errors);
        run_dates::check(inputs, now, &mut errors);
        let service = service::read(inputs, environment, &targets, start.is_some(), &mut errors, &mut warnings);
        let limits = limits::read(inputs, ci_run, &mut warnings);
        let certificates = certificates::read(inputs, environment, files, &mut errors, &mut warnings);
        let proxies = proxies::read(environment, &mut errors);
        let search = credentials::search(inputs, environment, ci_run, files, &mut errors, &mut warnings);
        // Last, when every file that the step reads is known.
        let not_written = report_files::check(inputs, environment, files, search.found(), &mut errors);
        let source = match search {
            Search::Nothing(ways) if errors.is_empty() => {
                return Err(Rejection { cause: Cause::NoCredentials(ways), warnings, not_written });
            }
            Search::Found(source) if errors.is_empty() => source,
            Search::Found(_) | Search::Nothing(_) | Search::Wrong => {
                return Err(Rejection { cause: Cause::Errors(errors), warnings, not_written });
            }
        };
        let usual = if ci_run.debug { LogLevel::Debug } else { LogLevel::Info };
        Ok(Self {
            run_once: run_once::read(inputs, limits.timeout, now),
            targets,
            repository,
            start,
            service,
            source,
            options: DeployOptions {
                operation: operation(inputs.operation.or_default()),
                submit: submits,
                skip_check: inputs.skip_check.or_default(),
                until_stage: inputs.until_stage.value().cloned(),
                comment: inputs.comment.value().cloned().unwrap_or_else(|| ci_run.comment()),
                dedupe_key: inputs.dedupe_key.or_default(),
                object_write: ObjectWrite::None,
                earlier_runs: if ci_run.is_later_attempt { EarlierRuns::MayShowLate } else { EarlierRuns::Listed },
                when_busy: inputs.when_busy.or_default(),
                on_timeout: inputs.on_timeout.or_default(),
                on_cancel: inputs.on_cancel.or_default(),
            },
            limits,
            certificates,
            proxies,
            dry_run: inputs.dry_run.or_default(),
            fail_fast: inputs.fail_fast.or_default(),
            log_level: inputs.log_level.value().copied().unwrap_or(usual),
            warnings,
        })
    }
}

/// What a pipeline run is to do; an export makes none.
fn operation(task: Task) -> Operation {
    match task {
        Task::Deploy(operation) => operation,
        Task::Export => Operation::Online,
    }
}

fn start(inputs: &Inputs, environment: &Environment, errors: &mut Vec<InputError>) -> Option<WorkflowStart> {
    let code = *inputs.workflow_code.value()?;
    if !inputs.workflow_workspace_id.is_given() {
        errors.push(InputError::new(
            "workflow-workspace-id",
            "needed with workflow-code: the id of its workspace, w-...",
        ));
    }
    if let Some(given) = inputs.workflow_workspace_id.value().filter(|given| !is_word(given)) {
        errors.push(InputError::shape("workflow-workspace-id", given, "the id of its workspace, w-..."));
    }
    Some(WorkflowStart {
        code,
        workspace: inputs.workflow_workspace_id.or_default(),
        region: inputs
            .workflow_region
            .value()
            .map(|Region(region)| region.clone())
            .or_else(|| service::region(inputs, environment)),
        namespace: inputs.workflow_namespace.or_default(),
        version: inputs.workflow_version.value().copied(),
        version_hash: inputs.workflow_version_hash.value().cloned(),
        queue: inputs.workflow_queue.value().cloned(),
        prod: inputs.workflow_prod.value().copied(),
        run_mode: inputs.workflow_run_mode.value().cloned(),
        comments: inputs.workflow_comments.value().cloned(),
        email: inputs.workflow_email.value().cloned(),
        interval: inputs.workflow_interval.value().cloned(),
        action: inputs.workflow_action.value().cloned(),
        parallelism: inputs.workflow_parallelism.value().copied(),
    })
}
