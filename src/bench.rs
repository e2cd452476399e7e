//! What the benches see of the house: the very code that they measure.

pub use crate::{model::accept::Interval, walk::pace::look};
