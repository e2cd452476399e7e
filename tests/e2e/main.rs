//! The real binary against the simulator, one function per story, one file per part of the contract.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    clippy::panic,
    reason = "the fence stands around the program; a story may read clocks and files, and fails loudly"
)]

mod contract;
mod credentials;
mod crowd;
mod dry_run;
mod export;
mod fault_table;
mod faults;
mod har;
mod hostile;
mod inputs;
mod job;
#[cfg(unix)]
mod kills;
mod leaks;
mod limits;
mod names;
mod once;
mod refusals;
mod reports;
mod run_once;
mod signatures;
#[path = "../simulator/mod.rs"]
mod simulator;
mod source;
mod source_conflicts;
mod source_cost;
#[cfg(unix)]
mod source_examples;
mod source_faults;
mod source_mistakes;
mod source_permissions;
mod source_races;
mod source_run_once;
mod source_secrets;
mod stages;
mod strays;
mod submit;
mod targets;
mod tls;
mod transport;
mod words;
mod workflow;
