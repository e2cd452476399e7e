//! When keys are had, and when others.

use super::*;

#[test]
fn keys_are_had_once_and_renewed_before_their_end_with_a_new_token() {
    let world = fake(|world, request| match request.url.expose() {
        url if url.contains("ci.example") => {
            Some((200, format!(r#"{{"value":" jwt-{} "}}"#, world.now.get().as_secs())))
        }
        _ => Some(issued(world, 3600)),
    });
    // A fifth of an hour is more than five minutes.
    let ids = at(&world, &github(), &[0, 1, 3299, 3300, 3301]);
    assert_eq!(ids, ["STS.0", "STS.0", "STS.0", "STS.3300", "STS.3300"]);
    let asked = world.asked.borrow();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[0], "GET ci.example/t?v=2&audience=sts.aliyuncs.com");
    assert!(asked[1].contains("OIDCToken=jwt-0&"), "trimmed: {}", asked[1]);
    assert!(asked[3].contains("OIDCToken=jwt-3300&"));
    let masks = ["jwt-0", "secret-0", "token-0", "jwt-3300", "secret-3300", "token-3300"];
    assert_eq!(*world.said.borrow(), masks.map(|secret| format!("mask: {secret}")), "each before it is used");
}

#[test]
fn a_token_file_is_read_anew_and_trimmed() {
    let world = fake(|world, _| Some(issued(world, 900)));
    assert_eq!(at(&world, &file(), &[0, 719, 720]), ["STS.0", "STS.0", "STS.720"]);
    let asked = world.asked.borrow();
    assert!(asked[0].contains("OIDCToken=token-at-0&") && asked[1].contains("OIDCToken=token-at-720&"), "{asked:?}");
    for (path, wanted) in
        [("/run/none", "/run/none cannot be read: no such file"), ("/run/empty", "the token is empty")]
    {
        let told = at(&world, &bearer(Token::File(path.into())), &[0]);
        assert!(told[0].starts_with("Refused(NoCredentials)") && told[0].contains(wanted), "{told:?}");
    }
}

#[test]
fn while_renewal_fails_the_old_keys_are_used_to_their_end() {
    let world = fake(|world, _| match world.now.get().as_secs() {
        0 => Some(issued(world, 3600)),
        _ => Some((503, "{}".into())),
    });
    let told = at(&world, &file(), &[0, 3300, 3301, 3450, 3599, 3600]);
    assert_eq!(told[..5], ["STS.0"; 5]);
    assert!(
        told[5].starts_with("Refused(NoCredentials): the credentials have expired: no credentials from"),
        "{}",
        told[5]
    );
    let asked = world.asked.borrow().len();
    assert!((4..=8).contains(&asked), "not at each request: {asked}");
    assert!(warnings(&world)[0].contains("could not be renewed; they expire in 5 min 00 s: no credentials from acs:ram::1:role/ci with the OIDC token in a file: HTTP 503"), "{:?}", warnings(&world));
}

#[test]
fn a_renewal_that_hangs_holds_a_walk_up_for_a_moment_only() {
    let world = fake(|world, _| world.now.get().is_zero().then(|| issued(world, 3600)));
    assert_eq!(at(&world, &file(), &[0, 3300]), ["STS.0", "STS.0"]);
    assert_eq!(world.now.get(), Duration::from_secs(3310));
}

#[test]
fn a_walk_that_leaves_in_the_middle_of_a_renewal_does_not_hold_the_others_up() {
    let world = fake(|world, _| world.now.get().is_zero().then(|| issued(world, 3600)));
    let source = file();
    let hear = |notice| world.hear(notice);
    let transport = Transport::new(&world, Signature::default(), &hear);
    let credentials = Credentials::new(&source, Elapsed::ZERO);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        credentials.keys(&transport).await.unwrap();
        let due = Duration::from_secs(3300);
        world.now.set(due);
        tokio::select! {
            biased;
            _ = credentials.keys(&transport) => panic!("the token service hangs"),
            () = std::future::ready(()) => {}
        }
        let keys = credentials.keys(&transport).await.unwrap();
        assert_eq!((keys.id.as_str(), world.now.get()), ("STS.0", due), "good for five minutes more");
    });
}

#[test]
fn what_cannot_be_renewed_in_time_is_foreseen() {
    let given = |token: &str| bearer(Token::Given(Secret::new(token)));
    let world = || fake(|world, _| Some(issued(world, 900)));
    // Ends at 2026-01-02T04:04:05Z, an hour after the start.
    let lasting = given("e30.eyJleHAiOjE3NjczMjY2NDV9.x");
    for (source, wanted) in [(given("opaque"), true), (lasting, false), (file(), false)] {
        let world = world();
        at(&world, &source, &[0]);
        let warned = warnings(&world)
            .iter()
            .any(|said| said.contains("expire after 15 min 00 s, before the timeout of 30 min 00 s"));
        assert_eq!(warned, wanted, "{source:?}");
    }
}

#[test]
fn keys_that_the_service_finds_ended_are_had_anew() {
    let world = fake(|world, _| Some(issued(world, 3600)));
    let source = file();
    let hear = |notice| world.hear(notice);
    let transport = Transport::new(&world, Signature::default(), &hear);
    let credentials = Credentials::new(&source, Elapsed::ZERO);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let first = credentials.keys(&transport).await.unwrap();
        world.now.set(Duration::from_secs(60));
        assert!(credentials.invalidate(&first).await);
        let second = credentials.keys(&transport).await.unwrap();
        assert_eq!((first.id.as_str(), second.id.as_str()), ("STS.0", "STS.60"));
        assert!(credentials.invalidate(&first).await, "another request had them renewed already: by those it goes on");
        assert_eq!(credentials.keys(&transport).await.unwrap().id, second.id, "and they are not thrown away");
    });
}
