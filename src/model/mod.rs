//! The nouns of the service and of a step: plain values, which every other module may use. No IO, no clock.

pub mod answer;
pub mod business_date;
pub mod call;
pub mod ci_run;
pub mod counts;
pub mod credential_source;
pub mod duration;
pub mod endpoint;
pub mod fault;
pub mod hex;
pub mod journal;
pub mod marker;
pub mod options;
pub mod outcome;
pub mod package;
pub mod pipeline;
pub mod reason;
pub mod run_name;
pub mod run_once;
pub mod scrub;
pub mod secret;
pub mod service;
pub mod status;
pub mod target;
pub mod timestamp;
pub mod workflow_start;
