//! Finds the package of a `DeployFile` or `SubmitFile` whose answer was lost: id above the baseline, right environment,
//! contains the file.

use std::collections::BTreeSet;

use crate::model::{answer::ListInfo, call::Call, package::Package, sorted::sort};

use crate::engine::paging::{Page, Pages};

/// No more pages than this are read of a listing.
const PAGES: u32 = 200;

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
}

impl Baseline {
    /// The greatest id of the packages that are there.
    pub(super) fn new(newest: Option<u64>) -> Self {
        Self { newest }
    }

    /// The same, with one more package that was there before.
    pub(super) fn at_least(self, package: u64) -> Self {
        Self { newest: self.newest.max(Some(package)) }
    }
}

/// The packages of a workspace, on the way through their pages: as far as the newest are to be found.
#[derive(Clone, Debug)]
pub(super) struct PackageListing {
    pages: Pages,
    /// Those that are newer than the baseline.
    newer: BTreeSet<u64>,
    baseline: Baseline,
    /// The last id that was listed, while each was smaller than the one before it.
    falling: Option<u64>,
    is_falling: bool,
    /// Whether the newest alone is looked for, which is on the first page where ids fall.
    is_of_newest: bool,
}

/// The result of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    /// There is more to read.
    Unfinished,
    /// All that are newer than the baseline were listed.
    Whole,
    /// It could not be read to its end.
    Cut,
}

impl PackageListing {
    /// Until the newest is known.
    pub(super) fn of_newest() -> Self {
        Self { is_of_newest: true, ..Self::newer_than(Baseline::default()) }
    }

    /// Until all are known that are newer than that.
    fn newer_than(baseline: Baseline) -> Self {
        let (newer, pages) = (BTreeSet::new(), Pages::at_most(PAGES));
        Self { pages, newer, baseline, falling: None, is_falling: true, is_of_newest: false }
    }

    pub(super) fn next(&self) -> Call {
        Call::ListDeployments { page: self.pages.next() }
    }

    /// The greatest id that was listed, if it is newer than the baseline.
    pub(super) fn newest(&self) -> Option<u64> {
        self.newer.last().copied().or(self.baseline.newest)
    }

    /// Takes a page in. Where ids fall, as they do where the newest come first, what follows is older than what came.
    pub(super) fn on_page(&mut self, ids: impl Iterator<Item = u64>, info: ListInfo) -> Listed {
        let mut count = 0_usize;
        for id in ids {
            count = count.saturating_add(1);
            self.is_falling &= self.falling.is_none_or(|before| id <= before);
            self.falling = Some(id);
            if self.baseline.newest.is_none_or(|newest| id > newest) {
                self.newer.insert(id);
            }
        }
        let is_newest = self.is_of_newest && count > 1;
        let is_past = |last: u64| is_newest || self.baseline.newest.is_some_and(|newest| last <= newest);
        if self.is_falling && count > 0 && self.falling.is_some_and(is_past) {
            return Listed::Whole;
        }
        match self.pages.on_page(count, info) {
            Page::Full => Listed::Unfinished,
            Page::Last => Listed::Whole,
            Page::Cut => Listed::Cut,
        }
    }
}

/// One search: a listing, and each of its new packages.
#[derive(Clone, Debug)]
pub(super) struct PackageSearch {
    file: Option<u64>,
    destination: Destination,
    listing: PackageListing,
    /// The package that is being read.
    reading: Option<u64>,
    /// Whether the listing was not read to its end.
    is_cut: bool,
    found: Vec<u64>,
}

/// The result of a search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SearchResult {
    /// There is more to read.
    Unfinished,
    /// These packages may be ours, all that there are.
    Found(Vec<u64>),
    /// None that was listed is ours, and the list was not read to its end.
    Cut,
}

impl PackageSearch {
    /// `file`: the file that it must contain, if that is known.
    pub(super) fn new(file: Option<u64>, destination: Destination, baseline: Baseline) -> Self {
        let (listing, found) = (PackageListing::newer_than(baseline), Vec::new());
        Self { file, destination, listing, reading: None, is_cut: false, found }
    }

    /// What to ask next.
    pub(super) fn next(&self) -> Call {
        match self.reading {
            None => self.listing.next(),
            Some(package) => Call::GetDeployment { package },
        }
    }

    /// Takes a page of the listing in.
    pub(super) fn on_page(&mut self, ids: impl Iterator<Item = u64>, info: ListInfo) -> SearchResult {
        match self.listing.on_page(ids, info) {
            Listed::Unfinished => return SearchResult::Unfinished,
            Listed::Whole => {}
            Listed::Cut => self.is_cut = true,
        }
        self.read_next()
    }

    /// Takes the package in that was read. Its age says nothing: its time is not of the gateway's clock.
    pub(super) fn on_package(&mut self, package: &Package) -> SearchResult {
        let Some(id) = self.reading else { return SearchResult::Unfinished };
        let has_file = self.file.is_none_or(|file| package.items.iter().any(|item| item.file == file.to_string()));
        let goes_to = match self.destination {
            Destination::Development => Some(1),
            Destination::Production => Some(2),
        };
        if has_file && package.to_environment == goes_to {
            self.found.push(id);
        }
        self.read_next()
    }

