//! Renders what happened for each reader: log, summary, JUnit, outputs, JSON. Opens no file.

pub mod advice;
mod annotations;
pub mod beginning;
pub mod change;
mod denials;
pub mod dotenv;
mod ending;
pub mod escape;
pub mod export;
pub mod files;
pub mod github;
pub mod har;
pub mod json;
pub mod junit;
pub mod log;
pub mod outputs;
pub mod plan;
mod read_back;
pub mod reasons;
mod run_json;
pub mod run_once;
pub mod step;
pub mod summary;
mod timeouts;

#[cfg(test)]
mod tests;
