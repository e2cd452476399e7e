//! The real binary against the simulator, one function a story.

#[path = "../simulator/mod.rs"]
mod simulator;
