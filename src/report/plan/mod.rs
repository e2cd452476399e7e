//! Says what a plan of `source` is: as values without a secret in them, and in words. Each report lays them out.

mod carried_out;
mod lines;
mod result;
mod view;
pub(in crate::report) mod words;

pub use carried_out::Additions;
pub use result::{Detail, LONGEST, RowResult};
pub use view::{FieldValues, PlanReport, PlanRow};
