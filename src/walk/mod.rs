//! Floor 2, will: what to ask next, how long to wait, what a lost answer means, what an interrupt does.
//!
//! A [`Walk`](step::Walk) takes one errand to its end. It is a value: time comes in, actions go out, nothing in it
//! waits or sends. [`step`] keeps the promises that hold for every errand; a route knows one kind of errand.

mod begin;
mod closing;
mod create;
mod delivery;
mod doubt;
mod dry;
#[cfg(test)]
mod laws;
mod names;
mod package;
mod pages;
mod parcel;
pub mod pause;
mod resolve;
pub mod route;
mod run;
#[cfg(test)]
mod sim;
mod stages;
mod start;
pub mod step;
#[cfg(test)]
mod stories;
mod survey;
mod trouble;
mod turn;
