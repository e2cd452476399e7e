//! What every report must hold, whatever the service says.

mod bounds;
mod golden;
mod markdown;
mod plans;
mod properties;
pub mod samples;
