//! Who we are: each source of keys deploys; they are renewed on the way; a refusal says what to change.

use std::fs;

use crate::{
    job::{Job, Ran, lawful},
    simulator::{
        CREDENTIALS, Fault, KEY_ID, KEY_SECRET, Object, PROJECT_ID, Simulator, Stage, TOKEN_SERVICE, World, ms,
    },
};

const ROLE: &str = "acs:ram::1234567890123456:role/ci-deploy";
const PROVIDER: &str = "acs:ram::1234567890123456:oidc-provider/ci";
const BEARER: &str = "runnerBearer-0123456789";
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln";

fn world() -> World {
    let stages = vec![Stage::build("BUILD_PACKAGE").lasting(ms(50)), Stage::deploy("PROD").lasting(ms(50))];
    World::new().object(Object::node("7001", "ods_orders").online(stages))
}

/// A node that takes five seconds, and roles whose keys live two.
fn long_world() -> World {
    let stages = vec![Stage::build("BUILD_PACKAGE").lasting(ms(50)), Stage::deploy("PROD").lasting(ms(5000))];
    World::new().object(Object::node("7001", "ods_orders").online(stages)).token_lifetime(ms(2000))
}

/// A job that holds no keys.
fn keyless(simulator: &Simulator) -> Job {
    Job::new(simulator)
        .without("INPUT_ACCESS-KEY-ID")
        .without("INPUT_ACCESS-KEY-SECRET")
        .input("sts-endpoint", simulator.url())
        .input("object-id", "7001")
}

/// A job of GitHub with `permissions: id-token: write`.
fn github(simulator: &Simulator) -> Job {
    keyless(simulator)
        .on_github()
        .variable("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{}{TOKEN_SERVICE}", simulator.url()))
        .variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER)
        .input("role-to-assume", ROLE)
        .input("oidc-provider-arn", PROVIDER)
}

fn deployed(simulator: &Simulator, job: Job) -> Ran {
    let ran = job.run().expect(0, "success");
    lawful(simulator);
    ran
}

/// The tokens that the token service of Alibaba Cloud was shown.
fn shown(simulator: &Simulator) -> Vec<String> {
    let seen = simulator.requests();
    let tokens = seen.iter().filter_map(|seen| seen.param("OIDCToken"));
    tokens.map(str::to_owned).collect()
}

#[test]
fn the_log_begins_with_where_and_as_whom() {
    let simulator = Simulator::start(world());
    let ran = deployed(&simulator, Job::new(&simulator).input("object-id", "7001"));
    let first = ran.log.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("dataworks-deploy 0.") && first.contains(&format!("workspace {PROJECT_ID} at 127.0.0.1:")),
        "{first}"
    );
    assert!(first.contains("credentials: the given AccessKey ") && !first.contains(KEY_ID), "{first}");
    let simulator = Simulator::start(world().issuer(BEARER).issuer_role(ROLE, PROVIDER, "sts.aliyuncs.com"));
    let ran = deployed(&simulator, github(&simulator));
    assert!(
        ran.log.lines().next().unwrap_or_default().ends_with(&format!("credentials: {ROLE} with GitHub's OIDC token")),
        "{}",
        ran.log
    );
    ran.logged(&["using the AccessKey "]);
}

#[test]
fn a_wrong_secret_is_told_with_the_advice_first_and_without_the_whole_request() {
    let simulator = Simulator::start(world());
    let ran = Job::new(&simulator).input("access-key-secret", "an0ther").input("object-id", "7001").run();
    assert!(ran.log.contains("check DATAWORKS_ACCESS_KEY_SECRET"), "{}", ran.log);
    assert!(ran.log.lines().all(|line| line.chars().count() < 600), "{}", ran.log);
}

