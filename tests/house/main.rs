//! Tests of the source tree: the import law, and that what is written in several places says the same.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "the bans are for the program; these tests read its sources"
)]

mod ahead;
mod architecture;
mod circles;
mod documents;
mod examples;
mod files;
mod guides;
mod imports;
mod input_names;
mod paths;
mod spoken;
mod stories;
mod tree;
