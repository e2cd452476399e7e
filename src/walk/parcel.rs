//! How a package is found whose creation was not answered: it is newer than all before, goes to production, and holds
//! the file.

use std::collections::VecDeque;

use crate::model::{
    call::{Call, FileKey},
    package::Package,
};

/// No more pages than this are read, whatever the service says there are.
const PAGES: u32 = 20;
/// `ToEnvironment` of a package that goes to production.
const PRODUCTION: i64 = 2;

/// What was there before the package was asked for.
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
}

/// One look: a listing, and each of its new packages.
#[derive(Clone, Debug)]
pub(super) struct Search {
    file: FileKey,
    baseline: Baseline,
    page: Option<u32>,
    read: u64,
    candidates: VecDeque<u64>,
    found: Vec<u64>,
}

impl Search {
    pub(super) fn new(file: FileKey, baseline: Baseline) -> Self {
        Self { file, baseline, page: Some(1), read: 0, candidates: VecDeque::new(), found: Vec::new() }
    }

    /// What to ask next; `None`: everything was seen.
    pub(super) fn next(&self) -> Option<Call> {
        let page = self.page.map(|page| Call::ListPackages { page });
        page.or_else(|| self.candidates.front().map(|package| Call::LookAtPackage { package: *package }))
    }

    /// The packages that fit, once everything was seen.
    pub(super) fn result(&self) -> Option<&[u64]> {
        self.next().is_none().then_some(self.found.as_slice())
    }

    /// Takes a page of the listing in.
    pub(super) fn listed(&mut self, ids: impl Iterator<Item = u64>, total: u64) {
        let mut count = 0_u64;
        for id in ids {
            count = count.saturating_add(1);
            let newer = self.baseline.newest.is_none_or(|newest| id > newest);
            if newer && !self.candidates.contains(&id) {
                self.candidates.push_back(id);
            }
        }
        self.read = self.read.saturating_add(count);
        let more = count > 0 && self.read < total;
        self.page = self.page.map(|page| page.saturating_add(1)).filter(|page| more && *page <= PAGES);
    }

    /// Takes the package at the head of the candidates in.
    pub(super) fn looked(&mut self, package: &Package) {
        let Some(id) = self.candidates.pop_front() else { return };
        let young = package.created_ms.zip(self.baseline.clock_ms).is_none_or(|(created, since)| created >= since);
        let holds = match self.file {
            FileKey::File(file) => package.items.iter().any(|item| item.file == file.to_string()),
            // Its items name files, and nobody told us which one is the node's.
            FileKey::Node(_) => true,
        };
        if young && holds && package.to_environment == Some(PRODUCTION) {
            self.found.push(id);
        }
    }
}
