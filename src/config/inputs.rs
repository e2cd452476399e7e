//! Which inputs there are, what each may be, and how an environment becomes typed inputs: one row an input.

use std::fmt;

use serde::Deserialize;

use super::{
    env::Environment,
    error::InputError,
    given::Given,
    value::{FromInput, Names},
};
use crate::model::{
    endpoint::{Endpoint, Network},
    options::{Disposition, Interval, LogLevel, Operation, StageTimeouts, WhenBusy},
    secret::Secret,
    service::Signature,
};

/// What the variables begin with that are nobody's but ours.
const OURS: &str = "DATAWORKS_";

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The heading that `--help` shows it under.
    pub section: &'static str,
    /// The name with `_` for `-`.
    field: &'static str,
    /// The text that stands for an absent input; empty: none.
    pub default: &'static str,
    /// One line for `--help`, `action.yml` and the README.
    pub help: &'static str,
    /// What is accepted, in words.
    pub shape: &'static str,
}

impl Row {
    /// The name as a user writes it: `some-name`.
    pub fn name(&self) -> String {
        self.field.replace('_', "-")
    }

    /// The variables that may carry it, the first non-empty one counts.
    pub fn variables(&self) -> [String; 4] {
        let upper = self.field.to_ascii_uppercase();
        let actions = upper.replace('_', "-");
        [["INPUT_", &actions], ["INPUT_", &upper], ["PLUGIN_", &upper], [OURS, &upper]].map(|parts| parts.concat())
    }
}

