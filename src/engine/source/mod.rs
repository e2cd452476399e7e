//! `source`: the flows that read the workspace and write one object of it. What a difference is, is decided elsewhere.

pub mod items;
pub mod list;
pub mod read;
pub mod write;

#[cfg(test)]
mod tests;
