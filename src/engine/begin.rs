//! How each walk begins: which flow it takes.

use crate::model::{
    marker::Marker,
    options::{DeployOptions, Limits},
    target::{Target, TargetSpec},
    workflow_start::WorkflowStart,
};

use super::{
    dry_run::DryRunFlow,
    flow::Flow,
    package::flow::PackageFlow,
    pipeline::flow::PipelineFlow,
    resolve::flow::ResolveFlow,
    run_once::course::{RunOnceFlow, RunRequest},
    run_once::inspect::InspectFlow,
    start::StartFlow,
    walk::Walk,
};

impl<F: Flow + ?Sized> Walk<F> {
    /// Where the step has written already, what cannot be reached is tried until the deadline, and what is denied more
    /// than once.
    pub fn set_after_write(&mut self, is_after_write: bool) {
        self.rules.is_after_write = is_after_write;
    }
}

impl Walk<ResolveFlow> {
    /// The walk from names to ids; `project`: the workspace's name, where its number must be found.
    pub fn resolve(project: Option<&str>, targets: &[TargetSpec], limits: &Limits, seed: u64) -> Self {
        Self::new(ResolveFlow::new(project, targets), &DeployOptions::default(), limits, seed)
    }
}

impl Walk<InspectFlow> {
    /// The walk that reads what is to run after the deployment, before anything is changed.
    pub fn inspect(target: &Target, limits: &Limits, seed: u64) -> Self {
        Self::new(InspectFlow::new(target), &DeployOptions::default(), limits, seed)
    }
}

impl Walk {
    /// The walk that reads a target and changes nothing.
    pub fn read(target: &Target, options: &DeployOptions, limits: &Limits, seed: u64) -> Box<Self> {
        Box::new(Walk::new(DryRunFlow::new(target, options), options, limits, seed))
    }

    /// The walk that deploys or follows a target. `marker` tells its pipeline run from others; `seed` is for the jitter of retries.
    pub fn deploy(target: &Target, marker: Marker, options: &DeployOptions, limits: &Limits, seed: u64) -> Box<Self> {
        let pipeline = |flow: PipelineFlow| -> Box<Self> { Box::new(Walk::new(flow, options, limits, seed)) };
        let package = |flow: PackageFlow| -> Box<Self> { Box::new(Walk::new(flow, options, limits, seed)) };
        match target {
            Target::Object(object) => pipeline(PipelineFlow::create(object, marker, options, limits)),
            Target::Run(run) => pipeline(PipelineFlow::follow(run, options, limits)),
            Target::File(file) => package(PackageFlow::create(*file, options, limits)),
            Target::Package(id) => package(PackageFlow::follow(*id, options, limits)),
        }
    }

    /// The walk that runs what was deployed once in production.
    pub fn run_once(request: RunRequest, options: &DeployOptions, limits: &Limits, seed: u64) -> Box<Self> {
        Box::new(Walk::new(RunOnceFlow::new(request, limits), options, limits, seed))
    }

    /// The walk that starts a workflow.
    pub fn start(start: &WorkflowStart, options: &DeployOptions, limits: &Limits, seed: u64) -> Box<Self> {
        Box::new(Walk::new(StartFlow::new(start), options, limits, seed))
    }
}
