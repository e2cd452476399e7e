//! Lists the runs of the object: before one is created, and to read back a create whose answer was lost.

use crate::model::{call::Call, marker::Marker, pipeline::Pipeline, run_name::RunName};

use crate::engine::paging::Pages;

/// A listing on its way through its pages.
#[derive(Clone, Debug)]
pub(super) struct RunListing {
    object: String,
    /// Only runs of this status.
    status: Option<&'static str>,
    /// The statuses whose lists come after.
    rest: &'static [Option<&'static str>],
    pages: Pages,
    runs: Vec<Pipeline>,
}

/// No more pages than this are read of one list.
const PAGES: u32 = 20;

impl RunListing {
    /// The unfinished runs: two short lists, whatever the object's history.
    ///
    /// `Init` comes first: a run that moves on between the two lists is then in both, and never in none.
    pub(super) fn unfinished(object: &str) -> Self {
        Self::new(object, Some("Init"), &[Some("Running")])
    }

    /// All runs: one that was created and ended while we did not know of it is among them.
    pub(super) fn all(object: &str) -> Self {
        Self::new(object, None, &[])
    }

    fn new(object: &str, status: Option<&'static str>, rest: &'static [Option<&'static str>]) -> Self {
        Self { object: object.to_owned(), status, rest, pages: Pages::at_most(PAGES), runs: Vec::new() }
    }

    /// The next page to ask for.
    pub(super) fn next(&self) -> Call {
        Call::ListPipelineRuns { object: Some(self.object.clone()), status: self.status, page: self.pages.next() }
    }

    /// Takes a page in; returns whether it was the last.
    pub(super) fn on_page(&mut self, runs: Vec<Pipeline>, total: u64) -> bool {
        let has_more = self.pages.go_on(runs.len(), total);
        for run in runs {
            // A run may move from one list to the next between two pages.
            if !self.runs.iter().any(|known| known.id == run.id) {
                self.runs.push(run);
            }
        }
        match self.rest {
            _ if has_more => false,
            [status, rest @ ..] => {
                (self.status, self.rest, self.pages) = (*status, rest, Pages::at_most(PAGES));
                false
            }
            [] => true,
        }
    }

    /// The unfinished runs that have our marker, and those that do not.
    pub(super) fn split(self, marker: &Marker) -> (Vec<Pipeline>, Vec<Pipeline>) {
        let unfinished = self.runs.into_iter().filter(|run| !run.state.is_end());
        unfinished.partition(|run| marker.is_in(&run.description))
    }

    /// The runs that may be the one that we created: by the marker, or, where no description comes back, by their age.
    ///
    /// `known` were there before; `since_ms` is the service's clock before we created ours.
    pub(super) fn ours(self, marker: &Marker, known: &[&str], since_ms: Option<u64>) -> Vec<Pipeline> {
        let is_new = |run: &Pipeline| {
            // Of unknown age, one that has ended may be of any day.
            let young = run.created_ms.zip(since_ms).map_or(!run.state.is_end(), |(created, since)| created >= since);
            !known.contains(&run.id.as_str()) && young
        };
        // A run of an earlier attempt has our marker too; but if it had not ended, we would have resumed it.
        let is_ours = |run: &Pipeline| marker.is_in(&run.description) && (!run.state.is_end() || is_new(run));
        let has_descriptions = self.runs.iter().any(|run| is_new(run) && !run.description.is_empty());
        self.runs.into_iter().filter(|run| if has_descriptions { is_ours(run) } else { is_new(run) }).collect()
    }
}

/// `id (status, creator)`, for a warning that names somebody else's runs.
pub(super) fn names(runs: &[Pipeline]) -> String {
    runs.iter().map(|run| RunName::from(run).to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ci_run::CiRun, options::Operation, pipeline::State};

    fn page(ids: &[&str]) -> Vec<Pipeline> {
        let run = |id: &&str| Pipeline { id: (*id).to_owned(), state: State::Running, ..Pipeline::default() };
        ids.iter().map(run).collect()
    }

    fn asks(listing: &RunListing) -> (Option<&'static str>, u32) {
        match listing.next() {
            Call::ListPipelineRuns { status, page, .. } => (status, page),
            call => panic!("a listing asks for {call:?}"),
        }
    }

    #[test]
    fn each_list_is_read_from_its_first_page_until_as_many_came_as_there_are() {
        let mut listing = RunListing::unfinished("7001");
        for (asked, ids, is_last) in [
            ((Some("Init"), 1), ["a", "b"].as_slice(), false),
            ((Some("Init"), 2), &["c"], false),
            ((Some("Running"), 1), &["c", "d"], false),
            ((Some("Running"), 2), &["e"], true),
        ] {
            assert_eq!(asks(&listing), asked);
            assert_eq!(listing.on_page(page(ids), 3), is_last);
        }
        assert_eq!(names(&listing.runs), names(&page(&["a", "b", "c", "d", "e"])), "each once");
    }

    #[test]
    fn an_empty_page_is_the_last_whatever_the_total() {
        let mut listing = RunListing::all("7001");
        assert!(!listing.on_page(page(&["a"]), 999));
        assert_eq!(asks(&listing), (None, 2));
        assert!(listing.on_page(page(&[]), 999));
    }

    /// Which of these runs may be ours: id, description, status, and the second of its creation; we asked at 5 s.
    fn ours(runs: &[(&str, &str, State, Option<u64>)]) -> Vec<String> {
        let run = |(id, description, state, created): &(&str, &str, State, Option<u64>)| Pipeline {
            description: (*description).to_owned(),
            state: state.clone(),
            created_ms: created.map(|at| at * 1000),
            ..page(&[id]).remove(0)
        };
        let mut listing = RunListing::all("7001");
        listing.on_page(runs.iter().map(run).collect(), 0);
        listing.ours(&marker(), &["known"], Some(5000)).into_iter().map(|run| run.id).collect()
    }

    fn marker() -> Marker {
        Marker::new(Operation::Online, &CiRun::default(), "1", "", "1", "7001")
    }

    #[test]
    fn ours_bears_the_marker_and_if_it_has_ended_it_is_new() {
        let text = marker().describe("a comment");
        let found = ours(&[
            ("running", &text, State::Running, Some(5)),
            ("ended", &text, State::Fail, Some(5)),
            ("ended before", &text, State::Fail, Some(4)),
            ("older, and unfinished", &text, State::Running, Some(4)),
            ("somebody's", "theirs", State::Running, Some(5)),
            ("nobody's", "", State::Running, Some(5)),
        ]);
        assert_eq!(found, ["running", "ended", "older, and unfinished"]);
    }

    #[test]
    fn where_no_description_comes_back_ours_is_new() {
        let found = ours(&[
            ("running", "", State::Running, Some(5)),
            ("ended", "", State::Fail, Some(5)),
            ("before", "", State::Running, Some(4)),
            ("known", "", State::Running, Some(5)),
            ("of unknown age", "", State::Running, None),
            ("ended one day", "", State::Success, None),
            ("somebody's of before", "theirs", State::Running, Some(4)),
        ]);
        assert_eq!(found, ["running", "ended", "of unknown age"]);
    }

    #[test]
    fn no_more_than_twenty_pages_are_read() {
        let mut listing = RunListing::all("7001");
        let mut pages = vec![1];
        while !listing.on_page(page(&[&pages.len().to_string()]), u64::MAX) {
            pages.push(asks(&listing).1);
        }
        assert_eq!(pages, (1..=20).collect::<Vec<_>>());
    }
}
