//! What to deploy: exactly one kind of target, as many of it as are named, or a file of any; each once.

use std::{collections::HashSet, path::Path};

use crate::model::target::TargetSpec;

use super::{error::InputError, inputs::Inputs, target_kind::TargetKind, targets_file, value::Task};

/// The targets that the inputs name; none, more than one kind, or nothing at all to do is an input error.
pub(super) fn read(
    inputs: &Inputs,
    read_file: impl Fn(&Path) -> Result<String, String>,
    errors: &mut Vec<InputError>,
) -> Vec<TargetSpec> {
    check_one_kind(inputs, errors);
    let mut targets = Vec::new();
    for kind in TargetKind::ALL {
        for value in kind.values(inputs) {
            match kind.read(&value) {
                Ok(target) => targets.push(target),
                Err(expected) => errors.push(InputError::shape(kind.input(), &value, expected)),
            }
        }
    }
    if let Some(path) = inputs.targets_file.value() {
        targets.extend(targets_file::targets(path, read_file(Path::new(path)), errors));
    }
    let mut known = HashSet::new();
    targets.retain(|target| known.insert(target.clone()));
    targets
}

/// Whether some target is named, be it by a value that is a mistake.
pub(super) fn are_named(inputs: &Inputs) -> bool {
    inputs.targets_file.is_given()
        || inputs.source.is_given()
        || TargetKind::ALL.iter().any(|kind| kind.is_given(inputs))
}

fn check_one_kind(inputs: &Inputs, errors: &mut Vec<InputError>) {
    let kinds = TargetKind::ALL.map(|kind| (kind.input(), kind.is_given(inputs)));
    let kinds = kinds
        .into_iter()
        .chain([("targets-file", inputs.targets_file.is_given()), ("source", inputs.source.is_given())]);
    let (given, others): (Vec<_>, Vec<_>) = kinds.partition(|(_, is_given)| *is_given);
    let names =
        |kinds: &[(&str, bool)]| kinds.iter().map(|(name, _)| format!("⟨{name}⟩")).collect::<Vec<_>>().join(", ");
    match given.as_slice() {
        [] if !inputs.workflow_code.is_given() => {
            let all = names(&others);
            let said = format!("nothing to deploy: give exactly one of {all}, or workflow-code alone");
            errors.push(InputError::general(said));
        }
        [] | [_] => {}
        [("object-id" | "object-name", _), ("source", _)] if inputs.operation.value() == Some(&Task::Export) => {}
        [(first, _), others @ ..] => {
            let said = format!("only one kind of target may be given, but {} was given too", names(others));
            errors.push(InputError::new(first, said));
        }
    }
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
        let exists = |name: &&str| {
            INPUTS.iter().any(|row| row.name() == name.trim_start_matches("or ").trim_matches(['⟨', '⟩']))
        };
        assert!(named.len() == 10 && named.iter().all(exists), "{said}");
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
        assert_eq!(told("8604388726201130000,7001"), 0);
    }
}
