//! Decides which inputs have an effect on the chosen targets: one without is an error, rather than silently ignored.

use super::{
    env::Environment,
    error::InputError,
    inputs::{INPUTS, Needs, Row},
};

use crate::model::target::TargetSpec;

/// Rejects every input that has no effect on the chosen targets.
pub(super) fn check(
    environment: &Environment,
    targets: &[TargetSpec],
    submits: bool,
    starts: bool,
    errors: &mut Vec<InputError>,
) {
    for row in INPUTS {
        let Some(needs) = row.needs else { continue };
        let any = |is: fn(&TargetSpec) -> bool| targets.iter().any(is);
        let (applies, what) = match needs {
            Needs::Runs => (any(TargetSpec::is_2024), "a 2024-05-18 target: object-id, object-name, pipeline-run-id"),
            Needs::NewRuns => (any(|target| target.is_2024() && target.is_new()), "object-id or object-name"),
            Needs::NewPackages => {
                (any(|target| !target.is_2024() && target.is_new()), "a 2020-05-18 target: file-id, node-id, file-name")
            }
            Needs::Submit => (submits, "submit: true"),
            Needs::Targets => (!targets.is_empty(), "a target"),
            Needs::Workflow => (starts, "workflow-code"),
        };
        if !applies && differs_from_default(row, environment) {
            errors.push(InputError::new(&row.name(), format!("has no effect here: it goes with {what}")));
        }
    }
}

/// Whether a text other than the default was given: a CI that passes every default on asks for nothing.
fn differs_from_default(row: &Row, environment: &Environment) -> bool {
    let given = row.variables().into_iter().find_map(|name| environment.get(&name));
    given.is_some_and(|text| !text.eq_ignore_ascii_case(row.default))
}
