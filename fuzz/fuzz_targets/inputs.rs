//! Any environment into inputs and configuration: every error names its input, and no secret is ever shown.
#![no_main]

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use arbitrary::{Arbitrary, Unstructured};
use dataworks_deploy::fuzzing::{
    Context, Report,
    ci::Ci,
    help,
    Cause, Config,
    credential_source::CredentialSource,
    env::Environment,
    config_files::{Certificates, Files as MachineFiles},
    files::Files,
    inputs::{INPUTS, Inputs},
    log::Log,
    reason::End,
    source::tree::Tree,
    status::Status,
    target::TargetSpec,
    unknown::unknown_variables,
};
use libfuzzer_sys::fuzz_target;

/// What every secret holds, and nothing else.
const MARK: &str = "S3CR3T";

const OTHERS: [&str; 34] = [
    "ALIBABA_CLOUD_REGION_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "GITHUB_ACTIONS",
    "GITHUB_REPOSITORY",
    "GITHUB_SHA",
    "GITHUB_ACTOR",
    "GITHUB_RUN_ID",
    "GITHUB_SERVER_URL",
    "GITHUB_OUTPUT",
    "GITHUB_STEP_SUMMARY",
    "RUNNER_DEBUG",
    "GITLAB_CI",
    "CI_PROJECT_PATH",
    "CI_COMMIT_SHA",
    "CI_PIPELINE_ID",
    "CI_JOB_URL",
    "CI_JOB_TIMEOUT",
    "CI_JOB_STARTED_AT",
    "CI_DEBUG_TRACE",
    "JENKINS_URL",
    "GIT_URL",
    "GIT_COMMIT",
    "BUILD_TAG",
    "CI",
    "CI_REPO",
    "CI_COMMIT_AUTHOR",
    "DRONE",
    "DRONE_REPO",
    "DRONE_COMMIT_SHA",
    "DRONE_OUTPUT",
    "DATAWORKS_ACCES_KEY_SECRET",
    "DATAWORKS_",
];

const VALUES: [&str; 60] = [
    "true", "false", "yes", "0", "1", "7001", "7001,7002", "[7001, \"7002\"]", "[\"a\"]", "a/b", "node:a", "workflow:b",
    "8.60438872620113E+18", "18446744073709551615", "18446744073709551616", "-1", "1.5", "5s", "10m", "1h30m", "300ms",
    "0s", "87600h", "87601h", "1e9s", "2s..30s", "30s..2s", "..", "PROD=5m,10m", "PROD=5m,prod=5m", "online", "offline",
    "delete", "leave", "abolish", "warn", "wait", "abolish-ours", "debug", "cn-hangzhou", "cn-hangzhou.evil.example/",
    "gw.example", "http://gw.example", "https://gw.example:443/", "http://127.0.0.1:8080", "http://[::1]:1", "[::1",
    "https://u:p@x", "hmac-sha1", "vpc", "w-1", "out/file", "2026-01-02T03:04:05Z", "3600", "woodpecker", " ", "",
    "https://bot:pw@git.example/a.git", "\n", "业务",
];

#[derive(Arbitrary, Debug)]
struct Input {
    variables: Vec<(Name, Value)>,
    now: u32,
    is_writable: bool,
}

#[derive(Arbitrary, Debug)]
enum Name {
    Input(u8, u8),
    /// What every deployment needs, so that more of the way is gone.
    Usual(u8),
    Other(u8),
    Strange(String),
}

#[derive(Debug)]
enum Value {
    Text(String),
    NotText,
}

impl<'a> Arbitrary<'a> for Value {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match u.int_in_range(0..=15)? {
            0 => Self::NotText,
            1..=3 => Self::Text(u.arbitrary()?),
            4..=5 => Self::Text(format!("{}{}", u.choose(&VALUES)?, u.choose(&VALUES)?)),
            _ => Self::Text((*u.choose(&VALUES)?).to_owned()),
        })
    }
}

/// A machine without files.
struct Disk {
    is_writable: bool,
}

