//! FlowSpec: what of it is compared, by which rules, and as which hash.

pub mod canonical;
pub mod code;
pub mod compare;
pub mod lists;
pub mod outputs;
pub mod overlay;
pub mod shape;
