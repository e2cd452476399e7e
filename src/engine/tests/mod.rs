//! The engine against a simulated service in virtual time.

mod invariants;
mod run_once;
mod scenarios;
mod sim;
