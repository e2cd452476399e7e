//! Lists the runs of the object: before one is created, and to read back a create whose answer was lost.

use std::collections::HashSet;

use crate::model::{
    answer::ListInfo,
    call::Call,
    marker::Marker,
    pipeline::{Pipeline, State},
    run_name::RunName,
};

use crate::engine::paging::{Page, Pages};

/// A listing on its way through its pages.
#[derive(Clone, Debug)]
pub(super) struct RunListing {
    object: String,
    /// Only runs of this status.
    status: Option<&'static str>,
    /// The statuses whose lists come after.
    rest: &'static [Option<&'static str>],
    pages: Pages,
    /// The ids of all, each once.
    ids: HashSet<String>,
    /// Without their stages, which nothing here needs.
    runs: Vec<Pipeline>,
    is_whole: bool,
}

/// No more pages than this are read of one list.
const PAGES: u32 = 200;
/// How much older than our request a run may seem by its own time and still be ours: the clock that stamps runs is not
/// the gateway's.
const CLOCKS_APART_MS: u64 = 60_000;
/// What `source` left unfinished is gone on with for a day: an older run was forgotten by those who could approve it.
const DAY_MS: u64 = 86_400_000;

impl RunListing {
    /// All runs, whatever they read: ours may read a status that nobody knows, and one that ended at once is there too.
    pub(super) fn all(object: &str) -> Self {
        Self::new(object, None, &[])
    }

    /// The unfinished runs, for an object whose whole list is too long.
    ///
    /// `Init` comes first: a run that moves on between the two lists is then in both, and never in none.
    pub(super) fn unfinished(object: &str) -> Self {
        Self::new(object, Some("Init"), &[Some("Running")])
    }

