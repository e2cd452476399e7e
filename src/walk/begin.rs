//! How each errand begins: which route its walk takes.

use crate::model::{
    marker::Marker,
    plan::{Limits, Manner, Target},
    start::Start,
};

use super::{
    dry::DryRoute, package::PackageRoute, resolve::ResolveRoute, route::Route, run::RunRoute, start::StartRoute,
    step::Walk,
};

impl Walk {
    /// The walk from names to ids; `project`: the workspace's name, where its number must be found.
    pub fn resolve(project: Option<&str>, targets: &[Target], limits: &Limits, seed: u64) -> Self {
        Self::new(Box::new(ResolveRoute::new(project, targets)), &Manner::default(), limits, seed)
    }

    /// The walk that reads a target and changes nothing.
    pub fn read(target: &Target, manner: &Manner, limits: &Limits, seed: u64) -> Self {
        Self::new(Box::new(DryRoute::new(target, manner)), manner, limits, seed)
    }

    /// The walk of a target, resolved. `marker` tells its pipeline run from others; `seed` is for the jitter of retries.
    pub fn deploy(target: &Target, marker: Marker, manner: &Manner, limits: &Limits, seed: u64) -> Self {
        let route: Box<dyn Route + Send> = match target {
            Target::Object(object) => Box::new(RunRoute::create(object, marker, manner, limits)),
            Target::Run(run) => Box::new(RunRoute::follow(run, manner, limits)),
            Target::File(file) => Box::new(PackageRoute::create(*file, manner, limits)),
            Target::Package(package) => Box::new(PackageRoute::follow(*package, manner, limits)),
            Target::ObjectName(_) | Target::FileName(_) => Box::new(DryRoute::new(target, manner)),
        };
        Self::new(route, manner, limits, seed)
    }

    /// The walk that starts a workflow.
    pub fn start(start: &Start, manner: &Manner, limits: &Limits, seed: u64) -> Self {
        Self::new(Box::new(StartRoute::new(start)), manner, limits, seed)
    }
}
