//! What is known of a target when it ended.

use super::{
    answer::{Item, StartReply},
    package::Package,
    pipeline::{Pipeline, Stage, State},
    reason::End,
    run_result::DateRun,
    status::Status,
};

/// Everything known of a target when it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How and why.
    pub end: End,
    /// What the service last said of it.
    pub found: Remote,
    /// What the run carried, read when it failed.
    pub items: Vec<Item>,
    /// The code of the stage that `until-stage` or `offline` left.
    pub next_stage: Option<String>,
    /// The code of the stage that is to blame.
    pub failed_stage: Option<String>,
    /// What ran in production after the deployment, in the order of the dates.
    pub runs: Vec<DateRun>,
}

/// The remote object that a target created or follows, as last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Remote {
    /// None that we know of.
    #[default]
    Nothing,
    /// A pipeline run: its id, and how it last read.
    Run(String, Option<Pipeline>),
    /// A deployment package: its id, and how it last read.
    Package(u64, Option<Package>),
    /// A workflow's start.
    Start(StartReply),
}

impl Outcome {
    /// A target that was never started, though nothing is wrong with it.
    pub fn skipped(why: &str) -> Self {
        Self::of(End::new(Status::Skipped, why))
    }

    /// An end without a remote object.
    pub fn of(end: End) -> Self {
        Self { end, found: Remote::Nothing, items: Vec::new(), next_stage: None, failed_stage: None, runs: Vec::new() }
    }

    /// A deployment, with what the run after it came to: the run decides the status, and the object stays deployed.
    #[must_use]
    pub fn then_ran(self, run: Self) -> Self {
        Self { end: run.end, failed_stage: run.failed_stage, runs: run.runs, ..self }
    }

    /// The stages of its pipeline run and, behind them, the runs of its dates.
    pub fn stages(&self) -> Vec<Stage> {
        let pipeline = match &self.found {
            Remote::Run(_, Some(pipeline)) => pipeline.stages.as_slice(),
            Remote::Nothing | Remote::Run(_, None) | Remote::Package(..) | Remote::Start(_) => &[],
        };
        pipeline.iter().cloned().chain(self.runs.iter().map(DateRun::stage)).collect()
    }

    /// The id of the pipeline run or of the package; empty where there is neither.
    pub fn id(&self) -> String {
        match &self.found {
            Remote::Run(id, _) => id.clone(),
            Remote::Package(id, _) => id.to_string(),
            Remote::Nothing | Remote::Start(_) => String::new(),
        }
    }

    /// Where it was deployed to: what the package says, or the last deploying stage that succeeded.
    pub fn environment(&self) -> Option<&'static str> {
        match &self.found {
            Remote::Package(_, Some(package)) => package.environment(),
            Remote::Run(_, Some(pipeline)) => run_environment(pipeline),
            Remote::Nothing | Remote::Run(_, None) | Remote::Package(_, None) | Remote::Start(_) => None,
        }
    }

    /// The name of an object that was named by its id, where its run's items were read.
    pub fn object_name(&self, id: &str) -> Option<&str> {
        let item = self.items.iter().find(|item| item.id == id && !item.name.is_empty())?;
        Some(&item.name)
    }
}

fn run_environment(pipeline: &Pipeline) -> Option<&'static str> {
    let deploys = |stage: &&Stage| stage.is("Deploy") || stage.is("Offline");
    let done = pipeline.stages.iter().filter(deploys).rfind(|stage| stage.state == State::Success);
    match done {
        Some(stage) if stage.code.to_ascii_uppercase().starts_with("DEV") => Some("development"),
        Some(_) => Some("production"),
        None if pipeline.state == State::Success => Some("production"),
        None => None,
    }
}
