//! Names to ids, before anything is changed.

pub mod flow;
mod names;
pub mod query;
