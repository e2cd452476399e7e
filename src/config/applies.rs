//! Decides which inputs have an effect on the chosen targets: one without is an error, rather than silently ignored.

use super::{
    env::Environment,
    error::InputError,
    inputs::{INPUTS, Inputs},
    row::{Needs, Row},
    targets::are_named,
    value::FromInput as _,
};

use crate::model::target::TargetSpec;

/// Rejects every input that has no effect on the chosen targets.
pub(super) fn check(inputs: &Inputs, environment: &Environment, targets: &[TargetSpec], errors: &mut Vec<InputError>) {
    let (has_source, runs_after) = (inputs.source.is_given(), inputs.run_date.is_given());
    // Every target that was named is a mistake: what goes with it is not known.
    let are_unknown = targets.is_empty() && !has_source && are_named(inputs);
    for row in INPUTS {
        let Some(needs) = row.needs else { continue };
        let is_of_targets = matches!(needs, Needs::Runs | Needs::NewRuns | Needs::NewPackages | Needs::Targets);
        if are_unknown && is_of_targets {
            continue;
        }
        let any = |is: fn(&TargetSpec) -> bool| targets.iter().any(is);
        let (applies, what) = match needs {
            // A run after the deployment can be abolished too.
            Needs::Runs if row.name().starts_with("on-") => {
                (any(TargetSpec::is_2024) || has_source || runs_after, "a 2024-05-18 target, or run-date")
            }
            Needs::Runs => (
                any(TargetSpec::is_2024) || has_source,
                "a 2024-05-18 target: object-id, object-name, pipeline-run-id, ⟨source⟩",
            ),
            Needs::NewRuns => {
                (has_source || any(|target| target.is_2024() && target.is_new()), "object-id, object-name or ⟨source⟩")
            }
            Needs::NewPackages => {
                (any(|target| !target.is_2024() && target.is_new()), "a 2020-05-18 target: file-id, node-id, file-name")
            }
            Needs::Submit => (inputs.submit.or_default(), "⟨submit: true⟩"),
            Needs::Targets => (!targets.is_empty() || has_source, "a target"),
            Needs::Workflow => (inputs.workflow_code.is_given(), "workflow-code"),
            Needs::Source => (has_source, "⟨source⟩"),
            Needs::RunDate => (runs_after, "run-date"),
        };
        if !applies && differs_from_default(row, environment) {
            errors.push(InputError::new(&row.name(), format!("has no effect here: it needs {what}")));
        }
    }
}

/// Whether a text other than the default was given: a CI that passes every default on asks for nothing.
pub(super) fn differs_from_default(row: &Row, environment: &Environment) -> bool {
    let given = row.variables().into_iter().find_map(|name| environment.get(&name));
    let same = |text: &str| {
        let says = bool::from_input(text);
        text.eq_ignore_ascii_case(row.default) || (says.is_some() && says == bool::from_input(row.default))
    };
    given.is_some_and(|text| !same(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::targets;

    fn told(given: &[(&str, &str)]) -> usize {
        let given = given.iter().map(|(name, value)| (format!("DATAWORKS_{name}"), Some((*value).to_owned())));
        let environment = Environment::new(given);
        let (inputs, mut errors) = (Inputs::read(&environment), Vec::new());
        let targets = targets::read(&inputs, |_| Err("there is no such file".to_owned()), &mut errors);
        check(&inputs, &environment, &targets, &mut errors);
        errors.len()
    }

    #[test]
    fn a_default_asks_for_nothing_in_whatever_words() {
        for (name, asks_nothing, asks) in [("SUBMIT", "no", "yes"), ("SKIP_CHECK", "0", "1"), ("RUN_ONLY", "Off", "on")]
        {
            assert_eq!(told(&[("OBJECT_ID", "7"), (name, asks_nothing)]), 0, "{name}");
            assert_eq!(told(&[("OBJECT_ID", "7"), (name, asks)]), 1, "{name}");
        }
        assert_eq!(told(&[("OBJECT_ID", "7"), ("WORKFLOW_PROD", "false")]), 1, "it has no default");
    }

    #[test]
    fn beside_a_target_that_is_a_mistake_no_input_is_said_to_need_that_target() {
        for mistaken in [("OBJECT_ID", "x"), ("TARGETS_FILE", "/nowhere")] {
            assert_eq!(told(&[mistaken, ("UNTIL_STAGE", "PROD"), ("WHEN_BUSY", "wait"), ("SUBMIT", "true")]), 1);
        }
        assert_eq!(told(&[("OBJECT_ID", "x"), ("WORKFLOW_QUEUE", "q")]), 2, "that one needs another input");
        assert_eq!(told(&[("WORKFLOW_CODE", "1"), ("UNTIL_STAGE", "PROD")]), 1);
    }
}