macro_rules! inputs {
    ($($section:literal { $($field:ident: $shape:ty, $default:literal, $help:literal;)* })*) => {
        /// Every input, typed. A field's doc is its row's help text.
        #[derive(Deserialize, Default)]
        #[serde(default, deny_unknown_fields)]
        pub struct Inputs { $($(#[doc = $help] pub $field: Given<$shape>,)*)* }

        /// The table: every input there is, in the order of `--help`.
        pub const INPUTS: &[Row] = &[$($(Row {
            section: $section,
            field: stringify!($field),
            default: $default,
            help: $help,
            shape: <$shape as FromInput>::EXPECTED,
        },)*)*];

        impl Inputs {
            fn wrong(&self) -> Vec<(&'static str, &str)> {
                let mut wrong = Vec::new();
                $($(if let Given::Wrong(text) = &self.$field { wrong.push((stringify!($field), text.as_str())); })*)*
                wrong
            }
        }
    };
}

inputs! {
    "What to deploy (exactly one)" {
        file_id: Names, "", "2020-05-18: the files of these ids: DeployFile, then GetDeployment until it ends";
        node_id: Names, "", "2020-05-18: the files of these scheduling nodes, likewise";
        file_name: Names, "", "2020-05-18: the one file of each name; folder/path/name is compared with the end of the folder path";
        object_id: Names, "", "2024-05-18: the nodes or workflows of these ids, one pipeline run each, every stage walked to its end";
        object_name: Names, "", "2024-05-18: the one workflow or stand-alone node of each name; workflow:NAME and node:NAME choose";
        deployment_id: Names, "", "2020-05-18: follow deployments that exist";
        pipeline_run_id: Names, "", "2024-05-18: go on with pipeline runs that exist, from the stage where each stands";
        targets_file: String, "", "a file with one target a line, such as object-id 7001 or file-name a/b/c; # begins a comment";
    }
    "Where" {
        region: String, "", "the region, such as cn-hangzhou; gives every endpoint its regional name; default: ALIBABA_CLOUD_REGION_ID";
        project_id: u64, "", "the workspace, by number";
        project_identifier: String, "", "the workspace, by name; with both, the number counts";
        network: Network, "public", "public or vpc: which of the regional endpoints are used";
        endpoint: Endpoint, "", "the DataWorks endpoint, host or URL; default: by region";
        workflow_endpoint: Endpoint, "", "the EMR Serverless Spark endpoint, host or URL; default: by region";
        sts_endpoint: Endpoint, "", "the token service's endpoint, host or URL; default: by region";
        insecure_endpoint: bool, "false", "allow plain http to a host that is not this machine";
        ca_file: String, "", "a file of PEM certificates to trust besides the built-in roots and those of SSL_CERT_FILE";
        signature: Signature, "acs3-hmac-sha256", "the signature of each request: acs3-hmac-sha256, or hmac-sha1 for gateways that know only the older one";
    }
    "How" {
        operation: Operation, "online", "2024-05-18: online; offline: take out of production; delete: and delete the node too";
        submit: bool, "false", "2020-05-18: SubmitFile first where the file has uncommitted edits, and wait for its check";
        skip_check: bool, "false", "skip the check of that SubmitFile (SkipAllDeployFileExtensions)";
        until_stage: String, "", "2024-05-18: stop, with success, once the stage of this code has succeeded";
        comment: String, "", "the comment of the deployment; default: repository, commit, actor and run URL of the CI run";
        dedupe_key: String, "", "tells apart the legs of a matrix, so that each takes up its own pipeline run after a restart";
        when_busy: WhenBusy, "warn", "another unfinished run of the same object: warn and create ours; wait for it; abolish-ours: abolish those that this repository created";
        parallel: u64, "1", "how many targets at once; they start in the order given";
        fail_fast: bool, "true", "after a failure start no further target";
        timeout: std::time::Duration, "30m", "how long the whole step may take";
        stage_timeout: StageTimeouts, "", "how long each stage may take: 10m, or PROD_CHECK=5m,PROD=20m with an optional bare default";
        approval_timeout: std::time::Duration, "", "how long a stage may wait for a person's approval; default: timeout";
        request_timeout: std::time::Duration, "30s", "how long one HTTP request may take, connect included";
        poll_interval: Interval, "2s..30s", "the shortest and the longest pause between two looks at a deployment; one value: fixed";
        request_budget: u64, "", "the most API requests that the step may send: pauses stretch so that it lasts";
        on_timeout: Disposition, "leave", "2024-05-18, when time runs out: leave the pipeline run as it is, or abolish it";
        on_cancel: Disposition, "leave", "2024-05-18, when the job is cancelled: leave the pipeline run as it is, or abolish it";
        dry_run: bool, "false", "resolve, check that each target can be read, print the plan; change nothing";
        log_level: LogLevel, "", "info, or debug: each request with operation, time, status and request id; default: info, or debug when the CI's own debug switch is on";
    }
    "Reports" {
        result_file: String, "", "a file for the JSON result";
        summary_file: String, "", "a file for the summary, in Markdown";
        junit_report: String, "", "a file for the JUnit XML report";
        dotenv_report: String, "", "a file for the outputs as DEPLOYED_NAME=value lines";
    }
    "A workflow of EMR Serverless Spark, started after every target succeeded" {
        workflow_code: u64, "", "the processDefinitionCode to start, once, by StartProcessInstance";
        workflow_workspace_id: String, "", "its workspace (bizId, w-...); needed with workflow-code";
        workflow_region: String, "", "its region; default: region";
        workflow_namespace: String, "SS", "its productNamespace";
        workflow_version: u64, "", "versionNumber: the version of the workflow";
        workflow_version_hash: String, "", "versionHashCode: the version by its hash";
        workflow_queue: String, "", "runtimeQueue: the queue to run in";
        workflow_prod: bool, "", "isProd: run in production";
        workflow_run_mode: String, "", "runMode: the execution policy";
        workflow_comments: String, "", "comments of the run";
        workflow_email: String, "", "email to notify";
        workflow_interval: String, "", "interval of the run";
        workflow_action: String, "", "action of the run";
        workflow_parallelism: u64, "", "expectedParallelismNumber: the expected concurrency";
    }
    "Credentials" {
        access_key_id: String, "", "the AccessKey id; default: ALIBABA_CLOUD_ACCESS_KEY_ID";
        access_key_secret: Secret, "", "its secret; default: ALIBABA_CLOUD_ACCESS_KEY_SECRET";
        security_token: Secret, "", "its STS token, for temporary credentials; default: ALIBABA_CLOUD_SECURITY_TOKEN";
        role_to_assume: String, "", "the RAM role to assume, acs:ram::ACCOUNT:role/NAME; with oidc-provider-arn keyless, else with the keys that are found";
        oidc_provider_arn: String, "", "the identity provider in RAM that vouches for this CI, acs:ram::ACCOUNT:oidc-provider/NAME";
        oidc_token: Secret, "", "the CI's own token (GitLab id_tokens); default: the file ALIBABA_CLOUD_OIDC_TOKEN_FILE, else GitHub's token service";
        audience: String, "sts.aliyuncs.com", "whom GitHub's token is made out to: a client id of the identity provider";
        role_session_name: String, "", "what the audit log shows of us; default: dataworks-deploy and the run's id";
        role_session_expiration: std::time::Duration, "3600", "how long the role's keys live: from 15m to the role's own maximum";
        external_id: String, "", "what the role asks to be told besides, where keys assume it";
    }
}

impl Inputs {
    /// Reads every input, with its default where it is absent. What is of the wrong shape is kept as [`Given::Wrong`].
    pub fn read(environment: &Environment) -> Self {
        let prepared = INPUTS.iter().filter_map(|row| {
            let given = row.variables().into_iter().find_map(|name| environment.get(&name).map(str::to_owned));
            let text = given.unwrap_or_else(|| row.default.to_owned());
            (!text.is_empty()).then(|| (row.field.to_owned(), text))
        });
        // The list holds only known names and every field takes any text, so envy has nothing left to refuse.
        envy::from_iter(prepared).unwrap_or_default()
    }

    /// Every input of the wrong shape, and every one whose variable is not UTF-8.
    pub fn errors(&self, environment: &Environment) -> Vec<InputError> {
        let wrong = self.wrong();
        let mut errors = Vec::new();
        for row in INPUTS {
            if let Some((_, text)) = wrong.iter().find(|(field, _)| *field == row.field) {
                errors.push(InputError::shape(&row.name(), text, row.shape));
            }
            if let Some(name) = environment.unreadable().find(|name| row.variables().iter().any(|its| its == name)) {
                errors.push(InputError::new(
                    &row.name(),
                    format!("the variable {name} is not UTF-8 text; accepted: {}", row.shape),
                ));
            }
        }
        errors
    }
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inputs { .. }")
    }
}

/// The variables that look like inputs and are none, each with the nearest input's variable.
pub fn unknown_variables(environment: &Environment) -> Vec<(String, String)> {
    let known: Vec<String> = INPUTS.iter().map(|row| [OURS, &row.field.to_ascii_uppercase()].concat()).collect();
    let strange = environment.names_with(OURS).filter(|name| !known.iter().any(|known| known == name));
    let nearest = |name: &str| known.iter().min_by_key(|known| strsim::levenshtein(known, name)).cloned();
    strange.filter_map(|name| Some((name.to_owned(), nearest(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_first_non_empty_spelling_counts() {
        let environment = Environment::from([
            ("INPUT_FILE-ID", "  "),
            ("INPUT_FILE_ID", ""),
            ("PLUGIN_FILE_ID", " 1001 "),
            ("DATAWORKS_FILE_ID", "9"),
            ("INPUT_REQUEST-TIMEOUT", "3s"),
            ("DATAWORKS_REQUEST_TIMEOUT", "4s"),
        ]);
        let inputs = Inputs::read(&environment);
        assert_eq!(inputs.file_id.value(), Some(&Names(vec!["1001".into()])));
        assert_eq!(inputs.request_timeout.value(), Some(&Duration::from_secs(3)));
        assert_eq!(inputs.timeout.value(), Some(&Duration::from_secs(1800)), "the default");
        assert!(!inputs.node_id.is_given());
    }

    #[test]
    fn every_mistake_is_told_and_names_what_is_accepted() {
        let environment = Environment::new(
            [
                ("DATAWORKS_FILE_ID", Some("[1,")),
                ("PLUGIN_TIMEOUT", Some("soon")),
                ("INPUT_SIGNATURE", Some("md5")),
                ("DATAWORKS_REGION", None),
            ]
            .map(|(name, value)| (name.to_owned(), value.map(str::to_owned))),
        );
        let told: Vec<String> =
            Inputs::read(&environment).errors(&environment).iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:#?}");
        for (told, words) in told.iter().zip([
            ["file-id", "[1,", "JSON array"],
            ["region", "DATAWORKS_REGION", "UTF-8"],
            ["signature", "md5", "hmac-sha1"],
            ["timeout", "soon", "1h30m"],
        ]) {
            assert!(words.iter().all(|word| told.contains(word)), "{told} should name {words:?}");
        }
    }

    #[test]
    fn every_default_of_the_table_is_of_its_shape() {
        let inputs = Inputs::read(&Environment::default());
        assert!(inputs.errors(&Environment::default()).is_empty());
        assert!(inputs.poll_interval.value().is_some(), "the table and the fields belong together");
    }

    #[test]
    fn a_misspelt_variable_is_met_with_the_nearest_name() {
        let environment =
            Environment::from([("DATAWORKS_FIEL_ID", "1"), ("DATAWORKS_REGION", "x"), ("DATAWORKS_EMPTY", "")]);
        assert_eq!(unknown_variables(&environment), [("DATAWORKS_FIEL_ID".to_owned(), "DATAWORKS_FILE_ID".to_owned())]);
    }
}
