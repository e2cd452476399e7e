//! Client-side rate limiter shared by all targets: an AIMD token bucket, writes before reads, with an optional request
//! budget. The caller supplies the time and does the waiting.

mod aimd;
mod budget;

use std::{collections::BTreeSet, time::Duration};

use crate::model::duration::Elapsed;

use self::aimd::AdaptiveRate;
pub use self::budget::Budget;

/// What a request is for, in the order in which requests are admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// The last poll, or the abolish, of a walk that is shutting down: never held up.
    Shutdown,
    /// It changes something.
    Write,
    /// It changes nothing.
    Read,
}

/// A place in the queue: its priority, then its order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(Priority, u64);

/// Whether a request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Now; it is counted as sent.
    Go,
    /// Not before that time; ask again then.
    WaitUntil(Elapsed),
    /// Never: the request budget is used up.
    Spent,
}

/// The rate limiter of a step.
#[derive(Clone, Debug)]
pub struct Limiter {
    rate: AdaptiveRate,
    budget: Option<Budget>,
    queue: BTreeSet<Ticket>,
    tickets: u64,
    latest_read: Option<Elapsed>,
}

impl Limiter {
    /// At the rate of the start.
    pub fn new(budget: Option<Budget>) -> Self {
        Self { rate: AdaptiveRate::default(), budget, queue: BTreeSet::new(), tickets: 0, latest_read: None }
    }

    /// Takes a place in the queue.
    pub fn join(&mut self, priority: Priority) -> Ticket {
        self.tickets = self.tickets.saturating_add(1);
        let ticket = Ticket(priority, self.tickets);
        self.queue.insert(ticket);
        ticket
    }

    /// Gives the place up.
    pub fn leave(&mut self, ticket: Ticket) {
        self.queue.remove(&ticket);
    }

    /// Whether a request may be sent now. `active`: how many walks are under way.
    pub fn admit(&mut self, now: Elapsed, ticket: Ticket, active: u64) -> Admission {
        let Ticket(priority, _) = ticket;
        if let Some(budget) = &self.budget {
            if !budget.allows(priority, active) {
                return Admission::Spent;
            }
            let stretched = budget.pause(now, active).filter(|_| priority == Priority::Read);
            let next_poll = stretched.and_then(|pause| Some(self.latest_read?.saturating_add(pause)));
            if let Some(next_poll) = next_poll.filter(|next| *next > now) {
                return Admission::WaitUntil(next_poll);
            }
        }
        if priority != Priority::Shutdown {
            let free = self.rate.free_at(now);
            let before = self.queue.range(..ticket).count();
            let before = u32::try_from(before).unwrap_or(u32::MAX);
            if free > now || before > 0 {
                // The rate may rise while we wait: a sleep that is too long wastes tokens.
                let behind = self.rate.interval().saturating_mul(before).min(Duration::from_millis(50));
                return Admission::WaitUntil(free.max(now).saturating_add(behind));
            }
        }
        self.spend(now);
        if priority == Priority::Read {
            self.latest_read = Some(now);
        }
        self.queue.remove(&ticket);
        Admission::Go
    }

    /// Whether a second request may be sent at once in an attempt that was admitted: rare enough not to queue, but never
    /// out of the requests that are reserved for shutdown. If so, it is counted as sent.
    pub fn try_extra(&mut self, now: Elapsed, active: u64) -> bool {
        let is_free = self.budget.as_ref().is_none_or(|budget| budget.allows(Priority::Write, active));
        if is_free {
            self.spend(now);
        }
        is_free
    }

    fn spend(&mut self, now: Elapsed) {
        self.rate.spend(now);
        if let Some(budget) = &mut self.budget {
            budget.spend();
        }
    }

    /// A request sent at `sent` was answered without throttling, whatever the answer says.
    pub fn accepted(&mut self, now: Elapsed, sent: Elapsed) {
        self.rate.on_accepted(now, sent);
    }

    /// A request sent at `sent` was throttled; `after`: how long the service asks to wait.
    pub fn throttled(&mut self, now: Elapsed, sent: Elapsed, after: Option<Duration>) {
        self.rate.on_throttled(now, sent, after);
    }

    /// How many targets at once the budget allows, if there is one.
    pub fn at_once(&self) -> Option<u64> {
        self.budget.as_ref().map(Budget::at_once)
    }

    /// Whether the budget has room for another target, in addition to what is reserved for those under way.
    pub fn can_begin(&self, active: u64) -> bool {
        self.budget.as_ref().is_none_or(|budget| budget.can_begin(active))
    }
}

#[cfg(test)]
mod tests;