#[test]
fn github_is_keyless() {
    let world = world().issuer(BEARER).issuer_role(ROLE, PROVIDER, "sts.aliyuncs.com");
    let simulator = Simulator::start(world);
    let ran = deployed(&simulator, github(&simulator));
    let requests = simulator.requests();
    let assumed = requests.iter().find(|seen| seen.operation == "AssumeRoleWithOIDC").expect("the role is assumed");
    assert_eq!(assumed.param("RoleSessionName"), Some("dataworks-deploy-42"));
    assert_eq!(assumed.param("DurationSeconds"), Some("3600"));
    assert_eq!(assumed.param("Signature"), None);
    let before = ran.log.lines().take_while(|line| !line.starts_with('['));
    let masks = before.filter(|line| line.starts_with("::add-mask::")).count();
    assert_eq!(masks, 3, "the CI's token, the secret, the security token, before anything happens:\n{}", ran.log);
}

#[test]
fn an_audience_session_and_expiration_of_ones_own() {
    let simulator = Simulator::start(world().issuer(BEARER).issuer_role(ROLE, PROVIDER, "my-audience"));
    let job = github(&simulator).input("audience", "my-audience").input("role-session-name", "nightly@dw");
    deployed(&simulator, job.input("role-session-expiration", "30m"));
    let requests = simulator.requests();
    let assumed = requests.iter().find(|seen| seen.operation == "AssumeRoleWithOIDC").expect("the role is assumed");
    assert_eq!(assumed.param("RoleSessionName"), Some("nightly@dw"));
    assert_eq!(assumed.param("DurationSeconds"), Some("1800"));
}

#[test]
fn the_keys_are_renewed_in_the_middle_of_a_walk_each_time_with_a_new_token() {
    let simulator = Simulator::start(long_world().issuer(BEARER).issuer_role(ROLE, PROVIDER, "sts.aliyuncs.com"));
    deployed(&simulator, github(&simulator));
    let mut tokens = shown(&simulator);
    assert!(tokens.len() >= 3, "5 s by keys of 2 s: {}", tokens.len());
    tokens.dedup();
    assert_eq!(tokens.len(), simulator.count("AssumeRoleWithOIDC"), "no token was shown twice");
}

#[test]
fn gitlab_hands_over_its_token() {
    let simulator = Simulator::start(world().oidc_role(ROLE, PROVIDER, JWT));
    let job = keyless(&simulator).variable("GITLAB_CI", "true").variable("DATAWORKS_OIDC_TOKEN", JWT);
    let job = job.variable("DATAWORKS_ROLE_TO_ASSUME", ROLE).variable("DATAWORKS_OIDC_PROVIDER_ARN", PROVIDER);
    let ran = deployed(&simulator, job);
    assert!(!ran.log.contains("add-mask"), "only GitHub listens to that:\n{}", ran.log);
}

#[test]
fn a_token_file_is_trimmed() {
    let simulator = Simulator::start(world().oidc_role(ROLE, PROVIDER, JWT));
    let job = keyless(&simulator);
    let file = job.file("token");
    fs::write(&file, format!("{JWT}\n")).expect("the token's file");
    let job = job.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file.display());
    deployed(&simulator, job.input("role-to-assume", ROLE).input("oidc-provider-arn", PROVIDER));
}

#[test]
fn keys_assume_a_role_that_asks_for_an_external_id() {
    for signature in ["acs3-hmac-sha256", "hmac-sha1"] {
        let simulator = Simulator::start(world().role(ROLE, Some("acme+dw=1")));
        let job = Job::new(&simulator).input("sts-endpoint", simulator.url()).input("object-id", "7001");
        let job = job.input("role-to-assume", ROLE).input("external-id", "acme+dw=1").input("signature", signature);
        deployed(&simulator, job);
        let requests = simulator.requests();
        let create = requests.iter().find(|seen| seen.operation == "CreatePipelineRun").expect("it is created");
        let by = create.identity.as_ref().map(|identity| identity.key_id.as_str());
        assert!(by.is_some_and(|id| id.starts_with("STS.")), "by the role: {by:?}");
    }
}

