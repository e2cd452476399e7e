//! The table of inputs, one row per input, and how an environment becomes typed inputs.

use std::{collections::BTreeMap, fmt};

use super::{
    env::Environment,
    error::InputError,
    given::Given,
    row::{Needs, Row},
    run_inputs::{LogLines, RunDates, RunParallelism, RunParameters},
    value::{FromInput, Names, Region, Task, WorkspaceNumber},
};
use crate::model::{
    endpoint::{Endpoint, Network, without_secrets},
    options::{Disposition, Interval, LogLevel, OnDrift, StageTimeouts, WhenBusy},
    secret::Secret,
    service::Signature,
};

macro_rules! needs {
    () => {
        None
    };
    ($needs:ident) => {
        Some(Needs::$needs)
    };
}

macro_rules! inputs {
    ($($section:literal { $($field:ident: $shape:ty, $default:literal, $help:literal $(, $needs:ident)?;)* })*) => {
        /// Every input, typed. A field's doc is its row's help text.
        #[derive(Default)]
        pub struct Inputs {
            $($(#[doc = $help] pub $field: Given<$shape>,)*)*
            /// Why the variables could not be read at all.
            unreadable: Option<String>,
        }

        /// The table: every input there is, in the order of `--help`.
        pub const INPUTS: &[Row] = &[$($(Row {
            section: $section,
            field: stringify!($field),
            default: $default,
            help: $help,
            expected: <$shape as FromInput>::EXPECTED,
            is_address: <$shape as FromInput>::IS_ADDRESS,
            needs: needs!($($needs)?),
        },)*)*];

        impl Inputs {
            /// Each input of its type, from the texts by its field's name.
            fn of(mut texts: BTreeMap<String, String>) -> Self {
                let mut inputs = Self { $($($field: Given::read(texts.remove(stringify!($field))),)*)* unreadable: None };
                inputs.unreadable = texts.into_keys().next().map(|name| format!("unknown input {name}"));
                inputs
            }

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
        file_id: Names, "", "2020-05-18: the files with these ids; each is deployed (DeployFile) and followed until it ends (GetDeployment)";
        node_id: Names, "", "2020-05-18: the files of the scheduling nodes with these ids, deployed in the same way";
        file_name: Names, "", "2020-05-18: the one file of each exact name; if several files have it, folder/path/name with the last folders of its path";
        object_id: Names, "", "2024-05-18: the nodes or workflows with these ids; each gets one pipeline run, followed through all its stages";
        object_name: Names, "", "2024-05-18: the one workflow or stand-alone node of each exact name; workflow:NAME or node:NAME if both have it";
        deployment_id: Names, "", "2020-05-18: follow the existing deployments with these ids until they end";
        pipeline_run_id: Names, "", "2024-05-18: continue the existing pipeline runs with these ids, each from its current stage";
        targets_file: String, "", "a file with one target per line, such as object-id 7001 or file-name a/b/c; # starts a comment";
        source: Names, "", "2024-05-18: folders of the repository in the layout of DataWorks' own Git integration; what differs from the workspace is written and deployed";
    }
    "Where" {
        region: Region, "", "the region, such as cn-hangzhou; determines every endpoint that is not given; default: ALIBABA_CLOUD_REGION_ID";
        project_id: WorkspaceNumber, "", "the number (id) of the workspace";
        project_identifier: String, "", "the name of the workspace; if both are given, project-id is used";
        network: Network, "public", "the regional endpoints to use: public or vpc";
        endpoint: Endpoint, "", "the DataWorks endpoint, host or URL; default: that of the region";
        workflow_endpoint: Endpoint, "", "the EMR Serverless Spark endpoint, host or URL; default: that of workflow-region";
        sts_endpoint: Endpoint, "", "the STS (token service) endpoint, host or URL; default: that of the region";
        insecure_endpoint: bool, "false", "allow plain http to a host other than this machine";
        ca_file: String, "", "a file of PEM certificates to trust, in addition to the built-in roots and SSL_CERT_FILE";
        signature: Signature, "acs3-hmac-sha256", "how requests are signed: acs3-hmac-sha256, or hmac-sha1 for gateways that know only the older signature";
    }
    "How" {
        operation: Task, "online", "2024-05-18: online: deploy; offline: take out of production; delete: take out of production and delete; export: write the workspace's objects into the folder of source", Runs;
        properties: String, "", "source: key=value lines for the placeholders, or files of such lines; a later value overrides an earlier one", Source;
        secret_properties: Secret, "", "source: the same as properties, for values that are never shown", Source;
        on_drift: OnDrift, "fail", "source, if an object was edited in DataWorks since this repository deployed it: fail if this push would change it; strict: fail in any case; skip: leave it as it is; overwrite: replace it with the repository's version", Source;
        submit: bool, "false", "2020-05-18: if the file has uncommitted edits, submit it first (SubmitFile) and wait for its check", NewPackages;
        skip_check: bool, "false", "2020-05-18: skip the check of that submission (SkipAllDeployFileExtensions); needs submit", Submit;
        until_stage: String, "", "2024-05-18: stop, with success, when the stage with this code has succeeded", Runs;
        comment: String, "", "the comment of the deployment; default: repository, commit, actor and URL of the CI run";
        dedupe_key: String, "", "a different text for each job of a matrix, so that a restarted job resumes its own pipeline run";
        when_busy: WhenBusy, "warn", "2024-05-18, if another run of the object has not ended: warn (and create a new one); wait (for it); abolish-ours (cancel those that this repository created)", NewRuns;
        parallel: u64, "1", "how many targets run at the same time; they start in the order given";
        fail_fast: bool, "true", "after a failure, start no further target";
        timeout: std::time::Duration, "30m", "the time limit of the whole step; on GitLab at most what the job has left";
        stage_timeout: StageTimeouts, "", "the time limit of each stage: 10m for all, or PROD_CHECK=5m,PROD=20m,10m where the last is for the others", Targets;
        approval_timeout: std::time::Duration, "", "2024-05-18: how long a stage may wait for a person's approval; default: timeout", Runs;
        request_timeout: std::time::Duration, "30s", "the time limit of one HTTP request, connect included";
        poll_interval: Interval, "2s..30s", "the shortest and the longest pause between two polls; one value: a fixed pause";
        request_budget: u64, "", "the maximum number of API requests of the step; polling slows down to stay within it";
        on_timeout: Disposition, "leave", "when the time is up: leave or abolish (cancel) the pipeline run (2024-05-18), or the run of run-date (both APIs)", Runs;
        on_cancel: Disposition, "leave", "when the job is cancelled: leave or abolish (cancel) the pipeline run (2024-05-18), or the run of run-date (both APIs)", Runs;
        dry_run: bool, "false", "look up names, read every target, print the plan; change nothing";
        log_level: LogLevel, "", "info, or debug: each request with its operation, time, status and request id; default: debug if the CI's debug switch is on, else info";
    }
    "Reports" {
        result_file: String, "", "the file for the JSON result";
        summary_file: String, "", "the file for the summary, in Markdown";
        junit_report: String, "", "the file for the JUnit XML report";
        dotenv_report: String, "", "the file for the outputs, as DEPLOYED_NAME=value lines";
        har_file: String, "", "the file for every request and answer, as HAR 1.2, for a bug report: without secrets, but with the code of nodes; only its owner may read it";
    }
    "Run in production after the deployment" {
        run_date: RunDates, "", "the business dates to run for, such as 2026-11-24 or yesterday; at most 7; the run may overwrite data";
        run_only: bool, "false", "deploy nothing; run the targets in the version that is in production", RunDate;
        run_parameters: RunParameters, "", "key=value for every node of the run; overrides the node's own parameters", RunDate;
        run_parallelism: RunParallelism, "1", "how many dates run at the same time, 1 to 10", RunDate;
        run_timeout: std::time::Duration, "", "the time limit of one run; default and maximum: timeout", RunDate;
        run_log_lines: LogLines, "100", "how many of the last lines of a failed task's log are shown, 0 to 1000; a log may contain data", RunDate;
    }
    "EMR Serverless Spark workflow, started after all targets succeeded" {
        workflow_code: u64, "", "the processDefinitionCode to start, once (StartProcessInstance)";
        workflow_workspace_id: String, "", "bizId: its workspace, w-...; needed with workflow-code";
        workflow_region: Region, "", "regionId: its region; default: region";
        workflow_namespace: String, "SS", "its productNamespace";
        workflow_version: u64, "", "versionNumber: the version of the workflow", Workflow;
        workflow_version_hash: String, "", "versionHashCode: the version by its hash", Workflow;
        workflow_queue: String, "", "runtimeQueue: the queue to run in", Workflow;
        workflow_prod: bool, "", "isProd: run in production", Workflow;
        workflow_run_mode: String, "", "runMode: the execution policy", Workflow;
        workflow_comments: String, "", "comments of the run", Workflow;
        workflow_email: String, "", "email: the address to notify", Workflow;
        workflow_interval: String, "", "interval of the run", Workflow;
        workflow_action: String, "", "action of the run", Workflow;
        workflow_parallelism: u64, "", "expectedParallelismNumber: the expected concurrency", Workflow;
    }
    "Credentials" {
        access_key_id: String, "", "the AccessKey id; default: ALIBABA_CLOUD_ACCESS_KEY_ID";
        access_key_secret: Secret, "", "the secret of the AccessKey; default: ALIBABA_CLOUD_ACCESS_KEY_SECRET";
        security_token: Secret, "", "the STS token of a temporary AccessKey; default: ALIBABA_CLOUD_SECURITY_TOKEN";
        role_to_assume: String, "", "the RAM role to assume, acs:ram::ACCOUNT:role/NAME: through OIDC if oidc-provider-arn is given, else with the AccessKey that is found";
        oidc_provider_arn: String, "", "the OIDC identity provider in RAM for this CI, acs:ram::ACCOUNT:oidc-provider/NAME";
        oidc_token: Secret, "", "the CI's own OIDC token (GitLab id_tokens); default: requested from GitHub, else read from the file ALIBABA_CLOUD_OIDC_TOKEN_FILE";
        audience: String, "sts.aliyuncs.com", "the audience (aud) of GitHub's OIDC token: a client id of the identity provider";
        role_session_name: String, "", "the session name, shown in ActionTrail; default: dataworks-deploy and the id of the CI run";
        role_session_expiration: std::time::Duration, "3600", "the lifetime of the role's keys: from 15m to the role's maximum session duration";
        external_id: String, "", "the external id (sts:ExternalId) of the role's trust policy, if the role is assumed with an AccessKey";
    }
}

impl Inputs {
    /// Reads every input, with its default where it is absent. A text that is not accepted is kept as [`Given::Wrong`].
    pub fn read(environment: &Environment) -> Self {
        let prepared = INPUTS.iter().filter_map(|row| {
            let given = row.variables().into_iter().find_map(|name| environment.get(&name).map(str::to_owned));
            let text = given.unwrap_or_else(|| row.default.to_owned());
            (!text.is_empty()).then(|| (row.field.to_owned(), text))
        });
        Self::typed(prepared)
    }

    fn typed(pairs: impl Iterator<Item = (String, String)>) -> Self {
        // Texts by name first: a struct of ninety types is 25 kB of the program when it is deserialized as a whole. A text
        // can be anything, so there should be nothing to refuse; if there is, the inputs must not seem to be absent.
        match envy::from_iter(pairs) {
            Ok(texts) => Self::of(texts),
            Err(error) => Self { unreadable: Some(error.to_string()), ..Self::default() },
        }
    }

    /// Every input whose text is not accepted, and every one whose variable is not UTF-8.
    pub fn errors(&self, environment: &Environment) -> Vec<InputError> {
        let wrong = self.wrong();
        let unreadable = self.unreadable.iter();
        let mut errors: Vec<InputError> =
            unreadable.map(|error| InputError::general(format!("the inputs cannot be read: {error}"))).collect();
        for row in INPUTS {
            if let Some((_, text)) = wrong.iter().find(|(field, _)| *field == row.field) {
                let shown = if row.is_address { without_secrets(text) } else { (*text).to_owned() };
                errors.push(InputError::shape(&row.name(), &shown, row.expected));
            }
            if let Some(name) = environment.unreadable().find(|name| row.variables().iter().any(|its| its == name)) {
                errors.push(InputError::new(
                    &row.name(),
                    format!("the variable {name} is not UTF-8 text; accepted: {}", row.expected),
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
    fn every_error_is_reported_and_names_what_is_accepted() {
        let environment = Environment::new(
            [
                ("DATAWORKS_FILE_ID", Some("[1,")),
                ("PLUGIN_TIMEOUT", Some("soon")),
                ("INPUT_SIGNATURE", Some("md5")),
                ("DATAWORKS_REGION", None),
            ]
            .map(|(name, value)| (name.to_owned(), value.map(str::to_owned))),
        );
        let messages: Vec<String> =
            Inputs::read(&environment).errors(&environment).iter().map(ToString::to_string).collect();
        assert_eq!(messages.len(), 4, "{messages:#?}");
        for (message, words) in messages.iter().zip([
            ["file-id", "[1,", "JSON array"],
            ["region", "DATAWORKS_REGION", "UTF-8"],
            ["signature", "md5", "hmac-sha1"],
            ["timeout", "soon", "1h30m"],
        ]) {
            assert!(words.iter().all(|word| message.contains(word)), "{message} should name {words:?}");
        }
    }

    #[test]
    fn every_default_of_the_table_is_of_its_shape() {
        let inputs = Inputs::read(&Environment::default());
        assert!(inputs.errors(&Environment::default()).is_empty());
        assert!(inputs.poll_interval.value().is_some(), "the table and the fields belong together");
    }

    #[test]
    fn inputs_that_cannot_be_read_are_an_error_and_not_absent() {
        let inputs = Inputs::typed([("no_such_input".to_owned(), "1".to_owned())].into_iter());
        let errors = inputs.errors(&Environment::default());
        assert!(errors[0].to_string().starts_with("the inputs cannot be read: "), "{errors:?}");
    }

    #[test]
    fn what_says_where_or_as_whom_may_stand_unused_and_the_rest_of_a_workflow_may_not() {
        const WHERE: [&str; 5] = ["code", "endpoint", "region", "workspace-id", "namespace"];
        for row in INPUTS {
            let of_workflow = row.name().strip_prefix("workflow-").map(|name| !WHERE.contains(&name));
            let wanted = of_workflow.unwrap_or_default().then_some(Needs::Workflow);
            let is_place = ["Where", "Credentials"].contains(&row.section) || of_workflow == Some(false);
            assert!(!is_place || row.needs.is_none(), "{}", row.name());
            assert!(of_workflow.is_none() || row.needs == wanted, "{}", row.name());
        }
    }
}
