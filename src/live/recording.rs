//! Records the exchange of a step for `har-file`: each request with what came of it, also where nobody waited for that.

use std::{
    cell::RefCell,
    time::{Instant, SystemTime},
};

use crate::{
    client::http::{HttpRequest, Response},
    model::{fault::Fault, secret::Secret},
    report::har::{Answer, Exchange, Recorder},
};

/// The exchange so far; nothing is kept unless it is requested.
pub(crate) struct Recording(Option<RefCell<Recorder>>);

impl Recording {
    /// `secrets`: what may not be seen from the start.
    pub(crate) fn new(is_asked_for: bool, secrets: impl Iterator<Item = Secret>) -> Self {
        let recording = Self(is_asked_for.then(RefCell::default));
        secrets.for_each(|secret| recording.hide(&secret));
        recording
    }

    /// Keeps a secret out of what is recorded from now on.
    pub(crate) fn hide(&self, secret: &Secret) {
        if let Some(recorder) = &self.0 {
            recorder.borrow_mut().hide(secret);
        }
    }

    /// What the file is made of.
    pub(crate) fn recorder(&self) -> Option<&RefCell<Recorder>> {
        self.0.as_ref()
    }

    /// A request that is about to be sent.
    pub(super) fn begin(&self, request: &HttpRequest) -> Option<Pending<'_>> {
        let recorder = self.0.as_ref()?;
        Some(Pending {
            recorder,
            request: request.clone(),
            started: SystemTime::now(),
            began: Instant::now(),
            result: None,
        })
    }
}

/// A request under way. It is recorded when it is dropped, so that one which nobody waits for any longer is recorded too.
pub(super) struct Pending<'a> {
    recorder: &'a RefCell<Recorder>,
    request: HttpRequest,
    started: SystemTime,
    began: Instant,
    result: Option<Result<Response, Fault>>,
}

impl Pending<'_> {
    /// Records what came back, or why nothing did.
    pub(super) fn end(mut self, result: &Result<Response, Fault>) {
        self.result = Some(result.clone());
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        let Self { recorder, request, started, began, result } = self;
        let sent: Vec<(&str, &str)> = request.headers.iter().map(|(name, value)| (*name, value.expose())).collect();
        let (response, why) = match result {
            Some(Ok(response)) => (Some(&*response), ""),
            Some(Err(fault)) => (None, fault.error.message.as_str()),
            None => (None, "its answer was not waited for"),
        };
        let headers = response.map(|response| response.headers.as_slice()).unwrap_or_default();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer =
            response.map(|response| Answer { status: response.status, headers: &headers, body: &response.body });
        recorder.borrow_mut().record(&Exchange {
            operation: request.operation,
            started: *started,
            took: began.elapsed(),
            method: request.method.name(),
            url: request.url.expose(),
            headers: &sent,
            body: &request.body,
            answer: answer.ok_or(why),
            proofs: &request.proofs,
            gives_keys: request.gives_keys,
        });
    }
}
