//! The route of a workflow's start: asked for once, and never again once it may have been heard.

use crate::model::{
    call::{Answer, Call, Reply, StartReply, Why, Words},
    journal::Journal,
    outcome::{End, Found, Outcome, Status},
    span::Elapsed,
    start::Start,
};

use super::route::{Route, Want};

pub(super) struct StartRoute {
    start: Start,
    reply: Option<StartReply>,
    end: Option<End>,
}

impl StartRoute {
    pub(super) fn new(start: &Start) -> Self {
        Self { start: start.clone(), reply: None, end: None }
    }
}

impl Route for StartRoute {
    fn want(&mut self, _: Elapsed) -> Want {
        match &self.end {
            Some(end) => Want::End(end.clone()),
            None => Want::Call(Call::StartWorkflow(Box::new(self.start.clone()))),
        }
    }

    fn learn(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        if let Answer::WorkflowStarted(answer) = reply.answer {
            let words = Words {
                status: 0,
                code: answer.code.clone(),
                message: answer.message.clone(),
                request_id: reply.request_id,
            };
            self.end = Some(if answer.started {
                End::said(Status::Success, format!("the workflow {} was started", self.start.code), words)
            } else {
                End::said(Status::Failed, format!("the workflow {} was not started: {words}", self.start.code), words)
            });
            self.reply = Some(answer);
        }
    }

    fn refused(&mut self, _: Elapsed, _: &Call, why: Why, words: &Words, _: &mut Journal) {
        let status = if why == Why::UnknownOperation { Status::Unavailable } else { Status::Failed };
        let message = format!("the workflow {} was refused: {words}", self.start.code);
        self.end = Some(End::said(status, message, words.clone()));
    }

    fn doubt(&mut self, _: Elapsed, _: &Call, words: &Words) {
        let message = format!(
            "the answer to StartProcessInstance was lost ({words}): workflow {} may have been started or not; no operation tells, so it was not asked for again; look into the EMR Serverless Spark console",
            self.start.code
        );
        self.end = Some(End::said(Status::Unavailable, message, words.clone()));
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn doing(&self) -> String {
        format!("starting the workflow {}", self.start.code)
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome { found: self.reply.clone().map_or(Found::Nothing, Found::Start), ..Outcome::of(end) }
    }
}
