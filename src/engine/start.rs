//! The flow of a workflow's start: sent once, and never again if it may have arrived.

use crate::model::{
    answer::{Answer, Reply, StartReply},
    call::Call,
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::Journal,
    outcome::{Outcome, Remote},
    reason::{End, Reason, Start},
    status::Status,
    workflow_start::WorkflowStart,
};

use super::flow::{Flow, Next};

pub(super) struct StartFlow {
    start: WorkflowStart,
    reply: Option<StartReply>,
    end: Option<End>,
}

impl StartFlow {
    pub(super) fn new(start: &WorkflowStart) -> Self {
        Self { start: start.clone(), reply: None, end: None }
    }

    fn reason(&self, start: Start) -> Reason {
        Reason::Workflow { code: self.start.code, start }
    }
}

impl Flow for StartFlow {
    fn next(&mut self, _: Elapsed) -> Next {
        match &self.end {
            Some(end) => Next::End(end.clone()),
            None => Next::Call(Call::StartProcessInstance(Box::new(self.start.clone()))),
        }
    }

    fn on_answer(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        if let Answer::WorkflowStarted(answer) = reply.answer {
            let error = ServiceError {
                status: 0,
                code: answer.code.clone(),
                message: answer.message.clone(),
                request_id: reply.request_id,
            };
            self.end = Some(if answer.started {
                End::said(Status::Success, self.reason(Start::Started), error)
            } else {
                End::said(Status::Failed, self.reason(Start::NotStarted), error)
            });
            self.reply = Some(answer);
        }
    }

    fn on_refusal(&mut self, _: Elapsed, _: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        let status = if why == Refusal::UnknownOperation { Status::Unavailable } else { Status::Failed };
        self.end = Some(End::said(status, self.reason(Start::Refused), error.clone()));
    }

    fn on_lost_answer(&mut self, _: Elapsed, _: &Call, error: &ServiceError) {
        self.end = Some(End::said(Status::Unavailable, self.reason(Start::Unknown), error.clone()));
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn activity(&self) -> String {
        format!("starting the workflow {}", self.start.code)
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome { found: self.reply.clone().map_or(Remote::Nothing, Remote::Start), ..Outcome::of(end) }
    }
}
