//! The table of inputs, one row an input, and how an environment becomes typed inputs.

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
        file_id: Names, "", "2020-05-18: the files of these ids: DeployFile, then GetDeployment until it ends";
        node_id: Names, "", "2020-05-18: the files of these scheduling nodes, likewise";
        file_name: Names, "", "2020-05-18: the one file of each name; folder/path/name is compared with the end of the folder path";
        object_id: Names, "", "2024-05-18: the nodes or workflows of these ids, one pipeline run each, every stage walked to its end";
        object_name: Names, "", "2024-05-18: the one workflow or stand-alone node of each name; workflow:NAME and node:NAME choose";
        deployment_id: Names, "", "2020-05-18: follow deployments that exist";
        pipeline_run_id: Names, "", "2024-05-18: go on with pipeline runs that exist, from the stage where each stands";
        targets_file: String, "", "a file with one target a line, such as object-id 7001 or file-name a/b/c; # begins a comment";
        source: Names, "", "2024-05-18: what the repository says, by the folders that hold it in the layout of DataWorks' own Git integration";
    }
    "Where" {
        region: Region, "", "the region, such as cn-hangzhou; gives every endpoint its regional name; default: ALIBABA_CLOUD_REGION_ID";
        project_id: WorkspaceNumber, "", "the workspace, by number";
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
        operation: Task, "online", "2024-05-18: online; offline: take out of production; delete: and delete the node too; export: write the workspace's objects into the folder of source", Runs;
        properties: String, "", "key=value lines for the placeholders of source, or files of such lines; the later wins", Source;
        secret_properties: Secret, "", "the same, of values that are never shown", Source;
        on_drift: OnDrift, "fail", "what was edited in DataWorks since this repository deployed it: fail, where this push would change it; strict: fail in any case; skip: leave it; overwrite: the repository wins", Source;
        submit: bool, "false", "2020-05-18: SubmitFile first where the file has uncommitted edits, and wait for its check", NewPackages;
        skip_check: bool, "false", "skip the check of that SubmitFile (SkipAllDeployFileExtensions)", Submit;
        until_stage: String, "", "2024-05-18: stop, with success, once the stage of this code has succeeded", Runs;
        comment: String, "", "the comment of the deployment; default: repository, commit, actor and run URL of the CI run";
        dedupe_key: String, "", "tells apart the legs of a matrix, so that each resumes its own pipeline run after a restart";
        when_busy: WhenBusy, "warn", "another unfinished run of the same object: warn and create ours; wait for it; abolish-ours: abolish those that this repository created", NewRuns;
        parallel: u64, "1", "how many targets at once; they start in the order given";
        fail_fast: bool, "true", "after a failure start no further target";
        timeout: std::time::Duration, "30m", "how long the whole step may take";
        stage_timeout: StageTimeouts, "", "how long each stage may take: 10m, or PROD_CHECK=5m,PROD=20m with an optional bare default", Targets;
        approval_timeout: std::time::Duration, "", "how long a stage may wait for a person's approval; default: timeout", Runs;
        request_timeout: std::time::Duration, "30s", "how long one HTTP request may take, connect included";
        poll_interval: Interval, "2s..30s", "the shortest and the longest pause between two polls of a deployment; one value: fixed";
        request_budget: u64, "", "the most API requests that the step may send: pauses stretch so that it lasts";
        on_timeout: Disposition, "leave", "2024-05-18, when time runs out: leave the pipeline run as it is, or abolish it", Runs;
        on_cancel: Disposition, "leave", "2024-05-18, when the job is cancelled: leave the pipeline run as it is, or abolish it", Runs;
        dry_run: bool, "false", "resolve, check that each target can be read, print the plan; change nothing";
        log_level: LogLevel, "", "info, or debug: each request with operation, time, status and request id; default: info, or debug when the CI's own debug switch is on";
    }
    "Reports" {
        result_file: String, "", "a file for the JSON result";
        summary_file: String, "", "a file for the summary, in Markdown";
        junit_report: String, "", "a file for the JUnit XML report";
        dotenv_report: String, "", "a file for the outputs as DEPLOYED_NAME=value lines";
        har_file: String, "", "a file for every request and answer as HAR 1.2, without secrets but with the code of nodes, for its owner alone; for the report of a fault";
    }
    "A run of what was deployed, in production" {
        run_date: RunDates, "", "the business dates, such as 2026-11-24 or yesterday, that it runs for: at most 7; it may write over data";
        run_only: bool, "false", "deploy nothing: run what stands in production", RunDate;
        run_parameters: RunParameters, "", "key=value, over each node's own parameters", RunDate;
        run_parallelism: RunParallelism, "1", "how many dates at once, 1 to 10", RunDate;
        run_timeout: std::time::Duration, "", "how long a run may take; default: timeout, and at most that", RunDate;
        run_log_lines: LogLines, "100", "how many of the last lines of a failed task's log are shown, 0 to 1000; a log may hold data", RunDate;
    }
    "A workflow of EMR Serverless Spark, started after every target succeeded" {
        workflow_code: u64, "", "the processDefinitionCode to start, once, by StartProcessInstance";
        workflow_workspace_id: String, "", "its workspace (bizId, w-...); needed with workflow-code";
        workflow_region: Region, "", "its region; default: region";
        workflow_namespace: String, "SS", "its productNamespace";
        workflow_version: u64, "", "versionNumber: the version of the workflow", Workflow;
        workflow_version_hash: String, "", "versionHashCode: the version by its hash", Workflow;
        workflow_queue: String, "", "runtimeQueue: the queue to run in", Workflow;
        workflow_prod: bool, "", "isProd: run in production", Workflow;
        workflow_run_mode: String, "", "runMode: the execution policy", Workflow;
        workflow_comments: String, "", "comments of the run", Workflow;
        workflow_email: String, "", "email to notify", Workflow;
        workflow_interval: String, "", "interval of the run", Workflow;
        workflow_action: String, "", "action of the run", Workflow;
        workflow_parallelism: u64, "", "expectedParallelismNumber: the expected concurrency", Workflow;
    }
    "Credentials" {
        access_key_id: String, "", "the AccessKey id; default: ALIBABA_CLOUD_ACCESS_KEY_ID";
        access_key_secret: Secret, "", "its secret; default: ALIBABA_CLOUD_ACCESS_KEY_SECRET";
        security_token: Secret, "", "its STS token, for temporary credentials; default: ALIBABA_CLOUD_SECURITY_TOKEN";
        role_to_assume: String, "", "the RAM role to assume, acs:ram::ACCOUNT:role/NAME; with oidc-provider-arn keyless, else with the keys that are found";
        oidc_provider_arn: String, "", "the identity provider in RAM that vouches for this CI, acs:ram::ACCOUNT:oidc-provider/NAME";
        oidc_token: Secret, "", "the CI's own token (GitLab id_tokens); default: GitHub's token service, else the file ALIBABA_CLOUD_OIDC_TOKEN_FILE";
        audience: String, "sts.aliyuncs.com", "the audience of GitHub's token: a client id of the identity provider";
        role_session_name: String, "", "the session name, which the audit log shows; default: dataworks-deploy and the run's id";
        role_session_expiration: std::time::Duration, "3600", "how long the role's keys live: from 15m to the role's own maximum";
        external_id: String, "", "the external id that the role's trust policy asks for, where keys assume it";
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
