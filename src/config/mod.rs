//! What is to be done: inputs become a plan, or every mistake at once.

mod applies;
pub mod ci;
mod credentials;
pub mod env;
pub mod error;
mod given;
pub mod inputs;
mod limits;
mod midnight;
mod service;
mod target_kind;
mod targets;
mod targets_file;
pub mod value;

use self::credentials::Search;
use std::{path::Path, time::SystemTime};

use self::{
    env::Environment,
    error::InputError,
    inputs::{Inputs, unknown_variables},
};
use crate::model::options::DeployOptions;
use crate::model::options::Limits;
use crate::model::service::ServiceConfig;
use crate::model::target::TargetSpec;
use crate::model::{
    ci_run::CiRun, credential_source::CredentialSource, options::LogLevel, workflow_start::WorkflowStart,
};

/// A whole step, with nothing left to decide but what the service decides.
#[derive(Debug)]
pub struct Config {
    /// What to deploy, in order.
    pub targets: Vec<TargetSpec>,
    /// The workflow to start after them.
    pub start: Option<WorkflowStart>,
    /// Where.
    pub service: ServiceConfig,
    /// As whom.
    pub source: CredentialSource,
    /// In which manner.
    pub options: DeployOptions,
    /// Within which limits.
    pub limits: Limits,
    /// Whether nothing is to be changed.
    pub dry_run: bool,
    /// Whether a failure keeps the targets behind it from being started.
    pub fail_fast: bool,
    /// How much the log says.
    pub log_level: LogLevel,
    /// What a user should know before anything begins.
    pub warnings: Vec<String>,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum Rejection {
    /// The inputs are wrong.
    Mistakes(Vec<InputError>),
    /// They are right, but nobody said who we are; what a user can give.
    NoCredentials(String),
}

impl Config {
    /// The plan, unless the world has mistakes to tell besides; they join those of the inputs.
    pub fn unless(plan: Result<Self, Rejection>, besides: Vec<InputError>) -> Result<Self, Rejection> {
        match plan {
            Err(Rejection::Mistakes(errors)) => Err(Rejection::Mistakes([errors, besides].concat())),
            Ok(_) | Err(Rejection::NoCredentials(_)) if !besides.is_empty() => Err(Rejection::Mistakes(besides)),
            plan => plan,
        }
    }

    /// Makes a plan of the inputs, or tells every mistake at once.
    ///
    /// `read` gives the text of a file that an input names, or why it cannot.
    pub fn of(
        inputs: &Inputs,
        environment: &Environment,
        ci_run: &CiRun,
        now: SystemTime,
        read: impl Fn(&Path) -> Result<String, String>,
    ) -> Result<Self, Rejection> {
        let mut errors = inputs.errors(environment);
        let mut warnings: Vec<String> = unknown_variables(environment)
            .into_iter()
            .map(|(name, nearest)| {
                format!("{name} is no input of dataworks-deploy and is ignored; the nearest is {nearest}")
            })
            .collect();
        let targets = targets::read(inputs, read, &mut errors);
        let deploys = targets.iter().any(TargetSpec::is_new) && !inputs.dry_run.or_default();
        let region = service::region(inputs, environment).filter(|_| deploys);
        warnings.extend(midnight::warning(region.as_deref(), now));
        let start = start(inputs, environment, &mut errors);
        let submits = inputs.submit.or_default();
        applies::check(environment, &targets, submits, inputs.workflow_code.is_given(), &mut errors);
        let service = service::read(inputs, environment, &targets, start.is_some(), &mut errors, &mut warnings);
        let limits = limits::read(inputs, ci_run, &mut warnings);
        let search = credentials::search(inputs, environment, ci_run, &mut errors, &mut warnings);
        let source = match search {
            Search::Nothing(said) if errors.is_empty() => return Err(Rejection::NoCredentials(said)),
            Search::Found(source) if errors.is_empty() => source,
            Search::Found(_) | Search::Nothing(_) | Search::Wrong => return Err(Rejection::Mistakes(errors)),
        };
        let usual = if ci_run.debug { LogLevel::Debug } else { LogLevel::Info };
        Ok(Self {
            targets,
            start,
            service,
            source,
            options: DeployOptions {
                operation: inputs.operation.or_default(),
                submit: submits,
                skip_check: inputs.skip_check.or_default(),
                until_stage: inputs.until_stage.value().cloned(),
                comment: inputs.comment.value().cloned().unwrap_or_else(|| ci_run.comment()),
                dedupe_key: inputs.dedupe_key.or_default(),
                when_busy: inputs.when_busy.or_default(),
                on_timeout: inputs.on_timeout.or_default(),
                on_cancel: inputs.on_cancel.or_default(),
            },
            limits,
            dry_run: inputs.dry_run.or_default(),
            fail_fast: inputs.fail_fast.or_default(),
            log_level: inputs.log_level.value().copied().unwrap_or(usual),
            warnings,
        })
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
    Some(WorkflowStart {
        code,
        workspace: inputs.workflow_workspace_id.or_default(),
        region: inputs.workflow_region.value().cloned().or_else(|| service::region(inputs, environment)),
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