#[test]
fn alibabas_own_variables_name_a_role() {
    let simulator = Simulator::start(world().oidc_role(ROLE, PROVIDER, JWT));
    let job = keyless(&simulator);
    let file = job.file("token");
    fs::write(&file, JWT).expect("the token's file");
    let job = job.variable("ALIBABA_CLOUD_ROLE_ARN", ROLE).variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER);
    deployed(&simulator, job.variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file.display()));
}

#[test]
fn a_credentials_uri_is_asked_again_before_its_keys_end_and_by_no_proxy() {
    let simulator = Simulator::start(long_world().credentials_uri(ms(2000)));
    let uri = format!("{}{CREDENTIALS}", simulator.url());
    let job = keyless(&simulator).variable("ALIBABA_CLOUD_CREDENTIALS_URI", uri);
    // Nobody listens there; what is for a loopback gateway goes past it by NO_PROXY.
    let job = job.variable("HTTP_PROXY", "http://127.0.0.1:9").variable("http_proxy", "http://127.0.0.1:9");
    let ran = job.run();
    assert!(simulator.count("CredentialsUri") >= 1, "the credentials URI is asked directly:\n{}", ran.log);
    let uri = format!("{}{CREDENTIALS}", simulator.url());
    deployed(&simulator, keyless(&simulator).variable("ALIBABA_CLOUD_CREDENTIALS_URI", uri));
    assert!(simulator.count("CredentialsUri") >= 4, "{}", simulator.count("CredentialsUri"));
}

#[test]
fn the_command_line_clients_profile_is_used() {
    let simulator = Simulator::start(world().role(ROLE, None));
    let keys = format!(r#""access_key_id":"{KEY_ID}","access_key_secret":"{KEY_SECRET}""#);
    let file = format!(
        r#"{{"current":"ak","profiles":[{{"name":"ak","mode":"AK",{keys}}},
            {{"name":"role","mode":"RamRoleArn",{keys},"ram_role_arn":"{ROLE}","ram_session_name":"cli"}}]}}"#
    );
    for (profile, assumed) in [("", 0), ("role", 1)] {
        let job = keyless(&simulator);
        fs::create_dir(job.file(".aliyun")).expect("a home");
        fs::write(job.file(".aliyun/config.json"), &file).expect("the profiles");
        let home = job.file("");
        deployed(&simulator, job.variable("HOME", home.display()).variable("ALIBABA_CLOUD_PROFILE", profile));
        assert_eq!(simulator.count("AssumeRole"), assumed, "profile {profile:?}");
    }
}

/// What `HOME` may be on a runner: nothing, nowhere, a file, a folder without the client's file or one that is closed.
#[test]
fn a_home_without_a_profile_is_passed_over_unless_a_profile_is_named() {
    let simulator = Simulator::start(world());
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("file"), "x").expect("a file");
    fs::create_dir_all(path("empty/.aliyun")).expect("a home");
    fs::create_dir_all(path("closed/.aliyun")).expect("a home");
    fs::write(path("closed/.aliyun/config.json"), "not JSON").expect("somebody else's profiles");
    #[cfg(unix)]
    let is_closed = {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path("closed"), fs::Permissions::from_mode(0o000)).expect("it is closed");
        // Root can read everything.
        fs::read_dir(path("closed")).is_err()
    };
    #[cfg(not(unix))]
    let is_closed = false;
    let homes = [
        None,
        Some(String::new()),
        Some("/dev/null".to_owned()),
        Some("nowhere".to_owned()),
        Some("/".repeat(5000)),
        Some("x".repeat(5000)),
        Some(path("file")),
        Some(path("empty")),
        is_closed.then(|| path("closed")),
    ];
    for home in homes {
        let at_home = |job: Job| {
            let job = job.on_github().variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
            home.iter().fold(job, |job, home| job.variable("HOME", home))
        };
        at_home(Job::new(&simulator).input("object-id", "7001")).run().expect(0, "success");
        at_home(keyless(&simulator)).run().expect(4, "denied").logged(&["no credentials"]);
        let ran = at_home(keyless(&simulator)).variable("ALIBABA_CLOUD_PROFILE", "ci").run().expect(2, "invalid");
        ran.logged(&["~/.aliyun/config.json", "ALIBABA_CLOUD_PROFILE", "ci"]);
    }
}

