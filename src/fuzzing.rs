//! What the fuzz targets see of the house. It is there under `cargo fuzz` only; each target holds its own laws.

pub use crate::{
    api::{decode, encode, sts},
    model::{
        accept, call, endpoint, environment, inputs, journal, marker, mistake, origin, outcome, package, pipeline,
        plan, secret, source, span, start,
    },
    report::{
        About, Part, Report, Tally, advice, ci, dotenv, escape, files, github, help, junit, log, outputs, result,
        summary,
    },
    sign::{Stamp, request, sign},
    walk::{route, step},
};
