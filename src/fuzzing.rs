//! What the fuzz targets see of the house. It is there under `cargo fuzz` only; each target holds its own laws.

pub use crate::{
    api::{clock, decode, encode},
    model::{
        accept, call, endpoint, environment, inputs, journal, marker, mistake, origin, outcome, package, pipeline,
        plan, secret, span, start,
    },
    report::{
        About, Part, Report, Tally, advice, ci, dotenv, escape, files, github, help, junit, log, outputs, result,
        summary,
    },
    sign::{Stamp, request, sign},
    walk::{route, step},
};
