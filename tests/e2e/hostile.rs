//! What an odd machine or a hostile service may put in the way of credentials: nothing hangs, nothing is interpreted,
//! nothing is shown.

use std::{
    fs,
    io::{Read as _, Write as _},
    process::Command,
};

use crate::{
    job::{Job, Ran, lawful},
    simulator::{CREDENTIALS, Fault, Object, Simulator, Stage, TOKEN_SERVICE, World, ms},
    tls::serve,
};

const ROLE: &str = "acs:ram::1234567890123456:role/ci-deploy";
const PROVIDER: &str = "acs:ram::1234567890123456:oidc-provider/ci";
const BEARER: &str = "runnerBearer-0123456789";
/// What stands in the odd files and answers, and is shown nowhere.
const HUSH: &str = "hushHushNobodyMaySee";

fn world() -> World {
    let stages = vec![Stage::build("BUILD_PACKAGE").lasting(ms(50)), Stage::deploy("PROD").lasting(ms(50))];
    World::new().object(Object::node("7001", "ods_orders").online(stages))
}

/// A job of GitHub that holds no keys; the metadata service, which nobody is, is not waited for.
fn keyless(simulator: &Simulator) -> Job {
    Job::new(simulator)
        .without("INPUT_ACCESS-KEY-ID")
        .without("INPUT_ACCESS-KEY-SECRET")
        .on_github()
        .variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
        .input("sts-endpoint", simulator.url())
        .input("object-id", "7001")
        .input("log-level", "debug")
        .input("timeout", "10s")
}

fn with_role(job: Job) -> Job {
    job.input("role-to-assume", ROLE).input("oidc-provider-arn", PROVIDER)
}

fn with_token_of(job: Job, url: &str) -> Job {
    with_role(job).variable("ACTIONS_ID_TOKEN_REQUEST_URL", url).variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER)
}

/// Whoever is asked gives this answer.
pub fn answering(answer: impl Into<Vec<u8>>) -> String {
    let answer = answer.into();
    let address = serve(move |mut stream| {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            head.push(byte[0]);
        }
        // Who has seen enough goes away.
        let _heard = stream.write_all(&answer);
    });
    format!("http://{address}")
}