    fn new(object: &str, status: Option<&'static str>, rest: &'static [Option<&'static str>]) -> Self {
        let (ids, runs, pages) = (HashSet::new(), Vec::new(), Pages::at_most(PAGES));
        Self { object: object.to_owned(), status, rest, pages, ids, runs, is_whole: true }
    }

    /// The next page to ask for.
    pub(super) fn next(&self) -> Call {
        Call::ListPipelineRuns { object: Some(self.object.clone()), status: self.status, page: self.pages.next() }
    }

    /// Takes a page in; returns whether it was the last.
    pub(super) fn on_page(&mut self, runs: Vec<Pipeline>, info: ListInfo) -> bool {
        let page = self.pages.on_page(runs.len(), info);
        for run in runs {
            // A run may move from one list to the next between two pages.
            if self.ids.insert(run.id.clone()) {
                self.runs.push(Pipeline { stages: Vec::new(), ..run });
            }
        }
        self.is_whole &= page != Page::Cut;
        match self.rest {
            _ if page == Page::Full => false,
            [status, rest @ ..] => {
                (self.status, self.rest, self.pages) = (*status, rest, Pages::at_most(PAGES));
                false
            }
            [] => true,
        }
    }

    /// Whether it was read to its end: only then is what it does not show not there.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether it lists the runs of every status.
    pub(super) fn is_of_all(&self) -> bool {
        self.status.is_none()
    }

    /// The ids of all that were listed.
    pub(super) fn ids(&self) -> &HashSet<String> {
        &self.ids
    }

    /// The unfinished runs that have our marker, and those that do not. `now_ms`: the service's clock. A run of which
    /// nobody knows the age is not too old.
    pub(super) fn split(self, marker: &Marker, now_ms: Option<u64>) -> (Vec<Pipeline>, Vec<Pipeline>) {
        let is_old = |run: &Pipeline| {
            run.created_ms.zip(now_ms).is_some_and(|(created, now)| now.saturating_sub(created) > DAY_MS)
        };
        let unfinished = self.runs.into_iter().filter(|run| !run.state.is_end());
        unfinished.partition(|run| marker.is_in(&run.description) && !(marker.is_of_a_text() && is_old(run)))
    }

    /// The newest run that succeeded, where it deployed the very text of the marker: another would deploy it again.
    pub(super) fn deployed(&self, marker: &Marker) -> Option<&Pipeline> {
        let succeeded = self.runs.iter().filter(|run| run.state == State::Success);
        let newest = succeeded.max_by_key(|run| run.created_ms)?;
        (marker.is_of_a_text() && marker.is_in(&newest.description)).then_some(newest)
    }

    /// The runs that may be the one that we created: by the marker, or, where no description comes back, by their age.
    ///
    /// `known` were there before; `since_ms` is the service's clock before we created ours. A marker needs no clock.
    pub(super) fn ours(self, marker: &Marker, known: &HashSet<String>, since_ms: Option<u64>) -> Vec<Pipeline> {
        let is_new = |run: &Pipeline| !known.contains(&run.id);
        let is_young = |run: &Pipeline| {
            let since_ms = since_ms.map(|since| since.saturating_sub(CLOCKS_APART_MS));
            // Of unknown age, one that has ended may be of any day.
            run.created_ms.zip(since_ms).map_or(!run.state.is_end(), |(created, since)| created >= since)
        };
        let has_descriptions = self.runs.iter().any(|run| is_new(run) && !run.description.is_empty());
        let is_ours = |run: &Pipeline| {
            if has_descriptions { marker.is_in(&run.description) } else { is_young(run) }
        };
        self.runs.into_iter().filter(|run| is_new(run) && is_ours(run)).collect()
    }
}

/// `id (status, creator)`, for a warning that names somebody else's runs.
pub(super) fn names(runs: &[Pipeline]) -> String {
    runs.iter().map(|run| RunName::from(run).to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ci_run::CiRun, marker::Written, options::Operation};

    fn page(ids: &[&str]) -> Vec<Pipeline> {
        let run = |id: &&str| Pipeline { id: (*id).to_owned(), state: State::Running, ..Pipeline::default() };
        ids.iter().map(run).collect()
    }

    #[test]
    fn a_run_of_the_same_text_is_gone_on_with_for_a_day() {
        let marker = Marker::new(Operation::Online, &CiRun::default(), "1", "", "10000", "7001");
        let of_text = marker.clone().with_written(Written { src: "ab".into(), now: "cd".into() });
        for (marker, created, now, ours) in [
            (&of_text, Some(1), Some(DAY_MS + 1), 1),
            (&of_text, Some(1), Some(DAY_MS + 2), 0),
            (&of_text, None, Some(DAY_MS + 2), 1),
            (&of_text, Some(1), None, 1),
            (&marker, Some(1), Some(DAY_MS + 2), 1),
        ] {
            let mut listing = RunListing::all("7001");
            let run = Pipeline { created_ms: created, description: marker.describe(""), ..Pipeline::default() };
            assert!(listing.on_page(vec![run], info(1, false)));
            let (found, others) = listing.split(marker, now);
            assert_eq!((found.len(), others.len()), (ours, 1 - ours), "{created:?} at {now:?}");
        }
    }

    fn asks(listing: &RunListing) -> (Option<&'static str>, u32) {
        match listing.next() {
            Call::ListPipelineRuns { status, page, .. } => (status, page),
            call => panic!("a listing asks for {call:?}"),
        }
    }

    fn info(total: u64, is_full: bool) -> ListInfo {
        ListInfo { total, is_full }
    }

    #[test]
    fn each_list_is_read_from_its_first_page_to_its_end() {
        let mut listing = RunListing::unfinished("7001");
        for (asked, ids, total, is_last) in [
            ((Some("Init"), 1), ["a", "b"].as_slice(), 3, false),
            ((Some("Init"), 2), &["c"], 3, false),
            ((Some("Running"), 1), &["c", "d"], 0, false),
            ((Some("Running"), 2), &["e"], 0, true),
        ] {
            assert_eq!(asks(&listing), asked);
            assert_eq!(listing.on_page(page(ids), info(total, ids.len() == 2)), is_last);
        }
        assert_eq!(names(&listing.runs), names(&page(&["a", "b", "c", "d", "e"])), "each once");
        assert!(listing.is_whole());
    }

    #[test]
    fn what_is_announced_and_does_not_come_may_be_there_all_the_same() {
        let mut listing = RunListing::all("7001");
        assert!(!listing.on_page(page(&["a"]), info(999, false)));
        assert_eq!(asks(&listing), (None, 2));
        assert!(listing.on_page(page(&[]), info(999, false)) && !listing.is_whole());
    }

    /// Which of these runs may be ours: id, description, status, and the second of its creation; we asked at 500 s.
    fn ours(runs: &[(&str, &str, State, Option<u64>)]) -> Vec<String> {
        let run = |(id, description, state, created): &(&str, &str, State, Option<u64>)| Pipeline {
            description: (*description).to_owned(),
            state: state.clone(),
            created_ms: created.map(|at| at * 1000),
            ..page(&[id]).remove(0)
        };
        let mut listing = RunListing::all("7001");
        listing.on_page(runs.iter().map(run).collect(), info(0, false));
        let known = HashSet::from(["known".to_owned(), "known too".to_owned()]);
        listing.ours(&marker(), &known, Some(500_000)).into_iter().map(|run| run.id).collect()
    }

    fn marker() -> Marker {
        Marker::new(Operation::Online, &CiRun::default(), "1", "", "1", "7001")
    }

    #[test]
    fn ours_bears_the_marker_whatever_its_age_and_was_not_there_before() {
        let text = marker().describe("a comment");
        let found = ours(&[
            ("running", &text, State::Running, Some(500)),
            ("ended", &text, State::Fail, Some(500)),
            ("old by its own clock", &text, State::Running, Some(4)),
            ("ended, and old by its own clock", &text, State::Success, Some(4)),
            ("known", &text, State::Fail, Some(500)),
            ("somebody's", "theirs", State::Running, Some(500)),
            ("nobody's", "", State::Running, Some(500)),
        ]);
        assert_eq!(found, ["running", "ended", "old by its own clock", "ended, and old by its own clock"]);
    }

    #[test]
    fn where_no_description_comes_back_ours_is_new() {
        let found = ours(&[
            ("running", "", State::Running, Some(500)),
            ("ended", "", State::Fail, Some(500)),
            ("by a clock that is 3 s slow", "", State::Running, Some(497)),
            ("before", "", State::Running, Some(400)),
            ("known", "", State::Running, Some(500)),
            ("of unknown age", "", State::Running, None),
            ("ended one day", "", State::Success, None),
            ("known too", "theirs", State::Running, Some(400)),
        ]);
        assert_eq!(found, ["running", "ended", "by a clock that is 3 s slow", "of unknown age"]);
    }

    #[test]
    fn a_text_is_deployed_where_the_newest_run_that_succeeded_bears_it() {
        let of = |src: &str| marker().with_written(Written { src: src.into(), now: "ab".into() });
        let deployed = |runs: &[(&str, State, u64)], marker: &Marker| {
            let mut listing = RunListing::all("7001");
            let runs = runs.iter().map(|(description, state, created)| Pipeline {
                id: created.to_string(),
                description: (*description).to_owned(),
                state: state.clone(),
                created_ms: Some(*created),
                ..Pipeline::default()
            });
            listing.on_page(runs.collect(), info(0, false));
            listing.deployed(marker).map(|run| run.id.clone())
        };
        let [ours, other] = ["cd", "ef"].map(|src| of(src).describe(""));
        let (success, running) = (State::Success, State::Running);
        let is_ours = [(ours.as_str(), success.clone(), 1), ("theirs", running, 2), (&other, State::Fail, 3)];
        assert_eq!(deployed(&is_ours, &of("cd")).as_deref(), Some("1"));
        assert_eq!(deployed(&is_ours, &of("ef")), None, "it failed");
        let rolled_back = [(ours.as_str(), success.clone(), 1), (other.as_str(), success.clone(), 2)];
        assert_eq!(deployed(&rolled_back, &of("cd")), None, "another text was deployed since");
        let unnamed = marker().describe("");
        assert_eq!(
            deployed(&[(unnamed.as_str(), success, 1)], &marker()),
            None,
            "of an object that was named, no text"
        );
    }

    #[test]
    fn a_list_without_an_end_is_left_after_two_hundred_pages_and_is_not_whole() {
        let mut listing = RunListing::all("7001");
        let mut pages = vec![1];
        while !listing.on_page(page(&[&pages.len().to_string()]), info(u64::MAX, true)) {
            pages.push(asks(&listing).1);
        }
        assert_eq!(pages, (1..=200).collect::<Vec<_>>());
        assert!(!listing.is_whole());
    }
}
