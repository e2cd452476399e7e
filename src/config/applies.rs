//! Which input goes with which flow: what the chosen flow cannot honour is a mistake, better said than silently ignored.

use super::{
    env::Environment,
    error::InputError,
    inputs::{INPUTS, Row},
};

use crate::model::target::TargetSpec;

/// What an input needs to mean anything.
#[derive(Clone, Copy)]
enum Needs {
    /// 2024-05-18 targets.
    Runs,
    /// 2024-05-18 targets of which this step creates the run.
    NewRuns,
    /// 2020-05-18 targets of which this step creates the package.
    NewPackages,
    /// The same, after `submit`.
    Submit,
    /// Any target.
    Targets,
    /// `workflow-code`.
    Workflow,
}

/// The table. An input that is not in it means something in every flow, or is harmless where it does not.
const NEEDS: &[(&str, Needs)] = &[
    ("operation", Needs::Runs),
    ("until-stage", Needs::Runs),
    ("approval-timeout", Needs::Runs),
    ("on-timeout", Needs::Runs),
    ("on-cancel", Needs::Runs),
    ("when-busy", Needs::NewRuns),
    ("submit", Needs::NewPackages),
    ("skip-check", Needs::Submit),
    ("stage-timeout", Needs::Targets),
    ("workflow-workspace-id", Needs::Workflow),
    ("workflow-region", Needs::Workflow),
    ("workflow-endpoint", Needs::Workflow),
    ("workflow-namespace", Needs::Workflow),
    ("workflow-version", Needs::Workflow),
    ("workflow-version-hash", Needs::Workflow),
    ("workflow-queue", Needs::Workflow),
    ("workflow-prod", Needs::Workflow),
    ("workflow-run-mode", Needs::Workflow),
    ("workflow-comments", Needs::Workflow),
    ("workflow-email", Needs::Workflow),
    ("workflow-interval", Needs::Workflow),
    ("workflow-action", Needs::Workflow),
    ("workflow-parallelism", Needs::Workflow),
];

/// Adds a mistake for every input that says something which nobody will do.
pub(super) fn check(
    environment: &Environment,
    targets: &[TargetSpec],
    submits: bool,
    starts: bool,
    errors: &mut Vec<InputError>,
) {
    for row in INPUTS {
        let name = row.name();
        let Some((_, needs)) = NEEDS.iter().find(|(named, _)| *named == name) else { continue };
        let any = |is: fn(&TargetSpec) -> bool| targets.iter().any(is);
        let (honoured, what) = match needs {
            Needs::Runs => (any(TargetSpec::is_2024), "a 2024-05-18 target: object-id, object-name, pipeline-run-id"),
            Needs::NewRuns => (any(|target| target.is_2024() && target.is_new()), "object-id or object-name"),
            Needs::NewPackages => {
                (any(|target| !target.is_2024() && target.is_new()), "a 2020-05-18 target: file-id, node-id, file-name")
            }
            Needs::Submit => (submits, "submit: true"),
            Needs::Targets => (!targets.is_empty(), "a target"),
            Needs::Workflow => (starts, "workflow-code"),
        };
        if !honoured && says_something(row, environment) {
            errors.push(InputError::new(&name, format!("cannot be honoured here: it goes with {what}")));
        }
    }
}

/// Whether a text other than the default was given: a CI that passes every default on says nothing.
fn says_something(row: &Row, environment: &Environment) -> bool {
    let given = row.variables().into_iter().find_map(|name| environment.get(&name).map(str::to_ascii_lowercase));
    given.is_some_and(|text| !text.eq_ignore_ascii_case(row.default))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table_is_an_input() {
        for (name, _) in NEEDS {
            assert!(INPUTS.iter().any(|row| row.name() == *name), "{name}");
        }
    }

    #[test]
    fn every_workflow_input_goes_with_a_workflow() {
        for row in INPUTS.iter().filter(|row| row.name().starts_with("workflow-") && row.name() != "workflow-code") {
            assert!(
                NEEDS.iter().any(|(name, needs)| *name == row.name() && matches!(needs, Needs::Workflow)),
                "{}",
                row.name()
            );
        }
    }
}
