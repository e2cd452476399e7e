//! The scheduler: what was deployed runs once for business dates, by ids that are not Data Studio's.
//!
//! - what a test sets up: `plan`; what it looks at afterwards: `view`
//! - how the instances of one start go on: `backfill`; their dates: `dates`
//! - what the operations do: `v2024`, `v2020`; what their requests must say: `rules`

mod backfill;
mod dates;
mod plan;
mod rules;
mod v2020;
mod v2024;
mod view;

pub(super) use backfill::Backfill;
pub use plan::RunPlan;
pub use view::{InstanceView, TaskView};
