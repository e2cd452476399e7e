//! Floor 0, nouns: what a user could name, and the decisions that need nothing but themselves.

pub mod accept;
pub mod call;
pub mod endpoint;
pub mod environment;
pub mod inputs;
pub mod journal;
pub mod marker;
pub mod mistake;
pub mod moment;
pub mod origin;
pub mod outcome;
pub mod package;
pub mod pipeline;
pub mod plan;
pub mod secret;
pub mod source;
pub mod span;
pub mod start;
