//! 2024-05-18: a pipeline run is created or resumed, and taken through its stages.

mod create;
pub mod end;
pub mod flow;
mod runs;
mod stage;
pub mod stages;
mod twin;
