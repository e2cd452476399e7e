//! Names to ids, before anything is changed.

pub mod flow;
mod names;
mod nearest;
pub mod query;
