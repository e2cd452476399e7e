//! What is to be done: inputs become a plan, or every mistake at once.

mod honour;
mod identity;
mod limits;
mod listed;
mod night;
mod service;
mod targets;

use self::identity::Search;
pub use self::{limits::Limits, service::Service, targets::Target};

use std::{path::Path, time::SystemTime};

use super::{
    accept::{LogLevel, Operation, Parting, WhenBusy},
    environment::Environment,
    inputs::{Inputs, unknown_variables},
    mistake::Mistake,
    origin::Origin,
    source::Source,
    start::Start,
};

/// A whole step, with nothing left to decide but what the service decides.
#[derive(Debug)]
pub struct Plan {
    /// What to deploy, in order.
    pub targets: Vec<Target>,
    /// The workflow to start after them.
    pub start: Option<Start>,
    /// Where.
    pub service: Service,
    /// As whom.
    pub source: Source,
    /// In which manner.
    pub manner: Manner,
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

/// In which manner targets are deployed.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// What a pipeline run is to do.
    pub operation: Operation,
    /// Whether uncommitted edits are submitted first.
    pub submit: bool,
    /// Whether the check of that submission is skipped.
    pub skip_check: bool,
    /// Where to stop.
    pub until_stage: Option<String>,
    /// What a deployment is told of its origin.
    pub comment: String,
    /// Tells apart the legs of a matrix.
    pub dedupe_key: String,
    /// What to do about somebody else's run.
    pub when_busy: WhenBusy,
    /// What becomes of a run when time runs out.
    pub on_timeout: Parting,
    /// What becomes of a run when the job is cancelled.
    pub on_cancel: Parting,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum Rejection {
    /// The inputs are wrong.
    Mistakes(Vec<Mistake>),
    /// They are right, but nobody said who we are; what a user can give.
    NoCredentials(String),
}

impl Plan {
    /// The plan, unless the world has mistakes to tell besides; they join those of the inputs.
    pub fn unless(plan: Result<Self, Rejection>, besides: Vec<Mistake>) -> Result<Self, Rejection> {
        match plan {
            Err(Rejection::Mistakes(mistakes)) => Err(Rejection::Mistakes([mistakes, besides].concat())),
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
        origin: &Origin,
        now: SystemTime,
        read: impl Fn(&Path) -> Result<String, String>,
    ) -> Result<Self, Rejection> {
        let mut mistakes = inputs.mistakes(environment);
        let mut warnings: Vec<String> = unknown_variables(environment)
            .into_iter()
            .map(|(name, nearest)| {
                format!("{name} is no input of dataworks-deploy and is ignored; the nearest is {nearest}")
            })
            .collect();
        let targets = targets::of(inputs, read, &mut mistakes);
        let deploys = targets.iter().any(Target::is_new) && !inputs.dry_run.or_default();
        let region = service::region(inputs, environment).filter(|_| deploys);
        warnings.extend(night::warning(region.as_deref(), now));
        let start = start(inputs, environment, &mut mistakes);
        let submits = inputs.submit.or_default();
        honour::check(environment, &targets, submits, inputs.workflow_code.is_given(), &mut mistakes);
        let service = Service::of(inputs, environment, &targets, start.is_some(), &mut mistakes, &mut warnings);
        let limits = Limits::of(inputs, origin, &mut warnings);
        let search = identity::search(inputs, environment, origin, &mut mistakes, &mut warnings);
        let source = match search {
            Search::Nothing(said) if mistakes.is_empty() => return Err(Rejection::NoCredentials(said)),
            Search::Found(source) if mistakes.is_empty() => source,
            Search::Found(_) | Search::Nothing(_) | Search::Wrong => return Err(Rejection::Mistakes(mistakes)),
        };
        let usual = if origin.debug { LogLevel::Debug } else { LogLevel::Info };
        Ok(Self {
            targets,
            start,
            service,
            source,
            manner: Manner {
                operation: inputs.operation.or_default(),
                submit: submits,
                skip_check: inputs.skip_check.or_default(),
                until_stage: inputs.until_stage.value().cloned(),
                comment: inputs.comment.value().cloned().unwrap_or_else(|| origin.comment()),
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

fn start(inputs: &Inputs, environment: &Environment, mistakes: &mut Vec<Mistake>) -> Option<Start> {
    let code = *inputs.workflow_code.value()?;
    if !inputs.workflow_workspace_id.is_given() {
        mistakes
            .push(Mistake::new("workflow-workspace-id", "needed with workflow-code: the id of its workspace, w-..."));
    }
    Some(Start {
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