#[test]
fn no_credentials_at_all_are_told_within_moments() {
    let simulator = Simulator::start(world());
    let ran = keyless(&simulator).on_github().run().expect(4, "denied");
    assert!(ran.took < ms(3000), "the metadata service is waited for a second at most: {:?}", ran.took);
    ran.logged(&["access-key-id and access-key-secret", "role-to-assume"]);
    let job = keyless(&simulator).on_github().variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    job.run().expect(4, "denied").logged(&["no credentials", "oidc-provider-arn"]);
    assert!(simulator.requests().is_empty());
}

#[test]
fn a_refusal_says_what_to_change_and_shows_no_token() {
    let simulator = Simulator::start(world().issuer(BEARER).issuer_role(ROLE, PROVIDER, "another-audience"));
    let ran = github(&simulator).run().expect(4, "denied");
    ran.logged(&["AudienceNotMatch", "\"sts.aliyuncs.com\": add that to the client ids", "audience"]);
    assert_eq!(ran.output("error-code"), "AuthenticationFail.OIDCToken.AudienceNotMatch");
    assert!(!ran.output("request-id").is_empty());
    let ran = github(&simulator).without("ACTIONS_ID_TOKEN_REQUEST_URL").run().expect(4, "denied");
    ran.logged(&["`permissions: id-token: write`"]);
    let wrong = github(&simulator).variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "another").run().expect(4, "denied");
    wrong.logged(&["GitHub's token service refused", "`permissions: id-token: write`"]);
    let unknown =
        github(&simulator).input("oidc-provider-arn", "acs:ram::1:oidc-provider/no").run().expect(4, "denied");
    unknown.logged(&["No such OIDC Provider registered", "trust policy"]);
    assert!(simulator.runs().is_empty(), "nothing was created");
}

#[test]
fn a_token_service_that_stumbles_is_tried_again_and_one_that_hangs_is_cut() {
    let world = || world().oidc_role(ROLE, PROVIDER, JWT);
    let job = |simulator: &Simulator| {
        keyless(simulator).input("role-to-assume", ROLE).input("oidc-provider-arn", PROVIDER).input("oidc-token", JWT)
    };
    let simulator = Simulator::start(world().fault("AssumeRoleWithOIDC", 1, Fault::Status(503)));
    deployed(&simulator, job(&simulator));
    let simulator = Simulator::start(world().fault_each("AssumeRoleWithOIDC", Fault::Hang));
    let ran = job(&simulator).on_github().input("timeout", "1s").run().expect(3, "timed-out");
    assert!(ran.took < ms(3500), "{:?}", ran.took);
    let simulator = Simulator::start(world());
    let nobody = job(&simulator).on_github().input("sts-endpoint", "http://127.0.0.1:9");
    nobody.run().expect(5, "unavailable").logged(&["connection is refused"]);
}

#[test]
fn keys_that_cannot_last_are_warned_of() {
    let simulator = Simulator::start(world().oidc_role(ROLE, PROVIDER, JWT).token_lifetime(ms(900_000)));
    let job = keyless(&simulator).input("role-to-assume", ROLE).input("oidc-provider-arn", PROVIDER);
    let ran = deployed(&simulator, job.input("oidc-token", JWT));
    ran.logged(&["warning", "the credentials expire after", "raise DATAWORKS_ROLE_SESSION_EXPIRATION"]);
}
