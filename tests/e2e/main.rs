//! The real binary against the simulator, one function a story, a file a part of the contract.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the fence stands around the program; a story may read clocks and files, and fails loudly"
)]

mod inputs;
mod job;
mod limits;
mod signatures;
#[path = "../simulator/mod.rs"]
mod simulator;
mod targets;
mod workflow;
