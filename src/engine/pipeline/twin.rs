//! Looks once for another run with our marker: two starts at one moment do not see each other before they create.

use crate::model::{answer::ListInfo, call::Call, marker::Marker, pipeline::Pipeline};

use super::runs::{RunListing, names};

/// How far the check has come.
#[derive(Debug)]
pub(super) enum TwinSearch {
    /// Our run was not polled yet.
    Waiting(Box<RunListing>, Box<Marker>),
    /// The list is being read.
    Listing(Box<RunListing>, Box<Marker>),
    /// It was done, or need not be.
    Over,
}

/// The other unfinished runs that bear our marker.
#[derive(Debug)]
pub(super) struct Twins(Vec<Pipeline>);

impl TwinSearch {
    pub(super) fn new(object: &str, marker: &Marker) -> Self {
        Self::Waiting(Box::new(RunListing::all(object)), Box::new(marker.clone()))
    }

    /// The run was polled for the first time; `is_open`: we created it, and it is not over.
    pub(super) fn begin(&mut self, is_open: bool) {
        *self = match std::mem::replace(self, Self::Over) {
            Self::Waiting(listing, marker) if is_open => Self::Listing(listing, marker),
            Self::Waiting(..) => Self::Over,
            before @ (Self::Listing(..) | Self::Over) => before,
        };
    }

    /// The page to ask for.
    pub(super) fn next(&self) -> Option<Call> {
        match self {
            Self::Listing(listing, _) => Some(listing.next()),
            Self::Waiting(..) | Self::Over => None,
        }
    }

    /// Takes a page in; returns the runs that bear our marker, ours too, once all are listed.
    pub(super) fn on_page(&mut self, runs: Vec<Pipeline>, info: ListInfo) -> Option<Twins> {
        let Self::Listing(mut listing, marker) = std::mem::replace(self, Self::Over) else { return None };
        if !listing.on_page(runs, info) {
            *self = Self::Listing(listing, marker);
            return None;
        }
        let (ours, _) = listing.split(&marker, None);
        Some(Twins(ours))
    }
}

impl Twins {
    /// The warning that names our run and the others; `None` where there is no other.
    pub(super) fn warning(mut self, ours: &str) -> Option<String> {
        self.0.retain(|run| run.id != ours);
        let others = names(&self.0);
        let text = format!(
            "another unfinished run has the marker of this job: {others}; ours is {ours}; two jobs that start at the same moment do not see each other: give each job of a matrix its own dedupe-key, and abolish the run that is not wanted"
        );
        (!self.0.is_empty()).then_some(text)
    }
}
