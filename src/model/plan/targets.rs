//! What to deploy: exactly one kind of target, as many of it as are named, or a file of any; each once.

use std::{collections::HashSet, path::Path};

use crate::model::{call::FileKey, inputs::Inputs, mistake::Mistake};

use super::listed;

/// One thing to deploy or to follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A node or workflow of the new Data Studio.
    Object(String),
    /// The same, by name.
    ObjectName(String),
    /// A pipeline run that exists.
    Run(String),
    /// A file of the old Data Studio.
    File(FileKey),
    /// The same, by name, with as much of its folder as is needed.
    FileName(String),
    /// A deployment package that exists.
    Package(u64),
}

impl Target {
    /// How the user named it, as `object-id 7001`.
    pub fn label(&self) -> String {
        let input = match self {
            Self::Object(_) => "object-id",
            Self::ObjectName(_) => "object-name",
            Self::Run(_) => "pipeline-run-id",
            Self::File(FileKey::File(_)) => "file-id",
            Self::File(FileKey::Node(_)) => "node-id",
            Self::FileName(_) => "file-name",
            Self::Package(_) => "deployment-id",
        };
        format!("{input} {}", self.value())
    }

    /// Its value, as the user gave it.
    pub fn value(&self) -> String {
        match self {
            Self::Object(text) | Self::ObjectName(text) | Self::Run(text) | Self::FileName(text) => text.clone(),
            Self::File(FileKey::File(id) | FileKey::Node(id)) | Self::Package(id) => id.to_string(),
        }
    }

    /// Whether it belongs to the new Data Studio.
    pub fn is_2024(&self) -> bool {
        match self {
            Self::Object(_) | Self::ObjectName(_) | Self::Run(_) => true,
            Self::File(_) | Self::FileName(_) | Self::Package(_) => false,
        }
    }

    /// Whether this step creates what it then watches.
    pub fn is_new(&self) -> bool {
        match self {
            Self::Object(_) | Self::ObjectName(_) | Self::File(_) | Self::FileName(_) => true,
            Self::Run(_) | Self::Package(_) => false,
        }
    }

    /// Whether its id has yet to be found.
    pub fn is_named(&self) -> bool {
        matches!(self, Self::ObjectName(_) | Self::FileName(_))
    }
}

/// The targets that the inputs name; none, more than one kind, or nothing at all to do is a mistake.
pub(super) fn of(
    inputs: &Inputs,
    read: impl Fn(&Path) -> Result<String, String>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Target> {
    let Inputs { file_id, node_id, file_name, object_id, object_name, deployment_id, pipeline_run_id, .. } = inputs;
    let kinds = [
        ("file-id", file_id.is_given()),
        ("node-id", node_id.is_given()),
        ("file-name", file_name.is_given()),
        ("object-id", object_id.is_given()),
        ("object-name", object_name.is_given()),
        ("deployment-id", deployment_id.is_given()),
        ("pipeline-run-id", pipeline_run_id.is_given()),
        ("targets-file", inputs.targets_file.is_given()),
    ];
    let given: Vec<&str> = kinds.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect();
    match given.as_slice() {
        [] if !inputs.workflow_code.is_given() => {
            let all = kinds.map(|(name, _)| name).join(", ");
            let said = format!("nothing to deploy: give exactly one of {all}, or workflow-code alone");
            mistakes.push(Mistake::of_all(said));
        }
        [] | [_] => {}
        [first, others @ ..] => {
            let said = format!("only one kind of target may be given, but {} was given too", others.join(", "));
            mistakes.push(Mistake::new(first, said));
        }
    }
    let ids = object_id.or_default().0.into_iter().chain(pipeline_run_id.or_default().0);
    for id in ids.filter(|id| is_rounded(id)) {
        let said = format!("{id} is a long number that the CI has rounded; put the id in quotes");
        mistakes.push(Mistake::new(given.first().unwrap_or(&"object-id"), said));
    }
    let mut targets = Vec::new();
    targets.extend(file_id.or_default().0.into_iter().map(|id| Target::File(FileKey::File(id))));
    targets.extend(node_id.or_default().0.into_iter().map(|id| Target::File(FileKey::Node(id))));
    targets.extend(file_name.or_default().0.into_iter().map(Target::FileName));
    targets.extend(object_id.or_default().0.into_iter().map(Target::Object));
    targets.extend(object_name.or_default().0.into_iter().map(Target::ObjectName));
    targets.extend(deployment_id.or_default().0.into_iter().map(Target::Package));
    targets.extend(pipeline_run_id.or_default().0.into_iter().map(Target::Run));
    if let Some(path) = inputs.targets_file.value() {
        targets.extend(listed::targets(path, read(Path::new(path)), mistakes));
    }
    let mut known = HashSet::new();
    targets.retain(|target| known.insert(target.clone()));
    targets
}

/// `8.60438872620113E+18`: what becomes of a long id that stands without quotes in a GitHub workflow.
pub(super) fn is_rounded(id: &str) -> bool {
    id.to_ascii_uppercase().contains("E+") && id.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{environment::Environment, inputs::INPUTS};

    #[test]
    fn every_input_that_is_named_where_nothing_is_to_be_deployed_exists() {
        let mut mistakes = Vec::new();
        of(&Inputs::read(&Environment::from([])), |_| Err(String::new()), &mut mistakes);
        let said = mistakes[0].to_string();
        let named = said.strip_prefix("nothing to deploy: give exactly one of ").unwrap();
        let named: Vec<&str> = named.strip_suffix(" alone").unwrap().split(", ").collect();
        let exists = |name: &&str| INPUTS.iter().any(|row| row.name() == name.trim_start_matches("or "));
        assert!(named.len() == 9 && named.iter().all(exists), "{said}");
    }

    #[test]
    fn an_id_that_was_rounded_on_the_way_is_a_mistake() {
        let told = |id: &str| {
            let mut mistakes = Vec::new();
            let inputs = Inputs::read(&Environment::from([("DATAWORKS_OBJECT_ID", id)]));
            of(&inputs, |_| Err(String::new()), &mut mistakes);
            mistakes.len()
        };
        assert_eq!(told("8.60438872620113E+18"), 1);
        assert_eq!(told("8604388726201130000,a-uuid-E+1"), 0);
    }
}
