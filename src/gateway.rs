//! How one call is asked: written, signed, sent, read; and the two things that are learnt on the way, once each: that
//! the service knows an operation by its older name only, and that our clock is wrong.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, SystemTime},
};

use crate::{
    api,
    drive::World,
    model::{
        call::{Call, Fault, Kind, Reach, Reply, Why, Words},
        plan::{Plan, Service},
    },
    report::Tally,
    sign::{
        self,
        request::{Request, Response, Style},
    },
};

/// The service, as seen through the one world.
pub(crate) struct Gateway<'a, W> {
    plan: &'a Plan,
    world: &'a W,
    /// The plan's, with the workspace's number once that is known.
    service: RefCell<Service>,
    tally: RefCell<Tally>,
    older_names: Cell<bool>,
    clock: Cell<Option<Skew>>,
    failed_before: Cell<bool>,
}

/// By how much the service's clock differs from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Skew {
    /// It is ahead.
    Ahead(Duration),
    /// It is behind.
    Behind(Duration),
}

impl Skew {
    /// A clock that is decades away is no clock to go by, and may be one that no date format can write.
    fn between(ours: SystemTime, theirs: SystemTime) -> Option<Self> {
        const DECADES: Duration = Duration::from_secs(20 * 366 * 24 * 3600);
        let skew = match theirs.duration_since(ours) {
            Ok(ahead) => Self::Ahead(ahead),
            Err(behind) => Self::Behind(behind.duration()),
        };
        let (Self::Ahead(by) | Self::Behind(by)) = skew;
        (by <= DECADES).then_some(skew)
    }

    fn correct(self, at: SystemTime) -> SystemTime {
        match self {
            Self::Ahead(by) => at.checked_add(by),
            Self::Behind(by) => at.checked_sub(by),
        }
        .unwrap_or(at)
    }
}

impl<'a, W: World> Gateway<'a, W> {
    pub(crate) fn new(plan: &'a Plan, world: &'a W) -> Self {
        Self {
            plan,
            world,
            service: RefCell::new(plan.service.clone()),
            tally: RefCell::default(),
            older_names: Cell::default(),
            clock: Cell::default(),
            failed_before: Cell::default(),
        }
    }

    /// The workspace's number was found.
    pub(crate) fn settle(&self, project_id: Option<u64>) {
        self.service.borrow_mut().project_id = project_id;
    }

    /// The workspace, by number where that is known.
    pub(crate) fn workspace(&self) -> String {
        self.service.borrow().workspace()
    }

    /// What was asked so far.
    pub(crate) fn tally(&self) -> Tally {
        self.tally.borrow().clone()
    }

    /// Asks; where the service does not know the operation by this name, asks by its other one.
    pub(crate) async fn ask(&self, call: &Call) -> Result<Reply, Fault> {
        let request = api::encode(call, &self.service.borrow());
        let (first, other) = match api::by_older_name(&request) {
            Some(older) if self.older_names.get() => (older, Some(request)),
            older => (request, older),
        };
        let result = self.ask_by_name(call, &first).await;
        let Some(other) = other.filter(|_| is_unknown(&result)) else { return result };
        let by_other_name = self.ask_by_name(call, &other).await;
        // One confused answer must not bind us to a name that the service does not know either.
        if is_unknown(&by_other_name) {
            return result;
        }
        self.older_names.set(!self.older_names.get());
        by_other_name
    }

    async fn ask_by_name(&self, call: &Call, request: &Request) -> Result<Reply, Fault> {
        let (response, sent_at) = self.send(request).await?;
        let result = self.read(call, &response);
        let wrong_clock = matches!(&result, Err(fault) if fault.words.code.starts_with("InvalidTimeStamp"));
        let theirs = api::clock(&response).filter(|_| wrong_clock && self.clock.get().is_none());
        let Some(skew) = theirs.and_then(|theirs| Skew::between(sent_at, theirs)) else { return result };
        self.clock.set(Some(skew));
        let said = match skew {
            Skew::Ahead(by) => format!("{} slow", crate::model::span::show(by)),
            Skew::Behind(by) => format!("{} fast", crate::model::span::show(by)),
        };
        self.world.warn(&format!("this machine's clock is {said}; the service's is used to sign"));
        let (response, _) = self.send(request).await?;
        self.read(call, &response)
    }

    async fn send(&self, request: &Request) -> Result<(Response, SystemTime), Fault> {
        let service = &self.plan.service;
        let endpoint = match request.style {
            Style::Rpc => &service.dataworks,
            Style::Roa => &service.spark,
        };
        let Some(endpoint) = endpoint else {
            return Err(Fault::new(Kind::NotSent(Reach::Hopeless), Words::seen("no endpoint is known")));
        };
        self.count(request.action);
        let ours = self.world.stamp();
        let mut stamp = ours.clone();
        stamp.at = self.clock.get().map_or(ours.at, |skew| skew.correct(ours.at));
        let signed = sign::sign(request, service.signature, endpoint, &self.plan.keys, &stamp);
        // Until the answer is read: a walk that gives up on it drops this in the middle.
        self.failed_before.set(true);
        self.world.send(signed).await.map(|response| (response, ours.at))
    }

    fn read(&self, call: &Call, response: &Response) -> Result<Reply, Fault> {
        let result = api::decode(call, response);
        let kind = result.as_ref().err().map(|fault| fault.kind);
        self.failed_before.set(!matches!(kind, None | Some(Kind::Refused(_))));
        if kind == Some(Kind::Busy) {
            let mut tally = self.tally.borrow_mut();
            tally.throttled = tally.throttled.saturating_add(1);
        }
        result
    }

    fn count(&self, operation: &'static str) {
        let mut tally = self.tally.borrow_mut();
        let count = tally.by_operation.entry(operation).or_default();
        *count = count.saturating_add(1);
        if self.failed_before.take() {
            tally.retried = tally.retried.saturating_add(1);
        }
    }
}

fn is_unknown(result: &Result<Reply, Fault>) -> bool {
    matches!(result, Err(Fault { kind: Kind::Refused(Why::UnknownOperation), .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_gone_by_unless_it_is_absurd() {
        let at = |text| humantime::parse_rfc3339(text).unwrap();
        let ours = at("2026-01-02T03:04:05Z");
        let skew = Skew::between(ours, at("2026-01-02T04:04:05Z")).unwrap();
        assert_eq!(skew.correct(ours), at("2026-01-02T04:04:05Z"));
        let skew = Skew::between(ours, at("2026-01-01T03:04:05Z")).unwrap();
        assert_eq!(skew.correct(ours), at("2026-01-01T03:04:05Z"));
        assert_eq!(Skew::between(ours, at("9999-12-31T23:59:59Z")), None, "a second later it could not be written");
        assert_eq!(Skew::between(ours, SystemTime::UNIX_EPOCH), None);
    }
}
