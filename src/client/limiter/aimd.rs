//! The rate of requests: a token bucket whose rate rises while nothing is throttled, and is halved when something is.
//!
//! It has two regimes. Before the first throttling answer the rate rises fast if requests wait. Afterwards the limit is
//! known: as many requests as the service accepted in the second before. The rate returns to just below that quickly, and
//! probes from there.
//!
//! Plain AIMD was measured against it: 16 askers, 2 and 60 ms latency, the worse of the two (`tests.rs` has the crowd).
//! Time as a multiple of the least possible, and the share of requests that were throttled:
//!
//! | limit a second | 5 | 20 | 40 | 200 |
//! |---|---|---|---|---|
//! | these two regimes | 1.09, 2.3 % | 1.09, 0.6 % | 1.08, 0.5 % | 1.12, 0.4 % |
//! | plain: +0.5/s each second, halved | 1.31, 4.8 % | 1.38, 0.3 % | 1.50, 0 % | 3.81, 0 % |
//! | plain: +2/s each second, times 0.7 | 1.18, 27.8 % | 1.16, 1.7 % | 1.22, 0.4 % | 1.98, 0 % |
//! | slow start, then +0.1/s and 2 % each second, times 0.7 | 1.18, 3.2 % | 1.18, 3.3 % | 1.19, 2.3 % | 1.23, 0.8 % |
//!
//! No fixed step suits both a limit of 5 and one of 200; with a slow start and a relative step there are two regimes
//! again, and five times as many throttled requests. So the limit is remembered.

use std::{collections::VecDeque, time::Duration};

use crate::model::duration::Elapsed;

/// The rate at the start. All rates are in thousandths of a request a second.
const START: u64 = 4_000;
/// How far the rate rises while no request waits.
const IDLE_LIMIT: u64 = 10_000;
const SLOWEST: u64 = 200;
const FASTEST: u64 = 1_000_000;
/// The size of the bucket while no limit is known: a walk begins with a few quick polls.
const BURST: u32 = 8;
/// The size of the bucket once a limit is known.
const LIMITED_BURST: u32 = 2;

/// An AIMD token bucket.
#[derive(Clone, Debug)]
pub(super) struct AdaptiveRate {
    milli_per_second: u64,
    /// The last known limit of the service.
    ceiling: Option<u64>,
    /// When the next token is there, apart from those that are saved.
    next: Elapsed,
    /// No request is admitted before: the service named that time.
    held_until: Elapsed,
    /// When the rate was last halved: answers to requests sent before that tell nothing new.
    throttled_at: Option<Elapsed>,
    /// When the rate was last raised above the known limit.
    probed_at: Elapsed,
    /// Whether a request had to wait since the last answer.
    has_waiters: bool,
    /// When the accepted requests of the last second were sent.
    accepted_at: VecDeque<Elapsed>,
}

impl Default for AdaptiveRate {
    fn default() -> Self {
        Self {
            milli_per_second: START,
            ceiling: None,
            next: Elapsed::ZERO,
            held_until: Elapsed::ZERO,
            throttled_at: None,
            probed_at: Elapsed::ZERO,
            has_waiters: false,
            accepted_at: VecDeque::new(),
        }
    }
}

impl AdaptiveRate {
    /// The time between two requests while many wait.
    pub(super) fn interval(&self) -> Duration {
        const A_SECOND: u64 = 1_000_000_000;
        Duration::from_nanos(A_SECOND.saturating_mul(1000).checked_div(self.milli_per_second).unwrap_or(A_SECOND))
    }

    /// When the next request may be sent; now, if that is past.
    pub(super) fn free_at(&mut self, now: Elapsed) -> Elapsed {
        let saved = if self.ceiling.is_none() { BURST } else { LIMITED_BURST };
        let saved = self.interval().saturating_mul(saved.saturating_sub(1));
        let free = self.next.saturating_sub(saved).max(self.held_until);
        self.has_waiters |= free > now;
        free
    }

    /// Takes the token of a request.
    pub(super) fn spend(&mut self, now: Elapsed) {
        self.next = self.next.max(now).saturating_add(self.interval());
    }

    /// Handles an answer that is not throttling, to a request sent at `sent`: raises the rate.
    pub(super) fn on_accepted(&mut self, now: Elapsed, sent: Elapsed) {
        self.accepted_at.push_back(sent);
        self.forget(now);
        let has_waiters = std::mem::take(&mut self.has_waiters);
        if self.throttled_at.is_some_and(|throttled_at| sent < throttled_at) {
            return;
        }
        let step = match self.ceiling {
            None if has_waiters => 4_000,
            // While no request waits, the rate need not rise fast, nor far.
            None => IDLE_LIMIT.saturating_sub(self.milli_per_second).min(250),
            Some(_) if !has_waiters => return,
            Some(ceiling) if self.milli_per_second < just_below(ceiling) => {
                (ceiling / 8).max(100).min(just_below(ceiling).saturating_sub(self.milli_per_second))
            }
            Some(ceiling) => self.probe(now, ceiling),
        };
        self.milli_per_second = self.milli_per_second.saturating_add(step).min(FASTEST);
    }

    /// Probes above the last known limit: +0.5 % a second, doubled after every 10 s without throttling, at most 64 times.
    fn probe(&mut self, now: Elapsed, ceiling: u64) -> u64 {
        if now.saturating_sub(self.probed_at) < Duration::from_secs(1) {
            return 0;
        }
        self.probed_at = now;
        let quiet = now.saturating_sub(self.throttled_at.unwrap_or_default()).as_secs();
        let doubled = u32::try_from(quiet.checked_div(10).unwrap_or(0).min(6)).unwrap_or(0);
        (ceiling / 200).max(10).saturating_mul(2_u64.saturating_pow(doubled))
    }

    /// Handles a throttling answer to a request sent at `sent`: halves the rate, at most once a second, because the
    /// service still counts the burst that caused it.
    pub(super) fn on_throttled(&mut self, now: Elapsed, sent: Elapsed, after: Option<Duration>) {
        self.held_until = self.held_until.max(now.saturating_add(after.unwrap_or_default()));
        if self.throttled_at.is_some_and(|throttled_at| sent < throttled_at.saturating_add(Duration::from_secs(1))) {
            return;
        }
        self.forget(sent);
        let accepted = u64::try_from(self.accepted_at.len()).unwrap_or(u64::MAX).saturating_mul(1000);
        // If nothing was accepted, the limit is still unknown: the rate is halved, and no more.
        let ceiling = if accepted == 0 { self.milli_per_second } else { accepted.min(self.milli_per_second) };
        self.ceiling = Some(ceiling);
        self.milli_per_second = (ceiling / 2).max(SLOWEST);
        self.throttled_at = Some(now);
        self.probed_at = now;
        self.next = self.next.max(now);
    }

    fn forget(&mut self, now: Elapsed) {
        let second = Duration::from_secs(1);
        while self.accepted_at.front().is_some_and(|sent| now.saturating_sub(*sent) >= second) {
            self.accepted_at.pop_front();
        }
    }
}

/// A little below the known limit.
fn just_below(ceiling: u64) -> u64 {
    ceiling.saturating_sub(ceiling / 20)
}
