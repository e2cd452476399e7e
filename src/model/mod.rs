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
pub mod json;
pub mod marker;
pub mod options;
pub mod outcome;
pub mod package;
pub mod pipeline;
pub mod proxies;
pub mod read_back;
pub mod reason;
pub mod run_name;
pub mod run_once;
pub mod run_plan;
pub mod run_result;
pub mod scrub;
pub mod secret;
#[cfg(test)]
pub mod seeds;
pub mod service;
pub mod sorted;
pub mod status;
pub mod target;
pub mod timeout;
pub mod timestamp;
pub mod urls;
pub mod workflow_start;
