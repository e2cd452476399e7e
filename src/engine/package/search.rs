//! Finds the package of a `DeployFile` or `SubmitFile` whose answer was lost: id above the baseline, right environment,
//! contains the file.

use std::collections::VecDeque;

use crate::model::{call::Call, package::Package};

use crate::engine::paging::Pages;

/// No more pages than this are read of a listing.
const PAGES: u32 = 20;

/// Where a package goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Development,
    Production,
}

/// The packages that were there before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Baseline {
    newest: Option<u64>,
    clock_ms: Option<u64>,
}

impl Baseline {
    /// The greatest id of the newest packages, and the service's clock.
    pub(super) fn new(newest: Option<u64>, clock_ms: Option<u64>) -> Self {
        Self { newest, clock_ms }
    }

    /// The same, with one more package that was there before.
    pub(super) fn at_least(self, package: u64) -> Self {
        Self { newest: self.newest.max(Some(package)), ..self }
    }
}

/// One search: a listing, and each of its new packages.
#[derive(Clone, Debug)]
pub(super) struct PackageSearch {
    file: Option<u64>,
    destination: Destination,
    baseline: Baseline,
    state: State,
    /// The new packages that were listed, without the one that is being read.
    candidates: VecDeque<u64>,
    found: Vec<u64>,
}

/// What is read at the moment.
#[derive(Clone, Debug)]
enum State {
    Listing(Pages),
    Package(u64),
}

/// What a search came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SearchResult {
    /// There is more to read.
    Unfinished,
    /// These packages may be ours, all that there are.
    Found(Vec<u64>),
}

impl PackageSearch {
    /// `file`: the file that it must contain, if that is known.
    pub(super) fn new(file: Option<u64>, destination: Destination, baseline: Baseline) -> Self {
        let (candidates, found) = (VecDeque::new(), Vec::new());
        Self { file, destination, baseline, state: State::Listing(Pages::at_most(PAGES)), candidates, found }
    }

    /// What to ask next.
    pub(super) fn next(&self) -> Call {
        match &self.state {
            State::Listing(pages) => Call::ListDeployments { page: pages.next() },
            State::Package(package) => Call::GetDeployment { package: *package },
        }
    }

    /// Takes a page of the listing in.
    pub(super) fn on_page(&mut self, ids: impl Iterator<Item = u64>, total: u64) -> SearchResult {
        let State::Listing(pages) = &mut self.state else { return SearchResult::Unfinished };
        let mut count = 0_usize;
        for id in ids {
            count = count.saturating_add(1);
            let is_newer = self.baseline.newest.is_none_or(|newest| id > newest);
            if is_newer && !self.candidates.contains(&id) {
                self.candidates.push_back(id);
            }
        }
        if pages.go_on(count, total) { SearchResult::Unfinished } else { self.read_next() }
    }

    /// Takes the package in that was read.
    pub(super) fn on_package(&mut self, package: &Package) -> SearchResult {
        let State::Package(id) = self.state else { return SearchResult::Unfinished };
        let is_young = package.created_ms.zip(self.baseline.clock_ms).is_none_or(|(created, since)| created >= since);
        let has_file = self.file.is_none_or(|file| package.items.iter().any(|item| item.file == file.to_string()));
        let goes_to = match self.destination {
            Destination::Development => Some(1),
            Destination::Production => Some(2),
        };
        if is_young && has_file && package.to_environment == goes_to {
            self.found.push(id);
        }
        self.read_next()
    }

    fn read_next(&mut self) -> SearchResult {
        match self.candidates.pop_front() {
            Some(id) => {
                self.state = State::Package(id);
                SearchResult::Unfinished
            }
            None => SearchResult::Found(std::mem::take(&mut self.found)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::package::PackageItem;

    const BASELINE: Baseline = Baseline { newest: Some(100), clock_ms: Some(5000) };

    fn search() -> PackageSearch {
        PackageSearch::new(Some(1001), Destination::Production, BASELINE)
    }

    /// A package of the file, into production, created after the asking.
    fn ours() -> Package {
        Package {
            to_environment: Some(2),
            created_ms: Some(5000),
            items: vec![PackageItem { file: "1001".into(), ..PackageItem::default() }],
            ..Package::default()
        }
    }

    fn page(search: &PackageSearch) -> Option<u32> {
        match search.next() {
            Call::ListDeployments { page } => Some(page),
            _ => None,
        }
    }

    fn found(ids: &[u64]) -> SearchResult {
        SearchResult::Found(ids.to_vec())
    }

    #[test]
    fn ours_is_newer_contains_the_file_and_goes_where_it_should() {
        let other = vec![PackageItem { file: "1002".into(), ..PackageItem::default() }];
        for (package, fits) in [
            (ours(), true),
            (Package { created_ms: None, ..ours() }, true),
            (Package { created_ms: Some(4999), ..ours() }, false),
            (Package { items: other, ..ours() }, false),
            (Package { to_environment: Some(1), ..ours() }, false),
            (Package { to_environment: None, ..ours() }, false),
        ] {
            let mut search = search();
            assert_eq!(search.on_page([101, 100, 99].into_iter(), 3), SearchResult::Unfinished);
            assert_eq!(search.next(), Call::GetDeployment { package: 101 }, "what was there before is not read");
            assert_eq!(search.on_package(&package), found([101].get(..usize::from(fits)).unwrap()), "{package:?}");
        }
    }

    #[test]
    fn a_submission_goes_to_development() {
        for (to_environment, ours_are) in [(1, [101].as_slice()), (2, &[])] {
            let mut search = PackageSearch::new(Some(1001), Destination::Development, BASELINE);
            search.on_page([101].into_iter(), 1);
            let result = search.on_package(&Package { to_environment: Some(to_environment), ..ours() });
            assert_eq!(result, found(ours_are));
        }
    }

    #[test]
    fn the_package_of_a_submission_was_there_before_the_deployments() {
        for (before, submission, candidate) in [(Some(100), 101, 102), (None, 101, 102), (Some(103), 101, 104)] {
            let baseline = Baseline { newest: before, ..BASELINE }.at_least(submission);
            let mut search = PackageSearch::new(Some(1001), Destination::Production, baseline);
            search.on_page(101..=candidate, candidate - 100);
            assert_eq!(search.next(), Call::GetDeployment { package: candidate });
            let result = search.on_package(&Package { created_ms: Some(4999), ..ours() });
            assert_eq!(result, found(&[]), "the clock is still the one before the submission");
        }
    }

    #[test]
    fn pages_are_read_until_as_many_came_as_there_are_and_no_more_than_twenty() {
        let mut whole = search();
        whole.on_page([102, 101].into_iter(), 3);
        assert_eq!(page(&whole), Some(2));
        whole.on_page([101].into_iter(), 3);
        assert_eq!((page(&whole), whole.candidates.len()), (None, 1), "one that moved to the next page is read once");

        let mut fewer = search();
        fewer.on_page([101].into_iter(), 999);
        assert_eq!(page(&fewer), Some(2));
        let result = fewer.on_page(std::iter::empty(), 999);
        assert_eq!(
            (page(&fewer), result),
            (None, SearchResult::Unfinished),
            "an empty page is the last whatever the total"
        );

        let (mut endless, mut pages) = (search(), vec![1]);
        while endless.on_page([1].into_iter(), u64::MAX) == SearchResult::Unfinished {
            pages.extend(page(&endless));
        }
        assert_eq!(pages, (1..=20).collect::<Vec<_>>());
    }
}
