//! What each source is asked, and what its refusal tells a user.

use super::*;

/// The metadata service as it is: a token for each who asks, the role's name, its keys.
fn metadata(world: &Fake, request: &HttpRequest) -> Option<(u16, String)> {
    let bears =
        request.headers.iter().any(|(name, value)| *name == "x-aliyun-ecs-metadata-token" && value.expose() == "m");
    let (_, path) = request.url.expose().split_once("100.100.100.200")?;
    Some(match (request.method.name(), path) {
        ("PUT", "/latest/api/token") => (200, "m\n".into()),
        ("GET", _) if !bears => (403, String::new()),
        ("GET", "/latest/meta-data/ram/security-credentials/") => (200, "node-role\n".into()),
        ("GET", "/latest/meta-data/ram/security-credentials/node-role") => {
            (200, format!(r#"{{"Code":"Success",{}}}"#, keys(world.now.get(), 3600)))
        }
        _ => (404, "not found".into()),
    })
}

#[test]
fn an_instance_gives_the_keys_of_its_role_by_token_first() {
    let world = fake(metadata);
    let source = CredentialSource::Instance { role: None, tokenless: true };
    assert_eq!(at(&world, &source, &[0]), ["STS.0"]);
    let asked = [
        "PUT 100.100.100.200/latest/api/token",
        "GET 100.100.100.200/latest/meta-data/ram/security-credentials/ with m",
        "GET 100.100.100.200/latest/meta-data/ram/security-credentials/node-role with m",
    ];
    assert_eq!(*world.asked.borrow(), asked);
}

#[test]
fn an_instance_without_tokens_is_asked_as_of_old_unless_that_is_forbidden() {
    let old = || {
        fake(|world, request| match (request.method.name(), request.url.expose().rsplit_once('/')?.1) {
            ("PUT", _) => Some((403, String::new())),
            (_, "node-role") => Some((200, format!(r#"{{"Code":"Success",{}}}"#, keys(world.now.get(), 3600)))),
            _ => Some((404, String::new())),
        })
    };
    let source = |tokenless| CredentialSource::Instance { role: Some("node-role".into()), tokenless };
    assert_eq!(at(&old(), &source(true), &[0]), ["STS.0"]);
    let told = at(&old(), &source(false), &[0]);
    assert!(told[0].contains("the metadata service returned no token"), "{told:?}");
}

#[test]
fn a_metadata_service_that_is_not_named_is_waited_for_five_seconds_in_all() {
    let world = fake(|_, _| None);
    let told = at(&world, &CredentialSource::Instance { role: None, tokenless: true }, &[0]);
    assert!(
        told[0].starts_with("Refused(NoCredentials)") && told[0].contains("access-key-id and access-key-secret"),
        "{told:?}"
    );
    assert_eq!(world.now.get(), Duration::from_secs(5));
    let connects: Vec<_> = world.connects.borrow().clone();
    assert_eq!(connects, [Some(Duration::from_secs(1))], "nobody may be there: a connection is worth a second");
}

#[test]
fn a_metadata_service_whose_role_is_named_may_be_slow_at_first() {
    let source = CredentialSource::Instance { role: Some("node-role".into()), tokenless: false };
    let slow = fake(|world, request| {
        let is_up = world.now.get() >= Duration::from_secs(10);
        let keys = || format!(r#"{{"Code":"Success",{}}}"#, keys(world.now.get(), 3600));
        is_up.then(|| (200, if request.method.name() == "PUT" { "t0ken".into() } else { keys() }))
    });
    assert_eq!(at(&slow, &source, &[0]), ["STS.10"], "the third try");
    let silent = fake(|_, _| None);
    assert!(at(&silent, &source, &[0])[0].starts_with("Refused(NoCredentials)"));
    assert_eq!(silent.now.get(), Duration::from_secs(15));
}

#[test]
fn a_source_that_cannot_be_reached_is_tried_again_and_one_that_says_no_is_not() {
    let uri = CredentialSource::Uri(Secret::new("http://127.0.0.1/c?k=s3cret"));
    for (status, wanted) in
        [(503, "NotSent(Transient)"), (429, "Busy"), (403, "Refused(NoCredentials)"), (200, "Refused(NoCredentials)")]
    {
        let world = fake(move |_, _| Some((status, "s3cret".into())));
        let told = at(&world, &uri, &[0]);
        assert!(told[0].starts_with(wanted), "{status}: {told:?}");
        assert!(!told[0].contains("s3cret"), "{told:?}");
    }
}

#[test]
fn a_role_is_assumed_with_the_keys_of_another_source() {
    let world = fake(|world, request| match request.url.expose() {
        url if url.starts_with("http://127.0.0.1") => {
            Some((200, format!(r#"{{"Code":"Success",{}}}"#, keys(world.now.get(), 3600))))
        }
        url => {
            assert!(url.contains("ExternalId=ext"), "{url}");
            let signer = request.headers.iter().find(|(name, _)| *name == "x-acs-accesskey-id");
            assert_eq!(signer.map(|(_, id)| id.expose()), Some("STS.0"));
            Some((200, format!(r#"{{"Credentials":{{{}}}}}"#, keys(Duration::from_secs(7), 3600))))
        }
    });
    let by = Box::new(CredentialSource::Uri(Secret::new("http://127.0.0.1/c")));
    let source = CredentialSource::Assumed { role: role(), external_id: Some("ext".into()), by };
    assert_eq!(at(&world, &source, &[0]), ["STS.7"]);
}

/// Each refusal names what to change, and where.
#[test]
fn a_refusal_names_what_to_change() {
    let by_keys = || {
        let keys = Keys { id: "LTAI".into(), secret: Secret::new("x"), token: None };
        CredentialSource::Assumed { role: role(), external_id: None, by: Box::new(CredentialSource::Given(keys)) }
    };
    let given = || bearer(Token::Given(Secret::new("jwt")));
    let cases: [(CredentialSource, u16, &str, &str); 9] = [
        (github(), 401, "AuthenticationFail.OIDCToken.AudienceNotMatch", "client ids of the identity provider in RAM"),
        (given(), 401, "AuthenticationFail.OIDCToken.AudienceNotMatch", "`aud` under id_tokens"),
        (given(), 401, "AuthenticationFail.OIDCToken.Expired", "set the job's `timeout`"),
        (given(), 401, "AuthenticationFail.OIDCToken.InvalidSignature", "issuer URL and fingerprints"),
        (given(), 401, "AuthenticationFail.NoPermission", "the role's trust policy names this provider"),
        (given(), 404, "EntityNotExist.Role", "acs:ram::1:role/ci exist"),
        (given(), 400, "InvalidParameter.DurationSeconds", "reduce role-session-expiration to the MaxSessionDuration"),
        (by_keys(), 403, "NoPermission", "sts:AssumeRole"),
        (by_keys(), 404, "InvalidAccessKeyId.NotFound", "check the keys that assume the role"),
    ];
    for (source, status, code, wanted) in cases {
        let world = fake(move |_, request| {
            let body = format!(r#"{{"RequestId":"R-1","Code":"{code}","Message":"no"}}"#);
            let is_github = request.url.expose().contains("ci.example");
            Some(if is_github { (200, r#"{"value":"jwt"}"#.into()) } else { (status, body) })
        });
        let told = at(&world, &source, &[0])[0].replace(['⟨', '⟩'], "");
        let right = told.starts_with("Refused(NoCredentials)") && told.contains(wanted);
        assert!(right && !told.contains("R-1"), "{code}: {told}\nshould tell {wanted}, and the request id behind it");
    }
}
