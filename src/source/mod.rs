//! `source`, the repository as the truth: folders become desired objects, and comparing these with the workspace gives
//! a change set.
//!
//! Pure: the folders, the workspace and the properties are values. What is read from disk or service is decided elsewhere.

pub mod export;
pub mod plan;
pub mod repository;
pub mod spec;

#[cfg(test)]
mod tests;
