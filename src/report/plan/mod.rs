//! Says what a plan of `source` is: as values without a secret in them, and in words. Each report lays them out.

mod lines;
mod result;
mod view;
mod words;

pub use result::{Detail, LONGEST, RowResult};
pub use view::{PlanField, PlanReport, PlanRow};
