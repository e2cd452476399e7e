//! A Data Studio as odd as the real one: what is written into it, and what comes back instead.
//!
//! - what a node or a workflow is here: `draft`; what the service adds to what was sent: `defaults`, `edges`
//! - what a write does: `write`; how it is refused, and which rules it broke: `rules`
//! - how a Spec comes back: `envelope`, `shown`; how lists show it: `list`; what a pipeline run takes along: `items`
//! - what a test sets up: `setup`; what it looks at afterwards: `view`; what people do to it by hand, meanwhile: `edit`

mod defaults;
mod draft;
mod edges;
mod edit;
mod envelope;
mod items;
mod list;
mod rules;
mod setup;
mod shown;
mod view;
mod write;

pub(super) use draft::Draft;
pub(super) use setup::Habits;
pub use view::DraftView;
