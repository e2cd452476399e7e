//! How a package is found whose creation was not answered: it is newer than all before, goes where it should, and holds
//! the file.

use std::collections::VecDeque;

use crate::model::{call::Call, package::Package};

/// No more pages than this are read, whatever the service says there are.
const PAGES: u32 = 20;

/// Where a package goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Environment {
    Development,
    Production,
}

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

    /// The same, with one more package that was there before.
    pub(super) fn at_least(self, package: u64) -> Self {
        Self { newest: self.newest.max(Some(package)), ..self }
    }
}

/// One look: a listing, and each of its new packages.
#[derive(Clone, Debug)]
pub(super) struct Search {
    file: Option<u64>,
    environment: Environment,
    baseline: Baseline,
    page: Option<u32>,
    read: u64,
    candidates: VecDeque<u64>,
    found: Vec<u64>,
}

impl Search {
    /// `file`: the file that it must hold, if that is known.
    pub(super) fn new(file: Option<u64>, environment: Environment, baseline: Baseline) -> Self {
        let (candidates, found) = (VecDeque::new(), Vec::new());
        Self { file, environment, baseline, page: Some(1), read: 0, candidates, found }
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
        let holds = self.file.is_none_or(|file| package.items.iter().any(|item| item.file == file.to_string()));
        let goes_to = match self.environment {
            Environment::Development => Some(1),
            Environment::Production => Some(2),
        };
        if young && holds && package.to_environment == goes_to {
            self.found.push(id);
        }
    }
}
