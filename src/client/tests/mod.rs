//! One call in a world of values: which requests it takes, and what the rate limiter hears of them.

pub(in crate::client) mod fake;

use std::{cell::Cell, time::Duration};

use self::fake::{Fake, fake, wall};
use super::{Attempt, Client, limiter::Priority};
use crate::model::{
    call::Call,
    credential_source::CredentialSource,
    duration::Elapsed,
    endpoint::Endpoint,
    fault::FaultKind,
    options::{Interval, Limits},
    secret::{Keys, Secret},
    service::{ServiceConfig, Signature},
};

fn service() -> ServiceConfig {
    ServiceConfig {
        dataworks: Endpoint::parse("dataworks.example"),
        spark: None,
        signature: Signature::default(),
        project_id: Some(10_000),
        project_identifier: None,
    }
}

fn limits(requests: Option<u64>) -> Limits {
    let (timeout, poll) = (Duration::from_secs(60), Interval::default());
    Limits { timeout, poll, parallel: 1, requests, ..Limits::default() }
}

/// A source that gives other keys each time.
fn uri() -> CredentialSource {
    CredentialSource::Uri(Secret::new("http://127.0.0.1/keys"))
}

fn given() -> CredentialSource {
    CredentialSource::Given(Keys { id: "LTAI".into(), secret: Secret::new("s3cret"), token: None })
}

/// Lets a client do something in a world.
fn with_client<T>(
    world: &Fake,
    source: &CredentialSource,
    limits: &Limits,
    act: impl AsyncFnOnce(&Client<'_, Fake>) -> T,
) -> T {
    let (service, hear) = (service(), |notice| world.hear(notice));
    let client = Client::new(&service, source, limits, world, &hear);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(act(&client))
}

fn poll() -> Call {
    Call::GetPipelineRun { run: "r".into() }
}

/// The keys are found expired by the first request; the second, with fresh keys, is throttled.
#[test]
fn a_retry_with_fresh_keys_that_is_throttled_slows_the_step_down() {
    let nth = Cell::new(0);
    let world = fake(move |world, request| {
        if request.url.expose().contains("/keys") {
            let ends = humantime::format_rfc3339_seconds(wall(world.now.get() + Duration::from_secs(3600)));
            let body = format!(
                r#"{{"Code":"Success","AccessKeyId":"STS.1","AccessKeySecret":"s","SecurityToken":"t","Expiration":"{ends}"}}"#
            );
            return Some((200, body));
        }
        nth.set(nth.get() + 1);
        Some(match nth.get() {
            1 => (400, r#"{"Code":"InvalidSecurityToken.Expired"}"#.into()),
            _ => (429, r#"{"Code":"Throttling.User"}"#.into()),
        })
    });
    with_client(&world, &uri(), &limits(None), async |client| {
        // More than the bucket holds while nothing is known of the limit: without the answer they would all be admitted.
        let fault = client.ask(&poll(), &Attempt::default()).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Busy);
        for _ in 0..4 {
            client.admitted(Priority::Read, 1).await.unwrap();
        }
    });
    assert!(world.now.get() > Elapsed::ZERO, "the bucket is smaller and fills half as fast");
    assert_eq!(world.asked.borrow().len(), 4, "keys, a request, other keys, a request");
}

#[test]
fn a_second_request_of_one_attempt_does_not_spend_what_the_shutdown_needs() {
    let world = fake(|_, _| Some((404, r#"{"Code":"InvalidAction.NotFound"}"#.into())));
    for (requests, sent) in [(3, 1), (4, 2)] {
        world.asked.borrow_mut().clear();
        with_client(&world, &given(), &limits(Some(requests)), async |client| {
            client.admitted(Priority::Read, 1).await.unwrap();
            let attempt = Attempt { active: 1, ..Attempt::default() };
            client.ask(&poll(), &attempt).await.unwrap_err();
            for _ in 0..2 {
                assert_eq!(client.admitted(Priority::Shutdown, 1).await, Ok(()), "a last poll and an abolish");
            }
        });
        assert_eq!(world.asked.borrow().len(), sent, "the older name is tried only if a request is free: {requests}");
    }
}

/// Wrong at first, then set right, as by NTP.
#[test]
fn the_services_time_is_learnt_whenever_it_refuses_ours() {
    let world = fake(|world, request| {
        let date = request.headers.iter().find(|(name, _)| *name == "x-acs-date").unwrap().1.expose();
        let off = humantime::parse_rfc3339(date).unwrap().duration_since(wall(world.now.get())).unwrap_or_default();
        let is_right = off < Duration::from_secs(900) && date >= "2026-01-02T02:50:00Z";
        Some(if is_right {
            (403, r#"{"Code":"Forbidden"}"#.into())
        } else {
            (400, r#"{"Code":"InvalidTimeStamp.Expired"}"#.into())
        })
    });
    with_client(&world, &given(), &limits(None), async |client| {
        for (ahead, requests) in [(7200, 2), (7200, 1), (0, 2), (0, 1), (3600, 2)] {
            world.ahead.set(Duration::from_secs(ahead));
            world.asked.borrow_mut().clear();
            let fault = client.ask(&poll(), &Attempt::default()).await.unwrap_err();
            assert_eq!((fault.error.code.as_str(), world.asked.borrow().len()), ("Forbidden", requests), "{ahead}");
        }
    });
    let said = world.said.borrow();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("fast") && said[1].contains("right again"), "{said:?}");
}

#[test]
fn a_refused_clock_that_is_the_services_own_is_not_tried_again() {
    let world = fake(|_, _| Some((400, r#"{"Code":"InvalidTimeStamp.Expired"}"#.into())));
    with_client(&world, &given(), &limits(None), async |client| {
        client.ask(&poll(), &Attempt::default()).await.unwrap_err();
    });
    assert_eq!(world.asked.borrow().len(), 1);
}
