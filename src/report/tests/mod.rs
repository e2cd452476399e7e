//! What every report must hold, whatever the service says.

mod bounds;
mod golden;
mod markdown;
mod plans;
mod properties;
mod reasons;
pub mod samples;
