//! How many requests a second: a bucket of eight tokens that fills four times a second at first; faster as long as nothing
//! is refused, above all where it is what holds us up; half as fast when the service asks for less.
//!
//! After a refusal it is known what the service bears: as many as it took in the second before. So the pace comes back
//! to just below that at once, and feels its way from there.

use std::{collections::VecDeque, time::Duration};

use crate::model::duration::Elapsed;

/// In thousandths of a request a second.
const START: u64 = 4_000;
/// How far it rises where nobody waits.
const IDLE_LIMIT: u64 = 10_000;
const SLOWEST: u64 = 200;
const FASTEST: u64 = 1_000_000;
/// How many tokens are saved up while nobody asks: what a walk of quick looks begins with.
const SAVED: u32 = 8;
/// The same once it is known that the service bears no more than so much.
const SAVED_THEN: u32 = 2;

/// The pace, and what it was learnt from.
#[derive(Clone, Debug)]
pub(super) struct AdaptiveRate {
    now: u64,
    /// What the service was seen to bear.
    ceiling: Option<u64>,
    /// The moment from which the next token is there, if those that are saved were not.
    next: Elapsed,
    /// No request goes before.
    held_until: Elapsed,
    /// When the pace last fell: what was sent before tells nothing new.
    throttled_at: Option<Elapsed>,
    probed_at: Elapsed,
    /// Whether somebody had to wait since the last answer.
    has_waiters: bool,
    /// When the requests of the last second were sent that the service took.
    accepted_at: VecDeque<Elapsed>,
}

impl Default for AdaptiveRate {
    fn default() -> Self {
        Self {
            now: START,
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
    /// Between two requests, when many wait.
    pub(super) fn interval(&self) -> Duration {
        const A_SECOND: u64 = 1_000_000_000;
        Duration::from_nanos(A_SECOND.saturating_mul(1000).checked_div(self.now).unwrap_or(A_SECOND))
    }

    /// When the next request may go, if it is not now.
    pub(super) fn free_at(&mut self, now: Elapsed) -> Elapsed {
        let saved = if self.ceiling.is_none() { SAVED } else { SAVED_THEN };
        let saved = self.interval().saturating_mul(saved.saturating_sub(1));
        let free = self.next.saturating_sub(saved).max(self.held_until);
        self.has_waiters |= free > now;
        free
    }

    /// A request goes.
    pub(super) fn spend(&mut self, now: Elapsed) {
        self.next = self.next.max(now).saturating_add(self.interval());
    }

    /// The service took a request that went at that moment.
    pub(super) fn on_accepted(&mut self, now: Elapsed, sent: Elapsed) {
        self.accepted_at.push_back(sent);
        self.forget(now);
        let has_waiters = std::mem::take(&mut self.has_waiters);
        if self.throttled_at.is_some_and(|throttled_at| sent < throttled_at) {
            return;
        }
        let step = match self.ceiling {
            None if has_waiters => 4_000,
            // What nobody waits for need not rise fast, nor far.
            None => IDLE_LIMIT.saturating_sub(self.now).min(250),
            Some(_) if !has_waiters => return,
            Some(ceiling) if self.now < bearable(ceiling) => {
                (ceiling / 8).max(100).min(bearable(ceiling).saturating_sub(self.now))
            }
            Some(ceiling) => self.probe(now, ceiling),
        };
        self.now = self.now.saturating_add(step).min(FASTEST);
    }

    /// Above what is known to be bearable: half a hundredth a second, twice that after each ten quiet seconds.
    fn probe(&mut self, now: Elapsed, ceiling: u64) -> u64 {
        if now.saturating_sub(self.probed_at) < Duration::from_secs(1) {
            return 0;
        }
        self.probed_at = now;
        let quiet = now.saturating_sub(self.throttled_at.unwrap_or_default()).as_secs();
        let doubled = u32::try_from(quiet.checked_div(10).unwrap_or(0).min(6)).unwrap_or(0);
        (ceiling / 200).max(10).saturating_mul(2_u64.saturating_pow(doubled))
    }

    /// The service asks for less; once a second it is believed.
    pub(super) fn on_throttled(&mut self, now: Elapsed, sent: Elapsed, after: Option<Duration>) {
        self.held_until = self.held_until.max(now.saturating_add(after.unwrap_or_default()));
        // For a second the service still counts what was too much.
        if self.throttled_at.is_some_and(|throttled_at| sent < throttled_at.saturating_add(Duration::from_secs(1))) {
            return;
        }
        self.forget(sent);
        let accepted_at = u64::try_from(self.accepted_at.len()).unwrap_or(u64::MAX).saturating_mul(1000);
        // Where it took nothing, not even what it bears is told: the pace is halved, and no more.
        let ceiling = if accepted_at == 0 { self.now } else { accepted_at.min(self.now) };
        self.ceiling = Some(ceiling);
        self.now = (ceiling / 2).max(SLOWEST);
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

/// A little below what was seen to be too much.
fn bearable(ceiling: u64) -> u64 {
    ceiling.saturating_sub(ceiling / 20)
}
