//! The repository: folders, values and specs become the objects that it wants, or every error in them at once.

pub mod check;
pub mod desired;
pub mod error;
mod graph;
pub mod layout;
pub mod object;
pub mod position;
pub mod properties;
pub mod read;
pub mod render;
mod role;
mod text;
pub mod tree;
pub mod work;
