//! 2020-05-18: a deployment package is created and followed to its end.

mod create;
pub mod flow;
mod search;