fn answer(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// It ended at once, said what it says, and showed nothing; nothing was changed.
fn refused(simulator: &Simulator, ran: Ran, code: i32, said: &[&str]) {
    let ran = ran.expect(code, if code == 2 { "invalid" } else { "denied" });
    ran.logged(said);
    let log: String = ran.log.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
    let everything = [log.as_str(), &ran.summary, ran.output("result"), ran.output("message")].concat();
    assert!(!everything.contains(HUSH) && !everything.contains(BEARER), "{everything}");
    assert!(ran.log.len() < 20_000, "{} bytes", ran.log.len());
    assert!(ran.took < ms(8000), "{:?}", ran.took);
    assert!(simulator.runs().is_empty());
}

#[test]
fn an_odd_file_of_profiles_is_told_and_read_only_where_it_counts() {
    let deep = format!(r#"{{"profiles":[{{"name":"default","x":{}"#, "[".repeat(200_000));
    let typed = format!(r#"{{"profiles":[{{"name":"default","mode":"AK","access_key_secret":["{HUSH}"]}}]}}"#);
    let huge = format!(r#"{{"current":"{}"}}"#, HUSH.repeat(500_000));
    for (text, said) in [
        (Some(deep.as_str()), "is not the JSON"),
        (Some(&typed), "is not the JSON"),
        (Some(&huge), "larger than 1 MiB"),
        (Some("\u{0}\u{1}"), "is not the JSON"),
        (None, "not a regular file"),
    ] {
        let simulator = Simulator::start(world());
        let at_home = |job: Job| {
            let file = job.file(".aliyun/config.json");
            fs::create_dir(job.file(".aliyun")).expect("a home");
            match text {
                Some(text) => fs::write(file, text).expect("the profiles"),
                None => fs::create_dir(file).expect("a folder in its place"),
            }
            let home = job.file("");
            job.variable("HOME", home.display())
        };
        refused(&simulator, at_home(keyless(&simulator)).run(), 2, &["~/.aliyun/config.json: ", said]);
        let with_keys = at_home(Job::new(&simulator).on_github().input("object-id", "7001"));
        with_keys.run().expect(0, "success");
    }
}

#[test]
fn a_token_file_that_holds_no_token_is_told() {
    let many = HUSH.repeat(2_000);
    for (bytes, said) in [
        (None, "cannot be read"),
        (Some([HUSH.as_bytes(), b"\n", HUSH.as_bytes()].concat()), "not a valid token: it contains whitespace"),
        (Some(many.into_bytes()), "or is longer than 20,000 bytes"),
        (Some(vec![b'a'; 2_000_000]), "larger than 1 MiB"),
        (Some(vec![0xff, 0xfe, 0x00]), "not valid UTF-8"),
        (Some(b"a\0b".to_vec()), "not a valid token: it contains whitespace"),
        (Some(b" \n".to_vec()), "the token is empty"),
    ] {
        let simulator = Simulator::start(world());
        let job = with_role(keyless(&simulator));
        let file = job.file("token");
        if let Some(bytes) = bytes {
            fs::write(&file, bytes).expect("the token's file");
        }
        let ran = job.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file.display()).run();
        refused(&simulator, ran, 4, &[said, "check ALIBABA_CLOUD_OIDC_TOKEN_FILE"]);
        assert!(simulator.requests().is_empty(), "it is shown to nobody");
    }
}

/// One that nobody ever writes to would be waited for past every deadline.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let simulator = Simulator::start(world());
    // Apart from the job's own folder, which is read when it is over.
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("token");
    let job = with_role(keyless(&simulator));
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let ran = job.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", pipe.display()).run();
    refused(&simulator, ran, 4, &["not a regular file"]);
}

#[test]
fn a_token_service_that_gives_anything_but_a_token_is_refused() {
    let value = |value: &str| answer(&serde_json::json!({ "value": value }).to_string());
    for (given, said) in [
        (value(&format!("{HUSH}\n::error::{HUSH}")), "returned no token or keys"),
        (value(&HUSH.repeat(50_000)), "returned no token or keys"),
        (value(""), "returned no token or keys"),
        (answer(&format!("<html>{HUSH}")), "returned no token or keys"),
        (answer(&"[".repeat(100_000)), "returned no token or keys"),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n".into(), "refused"),
    ] {
        let simulator = Simulator::start(world());
        let ran = with_token_of(keyless(&simulator), &answering(given)).run();
        refused(&simulator, ran, 4, &["GitHub's token service", said, "`permissions: id-token: write`"]);
        assert_eq!(simulator.count("AssumeRoleWithOIDC"), 0);
    }
}

#[test]
fn a_token_services_url_may_end_in_anything() {
    let simulator = Simulator::start(world().issuer(BEARER).issuer_role(ROLE, PROVIDER, "sts.aliyuncs.com"));
    let url = format!("{}{TOKEN_SERVICE}#fragment?x", simulator.url());
    with_token_of(keyless(&simulator), &url).run().expect(0, "success");
    lawful(&simulator);
}

/// What a loopback service is told stays on this machine: a proxy would carry it off, in the clear.
#[test]
fn what_is_for_this_machine_goes_past_every_proxy() {
    let simulator = Simulator::start(world().issuer(BEARER).issuer_role(ROLE, PROVIDER, "sts.aliyuncs.com"));
    let url = format!("{}{TOKEN_SERVICE}", simulator.url());
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let job = with_token_of(keyless(&simulator), &url);
    proxies.iter().fold(job, |job, name| job.variable(name, "http://127.0.0.1:9")).run().expect(0, "success");
    lawful(&simulator);
}

#[test]
fn a_credentials_uri_is_asked_where_it_is_and_its_keys_must_be_some() {
    let simulator = Simulator::start(world().credentials_uri(ms(900_000)));
    let at = |uri: &str| keyless(&simulator).variable("ALIBABA_CLOUD_CREDENTIALS_URI", uri).run();
    let elsewhere = format!("{}{CREDENTIALS}", simulator.url());
    let redirect = format!("HTTP/1.1 302 Found\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n");
    refused(&simulator, at(&answering(redirect)), 4, &["HTTP 302", "ALIBABA_CLOUD_CREDENTIALS_URI"]);
    assert_eq!(simulator.count("CredentialsUri"), 0, "no redirect is followed");
    let keys = |secret: &str, ends: &str| {
        let keys = serde_json::json!({ "Code": "Success", "AccessKeyId": "STS.x", "AccessKeySecret": secret,
            "SecurityToken": HUSH, "Expiration": ends });
        answering(answer(&keys.to_string()))
    };
    for (secret, ends) in [
        (HUSH, "2026-01-02T03:04:04Z"),
        (HUSH, "10000-01-01T00:00:00Z"),
        (HUSH, "-1"),
        (&format!("{HUSH}\n::add-mask::a"), "2036-01-01T00:00:00Z"),
    ] {
        let said = ["the credentials URI returned no token or keys", "Expiration"];
        refused(&simulator, at(&keys(secret, ends)), 4, &said);
    }
    // Keys for good are keys, though the gateway knows them not.
    refused(&simulator, at(&keys(HUSH, "9999-12-31T23:59:59Z")), 4, &["InvalidAccessKeyId"]);
}

#[test]
fn the_words_of_a_token_service_are_data() {
    let code = "AuthenticationFail.\n::error::owned\u{1b}[2J##[error]x";
    let message = "no\r\n::add-mask::a\n##[command]y\n\u{1b}[0Ksection_start:1:x\r\u{1b}[0K\u{202e}\u{2066}|<b>`$HOME`\n<<EOF\nstatus=success";
    let simulator = Simulator::start(world().fault_each("AssumeRoleWithOIDC", Fault::error(403, code, message)));
    let job = || with_role(keyless(&simulator)).input("oidc-token", "a.b.c");
    let ran = job().run().expect(4, "denied");
    harmless(&ran.log);
    assert!(ran.log.contains("owned") && ran.output("message").contains("<<EOF status=success"), "{}", ran.log);
    assert_eq!(ran.outputs.len(), 19, "{:?}", ran.outputs.keys());
    for row in ran.summary.lines().filter(|line| line.starts_with('|')) {
        assert!(!row.contains("<b>"), "{row}");
    }
    let gitlab = job().without("GITHUB_ACTIONS").variable("GITLAB_CI", "true").run();
    let ours = gitlab.log.matches("\u{1b}[0Ksection_").count();
    assert_eq!((gitlab.log.matches('\u{1b}').count(), gitlab.log.matches('\r').count()), (ours * 2, ours));
}

/// No line is a command but those that are ours, and none moves the cursor or turns the text.
pub fn harmless(log: &str) {
    let ours = ["::error title=", "::warning title=", "::group::", "::endgroup::", "::add-mask::"];
    for line in log.lines() {
        let command = line.trim_start();
        assert!(!command.starts_with("::") || ours.iter().any(|start| command.starts_with(start)), "{line:?}");
        let turns = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!line.contains("##[") && !line.contains(turns), "{line:?}");
    }
}
