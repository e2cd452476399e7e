//! How fast the whole step may ask: one pace for all walks, which rises while all is well and falls when the service
//! asks for less; changes before looks; and a budget, where there is one. A value: no clock, no waiting.

mod budget;
mod rate;

use std::{collections::BTreeSet, time::Duration};

use crate::model::span::Elapsed;

pub use self::budget::Budget;
use self::rate::Rate;

/// What a request is for; the order is that in which they are let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A last look, or an abolish, of a walk that is ending: never held up.
    Parting,
    /// It changes something.
    Change,
    /// It looks.
    Look,
}

/// A place in the queue: what for, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(Purpose, u64);

/// Whether a request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It may, and is counted as gone.
    Go,
    /// Not before that moment; ask again then.
    Wait(Elapsed),
    /// It may not at all: the budget is spent.
    Spent,
}

/// The pace of a step.
#[derive(Clone, Debug)]
pub struct Pace {
    rate: Rate,
    budget: Option<Budget>,
    queue: BTreeSet<Ticket>,
    tickets: u64,
    latest_look: Option<Elapsed>,
}

impl Pace {
    /// The pace at the start.
    pub fn new(budget: Option<Budget>) -> Self {
        Self { rate: Rate::default(), budget, queue: BTreeSet::new(), tickets: 0, latest_look: None }
    }

    /// Takes a place in the queue.
    pub fn join(&mut self, purpose: Purpose) -> Ticket {
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
    pub fn turn(&mut self, now: Elapsed, ticket: Ticket, active: u64) -> Turn {
        let Ticket(purpose, _) = ticket;
        if let Some(budget) = &self.budget {
            if !budget.allows(purpose, active) {
                return Turn::Spent;
            }
            let stretched = budget.pause(now, active).filter(|_| purpose == Purpose::Look);
            let next_look = stretched.and_then(|pause| Some(self.latest_look?.saturating_add(pause)));
            if let Some(next_look) = next_look.filter(|next| *next > now) {
                return Turn::Wait(next_look);
            }
        }
        if purpose != Purpose::Parting {
            let free = self.rate.free_at(now);
            let before = self.queue.range(..ticket).count();
            let before = u32::try_from(before).unwrap_or(u32::MAX);
            if free > now || before > 0 {
                // The pace may rise while we wait: whoever sleeps too long lets turns go by.
                let behind = self.rate.gap().saturating_mul(before).min(Duration::from_millis(50));
                return Turn::Wait(free.max(now).saturating_add(behind));
            }
        }
        self.rate.took(now);
        if let Some(budget) = &mut self.budget {
            budget.spend();
        }
        if purpose == Purpose::Look {
            self.latest_look = Some(now);
        }
        self.queue.remove(&ticket);
        Turn::Go
    }

    /// A request that went at that moment was taken by the service, whatever it said of it.
    pub fn taken(&mut self, now: Elapsed, sent: Elapsed) {
        self.rate.rise(now, sent);
    }

    /// A request that went at that moment was too much; `after`: how long the service asks to be left alone.
    pub fn refused(&mut self, now: Elapsed, sent: Elapsed, after: Option<Duration>) {
        self.rate.fall(now, sent, after);
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
