//! Lists the runs of the object: before one is created, and to read back a create whose answer was lost.

#[cfg(test)]
mod tests;

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
    /// nobody knows the age is not too old. A run of a text is not ours either where a newer one has succeeded: what
    /// production has when both are over, nobody knows.
    pub(super) fn split(self, marker: &Marker, now_ms: Option<u64>) -> (Vec<Pipeline>, Vec<Pipeline>) {
        let is_old = |run: &Pipeline| {
            run.created_ms.zip(now_ms).is_some_and(|(created, now)| now.saturating_sub(created) > DAY_MS)
        };
        let succeeded =
            self.runs.iter().filter(|run| run.state == State::Success).filter_map(|run| run.created_ms).max();
        let is_overtaken =
            |run: &Pipeline| run.created_ms.zip(succeeded).is_some_and(|(created, newest)| created < newest);
        let is_over = |run: &Pipeline| marker.is_of_a_text() && (is_old(run) || is_overtaken(run));
        let unfinished = self.runs.into_iter().filter(|run| !run.state.is_end());
        unfinished.partition(|run| marker.is_in(&run.description) && !is_over(run))
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
