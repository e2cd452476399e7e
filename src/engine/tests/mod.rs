//! The engine against a simulated service in virtual time.

mod invariants;
mod scenarios;
mod sim;
