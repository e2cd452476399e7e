//! The executor and the driver: what runs the flows of a step in the world.

mod driver;
pub mod executor;
mod run_once;
pub mod source;
mod step;
mod targets;
