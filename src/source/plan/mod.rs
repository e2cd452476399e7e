//! The plan: what the workspace has beside what the repository wants, and what is written, shown and deployed for it.

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
