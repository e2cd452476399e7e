//! How fast the whole step may ask: one pace for all walks, which rises while all is well and falls when the service
//! asks for less; changes before looks; and a budget, where there is one. A value: no clock, no waiting.

mod aimd;
mod budget;

use std::{collections::BTreeSet, time::Duration};

use crate::model::duration::Elapsed;

use self::aimd::AdaptiveRate;
pub use self::budget::Budget;

/// What a request is for; the order is that in which they are let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// A last look, or an abolish, of a walk that is ending: never held up.
    Shutdown,
    /// It changes something.
    Write,
    /// It looks.
    Read,
}

/// A place in the queue: what for, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(Priority, u64);

/// Whether a request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may, and is counted as gone.
    Go,
    /// Not before that moment; ask again then.
    WaitUntil(Elapsed),
    /// It may not at all: the budget is spent.
    Spent,
}

/// The pace of a step.
#[derive(Clone, Debug)]
pub struct Limiter {
    rate: AdaptiveRate,
    budget: Option<Budget>,
    queue: BTreeSet<Ticket>,
    tickets: u64,
    latest_read: Option<Elapsed>,
}

impl Limiter {
    /// The pace at the start.
    pub fn new(budget: Option<Budget>) -> Self {
        Self { rate: AdaptiveRate::default(), budget, queue: BTreeSet::new(), tickets: 0, latest_read: None }
    }

    /// Takes a place in the queue.
    pub fn join(&mut self, purpose: Priority) -> Ticket {
        self.tickets = self.tickets.saturating_add(1);
        let ticket = Ticket(purpose, self.tickets);
        self.queue.insert(ticket);
        ticket
    }

    /// Gives the place up.
    pub fn leave(&mut self, ticket: Ticket) {
        self.queue.remove(&ticket);
    }

    /// Whether it is this one's turn now. `active`: how many walks are under way.
    pub fn admit(&mut self, now: Elapsed, ticket: Ticket, active: u64) -> Admission {
        let Ticket(purpose, _) = ticket;
        if let Some(budget) = &self.budget {
            if !budget.allows(purpose, active) {
                return Admission::Spent;
            }
            let stretched = budget.pause(now, active).filter(|_| purpose == Priority::Read);
            let next_poll = stretched.and_then(|pause| Some(self.latest_read?.saturating_add(pause)));
            if let Some(next_poll) = next_poll.filter(|next| *next > now) {
                return Admission::WaitUntil(next_poll);
            }
        }
        if purpose != Priority::Shutdown {
            let free = self.rate.free_at(now);
            let before = self.queue.range(..ticket).count();
            let before = u32::try_from(before).unwrap_or(u32::MAX);
            if free > now || before > 0 {
                // The pace may rise while we wait: whoever sleeps too long lets turns go by.
                let behind = self.rate.interval().saturating_mul(before).min(Duration::from_millis(50));
                return Admission::WaitUntil(free.max(now).saturating_add(behind));
            }
        }
        self.rate.spend(now);
        if let Some(budget) = &mut self.budget {
            budget.spend();
        }
        if purpose == Priority::Read {
            self.latest_read = Some(now);
        }
        self.queue.remove(&ticket);
        Admission::Go
    }

    /// A request that went at that moment was taken by the service, whatever it said of it.
    pub fn accepted(&mut self, now: Elapsed, sent: Elapsed) {
        self.rate.on_accepted(now, sent);
    }

    /// A request that went at that moment was too much; `after`: how long the service asks to be left alone.
    pub fn throttled(&mut self, now: Elapsed, sent: Elapsed, after: Option<Duration>) {
        self.rate.on_throttled(now, sent, after);
    }

    /// How many targets at once the budget would do for, where there is one.
    pub fn at_once(&self) -> Option<u64> {
        self.budget.as_ref().map(Budget::at_once)
    }

    /// Whether the budget has room for another target, besides what is kept for those under way.
    pub fn can_begin(&self, active: u64) -> bool {
        self.budget.as_ref().is_none_or(|budget| budget.can_begin(active))
    }
}

#[cfg(test)]
mod tests;
