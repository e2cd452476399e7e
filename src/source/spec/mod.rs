//! FlowSpec: what of it is compared, by which rules, and as which hash.

pub mod canonical;
pub mod code;
pub mod compare;
pub mod line_diff;
pub mod lists;
pub mod normal;
pub mod outputs;
pub mod overlay;
pub mod shape;
