//! The executor and the driver: what runs the flows of a step in the world.

mod driver;
pub mod executor;
pub mod source;
mod step;
mod targets;
