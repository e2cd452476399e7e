//! What holds of the tree itself: who may know whom, and that what is written in several places says the same.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "the fence stands around the program; these tests read the tree that the program is made of"
)]

mod architecture;
mod circles;
mod documents;
mod examples;
mod files;
mod imports;
mod paths;
mod spoken;
mod stories;
mod tree;