    fn read_next(&mut self) -> SearchResult {
        self.reading = self.listing.newer.pop_last();
        match self.reading {
            Some(_) => SearchResult::Unfinished,
            None if self.is_cut && self.found.is_empty() => SearchResult::Cut,
            None => {
                sort(&mut self.found);
                SearchResult::Found(std::mem::take(&mut self.found))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::package::PackageItem;

    const BASELINE: Baseline = Baseline { newest: Some(100) };

    fn search() -> PackageSearch {
        PackageSearch::new(Some(1001), Destination::Production, BASELINE)
    }

    /// A package of the file, into production.
    fn ours() -> Package {
        Package {
            to_environment: Some(2),
            items: vec![PackageItem { file: "1001".into(), ..PackageItem::default() }],
            ..Package::default()
        }
    }

    fn info(total: u64, is_full: bool) -> ListInfo {
        ListInfo { total, is_full }
    }

    fn found(ids: &[u64]) -> SearchResult {
        SearchResult::Found(ids.to_vec())
    }

    #[test]
    fn ours_is_newer_contains_the_file_and_goes_where_it_should() {
        let other = vec![PackageItem { file: "1002".into(), ..PackageItem::default() }];
        for (package, fits) in [
            (ours(), true),
            (Package { created_ms: Some(1), ..ours() }, true),
            (Package { items: other, ..ours() }, false),
            (Package { to_environment: Some(1), ..ours() }, false),
            (Package { to_environment: None, ..ours() }, false),
        ] {
            let mut search = search();
            assert_eq!(search.on_page([101, 100, 99].into_iter(), info(3, false)), SearchResult::Unfinished);
            assert_eq!(search.next(), Call::GetDeployment { package: 101 }, "what was there before is not read");
            assert_eq!(search.on_package(&package), found([101].get(..usize::from(fits)).unwrap()), "{package:?}");
        }
    }

    #[test]
    fn a_submission_goes_to_development() {
        for (to_environment, ours_are) in [(1, [101].as_slice()), (2, &[])] {
            let mut search = PackageSearch::new(Some(1001), Destination::Development, BASELINE);
            search.on_page([101].into_iter(), info(1, false));
            let result = search.on_package(&Package { to_environment: Some(to_environment), ..ours() });
            assert_eq!(result, found(ours_are));
        }
    }

    #[test]
    fn the_package_of_a_submission_was_there_before_the_deployments() {
        for (before, submission, candidate) in [(Some(100), 101, 102), (None, 101, 102), (Some(103), 101, 104)] {
            let baseline = Baseline { newest: before }.at_least(submission);
            let mut search = PackageSearch::new(Some(1001), Destination::Production, baseline);
            search.on_page(101..=candidate, info(0, false));
            assert_eq!(search.next(), Call::GetDeployment { package: candidate });
            assert_eq!(search.on_package(&ours()), found(&[candidate]));
        }
    }

    /// How far a listing is read whose pages hold two ids each, and what it comes to.
    fn listed(newest: Option<u64>, ids: &[u64], total: u64) -> (u32, Listed, Option<u64>) {
        let mut listing = match newest {
            None => PackageListing::of_newest(),
            newest => PackageListing::newer_than(Baseline { newest }),
        };
        let mut pages = ids.chunks(2).chain(std::iter::repeat(&[][..]));
        loop {
            let Call::ListDeployments { page } = listing.next() else { panic!("a listing lists") };
            let ids = pages.next().unwrap();
            match listing.on_page(ids.iter().copied(), info(total, ids.len() == 2)) {
                Listed::Unfinished => {}
                end => return (page, end, listing.newest()),
            }
        }
    }

    #[test]
    fn a_listing_is_read_until_what_follows_is_older_or_to_its_end() {
        for (newest, ids, total, wanted) in [
            (None, &[9, 8, 7, 6][..], 4, (1, Listed::Whole, Some(9))),
            (None, &[1, 2, 3, 4, 5], 5, (3, Listed::Whole, Some(5))),
            (None, &[1, 2, 3, 4], 0, (3, Listed::Whole, Some(4))),
            (None, &[1, 2, 3, 4], 9, (3, Listed::Cut, Some(4))),
            (None, &[], 0, (1, Listed::Whole, None)),
            (Some(6), &[9, 8, 7, 6, 5, 4], 6, (2, Listed::Whole, Some(9))),
            (Some(6), &[4, 5, 6, 7], 0, (3, Listed::Whole, Some(7))),
            (Some(6), &[4, 5], 4, (2, Listed::Cut, Some(6))),
        ] {
            assert_eq!(listed(newest, ids, total), wanted, "{ids:?} after {newest:?}");
        }
    }

    #[test]
    fn nothing_follows_from_a_list_without_an_end() {
        let (mut endless, mut pages) = (search(), 1);
        while endless.on_page([1, 2].into_iter(), info(u64::MAX, true)) == SearchResult::Unfinished {
            pages += 1;
        }
        assert_eq!(pages, 200);
        let mut cut = search();
        assert_eq!(cut.on_page([99, 101].into_iter(), info(4, true)), SearchResult::Unfinished);
        assert_eq!(cut.on_page(std::iter::empty(), info(4, false)), SearchResult::Unfinished);
        assert_eq!(cut.on_package(&Package::default()), SearchResult::Cut);
    }
}
