//! Decides which inputs do not go together: with `source`, with `operation: export`, with `run-date`.

use super::{error::InputError, inputs::Inputs, targets::are_named, value::Task};
use crate::model::{
    options::Operation,
    target::{Target, TargetSpec},
};

/// Rejects inputs that contradict each other.
pub(super) fn check(inputs: &Inputs, targets: &[TargetSpec], errors: &mut Vec<InputError>) {
    let task = inputs.operation.or_default();
    let mut wrong = |input: &str, message: &str| errors.push(InputError::new(input, message));
    match task {
        Task::Export if !inputs.source.is_given() => {
            wrong("operation", "export writes into the folder of ⟨source⟩; give ⟨source⟩");
        }
        Task::Export if inputs.source.value().is_some_and(|folders| folders.0.len() > 1) => {
            wrong("source", "export writes into one folder; give one");
        }
        Task::Deploy(Operation::Offline | Operation::Delete) if inputs.source.is_given() => {
            wrong(
                "operation",
                "⟨source⟩ only deploys; to take an object out of production, give object-id or object-name",
            );
        }
        Task::Export | Task::Deploy(_) => {}
    }
    // A package knows neither stages nor a way out of production: it would be deployed whole. Packages alone are told
    // where it is decided what has an effect.
    let package = targets.iter().find(|target| !target.is_2024() && targets.iter().any(TargetSpec::is_2024));
    let is_offline = matches!(task, Task::Deploy(Operation::Offline | Operation::Delete));
    for (input, is_given) in [("operation", is_offline), ("until-stage", inputs.until_stage.is_given())] {
        if let Some(package) = package.filter(|_| is_given) {
            let what = package.label();
            wrong(input, &format!("does not go with {what}, a 2020-05-18 target: give that to a step of its own"));
        }
    }
    if !inputs.run_date.is_given() {
        return;
    }
    if task != Task::default() {
        wrong("run-date", "runs what was deployed, so it is possible only with ⟨operation: online⟩");
    }
    let is_followed = |target: &TargetSpec| matches!(target, TargetSpec::Id(Target::Run(_) | Target::Package(_)));
    let is_without_target = inputs.workflow_code.is_given() && !are_named(inputs);
    if is_without_target || targets.iter().any(is_followed) {
        let not_with = if is_without_target { "workflow-code alone" } else { "an existing deployment or pipeline run" };
        let with = "is possible with object-id, object-name, ⟨source⟩, node-id, file-id and file-name, but not with";
        wrong("run-date", &format!("{with} {not_with}"));
    }
    if !inputs.run_only.or_default() {
        return;
    }
    for (input, is_given) in [
        ("source", inputs.source.is_given()),
        ("until-stage", inputs.until_stage.is_given()),
        ("submit", inputs.submit.or_default()),
        ("comment", inputs.comment.is_given()),
    ] {
        if is_given {
            wrong(input, "is not possible with run-only, which deploys nothing");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{env::Environment, targets};

    fn told(given: &[(&str, &str)]) -> Vec<String> {
        let variable = |name: &str| format!("DATAWORKS_{}", name.replace('-', "_").to_ascii_uppercase());
        let given = given.iter().map(|(name, value)| (variable(name), Some((*value).to_owned())));
        let inputs = Inputs::read(&Environment::new(given));
        let mut errors = Vec::new();
        let mixed = |_: &std::path::Path| Ok("object-id 1\nfile-id 5\n".to_owned());
        let targets = targets::read(&inputs, mixed, &mut errors);
        check(&inputs, &targets, &mut errors);
        errors.iter().map(|error| error.to_string().split(':').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn source_export_and_runs_go_with_what_the_contract_says() {
        let day = ("run-date", "yesterday");
        for (given, wrong) in [
            (&[("source", "a,b")][..], &[][..]),
            (&[("source", "a"), ("operation", "export")], &[]),
            (&[("source", "a"), ("operation", "export"), ("object-id", "1")], &[]),
            (&[("source", "a,b"), ("operation", "export")], &["source"]),
            (&[("object-id", "1"), ("operation", "export")], &["operation"]),
            (&[("source", "a"), ("operation", "export"), ("file-id", "1")], &["file-id"]),
            (&[("source", "a"), ("object-id", "1")], &["object-id"]),
            (&[("source", "a"), ("operation", "offline")], &["operation"]),
            (&[("targets-file", "of both"), ("operation", "offline")], &["operation"]),
            (
                &[("targets-file", "of both"), ("operation", "delete"), ("until-stage", "DEV")],
                &["operation", "until-stage"],
            ),
            (&[("targets-file", "of both"), ("submit", "true"), ("on-timeout", "abolish")], &[]),
            (&[("object-id", "1"), ("operation", "offline"), ("until-stage", "DEV")], &[]),
            (&[("source", "a"), day], &[]),
            (&[("file-name", "a"), day, ("run-only", "true")], &[]),
            (&[("pipeline-run-id", "a"), day], &["run-date"]),
            (&[("deployment-id", "1"), day], &["run-date"]),
            (&[("workflow-code", "1"), day], &["run-date"]),
            (&[("workflow-code", "1"), ("object-id", "1"), day], &[]),
            (&[("workflow-code", "1"), ("object-id", "x"), day], &["object-id"]),
            (&[("object-id", "1"), ("operation", "delete"), day], &["run-date"]),
            (&[("source", "a"), ("operation", "export"), day], &["run-date"]),
            (&[("source", "a"), day, ("run-only", "yes")], &["source"]),
            (
                &[
                    ("object-id", "1"),
                    day,
                    ("run-only", "1"),
                    ("comment", "x"),
                    ("until-stage", "DEV"),
                    ("submit", "1"),
                ],
                &["until-stage", "submit", "comment"],
            ),
        ] {
            assert_eq!(told(given), wrong, "{given:?}");
        }
    }
}
