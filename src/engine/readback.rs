//! What a lost answer leads to: looks at the state after 1, 3, 6 and 10 s, and one more try if none finds an effect.
//!
//! The one assumption is that the service shows an effect within 10 s.

use std::time::Duration;

use crate::model::duration::Elapsed;

const LOOKS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(6), Duration::from_secs(10)];

/// A request that may have had an effect.
#[derive(Clone, Debug)]
pub(super) struct ReadBack {
    since: Elapsed,
    on_poll: usize,
}

impl ReadBack {
    /// Begins when the answer was given up.
    pub(super) fn new(since: Elapsed) -> Self {
        Self { since, on_poll: 0 }
    }

    /// When the next look is due; `None`: none of the looks found anything.
    pub(super) fn next(&self) -> Option<Elapsed> {
        LOOKS.get(self.on_poll).map(|after| self.since.saturating_add(*after))
    }

    /// A look was answered, and showed no effect.
    pub(super) fn found_nothing(&mut self) {
        self.on_poll = self.on_poll.saturating_add(1);
    }
}
