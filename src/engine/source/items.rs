//! Reads what a pipeline run deployed: the Specs of its items. This is only evidence, so it may be missing.

use crate::{
    engine::{
        flow::{Flow, Next},
        paging::Pages,
    },
    model::{
        answer::{Answer, Item, ListInfo, Reply},
        call::Call,
        duration::Elapsed,
        fault::{Refusal, ServiceError},
        journal::{Journal, Note},
        outcome::Outcome,
        reason::End,
        status::Status,
    },
};

/// A workflow of 400 nodes has four; more is not a run of one unit.
const MOST_PAGES: u32 = 50;
/// What a page is asked to hold.
const PAGE: usize = 100;

/// The reading of a run's items.
pub struct ItemsFlow {
    run: String,
    pages: Pages,
    items: Vec<Item>,
    end: Option<End>,
}

impl ItemsFlow {
    pub fn new(run: &str) -> Self {
        Self { run: run.to_owned(), pages: Pages::at_most(MOST_PAGES), items: Vec::new(), end: None }
    }

    /// The Specs that were deployed, as far as the service gives them.
    pub fn specs(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|item| item.spec.as_str()).filter(|spec| !spec.is_empty())
    }

    fn is_done(&mut self) {
        self.end = Some(End::new(Status::Success, "the items were read"));
    }

    /// Without it an update may count as drift: that must not look like somebody's edit.
    fn is_unreadable(&mut self, now: Elapsed, error: &ServiceError, journal: &mut Journal) {
        let why = format!(
            "what the pipeline run {} deployed cannot be read ({error}), so what differs may count as edited",
            self.run
        );
        journal.note(now, Note::Warning(why));
        self.is_done();
    }
}

impl Flow for ItemsFlow {
    fn next(&mut self, _: Elapsed) -> Next {
        let call = || Call::ListPipelineRunItems { run: self.run.clone(), page: self.pages.next() };
        self.end.clone().map_or_else(|| Next::Call(call()), Next::End)
    }

    fn on_answer(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        if let Answer::Items(items) = reply.answer {
            let count = items.len();
            self.items.extend(items);
            // The answer does not say how many there are.
            let info = ListInfo { total: 0, is_full: count >= PAGE };
            if !self.pages.go_on(count, info) {
                self.is_done();
            }
        }
    }

    fn on_refusal(&mut self, now: Elapsed, _: &Call, _: Refusal, error: &ServiceError, journal: &mut Journal) {
        self.is_unreadable(now, error, journal);
    }

    fn on_best_effort_failed(&mut self, now: Elapsed, _: &Call, error: &ServiceError, journal: &mut Journal) {
        self.is_unreadable(now, error, journal);
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn activity(&self) -> String {
        format!("reading the items of the pipeline run {}", self.run)
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome::of(end)
    }
}
