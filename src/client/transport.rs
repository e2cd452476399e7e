//! Signs and sends requests, and takes secrets out of the responses; owns the clock skew and the request counts.
//!
//! The skew is learnt from a gateway that refuses our clock and tells its own, each time: our clock may be set right.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, SystemTime},
};

use super::{
    http::{HttpRequest, Request, Response},
    notice::{Notice, Notify},
    sign::{self, Stamp},
};
use crate::{
    model::{
        counts::RequestCounts,
        duration,
        endpoint::Endpoint,
        fault::{Fault, FaultKind},
        secret::Keys,
        service::Signature,
    },
    world::World,
};

/// Signs and sends requests to every service.
pub(crate) struct Transport<'a, W> {
    pub(crate) world: &'a W,
    notify: Notify<'a>,
    signature: Signature,
    counts: RefCell<RequestCounts>,
    clock: Cell<Option<Skew>>,
}

/// By how much the service's clock differs from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skew {
    /// It is ahead.
    Ahead(Duration),
    /// It is behind.
    Behind(Duration),
}

impl Skew {
    /// A clock that is decades away is not used: no date format may be able to write it.
    fn between(ours: SystemTime, theirs: SystemTime) -> Option<Self> {
        const DECADES: Duration = Duration::from_secs(20 * 366 * 24 * 3600);
        let skew = match theirs.duration_since(ours) {
            Ok(ahead) => Self::Ahead(ahead),
            Err(behind) => Self::Behind(behind.duration()),
        };
        let (Self::Ahead(by) | Self::Behind(by)) = skew;
        (by <= DECADES).then_some(skew)
    }

    /// How far two readings of the skew lie apart.
    fn distance(self, other: Self) -> Duration {
        match (self, other) {
            (Self::Ahead(one), Self::Ahead(two)) | (Self::Behind(one), Self::Behind(two)) => one.abs_diff(two),
            (Self::Ahead(one), Self::Behind(two)) | (Self::Behind(one), Self::Ahead(two)) => one.saturating_add(two),
        }
    }

    fn correct(self, at: SystemTime) -> SystemTime {
        match self {
            Self::Ahead(by) => at.checked_add(by),
            Self::Behind(by) => at.checked_sub(by),
        }
        .unwrap_or(at)
    }
}

impl<'a, W: World> Transport<'a, W> {
    pub(crate) fn new(world: &'a W, signature: Signature, notify: Notify<'a>) -> Self {
        Self { world, notify, signature, counts: RefCell::default(), clock: Cell::default() }
    }

    /// Tells people something.
    pub(crate) fn notify(&self, notice: Notice) {
        (self.notify)(notice);
    }

    /// The requests that were sent so far.
    pub(crate) fn counts(&self) -> RequestCounts {
        self.counts.borrow().clone()
    }

    /// Counts a request that is sent because an earlier one failed.
    pub(crate) fn note_retry(&self) {
        let mut counts = self.counts.borrow_mut();
        counts.retried = counts.retried.saturating_add(1);
    }

    /// Sends the request of an operation, signed with `keys` if there are any, and reads the response.
    ///
    /// Where the service refuses our clock and tells its own, the skew is learnt and the request is sent once more if
    /// `may` allows it: the first was refused, so it had no effect.
    pub(crate) async fn ask<T>(
        &self,
        request: &Request,
        endpoint: &Endpoint,
        keys: Option<&Keys>,
        read: impl Fn(&Response) -> Result<T, Fault>,
        may: impl FnOnce() -> bool,
    ) -> Result<T, Fault> {
        let used = self.clock.get();
        let (response, sent_at) = self.send(request, endpoint, keys).await?;
        let result = self.read(&response, endpoint, &read);
        let wrong_clock = matches!(&result, Err(fault) if fault.error.code.starts_with("InvalidTimeStamp"));
        if !(wrong_clock && self.learn_clock(&response, sent_at, used) && may()) {
            return result;
        }
        let (response, _) = self.send(request, endpoint, keys).await?;
        self.read(&response, endpoint, &read)
    }

    /// Whether another skew is known than the one that was used: from this response, or since another request was refused
    /// for its time.
    fn learn_clock(&self, response: &Response, sent_at: SystemTime, used: Option<Skew>) -> bool {
        /// The `Date` header counts whole seconds, and the answer takes its time.
        const SAME: Duration = Duration::from_secs(2);
        if self.clock.get() != used {
            return true;
        }
        let Some(skew) = response.date().and_then(|theirs| Skew::between(sent_at, theirs)) else { return false };
        if used.unwrap_or(Skew::Ahead(Duration::ZERO)).distance(skew) < SAME {
            return false;
        }
        self.clock.set(Some(skew));
        let said = match skew {
            Skew::Ahead(by) | Skew::Behind(by) if by < SAME => "right again".to_owned(),
            Skew::Ahead(by) => format!("{} slow", duration::show(by)),
            Skew::Behind(by) => format!("{} fast", duration::show(by)),
        };
        self.notify(Notice::Warning(format!(
            "this machine's clock is {said}; requests are signed with the service's time"
        )));
        true
    }

    /// Sends a request that is not signed.
    pub(crate) async fn plain(&self, request: HttpRequest) -> Result<Response, Fault> {
        self.world.send(request).await
    }

    /// The time by the service's clock if the skew is known, else by ours.
    pub(crate) fn now(&self) -> SystemTime {
        self.stamp().0.at
    }

    fn stamp(&self) -> (Stamp, SystemTime) {
        let ours = self.world.stamp();
        let at = self.clock.get().map_or(ours.at, |skew| skew.correct(ours.at));
        (Stamp { at, nonce: ours.nonce }, ours.at)
    }

    async fn send(
        &self,
        request: &Request,
        endpoint: &Endpoint,
        keys: Option<&Keys>,
    ) -> Result<(Response, SystemTime), Fault> {
        self.count(request.action);
        let (stamp, ours) = self.stamp();
        let signed = match keys {
            Some(keys) => sign::sign(request, self.signature, endpoint, keys, &stamp),
            None => sign::anonymous(request, endpoint, &stamp),
        };
        let proofs = signed.proofs.clone();
        let mut response = self.world.send(signed).await?;
        response.clear(&proofs);
        Ok((response, ours))
    }

    fn read<T>(
        &self,
        response: &Response,
        endpoint: &Endpoint,
        read: impl Fn(&Response) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let result = read(response).map_err(|fault| from(fault, endpoint));
        if matches!(&result, Err(Fault { kind: FaultKind::Busy, .. })) {
            let mut counts = self.counts.borrow_mut();
            counts.throttled = counts.throttled.saturating_add(1);
        }
        result
    }

    fn count(&self, operation: &'static str) {
        let mut counts = self.counts.borrow_mut();
        let count = counts.by_operation.entry(operation).or_default();
        *count = count.saturating_add(1);
    }
}

/// Where an answer came from that is not the service's own: somebody between us may have given it, or it is the wrong host.
fn from(mut fault: Fault, endpoint: &Endpoint) -> Fault {
    let error = &mut fault.error;
    if error.code.is_empty() && error.request_id.is_empty() {
        let gap = if error.message.is_empty() { "" } else { " " };
        error.message = format!("{}{gap}(from {})", error.message, endpoint.authority());
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_skew_is_corrected_unless_it_is_absurd() {
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
