//! What to deploy: exactly one kind of target, as many of it as are named, each once.

use crate::model::{call::FileKey, inputs::Inputs, mistake::Mistake};

/// The targets of a step, in the order given.
pub type Targets = Vec<Target>;

/// One thing to deploy or to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A node or workflow of the new Data Studio.
    Object(String),
    /// A pipeline run that exists.
    Run(String),
    /// A file of the old Data Studio.
    File(FileKey),
    /// A deployment package that exists.
    Package(u64),
}

impl Target {
    /// How the user named it, as `object-id 7001`.
    pub fn label(&self) -> String {
        let input = match self {
            Self::Object(_) => "object-id",
            Self::Run(_) => "pipeline-run-id",
            Self::File(FileKey::File(_)) => "file-id",
            Self::File(FileKey::Node(_)) => "node-id",
            Self::Package(_) => "deployment-id",
        };
        format!("{input} {}", self.value())
    }

    /// Its value, as the user gave it.
    pub fn value(&self) -> String {
        match self {
            Self::Object(id) | Self::Run(id) => id.clone(),
            Self::File(FileKey::File(id) | FileKey::Node(id)) | Self::Package(id) => id.to_string(),
        }
    }

    /// Whether it belongs to the new Data Studio.
    pub fn is_2024(&self) -> bool {
        match self {
            Self::Object(_) | Self::Run(_) => true,
            Self::File(_) | Self::Package(_) => false,
        }
    }
}

/// The targets that the inputs name; none, more than one kind, or nothing at all to do is a mistake.
pub(super) fn of(inputs: &Inputs, mistakes: &mut Vec<Mistake>) -> Targets {
    let Inputs { file_id, node_id, object_id, deployment_id, pipeline_run_id, .. } = inputs;
    let kinds = [
        ("file-id", file_id.is_given()),
        ("node-id", node_id.is_given()),
        ("object-id", object_id.is_given()),
        ("deployment-id", deployment_id.is_given()),
        ("pipeline-run-id", pipeline_run_id.is_given()),
    ];
    let given: Vec<&str> = kinds.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect();
    match given.as_slice() {
        [] if !inputs.workflow_code.is_given() => {
            let all = kinds.map(|(name, _)| name).join(", ");
            mistakes.push(Mistake::new(
                "target",
                format!("nothing to deploy: give exactly one of {all}, or workflow-code alone"),
            ));
        }
        [] | [_] => {}
        [first, others @ ..] => {
            mistakes.push(Mistake::new(
                first,
                format!("only one kind of target may be given, but {} was given too", others.join(", ")),
            ));
        }
    }
    let mut targets = Vec::new();
    targets.extend(file_id.or_default().0.into_iter().map(|id| Target::File(FileKey::File(id))));
    targets.extend(node_id.or_default().0.into_iter().map(|id| Target::File(FileKey::Node(id))));
    targets.extend(object_id.or_default().0.into_iter().map(Target::Object));
    targets.extend(deployment_id.or_default().0.into_iter().map(Target::Package));
    targets.extend(pipeline_run_id.or_default().0.into_iter().map(Target::Run));
    let mut once = Targets::new();
    for target in targets {
        if !once.contains(&target) {
            once.push(target);
        }
    }
    once
}
