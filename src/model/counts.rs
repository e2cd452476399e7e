//! How many requests a step sent, by operation.

use std::collections::BTreeMap;

/// How many requests were sent.
#[derive(Clone, Debug, Default)]
pub struct RequestCounts {
    /// By operation.
    pub by_operation: BTreeMap<&'static str, u64>,
    /// Those that were sent because an earlier one failed.
    pub retried: u64,
    /// Those that were throttled.
    pub throttled: u64,
}
