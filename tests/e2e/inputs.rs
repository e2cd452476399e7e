//! Contract §1, inputs: three spellings, every mistake at once, and nothing sent before they are right.

use crate::{
    job::{Job, lawful},
    simulator::{KEY_ID, KEY_SECRET, PROJECT_ID, Simulator, World},
    targets::orders,
};

#[test]
fn every_mistake_is_told_at_once_and_nothing_is_sent() {
    let simulator = Simulator::start(orders());
    let ran = Job::new(&simulator)
        .on_github()
        .input("object-id", "7001")
        .input("file-id", "abc")
        .input("timeout", "soon")
        .input("until-stage", "PROD")
        .input("workflow-queue", "q")
        .input("signature", "md5")
        .input("endpoint", "http://10.0.0.1:80")
        .input("access-key-secret", "")
        .run()
        .expect(2, "invalid");
    for said in [
        "file-id: \"abc\" was given",
        "timeout: \"soon\" was given",
        "1h30m",
        "workflow-queue: has no effect",
        "signature: \"md5\"",
        "endpoint: http://10.0.0.1 is plain http",
        "access-key-secret: missing, but access-key-id is given",
        "only one kind of target",
    ] {
        assert!(ran.output("message").contains(said), "{said} in {}", ran.output("message"));
    }
    assert!(ran.summary.contains("abc"), "the summary is written for exit 2 too");
    assert_eq!(simulator.requests().len(), 0);
}

#[test]
fn the_three_spellings_in_their_order() {
    let simulator = Simulator::start(orders());
    let job = Job::bare()
        .variable("PLUGIN_OBJECT_ID", " 7001\n")
        .variable("DATAWORKS_OBJECT_ID", "4711")
        .variable("INPUT_OBJECT-ID", " ")
        .variable("INPUT_PROJECT_ID", PROJECT_ID)
        .variable("DATAWORKS_ENDPOINT", simulator.url())
        .variable("DATAWORKS_POLL_INTERVAL", "50ms")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID)
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET);
    job.run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(simulator.runs()[0].object, "7001");
}

#[test]
fn a_variable_that_is_nearly_an_input_deploys_nothing() {
    let simulator = Simulator::start(orders());
    for (variable, input) in [
        ("PLUGIN_DRYRUN", "PLUGIN_DRY_RUN"),
        ("PLUGIN_DRY_RUM", "PLUGIN_DRY_RUN"),
        ("PLUGIN_UNTIL_STAEG", "PLUGIN_UNTIL_STAGE"),
        ("DATAWORKS_DRYRUN", "DATAWORKS_DRY_RUN"),
        ("INPUT_DRYRUN", "INPUT_DRY-RUN"),
    ] {
        let job = Job::new(&simulator).on_github().input("object-id", "7001").variable(variable, "hunter2");
        let ran = job.run().expect(2, "invalid");
        let message = ran.output("message");
        assert!(message.contains(variable) && message.contains(input), "{message}");
        assert!(!ran.log.contains("hunter2") && !ran.summary.contains("hunter2"));
    }
    assert_eq!(simulator.requests().len(), 0);
    let job = Job::new(&simulator).on_github().input("object-id", "7001").variable("PLUGIN_DRY-RUN", "true");
    job.run().expect(0, "dry-run");
}

#[test]
fn another_variable_of_our_prefixes_is_warned_of_also_beside_mistakes() {
    let simulator = Simulator::start(orders());
    let job = || Job::new(&simulator).on_github().input("object-id", "7001").variable("DATAWORKS_PROJECT", "x");
    let said = "DATAWORKS_PROJECT is not a dataworks-deploy input and is ignored; the nearest is DATAWORKS_PROJECT_ID";
    for ran in [job().run().expect(0, "success"), job().input("timeout", "soon").run().expect(2, "invalid")] {
        ran.logged(&[&format!("::warning title=dataworks-deploy::{said}")]);
        assert!(ran.summary.contains("the nearest is DATAWORKS"), "{}", ran.summary);
    }
}

#[test]
fn an_input_that_the_flow_cannot_honour_is_a_mistake() {
    let simulator = Simulator::start(World::new());
    for (input, value) in
        [("operation", "offline"), ("until-stage", "PROD"), ("on-timeout", "abolish"), ("on-cancel", "abolish")]
    {
        let ran =
            Job::new(&simulator).on_github().input("file-id", "1001").input(input, value).run().expect(2, "invalid");
        assert!(ran.output("message").starts_with(input), "{}", ran.output("message"));
    }
    let defaults = Job::new(&simulator)
        .on_github()
        .input("file-id", "1001")
        .input("operation", "Online")
        .input("on-timeout", "leave");
    let ran = defaults.run();
    assert!(!ran.output("message").contains("has no effect"), "a default says nothing: {}", ran.log);
}

