//! Reads what is to run before anything is changed: its name, its kind, and whether it has business dates at all.

use crate::model::{
    answer::{Answer, ObjectInfo, Reply},
    call::Call,
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::Journal,
    outcome::Outcome,
    reason::{End, Reason},
    run_plan::{RunKind, RunObject},
    run_result::RunEnd,
    status::Status,
    target::Target,
};

use crate::engine::flow::{Flow, Next};

pub struct InspectFlow {
    target: Target,
    is_workflow: bool,
    object: Option<RunObject>,
    end: Option<End>,
}

impl InspectFlow {
    /// `target` is resolved: its id is known.
    pub fn new(target: &Target) -> Self {
        Self { target: target.clone(), is_workflow: false, object: None, end: None }
    }

    /// What is to run, where it was read and can run.
    pub fn inspected(&self) -> Option<&RunObject> {
        self.object.as_ref()
    }

    fn reading(&self) -> Option<Call> {
        match &self.target {
            Target::Object(object) if self.is_workflow => {
                Some(Call::GetWorkflowDefinition { workflow: object.clone(), with_code: false })
            }
            Target::Object(object) => Some(Call::GetNode { node: object.clone() }),
            Target::File(file) => Some(Call::GetFile(*file)),
            Target::Run(_) | Target::Package(_) => None,
        }
    }

    fn found(&mut self, name: String, kind: RunKind, nodes: usize) {
        self.object = Some(RunObject { target: self.target.clone(), name, kind, nodes });
        self.end = Some(End::new(Status::Success, "read"));
    }

    fn wrong(&mut self, why: RunEnd) {
        self.end = Some(End::new(Status::Invalid, Reason::RunOnce(Box::new(why))));
    }

    fn on_object(&mut self, object: ObjectInfo) {
        match object.workflow {
            Some(workflow) if !self.is_workflow => self.wrong(RunEnd::Inner(workflow.id)),
            Some(_) | None if object.is_manual => self.wrong(RunEnd::Manual),
            Some(_) | None if self.is_workflow => self.found(object.name, RunKind::Workflow, object.nodes.len()),
            Some(_) | None => self.found(object.name, RunKind::Node, 1),
        }
    }
}

impl Flow for InspectFlow {
    fn next(&mut self, _: Elapsed) -> Next {
        match (&self.end, self.reading()) {
            (Some(end), _) => Next::End(end.clone()),
            (None, Some(call)) => Next::Call(call),
            (None, None) => Next::End(End::new(Status::Invalid, "a run goes with objects and files only")),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the walk takes no answer that is not one to the call")]
    fn on_answer(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        match reply.answer {
            Answer::Object(object) => self.on_object(*object),
            Answer::File(file) if file.is_manual => self.wrong(RunEnd::Manual),
            Answer::File(file) => self.found(file.name, RunKind::File, 1),
            _ => {}
        }
    }

    fn on_refusal(&mut self, _: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        let is_object = matches!(self.target, Target::Object(_));
        if is_object && why != Refusal::UnknownOperation && !std::mem::replace(&mut self.is_workflow, true) {
            // An id does not say whether it is a node's or a workflow's.
            return;
        }
        let status = if why == Refusal::UnknownOperation { Status::Unavailable } else { Status::Invalid };
        let reason = Reason::Unreadable { target: self.target.clone(), operation: call.operation() };
        self.end = Some(End::said(status, reason, error.clone()));
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn activity(&self) -> String {
        format!("reading {}", self.target.label())
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome::of(end)
    }
}
