//! Reads one node or workflow of the workspace, whole: its Spec with the code.

use crate::{
    engine::flow::{Flow, Next},
    model::{
        answer::{Answer, ObjectInfo, Reply},
        call::Call,
        duration::Elapsed,
        fault::{Refusal, ServiceError},
        journal::Journal,
        outcome::Outcome,
        reason::End,
        status::Status,
    },
};

use super::list::refused;

/// The reading of one object.
pub struct ReadFlow {
    call: Call,
    /// Whether it reads back what this step has written: then it is there.
    is_read_back: bool,
    object: Option<ObjectInfo>,
    end: Option<End>,
}

/// The call that reads a node, or a workflow with the code of its nodes.
pub fn reading(id: &str, is_workflow: bool) -> Call {
    if is_workflow {
        Call::GetWorkflowDefinition { workflow: id.to_owned(), with_code: true }
    } else {
        Call::GetNode { node: id.to_owned() }
    }
}

impl ReadFlow {
    pub fn new(id: &str, is_workflow: bool) -> Self {
        Self { call: reading(id, is_workflow), is_read_back: false, object: None, end: None }
    }

    /// The reading of what this step has written.
    pub fn back(id: &str, is_workflow: bool) -> Self {
        Self { is_read_back: true, ..Self::new(id, is_workflow) }
    }

    /// What was read; nothing where the object is not there.
    pub fn object(&self) -> Option<&ObjectInfo> {
        self.object.as_ref()
    }
}

impl Flow for ReadFlow {
    fn next(&mut self, _: Elapsed) -> Next {
        self.end.clone().map_or_else(|| Next::Call(self.call.clone()), Next::End)
    }

    fn on_answer(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        if let Answer::Object(object) = reply.answer {
            self.object = Some(*object);
            self.end = Some(End::new(Status::Success, "the object was read"));
        }
    }

    fn on_refusal(&mut self, _: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        self.end = Some(match why {
            Refusal::NotFound => End::new(Status::Success, "the object is not there"),
            Refusal::Denied
            | Refusal::NoCredentials
            | Refusal::Unavailable
            | Refusal::UnknownOperation
            | Refusal::Other => refused(call, why, error),
        });
    }

    fn may_have_effects(&self) -> bool {
        self.is_read_back
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn activity(&self) -> String {
        format!("reading an object by {}", self.call.operation())
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome::of(end)
    }
}
