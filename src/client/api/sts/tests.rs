//! The requests as the vendor has them, and answers good and bad.

use std::time::Duration;

use super::*;
use crate::{
    client::sign::{self, Stamp},
    model::{credential_source::Role, endpoint::Endpoint, fault::Refusal},
};

fn role() -> Role {
    Role {
        arn: "acs:ram::1234567890123456:role/ci-deploy".into(),
        session: "ci-run-1".into(),
        seconds: 900,
        policy: None,
        endpoint: Endpoint::parse("http://127.0.0.1:18999").unwrap(),
    }
}

fn answer(status: u16, body: &str) -> Response {
    let headers = vec![("date".to_owned(), "Fri, 02 Jan 2026 03:04:05 GMT".to_owned())];
    Response { status, headers, body: body.into() }
}

const GOOD: &str = r#"{"RequestId":"R","Credentials":{"AccessKeyId":"STS.AK","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2026-01-02T04:04:05Z"}}"#;

/// The bytes that the vendor's own client sends.
#[test]
fn the_token_travels_as_the_vendors_client_has_it_and_unsigned() {
    let token = Secret::new("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln");
    let request = assume_role_with_oidc::request(&role(), "acs:ram::1234567890123456:oidc-provider/github", &token);
    let at = humantime::parse_rfc3339("2026-01-02T03:04:05Z").unwrap();
    let stamp = Stamp { at, nonce: "3156853299f313e23d1673dc12e1703d".into() };
    let signed = sign::anonymous(&request, &role().endpoint, &stamp);
    let query = signed.url.expose().split_once('?').unwrap().1;
    let mut sent: Vec<&str> = query.split('&').collect();
    sent.sort_unstable();
    let theirs = "Action=AssumeRoleWithOIDC&Format=json&Version=2015-04-01&Timestamp=2026-01-02T03%3A04%3A05Z&SignatureNonce=3156853299f313e23d1673dc12e1703d&DurationSeconds=900&OIDCProviderArn=acs%3Aram%3A%3A1234567890123456%3Aoidc-provider%2Fgithub&OIDCToken=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln&RoleArn=acs%3Aram%3A%3A1234567890123456%3Arole%2Fci-deploy&RoleSessionName=ci-run-1";
    let mut theirs: Vec<&str> = theirs.split('&').collect();
    theirs.sort_unstable();
    assert_eq!(sent, theirs);
    assert!(signed.headers.iter().all(|(name, _)| *name != "authorization"));
    assert_eq!(signed.proofs, [token]);
}

#[test]
fn a_role_is_assumed_with_all_that_it_asks_for() {
    let role = Role { policy: Some("{}".into()), ..role() };
    let request = assume_role::request(&role, Some("ext"));
    let names: Vec<&str> = request.query.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["DurationSeconds", "RoleArn", "RoleSessionName", "Policy", "ExternalId"]);
    assert!(request.form.is_empty());
}

#[test]
fn keys_live_by_the_services_clock() {
    let issued = issued(&answer(200, GOOD), SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(issued.life, Some(Duration::from_secs(3600)), "its Date counts, not our clock");
    assert_eq!((issued.keys.id.as_str(), issued.keys.secret.expose()), ("STS.AK", "s"));
}

#[test]
fn keys_may_live_for_millennia_and_by_our_clock_alone_none_have_ended() {
    let forever = GOOD.replace("2026-01-02T04:04:05Z", "9999-12-31T23:59:59Z");
    assert!(issued(&answer(200, &forever), SystemTime::UNIX_EPOCH).unwrap().life > Some(Duration::from_secs(1 << 37)));
    let undated = Response { headers: Vec::new(), ..answer(200, GOOD) };
    let late = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
    assert_eq!(issued(&undated, late).unwrap().life, Some(Duration::ZERO), "the gateway will tell us our clock");
}

#[test]
fn an_answer_without_keys_is_none() {
    for body in [
        "",
        "[]",
        "{}",
        r#"{"Credentials":null}"#,
        &GOOD.replace(r#""s""#, r#""""#),
        &GOOD.replace(r#""SecurityToken":"t","#, ""),
        &GOOD.replace("2026-01-02T04:04:05Z", "tomorrow"),
        &GOOD.replace("2026-01-02T04:04:05Z", "10000-01-01T00:00:00Z"),
        &GOOD.replace("2026-01-02T04:04:05Z", "2026-01-02T03:04:05Z"),
        &GOOD.replace("STS.AK", r"STS\nAK"),
        &GOOD.replace(r#""s""#, r#""s\u0000""#),
        &GOOD.replace(r#""t""#, r#""t\r\nx-header: y""#),
    ] {
        let fault = issued(&answer(200, body), SystemTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Lost, "{body}");
    }
    let error = issued(&answer(200, r#"{"RequestId":"R-10"}"#), SystemTime::UNIX_EPOCH).unwrap_err().error;
    assert_eq!(
        error.to_string(),
        "HTTP 200, the answer is not usable: it has no keys, or expired ones (request id R-10)"
    );
    let expired = r#"{"RequestId":"R-11","Code":"AuthenticationFail.OIDCToken.Expired","Message":"This JSON Web Token has expired."}"#;
    let fault = issued(&answer(400, expired), SystemTime::UNIX_EPOCH).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Refused(Refusal::Denied));
    assert_eq!(fault.error.request_id, "R-11");
}

#[test]
fn of_an_answer_that_may_hold_keys_the_status_alone_is_told() {
    for (status, body) in
        [(203, format!("mark {GOOD}")), (206, GOOD.to_owned()), (502, GOOD.to_owned()), (400, GOOD.to_owned())]
    {
        let fault = issued(&answer(status, &body), SystemTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(fault.error.to_string(), format!("HTTP {status}, the answer is not from STS"));
    }
}

#[test]
fn a_metadata_service_says_that_it_succeeded() {
    let flat = r#"{"Code":"Success","AccessKeyId":"STS.AK","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2026-01-02T04:04:05Z"}"#;
    let given = |status, body: &str| super::given(&answer(status, body), SystemTime::UNIX_EPOCH);
    assert_eq!(given(200, flat).unwrap().life, Some(Duration::from_secs(3600)));
    assert!(given(500, flat).is_none());
    assert!(given(200, &flat.replace("Success", "Failed")).is_none());
    assert!(given(200, &flat.replace(r#""Code":"Success","#, "")).is_none());
}
