//! The modules that the fuzz targets use. Compiled under `cargo fuzz` only; each target asserts its own laws.

pub use crate::{
    cli::help,
    client::{
        api::{decode, encode, sts},
        http,
        sign::{Stamp, sign},
    },
    config::{Cause, Config, ci, env, error, files as config_files, inputs, unknown, value},
    engine::walk,
    model::{
        answer, call, ci_run, counts::RequestCounts, credential_source, duration, endpoint, fault, journal, marker,
        options, outcome, package, pipeline, reason, secret, service, status, target, workflow_start,
    },
    report::{
        advice, dotenv, escape, files, github, json, junit, log, outputs, reasons,
        step::{Context, Report, TargetReport},
        summary,
    },
};

/// The repository and its comparison with the workspace.
pub mod source {
    pub use crate::source::{
        plan::{
            diff,
            mask::Secrets,
            remote::{Facts, RemoteUnit},
        },
        repository::{desired::ObjectKind, properties::Inputs as Properties, read, tree},
        spec::{compare, outputs, shape},
    };
}
