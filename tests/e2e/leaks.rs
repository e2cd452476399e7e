//! No secret, token, signature or signed URL leaves by any way out, whatever flow it is and however it ends.

use std::collections::BTreeSet;

use crate::{
    job::Job,
    simulator::{
        CREDENTIALS, Fault, File, KEY_SECRET, Simulator, TOKEN, TOKEN_KEY_ID, TOKEN_KEY_SECRET, TOKEN_SERVICE,
        WorkflowAnswer, World, ms,
    },
    targets::orders,
};

const ROLE: &str = "acs:ram::1234567890123456:role/ci-deploy";
const PROVIDER: &str = "acs:ram::1234567890123456:oidc-provider/ci";
const BEARER: &str = "runnerBearer-0123456789";
const WRONG: &str = "wrongSecretThatNobodyMaySee";

fn world() -> World {
    let world = orders().file(File::new(1001, "ods.sql")).workflow("w-abc", 12, WorkflowAnswer::ok());
    world.issuer(BEARER).issuer_role(ROLE, PROVIDER, "sts.aliyuncs.com").role(ROLE, None).credentials_uri(ms(900_000))
}

/// Who we may be: a name, and what makes a job that one.
fn identities(simulator: &Simulator) -> Vec<(&'static str, Job)> {
    let bare = || Job::new(simulator).without("INPUT_ACCESS-KEY-ID").without("INPUT_ACCESS-KEY-SECRET");
    let url = simulator.url();
    let temporary = |secret: &str| {
        let job = bare().input("access-key-id", TOKEN_KEY_ID).input("security-token", TOKEN);
        job.input("access-key-secret", secret)
    };
    let github = bare()
        .variable("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{url}{TOKEN_SERVICE}"))
        .variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER)
        .input("role-to-assume", ROLE)
        .input("oidc-provider-arn", PROVIDER);
    vec![
        ("keys", Job::new(simulator)),
        ("temporary keys", temporary(TOKEN_KEY_SECRET)),
        // The gateway echoes what it signed, the token among it.
        ("a wrong secret", temporary(WRONG)),
        ("github", github),
        ("a credentials URI", bare().variable("ALIBABA_CLOUD_CREDENTIALS_URI", format!("{url}{CREDENTIALS}"))),
    ]
}

const FLOWS: [(&str, &str); 3] = [("object-id", "7001"), ("file-id", "1001"), ("workflow-code", "12")];
const FILES: [&str; 5] = ["result-file", "summary-file", "junit-report", "dotenv-report", "har-file"];

/// Every secret that the gateway was shown in these requests, or gave.
fn secrets(simulator: &Simulator) -> BTreeSet<String> {
    let mut secrets: BTreeSet<String> = [KEY_SECRET, TOKEN, TOKEN_KEY_SECRET, BEARER, WRONG].map(str::to_owned).into();
    for seen in simulator.requests() {
        let params = ["Signature", "SecurityToken", "OIDCToken"].into_iter().filter_map(|name| seen.param(name));
        secrets.extend(params.map(str::to_owned));
        for (name, value) in &seen.headers {
            if name == "authorization" {
                let signature = value.rsplit(['=', ':', ' ']).find(|part| !part.is_empty());
                secrets.extend(signature.map(str::to_owned));
            }
            if name == "x-acs-security-token" {
                secrets.insert(value.clone());
            }
        }
    }
    secrets.extend((0..9).map(|number| format!("assumedSecret{number}")));
    secrets
}

fn nothing_leaks(world: World, on_github: bool, signature: &str) {
    let simulator = Simulator::start(world);
    for (input, target) in FLOWS {
        for (who, job) in identities(&simulator) {
            let job = if on_github { job.on_github() } else { job };
            let job = job.input(input, target).input("log-level", "debug").input("signature", signature);
            let job =
                job.input("sts-endpoint", simulator.url()).input("timeout", "3s").input("request-timeout", "500ms");
            let job = if input == "workflow-code" {
                job.input("workflow-workspace-id", "w-abc").input("workflow-endpoint", simulator.url())
            } else {
                job
            };
            let with_file = |job: Job, name: &&str| {
                let path = job.file(name);
                job.input(name, path.display())
            };
            let ran = FILES.iter().fold(job, with_file).run();
            let shown = ran.log.lines().filter(|line| !line.starts_with("::add-mask::"));
            let lines = shown.chain(ran.files.iter().flat_map(|text| text.lines()));
            let everything = lines.collect::<Vec<_>>().join("\n");
            assert!(everything.contains("debug: ") && ran.files.len() >= FILES.len(), "it ran at debug:\n{everything}");
            for secret in secrets(&simulator) {
                assert!(!everything.contains(&secret), "{who}, {input}: {secret} is shown\n{everything}");
            }
            for sign in ["Signature=", "OIDCToken=", "SecurityToken="] {
                // A hidden parameter is named, and has a mark for its value, escaped or not.
                let values = everything.split(sign).skip(1);
                let shown = values.filter(|value| value.starts_with(|c: char| c.is_ascii_alphanumeric())).count();
                assert!(shown == 0, "{who}, {input}: a signed URL is shown\n{everything}");
            }
        }
    }
    assert!(secrets(&simulator).len() > 30, "the signatures are among those that were looked for");
}

#[test]
fn no_secret_leaves_a_good_deployment_or_a_refused_one() {
    nothing_leaks(world(), true, "acs3-hmac-sha256");
    nothing_leaks(world(), false, "hmac-sha1");
}

#[test]
fn no_secret_leaves_when_things_go_wrong() {
    let fresh_keys = [(203, "note: "), (206, ""), (502, "")].map(|(status, before)| Fault::RealUnder(status, before));
    let others = [Fault::Reset, Fault::Truncated, Fault::Xml, Fault::Redirect("/elsewhere".into()), Fault::Status(500)];
    for fault in others.into_iter().chain(fresh_keys).chain([Fault::Echo]) {
        nothing_leaks(world().fault_in("*", 1..=2, fault), false, "acs3-hmac-sha256");
    }
}
