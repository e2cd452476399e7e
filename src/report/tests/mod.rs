//! What every report must hold, whatever the service says.

mod golden;
mod properties;
pub mod samples;
