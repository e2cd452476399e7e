//! What a whole flow is given: how to deploy, and within which limits. Shared by its parts, never copied.

use crate::model::options::{DeployOptions, Limits};

/// The options and the limits of one flow.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) options: DeployOptions,
    pub(super) limits: Limits,
}

impl Context {
    pub(super) fn new(options: &DeployOptions, limits: &Limits) -> Self {
        Self { options: options.clone(), limits: limits.clone() }
    }
}
