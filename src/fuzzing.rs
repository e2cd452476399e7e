//! What the fuzz targets see of the house. It is there under `cargo fuzz` only; each target holds its own laws.

pub use crate::{
    cli,
    client::{
        api::{decode, encode, sts},
        http,
        sign::{Stamp, sign},
    },
    config::{self, ci, env, error, inputs, value},
    engine::{flow, walk},
    model::{
        call, ci_run, credential_source, duration, endpoint, journal, marker, outcome, package, pipeline, secret,
        workflow_start,
    },
    report::{
        advice, dotenv, escape, files, github, json, junit, log, outputs,
        step::{Context, Report, RequestCounts, TargetReport},
        summary,
    },
};
