//! What every report must hold, whatever the service says.

mod bounds;
mod golden;
mod markdown;
mod properties;
pub mod samples;
