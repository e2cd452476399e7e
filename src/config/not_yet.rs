//! Rejects what the table of inputs has and this build does not do yet.

use super::{error::InputError, inputs::Inputs, value::Task};

/// Rejects `operation: export`.
pub(super) fn check(inputs: &Inputs, errors: &mut Vec<InputError>) {
    for (input, is_given) in [("operation", inputs.operation.value() == Some(&Task::Export))] {
        if is_given {
            errors.push(InputError::new(input, "this build does not do that yet"));
        }
    }
}
