//! The plan: compares what the workspace has with what the repository wants, and says what is written, shown and
//! deployed.

pub mod change;
pub mod conflicts;
pub mod cost;
pub mod decide;
pub mod diff;
pub mod fingerprint;
pub mod mask;
pub mod object;
pub mod order;
pub mod remote;
pub mod runs;
pub mod unit;
pub mod workspace;
pub mod write;