#[test]
fn source_and_runs_are_checked_before_anything_is_sent() {
    let simulator = Simulator::start(orders());
    let told = |given: &[(&str, &str)]| {
        let job = given.iter().fold(Job::new(&simulator), |job, (name, value)| job.input(name, value));
        job.on_github().run().expect(2, "invalid").output("message").to_owned()
    };
    for (given, said) in [
        (&[("object-id", "7001"), ("properties", "a=1")][..], "properties: has no effect here: it needs source"),
        (&[("object-id", "7001"), ("secret-properties", "a=12345")], "secret-properties: has no effect"),
        (&[("object-id", "7001"), ("on-drift", "skip")], "on-drift: has no effect"),
        (&[("source", "a"), ("on-drift", "never")], "fail, strict, skip or overwrite"),
        (&[("source", "a"), ("object-id", "7001")], "only one kind of target"),
        (&[("object-id", "7001"), ("operation", "export")], "give source"),
        (&[("object-id", "7001"), ("run-only", "true")], "run-only: has no effect here: it needs run-date"),
        (&[("object-id", "7001"), ("run-date", "2026-02-30")], "run-date: \"2026-02-30\" was given"),
        (&[("object-id", "7001"), ("run-date", "2999-01-01")], "none later than yesterday"),
        (&[("deployment-id", "7"), ("run-date", "yesterday")], "run-date: is possible with object-id"),
        (&[("object-id", "7001"), ("run-date", "yesterday"), ("run-parameters", "a b=1")], "run-parameters: \"a b=1\""),
        (&[("object-id", "7001"), ("run-date", "yesterday"), ("run-parallelism", "11")], "1 to 10"),
        (&[("object-id", "7001"), ("run-date", "yesterday"), ("run-log-lines", "1001")], "0 to 1000"),
        (&[("object-id", "7001"), ("run-date", "yesterday"), ("run-timeout", "soon")], "run-timeout: \"soon\""),
    ] {
        let message = told(given);
        assert!(message.contains(said), "{given:?}: {said} in {message}");
    }
    for given in [&[("source", "nowhere")][..], &[("source", "nowhere"), ("operation", "export")]] {
        assert!(told(given).contains("source: nowhere cannot be read"), "{given:?}: {}", told(given));
    }
    assert_eq!(simulator.requests().len(), 0);
}

#[test]
fn no_credentials_are_exit_4_and_no_region_exit_2() {
    let job = Job::bare().on_github().input("object-id", "1").input("project-id", "1").input("region", "cn-hangzhou");
    let ran = job.run().expect(4, "denied");
    assert!(ran.output("message").contains("ALIBABA_CLOUD_ACCESS_KEY_ID"));
    let job = Job::bare().on_github().input("object-id", "1").input("project-id", "1");
    let ran = job.input("access-key-id", "a").input("access-key-secret", "b").run().expect(2, "invalid");
    assert!(ran.output("message").contains("cn-hangzhou"), "{}", ran.output("message"));
}

#[test]
fn help_and_version_and_nothing_else() {
    let ran = Job::bare().argument("--help").run().expect(0, "");
    ran.logged(&["object-id", "poll-interval", "[default: 2s..30s]", "130"]);
    let ran = Job::bare().argument("--version").run().expect(0, "");
    assert!(ran.log.starts_with("dataworks-deploy 0."), "{}", ran.log);
    for argument in ["deploy", "--verbose", "-x"] {
        Job::bare().argument(argument).run().expect(2, "").logged(&[argument]);
    }
}

#[test]
fn a_mistake_shows_neither_the_password_of_an_endpoint_nor_an_argument_that_may_be_a_secret() {
    for endpoint in
        ["https://bot:hunter2@gw.example", "hunter2@gw.example", "https://bot:hunter2", "https://gw.example/?k=hunter2"]
    {
        let ran =
            Job::bare().on_github().input("endpoint", endpoint).input("object-id", "1").run().expect(2, "invalid");
        assert!(ran.output("message").contains("endpoint: ") && !ran.log.contains("hunter2"), "{}", ran.log);
    }
    for argument in ["hunter2", "--access-key-secret=hunter2", "--hunter2", "hunter2=="] {
        let ran = Job::bare().argument(argument).run().expect(2, "");
        assert!(ran.log.contains("unexpected argument") && !ran.log.contains("hunter2"), "{}", ran.log);
    }
}

#[test]
fn what_says_where_or_as_whom_may_stand_unused() {
    let simulator = Simulator::start(orders());
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("workflow-endpoint", "http://10.0.0.1");
    let job = job.input("workflow-region", "cn-beijing").input("workflow-workspace-id", "w-1");
    let job = job.input("workflow-namespace", "XX").input("sts-endpoint", "http://10.0.0.1").input("external-id", "x");
    job.input("oidc-provider-arn", "acs:ram::1:oidc-provider/x").run().expect(0, "success");
}

#[cfg(unix)]
#[test]
fn a_strange_variable_elsewhere_harms_nobody() {
    use std::os::unix::ffi::OsStringExt;
    let broken = std::ffi::OsString::from_vec(vec![0x66, 0xff, 0x6f]);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_dataworks-deploy"))
        .env_clear()
        .env("LC_BROKEN", &broken)
        .env("DATAWORKS_REGION", &broken)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("DATAWORKS_REGION: the variable DATAWORKS_REGION is not UTF-8"), "{said}");
    assert!(!said.contains("LC_BROKEN"));
}
