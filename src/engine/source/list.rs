//! Reads one list of the workspace to its end: nodes, workflows, the dependencies of a node, or pipeline runs.

use crate::{
    engine::{
        flow::{Flow, Next},
        paging::{Page, Pages},
    },
    model::{
        answer::{Answer, ListInfo, Named, Reply},
        call::Call,
        duration::Elapsed,
        fault::{Refusal, ServiceError},
        journal::Journal,
        outcome::Outcome,
        pipeline::Pipeline,
        reason::{End, Hint, Reason},
        status::Status,
    },
};

/// 50,000 objects, five times the largest workspace that must work.
const MOST_PAGES: u32 = 500;
/// Two thousand runs of one object.
const MOST_PAGES_OF_RUNS: u32 = 20;
/// What a page is asked to hold.
const PAGE: u64 = 100;

/// Which list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum List {
    /// Nodes whose name resembles this one, of one workflow or of all; empty: every name.
    Nodes {
        /// What the name resembles.
        name: String,
        /// Only those inside this workflow.
        container: Option<String>,
    },
    /// Workflows of one type whose name resembles this one; empty: every name.
    Workflows {
        /// What the name resembles.
        name: String,
        /// `ManualWorkflow` instead of `CycleWorkflow`.
        manual: bool,
    },
    /// The nodes that a node depends on.
    Dependencies {
        /// The node's id.
        node: String,
    },
    /// The pipeline runs of one object, or the newest of the whole workspace.
    Runs {
        /// The object's id.
        object: Option<String>,
    },
}

impl List {
    fn page(&self, page: u32) -> Call {
        match self.clone() {
            Self::Nodes { name, container } => Call::ListNodes { name, container, page },
            Self::Workflows { name, manual } => Call::ListWorkflowDefinitions { name, manual, page },
            Self::Dependencies { node } => Call::ListNodeDependencies { node, page },
            Self::Runs { object } => Call::ListPipelineRuns { object, status: None, page },
        }
    }
}

/// Whether the runs that were read so far tell all that is requested.
pub type IsEnough = Box<dyn Fn(&[Pipeline]) -> bool + Send>;

/// The reading of one list.
pub struct ListFlow {
    list: List,
    /// It is not read before that moment.
    from: Elapsed,
    pages: Pages,
    /// Beyond so many pages the list is not wanted; `None`: a list that cannot be read to its end is a failure.
    most: Option<u32>,
    is_enough: Option<IsEnough>,
    named: Vec<Named>,
    runs: Vec<Pipeline>,
    is_whole: bool,
    end: Option<End>,
}

impl ListFlow {
    /// A list that is needed to its end.
    pub fn new(list: List) -> Self {
        Self::of(list, None)
    }

    /// A list of so many pages at most, of which a longer one may be left unread.
    pub fn within(list: List, most: u32) -> Self {
        Self::of(list, Some(most))
    }

    /// The runs of one object, as far as they are needed: newest first, as the service lists them.
    pub fn runs_until(object: &str, is_enough: IsEnough) -> Self {
        let list = List::Runs { object: Some(object.to_owned()) };
        Self { is_enough: Some(is_enough), ..Self::of(list, Some(MOST_PAGES_OF_RUNS)) }
    }

    fn of(list: List, most: Option<u32>) -> Self {
        let pages = Pages::at_most(most.unwrap_or(MOST_PAGES));
        let (from, named, runs) = (Elapsed::ZERO, Vec::new(), Vec::new());
        Self { list, from, pages, most, is_enough: None, named, runs, is_whole: false, end: None }
    }

    /// The same, read at that moment at the earliest.
    #[must_use]
    pub fn not_before(self, from: Elapsed) -> Self {
        Self { from, ..self }
    }

    /// Whether the list was read to its end.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The nodes or workflows that were listed.
    pub fn named(&self) -> &[Named] {
        &self.named
    }

    /// The pipeline runs that were listed, newest first as the service has them.
    pub fn runs(&self) -> &[Pipeline] {
        &self.runs
    }

    fn on_page(&mut self, count: usize, info: ListInfo) {
        let page = self.pages.on_page(count, info);
        self.is_whole = page == Page::Last;
        let is_read = || Some(End::new(Status::Success, "the list was read"));
        self.end = match page {
            Page::Full if self.is_too_long(info) || self.is_enough() => is_read(),
            Page::Full => None,
            Page::Cut if self.most.is_none() => {
                let operation = self.list.page(1).operation();
                let why = format!(
                    "{operation} could not be read to its end, so objects may be missing from the list; nothing was written; run the job again"
                );
                Some(End::new(Status::Unavailable, why))
            }
            Page::Last | Page::Cut => is_read(),
        };
    }

    /// Whether the list announces more than is wanted of it. Of runs the newest are wanted, however many there are.
    fn is_too_long(&self, info: ListInfo) -> bool {
        let is_of_runs = matches!(self.list, List::Runs { .. });
        !is_of_runs && self.most.is_some_and(|most| info.total > u64::from(most).saturating_mul(PAGE))
    }

    fn is_enough(&self) -> bool {
        self.is_enough.as_ref().is_some_and(|is_enough| is_enough(&self.runs))
    }
}

impl Flow for ListFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        match self.end.clone() {
            Some(end) => Next::End(end),
            None if now < self.from => Next::Pause(self.from),
            None => Next::Call(self.list.page(self.pages.next())),
        }
    }

    fn on_answer(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        if let Answer::Named(named, info) = reply.answer {
            let count = named.len();
            self.named.extend(named);
            self.on_page(count, info);
        } else if let Answer::Runs(runs, info) = reply.answer {
            let count = runs.len();
            self.runs.extend(runs);
            self.on_page(count, info);
        }
    }

    fn on_refusal(&mut self, _: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        self.end = Some(refused(call, why, error));
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn activity(&self) -> String {
        format!("reading {}, page {}", self.list.page(1).operation(), self.pages.next())
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome::of(end)
    }
}

/// The end of a read that the service refused.
pub(super) fn refused(call: &Call, why: Refusal, error: &ServiceError) -> End {
    let (status, hint) = match why {
        Refusal::UnknownOperation => (Status::Unavailable, Hint::Operation),
        Refusal::Denied | Refusal::NoCredentials | Refusal::Unavailable | Refusal::NotFound | Refusal::Other => {
            (Status::Invalid, Hint::Names)
        }
    };
    End::said(status, Reason::Refused { operation: call.operation(), hint }, error.clone())
}