impl MachineFiles for Disk {
    fn read(&self, _: &Path) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn certificates(&self, _: &Path) -> Result<Certificates, String> {
        Err("cannot be read: no such file".to_owned())
    }

    fn tree(&self, folder: &str) -> Tree {
        Tree::new(folder)
    }

    fn can_write(&self, _: &Path) -> Result<(), String> {
        if self.is_writable { Ok(()) } else { Err("it is a folder".to_owned()) }
    }
}

fn is_secret(name: &str) -> bool {
    ["ACCESS-KEY-SECRET", "ACCESS_KEY_SECRET", "ACCES_KEY_SECRET", "SECURITY-TOKEN", "SECURITY_TOKEN"]
        .iter()
        .any(|secret| name.ends_with(secret))
}

fn variable((name, value): &(Name, Value)) -> (String, Option<String>) {
    let (name, usual) = match name {
        Name::Input(row, form) => {
            let row = &INPUTS[usize::from(*row) % INPUTS.len()];
            (row.variables()[usize::from(*form) % 4].clone(), None)
        }
        Name::Usual(which) => {
            let usual = [
                ("DATAWORKS_REGION", "cn-hangzhou"),
                ("DATAWORKS_PROJECT_ID", "10"),
                ("DATAWORKS_OBJECT_ID", "7001"),
                ("DATAWORKS_FILE_ID", "1001"),
                ("DATAWORKS_ACCESS_KEY_ID", "id"),
                ("DATAWORKS_ACCESS_KEY_SECRET", "secret"),
            ];
            let (name, value) = usual[usize::from(*which) % usual.len()];
            (name.to_owned(), Some(value))
        }
        Name::Other(which) => (OTHERS[usize::from(*which) % OTHERS.len()].to_owned(), None),
        Name::Strange(name) => (format!("DATAWORKS_{}", name.replace(['=', '\0'], "")), None),
    };
    let text = match (value, usual) {
        (_, Some(usual)) => Some(usual.to_owned()),
        (Value::Text(text), None) => Some(text.clone()),
        (Value::NotText, None) => None,
    };
    // The system's own rule: no variable holds a zero byte.
    let text = text.map(|text| text.replace(['\0'], "").replace(MARK, ""));
    let text = text.map(|text| if is_secret(&name) && !text.trim().is_empty() { format!("{MARK}{text}") } else { text });
    (name.replace(MARK, ""), text)
}

fn tells_no_secret(text: &str) {
    assert!(!text.contains(MARK), "a secret is told: {text}");
}

fn is_an_input(name: &str) -> bool {
    let of_alibaba = [
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        "ALIBABA_CLOUD_REGION_ID",
    ];
    of_alibaba.contains(&name) || INPUTS.iter().any(|row| row.name() == name)
}

/// What a configuration promises to all that follow it.
fn holds(config: &Config, environment: &Environment) {
    assert!(!config.targets.is_empty() || config.start.is_some(), "there is something to do");
    let kinds = [TargetSpec::is_new, TargetSpec::is_2024];
    for kind in kinds {
        let count = config.targets.iter().filter(|target| kind(target)).count();
        assert!(count == 0 || count == config.targets.len(), "targets of two kinds");
    }
    for (nth, target) in config.targets.iter().enumerate() {
        assert!(!config.targets[..nth].contains(target), "{target:?} twice");
        assert!(!target.value().trim().is_empty(), "a target without a name");
    }
    let service = &config.service;
    assert!(config.targets.is_empty() || service.dataworks.is_some() && !service.workspace().is_empty());
    assert!(config.start.is_none() || service.spark.is_some());
    let is_insecure = ["INPUT_INSECURE-ENDPOINT", "INPUT_INSECURE_ENDPOINT", "PLUGIN_INSECURE_ENDPOINT", "DATAWORKS_INSECURE_ENDPOINT"]
        .iter()
        .find_map(|name| environment.get(name));
    for endpoint in [&service.dataworks, &service.spark].into_iter().flatten() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._:[]".contains(c);
        assert!(!endpoint.authority().is_empty() && endpoint.authority().chars().all(plain), "{endpoint}");
        assert!(!endpoint.is_exposed() || is_insecure.is_some(), "{endpoint}");
    }
    let limits = &config.limits;
    assert!(limits.approval <= limits.timeout && !limits.request.is_zero());
    assert!(!limits.poll.shortest.is_zero() && limits.poll.shortest <= limits.poll.longest);
    if let CredentialSource::Given(keys) = &config.source {
        assert!(!keys.id.is_empty() && !keys.secret.expose().is_empty());
    }
}

