//! Finds credentials that are set and empty: a CI keeps its secrets from a job of a fork, and gives empty texts instead.

use crate::config::{env::Environment, inputs::INPUTS};

/// The message that names them. Only where no keys were given does it matter: GitHub sets every input of an action.
pub(super) fn told(environment: &Environment) -> Option<String> {
    const NAMED: [&str; 4] = ["access-key-id", "access-key-secret", "role-to-assume", "oidc-token"];
    const THEIRS: [&str; 2] = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"];
    let rows = INPUTS.iter().filter(|row| NAMED.contains(&row.name().as_str()));
    // It is not missing if another spelling of it is given.
    let rows = rows.filter(|row| row.variables().iter().all(|name| environment.get(name).is_none()));
    let ours = rows.flat_map(|row| row.variables().into_iter());
    let all = ours.chain(THEIRS.map(str::to_owned)).filter(|name| environment.is_empty(name));
    let all: Vec<String> = all.collect();
    let verb = if all.len() == 1 { "is" } else { "are" };
    (!all.is_empty()).then(|| {
        format!("{} {verb} set but empty, as in a job of a fork, which gets no secrets; if there should be a value, check the secrets of the CI", all.join(", "))
    })
}
