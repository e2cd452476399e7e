//! Read-back after a write whose answer was lost: read the state after 1, 3, 6 and 10 s, and send once more if none of
//! the reads shows an effect.
//!
//! The one assumption is that the service shows an effect within 10 s.

use std::time::Duration;

use crate::model::duration::Elapsed;

const READS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(6), Duration::from_secs(10)];

/// When a later attempt of a CI run reads again what an earlier one may have done just before it was killed: 1, 3, 6
/// and 10 s after its start. `last`: when its last read began. `None`: that read was late enough.
pub fn next_read_after(last: Elapsed) -> Option<Elapsed> {
    READS.into_iter().find(|at| *at > last)
}

/// The read-back of a write that may have had an effect.
#[derive(Clone, Debug)]
pub(super) struct ReadBack {
    since: Elapsed,
    reads: usize,
}

impl ReadBack {
    /// Begins when the answer was given up.
    pub(super) fn new(since: Elapsed) -> Self {
        Self { since, reads: 0 }
    }

    /// When the next read is due; `None`: none of the reads showed an effect.
    pub(super) fn next(&self) -> Option<Elapsed> {
        READS.get(self.reads).map(|after| self.since.saturating_add(*after))
    }

    /// A read was answered, and showed no effect.
    pub(super) fn found_nothing(&mut self) {
        self.reads = self.reads.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_attempt_looks_until_ten_seconds_after_its_start() {
        let after = |milliseconds| next_read_after(Elapsed::from_millis(milliseconds)).map(|at| at.as_secs());
        let looks = [0, 999, 1_000, 5_999, 6_000, 9_999, 10_000].map(after);
        assert_eq!(looks, [Some(1), Some(1), Some(3), Some(6), Some(10), Some(10), None]);
    }
}
