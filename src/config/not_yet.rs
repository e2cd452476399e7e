//! Rejects what the table of inputs has and this build does not do yet.

use super::{error::InputError, inputs::Inputs, value::Task};

/// Rejects `operation: export` and `run-date`.
pub(super) fn check(inputs: &Inputs, errors: &mut Vec<InputError>) {
    for (input, is_given) in
        [("operation", inputs.operation.value() == Some(&Task::Export)), ("run-date", inputs.run_date.is_given())]
    {
        if is_given {
            errors.push(InputError::new(input, "this build does not do that yet"));
        }
    }
}
