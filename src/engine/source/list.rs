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
/// The newest two thousand pipeline runs: what is older is asked for object by object.
const PAGES_OF_RUNS: u32 = 20;

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

    fn most_pages(&self) -> u32 {
        match self {
            Self::Runs { .. } => PAGES_OF_RUNS,
            Self::Nodes { .. } | Self::Workflows { .. } | Self::Dependencies { .. } => MOST_PAGES,
        }
    }
}

/// The reading of one list.
pub struct ListFlow {
    list: List,
    pages: Pages,
    named: Vec<Named>,
    runs: Vec<Pipeline>,
    end: Option<End>,
}

impl ListFlow {
    pub fn new(list: List) -> Self {
        let pages = Pages::at_most(list.most_pages());
        Self { list, pages, named: Vec::new(), runs: Vec::new(), end: None }
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
        let is_bounded = matches!(self.list, List::Runs { .. });
        self.end = match self.pages.on_page(count, info) {
            Page::Full => None,
            Page::Cut if !is_bounded => {
                let operation = self.list.page(1).operation();
                let why = format!(
                    "{operation} could not be read to its end: what was not seen may be there; nothing was written"
                );
                Some(End::new(Status::Unavailable, why))
            }
            Page::Last | Page::Cut => Some(End::new(Status::Success, "the list was read")),
        };
    }
}

impl Flow for ListFlow {
    fn next(&mut self, _: Elapsed) -> Next {
        self.end.clone().map_or_else(|| Next::Call(self.list.page(self.pages.next())), Next::End)
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
