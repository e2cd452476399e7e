//! Looks for instances by their whole name, date by date. What the lists do not show may be there all the same.

use std::collections::BTreeSet;

use crate::model::{
    answer::ListInfo,
    business_date::BusinessDate,
    call::Call,
    run_once::{RunInstance, RunState},
};

use crate::engine::paging::Pages;

/// No more pages than this are read of one date.
const PAGES: u32 = 20;

/// A search on its way through dates and pages.
#[derive(Clone, Debug)]
pub(super) struct Search {
    name: String,
    /// Those that are still to be requested; the first is requested now.
    dates: Vec<BusinessDate>,
    pages: Pages,
    /// Every instance of that name.
    found: Vec<(BusinessDate, RunInstance)>,
}

impl Search {
    pub(super) fn new(name: &str, dates: &[BusinessDate]) -> Self {
        let mut dates = dates.to_vec();
        dates.reverse();
        Self { name: name.to_owned(), dates, pages: Pages::at_most(PAGES), found: Vec::new() }
    }

    /// The page to ask for; `None`: all were read.
    pub(super) fn next(&self) -> Option<Call> {
        let date = self.dates.last()?;
        Some(Call::ListWorkflowInstances { date_ms: date.begin_ms(), name: self.name.clone(), page: self.pages.next() })
    }

    /// Takes a page in. The filter by name is fuzzy, so names are compared.
    pub(super) fn on_page(&mut self, instances: Vec<RunInstance>, info: ListInfo) {
        let Some(date) = self.dates.last().copied() else { return };
        let more = self.pages.go_on(instances.len(), info);
        let is_ours = |instance: &RunInstance| {
            instance.name == self.name && instance.date_ms.is_none_or(|at| at == date.begin_ms())
        };
        self.found.extend(instances.into_iter().filter(is_ours).map(|instance| (date, instance)));
        if !more {
            self.next_date();
        }
    }

    /// The date cannot be read: nothing was found.
    pub(super) fn next_date(&mut self) {
        self.dates.pop();
        self.pages = Pages::at_most(PAGES);
    }

    /// Whether each of these dates has an instance.
    pub(super) fn has_all(&self, dates: &[BusinessDate]) -> bool {
        dates.iter().all(|date| self.found.iter().any(|(of, _)| of == date))
    }

    /// The ids of all that were found.
    pub(super) fn ids(&self) -> BTreeSet<u64> {
        self.found.iter().map(|(_, instance)| instance.id).collect()
    }

    /// The instance of a date that counts: one that has not ended, else one that succeeded, else one that failed.
    /// `known`: those of before, which do not count.
    pub(super) fn of(&self, date: BusinessDate, known: &BTreeSet<u64>) -> Option<&RunInstance> {
        let ours = self.found.iter().filter(|(of, instance)| *of == date && !known.contains(&instance.id));
        ours.map(|(_, instance)| instance).min_by_key(|instance| match instance.state {
            RunState::NotRun | RunState::Active(_) => 0,
            RunState::Success => 1,
            RunState::Failure => 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_name_counts_and_what_has_not_ended_comes_first() {
        let date = BusinessDate::read("2026-11-24").unwrap();
        let instance = |id, name: &str, state| RunInstance { id, name: name.into(), state, ..RunInstance::default() };
        let mut search = Search::new("[dwd:run:ab] daily", &[date]);
        search.on_page(
            vec![
                instance(1, "[dwd:run:ab] daily_report", RunState::Success),
                instance(2, "[dwd:run:ab] daily", RunState::Failure),
                instance(3, "[dwd:run:ab] daily", RunState::Active("WaitTime".into())),
                instance(4, "[dwd:run:ab] daily", RunState::Success),
            ],
            ListInfo { total: 4, is_full: false },
        );
        let counts = |known: &[u64]| search.of(date, &known.iter().copied().collect()).map(|instance| instance.id);
        assert_eq!(search.next(), None);
        for (known, wanted) in
            [(&[][..], Some(3)), (&[3], Some(4)), (&[3, 4], Some(2)), (&[2, 3, 4], None), (&[1, 2, 3, 4], None)]
        {
            assert_eq!(counts(known), wanted, "{known:?}");
        }
    }
}