/// A text input is the first non-empty of its variables, trimmed.
fn is_first(environment: &Environment, name: &str, read: Option<&String>) {
    let row = INPUTS.iter().find(|row| row.name() == name).expect("a row");
    let first = row.variables().into_iter().find_map(|name| environment.get(&name).map(str::to_owned));
    let default = (!row.default.is_empty()).then(|| row.default.to_owned());
    assert_eq!(read, first.or(default).as_ref(), "{name}");
}

fuzz_target!(|input: Input| {
    let environment = Environment::new(input.variables.iter().take(40).map(variable));
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(input.now));
    let ci = Ci::detect(&environment);
    let ci_run = ci.ci_run(&environment, now);
    let inputs = Inputs::read(&environment);
    is_first(&environment, "comment", inputs.comment.value());
    is_first(&environment, "until-stage", inputs.until_stage.value());
    is_first(&environment, "workflow-namespace", inputs.workflow_namespace.value());
    tells_no_secret(&format!("{inputs:?} {ci_run:?}"));
    for unknown in unknown_variables(&environment) {
        assert!(unknown.variable != unknown.nearest, "{unknown:?}");
    }
    let log = Log::new(ci, now);
    let files = Files::new(&environment, &inputs);
    let disk = Disk { is_writable: input.is_writable };
    let wrong = inputs.errors(&environment).len();
    let config = Config::read(&inputs, &environment, &ci_run, now, &disk);
    let (status, said) = match config.as_ref().map_err(|rejection| &rejection.cause) {
        Ok(config) => {
            assert_eq!(wrong, 0, "an error is passed over");
            holds(config, &environment);
            tells_no_secret(&format!("{config:?} {:?}", Context::new(config, &ci_run)));
            for warning in &config.warnings {
                tells_no_secret(warning);
            }
            (Status::Success, config.warnings.clone())
        }
        Err(Cause::Errors(errors)) => {
            assert!(!errors.is_empty() && errors.len() >= wrong, "every error is reported");
            for error in errors {
                let said = error.to_string();
                tells_no_secret(&said);
                let Some((name, words)) = said.split_once(": ") else {
                    // A variable that is nearly an input is named as it was spelt.
                    let of_ours = ["INPUT_", "PLUGIN_", "DATAWORKS_"].iter().any(|prefix| said.starts_with(prefix));
                    assert!(of_ours && said.contains("is not a dataworks-deploy input"), "{said}");
                    continue;
                };
                // Where nothing is given at all, the words name what may be.
                let words_alone = words.split([' ', ',', '⟨', '⟩']);
                let mut named = words_alone.filter(|word| word.contains('-'));
                let names_some = name == "nothing to deploy" && named.clone().count() > 1 && named.all(is_an_input);
                assert!((is_an_input(name) || names_some) && !words.is_empty(), "{said}");
            }
            (Status::Invalid, errors.iter().map(ToString::to_string).collect())
        }
        Err(Cause::NoCredentials(said)) => (Status::Denied, vec![said.clone()]),
    };
    let mistakes = config.as_ref().err().map(|rejection| rejection.errors()).unwrap_or_default();
    for line in log.not_started(status, &mistakes).into_iter().chain(said.iter().map(|said| log.warning(said))) {
        tells_no_secret(&line);
        assert!(!line.contains(['\n', '\r']), "{line:?}");
    }
    let report = Report::not_started(End::new(status, said.join("; ")));
    for addition in files.appends(&report, || "1234".to_owned()) {
        tells_no_secret(&addition.text);
    }
    tells_no_secret(&help());
});
