//! What to deploy: exactly one kind of target, as many of it as are named, or a file of any; each once.

use std::{collections::HashSet, path::Path};

use super::{error::InputError, inputs::Inputs};
use crate::model::call::FileKey;
use crate::model::target::Target;

use super::targets_file;

/// The targets that the inputs name; none, more than one kind, or nothing at all to do is a mistake.
pub(super) fn read(
    inputs: &Inputs,
    read_file: impl Fn(&Path) -> Result<String, String>,
    errors: &mut Vec<InputError>,
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
            errors.push(InputError::of_all(said));
        }
        [] | [_] => {}
        [first, others @ ..] => {
            let said = format!("only one kind of target may be given, but {} was given too", others.join(", "));
            errors.push(InputError::new(first, said));
        }
    }
    let ids = object_id.or_default().0.into_iter().chain(pipeline_run_id.or_default().0);
    for id in ids.filter(|id| is_rounded(id)) {
        let said = format!("{id} is a long number that the CI has rounded; put the id in quotes");
        errors.push(InputError::new(given.first().unwrap_or(&"object-id"), said));
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
        targets.extend(targets_file::targets(path, read_file(Path::new(path)), errors));
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
    use crate::config::{env::Environment, inputs::INPUTS};

    #[test]
    fn every_input_that_is_named_where_nothing_is_to_be_deployed_exists() {
        let mut errors = Vec::new();
        super::read(&Inputs::read(&Environment::from([])), |_| Err(String::new()), &mut errors);
        let said = errors[0].to_string();
        let named = said.strip_prefix("nothing to deploy: give exactly one of ").unwrap();
        let named: Vec<&str> = named.strip_suffix(" alone").unwrap().split(", ").collect();
        let exists = |name: &&str| INPUTS.iter().any(|row| row.name() == name.trim_start_matches("or "));
        assert!(named.len() == 9 && named.iter().all(exists), "{said}");
    }

    #[test]
    fn an_id_that_was_rounded_on_the_way_is_a_mistake() {
        let told = |id: &str| {
            let mut errors = Vec::new();
            let inputs = Inputs::read(&Environment::from([("DATAWORKS_OBJECT_ID", id)]));
            super::read(&inputs, |_| Err(String::new()), &mut errors);
            errors.len()
        };
        assert_eq!(told("8.60438872620113E+18"), 1);
        assert_eq!(told("8604388726201130000,a-uuid-E+1"), 0);
    }
}
