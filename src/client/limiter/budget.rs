//! The request budget: how many requests the step may send in all. Polls are stretched so that it lasts for the time
//! that is left, and two requests are reserved for the shutdown of every walk.

use std::time::Duration;

use crate::model::{duration::Elapsed, options::Interval};

use super::Priority;

/// Reserved for each walk: a last poll and an abolish.
const SHUTDOWN: u64 = 2;
/// What a target needs at least, from its first list to its last poll.
const TARGET: u64 = 8;

/// A budget of requests.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    left: u64,
    /// When the step times out.
    end: Elapsed,
    /// The longest poll interval that was configured.
    longest: Duration,
}

impl Budget {
    /// So many requests until `end`.
    pub fn new(requests: u64, end: Elapsed, interval: Interval) -> Self {
        Self { left: requests, end, longest: interval.longest }
    }

    /// Whether there is one left for this priority: only a shutdown may use what is reserved for it.
    pub(super) fn allows(&self, priority: Priority, active: u64) -> bool {
        match priority {
            Priority::Shutdown => self.left > 0,
            Priority::Write | Priority::Read => self.free(active) > 0,
        }
    }

    /// Whether there is room for another target.
    pub(super) fn can_begin(&self, active: u64) -> bool {
        self.left >= active.saturating_add(1).saturating_mul(SHUTDOWN).saturating_add(TARGET)
    }

    /// How many targets at once can be finished with what is left.
    pub(super) fn at_once(&self) -> u64 {
        self.left.checked_div(TARGET.saturating_add(SHUTDOWN)).unwrap_or_default().max(1)
    }

    /// The pause between any two reads of the step; none while the configured poll interval makes the budget last.
    pub(super) fn pause(&self, now: Elapsed, active: u64) -> Option<Duration> {
        let time = self.end.saturating_sub(now);
        let free = u32::try_from(self.free(active)).unwrap_or(u32::MAX);
        let active = u32::try_from(active.max(1)).unwrap_or(u32::MAX);
        let lasts = self.longest.saturating_mul(free) >= time.saturating_mul(active);
        (!lasts).then(|| time.checked_div(free).unwrap_or(time))
    }

    /// A request is sent.
    pub(super) fn spend(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    fn free(&self, active: u64) -> u64 {
        self.left.saturating_sub(active.max(1).saturating_mul(SHUTDOWN))
    }
}
