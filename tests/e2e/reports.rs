//! Contract §3 and §4: what each file holds, after each end, and that one which cannot be written is a wrong input.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    job::{Job, lawful},
    simulator::{File, Item, Object, PackagePlan, Simulator, Stage, World, ms},
    targets::{orders, three_stages},
};

const FILES: [(&str, &str); 4] = [
    ("result-file", "deep/er/result.json"),
    ("summary-file", "summary.md"),
    ("junit-report", "junit.xml"),
    ("dotenv-report", "deploy.env"),
];

/// The folder where a job's reports go.
struct Reports(TempDir);

impl Reports {
    fn new() -> Self {
        Self(TempDir::new().expect("a folder for the reports"))
    }

    /// Asks a job for all four.
    fn of(&self, job: Job) -> Job {
        FILES.iter().fold(job, |job, (input, name)| job.input(input, self.path(name).display()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn result(&self) -> Value {
        serde_json::from_str(&self.read("deep/er/result.json")).expect("the result is JSON")
    }

    fn summary(&self) -> String {
        self.read("summary.md")
    }

    fn cases(&self) -> BTreeMap<String, Case> {
        junit(&self.read("junit.xml"))
    }

    fn verdicts(&self) -> Vec<&'static str> {
        self.cases().into_values().map(|(verdict, _)| verdict).collect()
    }

    fn variables(&self) -> BTreeMap<String, String> {
        dotenv(&self.read("deploy.env"))
    }
}

/// What a case says, and its message.
type Case = (&'static str, String);

/// Reads a dotenv file by GitLab's rules: one bad or blank line voids the whole file.
fn dotenv(text: &str) -> BTreeMap<String, String> {
    assert!(text.len() < 5_120 && !text.contains(['$', '\\']), "{text}");
    let mut variables = BTreeMap::new();
    for line in text.strip_suffix('\n').expect("the last line ends").split('\n') {
        let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("no variable: {line:?} in\n{text}"));
        assert!(name.starts_with("DEPLOYED_") && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'), "{name}");
        assert!(!value.chars().any(char::is_control), "{line:?}");
        assert!(variables.insert(name.to_owned(), value.trim().to_owned()).is_none(), "twice: {name}");
    }
    assert!(variables.len() <= 20 && !variables.contains_key("DEPLOYED_RESULT"));
    variables
}

/// The cases of a JUnit report by name.
fn junit(text: &str) -> BTreeMap<String, Case> {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut cases = BTreeMap::new();
    for case in document.descendants().filter(|node| node.has_tag_name("testcase")) {
        let told = |attribute: &str| case.attribute(attribute).unwrap_or_else(|| panic!("no {attribute} in\n{text}"));
        let inner = case.first_element_child();
        let is = |tag: &&str| inner.is_some_and(|inner| inner.has_tag_name(*tag));
        let verdict = ["failure", "error", "skipped"].into_iter().find(is);
        let message = inner.and_then(|inner| inner.attribute("message")).unwrap_or_default();
        assert!(told("time").parse::<f64>().is_ok_and(|seconds| seconds >= 0.0), "{text}");
        assert_eq!(Some(told("classname")), case.parent().and_then(|suite| suite.attribute("name")));
        let before = cases.insert(told("name").to_owned(), (verdict.unwrap_or("passed"), message.to_owned()));
        assert!(before.is_none(), "names are unique");
    }
    cases
}

#[test]
fn every_file_after_a_success() {
    let reports = Reports::new();
    let simulator = Simulator::start(orders());
    let ran = reports.of(Job::new(&simulator).on_github()).input("object-id", "7001").run().expect(0, "success");
    lawful(&simulator);
    assert_eq!(reports.result(), ran.result(), "the file and the output are the same document");
    assert_eq!(reports.result()["exit_code"], 0);
    assert_eq!(reports.summary(), ran.summary);
    assert_eq!(reports.verdicts(), ["passed"; 3]);
    assert!(reports.cases().contains_key("object-id 7001: PROD_CHECK (发布检查)"));
    let variables = reports.variables();
    for (name, value) in ran.outputs.iter().filter(|(name, _)| *name != "result") {
        let variable = format!("DEPLOYED_{}", name.to_uppercase().replace('-', "_"));
        assert_eq!(variables.get(&variable), Some(value), "{name}");
    }
    assert_eq!(variables.len() + 1, ran.outputs.len(), "all outputs but the result");
}

#[test]
fn every_file_after_a_failure() {
    let reports = Reports::new();
    let mut stages = three_stages();
    stages[1] = Stage::check("PROD_CHECK").named("发布检查").lasting(ms(100)).failing("上游节点未发布");
    let object =
        Object::node("7001", "n").online(stages).items(vec![Item::new("7001", "n", "Node").failing("缺少依赖")]);
    let simulator = Simulator::start(World::new().object(object));
    reports.of(Job::new(&simulator)).input("object-id", "7001").run().expect(1, "");
    lawful(&simulator);
    let message = "the stage PROD_CHECK (发布检查) ended with the status Fail: 上游节点未发布";
    let result = reports.result();
    assert_eq!((&result["status"], &result["exit_code"]), (&"failed".into(), &1.into()));
    assert_eq!(result["targets"][0]["message"], message);
    assert_eq!(result["targets"][0]["items"][0]["message"], "缺少依赖");
    let summary = reports.summary();
    let at = |text: &str| summary.find(text).unwrap_or_else(|| panic!("{text} in\n{summary}"));
    assert!(at(message) < at("NodeParentDependency") && at("NodeParentDependency") < at("缺少依赖"));
    assert!(at("缺少依赖") < at("What to do next") && at("What to do next") < at("| Target |"), "{summary}");
    let cases = reports.cases();
    assert_eq!(cases["object-id 7001: PROD_CHECK (发布检查)"], ("failure", message.to_owned()));
    assert_eq!(cases.values().filter(|(verdict, _)| *verdict == "skipped").count(), 1, "the stage behind it");
    let variables = reports.variables();
    assert_eq!((variables["DEPLOYED_STATUS"].as_str(), variables["DEPLOYED_MESSAGE"].as_str()), ("failed", message));
}

#[test]
fn every_file_after_wrong_inputs() {
    let reports = Reports::new();
    let simulator = Simulator::start(orders());
    let job = reports.of(Job::new(&simulator)).input("object-id", "7001").input("timeout", "soon");
    job.run().expect(2, "");
    assert_eq!(simulator.requests().len(), 0);
    assert_eq!(reports.result()["status"], "invalid");
    assert!(reports.summary().contains("\"soon\""));
    let cases = reports.cases();
    assert_eq!(cases.len(), 1);
    assert!(cases["dataworks-deploy: inputs"].1.contains("soon"), "{cases:?}");
    assert_eq!(cases["dataworks-deploy: inputs"].0, "error");
    assert_eq!(reports.variables()["DEPLOYED_STATUS"], "invalid");
}

#[test]
fn every_file_after_a_timeout() {
    let reports = Reports::new();
    let stages = vec![Stage::build("B").lasting(ms(20)), Stage::deploy("P").hanging()];
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
    let job = reports.of(Job::new(&simulator)).input("object-id", "7001").input("timeout", "1s");
    job.run().expect(3, "");
    let id = simulator.runs()[0].id.clone();
    assert_eq!(reports.result()["targets"][0]["pipeline_run_id"], id);
    assert!(reports.summary().contains(&format!("`DATAWORKS_PIPELINE_RUN_ID={id}`")), "how to go on");
    assert_eq!(reports.verdicts(), ["passed", "error"], "nobody knows whether it failed");
    assert_eq!(reports.variables()["DEPLOYED_PIPELINE_RUN_ID"], id);
}

#[test]
fn a_target_a_suite_and_what_was_not_begun_is_skipped() {
    let reports = Reports::new();
    let bad = vec![Stage::build("B").lasting(ms(20)).failing("no")];
    let world = orders().object(Object::node("7002", "b").online(bad)).object(Object::node("7003", "c"));
    let simulator = Simulator::start(world);
    reports.of(Job::new(&simulator)).input("object-id", "7001,7002,7003").run().expect(1, "");
    let text = reports.read("junit.xml");
    let document = roxmltree::Document::parse(&text).unwrap();
    let suites = document.descendants().filter(|node| node.has_tag_name("testsuite"));
    let suites: Vec<_> =
        suites.map(|suite| (suite.attribute("name").unwrap(), suite.attribute("tests").unwrap())).collect();
    assert_eq!(suites, [("object-id 7001", "3"), ("object-id 7002", "1"), ("object-id 7003", "1")]);
    assert_eq!(reports.verdicts(), ["passed", "passed", "passed", "failure", "skipped"]);
    let summary = reports.summary();
    assert!(summary.contains("`DATAWORKS_OBJECT_ID=7002,7003`"), "what is left to deploy: {summary}");
    let row = |target: &str| summary.find(&format!("| object-id {target} ")).unwrap();
    assert!(row("7002 (b) |") < row("7001 |"), "failures first, by their names where they are known");
}

#[test]
fn a_package_is_one_case() {
    let reports = Reports::new();
    let file = File::new(1001, "ods.sql").deployment(PackagePlan::failing("语法错误").lasting(ms(50)));
    let simulator = Simulator::start(World::new().file(file));
    reports.of(Job::new(&simulator)).input("file-id", "1001").run().expect(1, "");
    let cases = reports.cases();
    assert_eq!(cases.keys().collect::<Vec<_>>(), ["file-id 1001: package"]);
    assert!(cases["file-id 1001: package"].1.contains("语法错误"));
}

#[test]
fn a_file_that_cannot_be_written_is_a_wrong_input() {
    for (input, _) in FILES {
        for (bad, why) in [("folder", "directory"), ("taken/below.txt", "")] {
            let reports = Reports::new();
            fs::create_dir(reports.path("folder")).unwrap();
            fs::write(reports.path("taken"), "a file").unwrap();
            let simulator = Simulator::start(orders());
            let job = reports.of(Job::new(&simulator).on_github()).input("object-id", "7001");
            let job = job.input(input, reports.path(bad).display()).input("poll-interval", "never");
            let ran = job.run().expect(2, "invalid");
            assert_eq!(simulator.requests().len(), 0, "told before any request");
            let message = ran.output("message");
            let said = format!("{input}: {} cannot be written: ", reports.path(bad).display());
            assert!(message.contains(&said) && message.to_lowercase().contains(why), "{message}");
            assert!(message.contains("poll-interval: \"never\""), "together with every other mistake: {message}");
            for (other, name) in FILES.iter().filter(|(other, _)| *other != input) {
                assert!(reports.read(name).contains("invalid"), "{other} is written all the same");
            }
        }
    }
}

#[test]
fn two_reports_do_not_share_a_file() {
    let job = Job::bare().on_github().input("object-id", "1").input("result-file", "out").input("junit-report", "out");
    let ran = job.run().expect(2, "invalid");
    assert!(ran.output("message").contains("junit-report: out is already the file of result-file"));
}

#[cfg(unix)]
#[test]
fn a_report_does_not_destroy_another_file_by_whatever_path() {
    let reports = Reports::new();
    fs::write(reports.path("targets.txt"), "object-id 7001\n").unwrap();
    std::os::unix::fs::symlink(reports.path("targets.txt"), reports.path("link")).unwrap();
    std::os::unix::fs::symlink(reports.0.path(), reports.path("folder")).unwrap();
    for path in ["targets.txt", "./targets.txt", "new/../targets.txt", "link", "folder/targets.txt"] {
        let job = Job::bare().on_github().input("targets-file", reports.path("targets.txt").display());
        let job = job
            .input("result-file", reports.path(path).display())
            .input("summary-file", reports.path("s.md").display());
        let job = job.input("dotenv-report", reports.path("./s.md").display());
        let ran = job.run().expect(2, "invalid");
        let message = ran.output("message");
        assert!(message.contains("is already the file of targets-file"), "{path}: {message}");
        assert!(message.contains("s.md is already the file of summary-file"), "{message}");
        assert_eq!(reports.read("targets.txt"), "object-id 7001\n", "{path}");
        assert!(reports.read("s.md").contains("invalid"), "the other report is written all the same");
    }
    for (variable, name) in [("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary.md")] {
        let job = Job::bare().on_github();
        let path = job.file(name);
        let ran = job.input("object-id", "1").input("result-file", path.display()).run().expect(2, "invalid");
        assert!(ran.output("message").contains(&format!("is already the file of {variable}")), "{}", ran.log);
    }
    // The log of a story is a file.
    let job = Job::bare().on_github().input("object-id", "1").input("junit-report", "log");
    let ran = job.run().expect(2, "invalid");
    ran.logged(&["is already the file of the log"]);
}

#[cfg(unix)]
#[test]
fn a_report_is_not_written_over_a_file_that_the_step_reads() {
    const SPEC: &str = r#"{"version":"1.1.0","kind":"Node","spec":{"nodes":[{"name":"a","script":{"path":"x/a","runtime":{"command":"ODPS_SQL"}}}]}}"#;
    let profile = r#"{"current":"p","profiles":[{"name":"p","mode":"OIDC","ram_role_arn":"acs:ram::1:role/r","oidc_provider_arn":"acs:ram::1:oidc-provider/o","oidc_token_file":"TOKEN","sts_region":"cn-hangzhou"}]}"#;
    let texts = [
        ("w/a/a.spec.json", SPEC),
        ("w/a/a.sql", "select '${day}', '${pw}', '${key}', 1;"),
        ("w/dataworks.properties", "day=1\n"),
        ("w/out/result.json", "of the run before"),
        ("plain.properties", "key=1\n"),
        ("secret.properties", "pw=hunter2\n"),
        ("token", "abc"),
        ("ca.pem", "no certificate"),
        (".aliyun/config.json", profile),
    ];
    let reports = Reports::new();
    for (name, text) in texts {
        fs::create_dir_all(reports.path(name).parent().unwrap()).unwrap();
        fs::write(reports.path(name), text.replace("TOKEN", reports.path("token").to_str().unwrap())).unwrap();
    }
    let before = |name: &str| reports.read(name);
    let kept: Vec<String> = texts.map(|(name, _)| before(name)).into();
    fs::hard_link(reports.path("w/a/a.sql"), reports.path("hard")).unwrap();
    fs::hard_link(reports.path("plain.properties"), reports.path("linked")).unwrap();
    for (path, said) in [
        ("w/a/a.spec.json", "a file that this step reads"),
        ("w/a/a.sql", "a file that this step reads"),
        ("w/../w/a/a.sql", "a file that this step reads"),
        ("hard", "a file that this step reads"),
        ("w/dataworks.properties", "a file that this step reads"),
        ("plain.properties", "a file that this step reads"),
        ("linked", "a file that this step reads"),
        ("secret.properties", "a file that this step reads"),
        ("token", "already the file of the token of the profile"),
        ("ca.pem", "already the file of ca-file"),
        (".aliyun/config.json", "already the file of the profiles of the aliyun client"),
        ("w/out/result.json", ""),
    ] {
        for report in ["result-file", "har-file"] {
            let job = Job::bare().on_github().input("source", reports.path("w").display());
            let job = job.input("properties", reports.path("plain.properties").display());
            let job = job.input("secret-properties", reports.path("secret.properties").display());
            let job =
                job.input("ca-file", reports.path("ca.pem").display()).variable("HOME", reports.0.path().display());
            let job = job.input(report, reports.path(path).display()).input("project-id", 1).input("region", "cn-x");
            let ran = job.run().expect(2, "invalid");
            let message = ran.output("message");
            if said.is_empty() {
                assert!(!message.contains(report), "{message}");
                fs::write(reports.path(path), "of the run before").unwrap();
            } else {
                assert!(message.contains(&format!("{report}: {}", reports.path(path).display())), "{message}");
                assert!(message.contains(&format!("is {said}")), "{path}: {message}");
            }
            let now: Vec<String> = texts.map(|(name, _)| before(name)).into();
            assert_eq!(now, kept, "{report} {path}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_in_shared_memory_is_replaced_and_several_go_to_one_stream() {
    let simulator = Simulator::start(orders());
    let folder = tempfile::tempdir_in("/dev/shm").expect("shared memory");
    let path = folder.path().join("result.json");
    fs::write(&path, "of the run before").unwrap();
    let job = Job::new(&simulator).input("object-id", "7001").input("result-file", path.display());
    let job = job.input("summary-file", "/dev/stdout").input("junit-report", "/dev/stdout");
    job.run().expect(0, "").logged(&["# ", "<testsuites"]);
    let result: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).expect("nothing else is in it");
    assert_eq!(result["status"], "success");
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_to_standard_output_comes_behind_the_log() {
    let simulator = Simulator::start(orders());
    let job = Job::new(&simulator).on_github().input("object-id", "7001").input("result-file", "/dev/stdout");
    job.run().expect(0, "success").logged(&["::group::object-id 7001", "\"exit_code\":"]);
}

#[test]
fn an_old_report_is_replaced_and_the_trial_leaves_nothing_behind() {
    let (reports, simulator) = (Reports::new(), Simulator::start(orders()));
    let old = "DEPLOYED_STATUS=old\n".repeat(1_000);
    fs::write(reports.path("deploy.env"), &old).unwrap();
    let mut running = reports.of(Job::new(&simulator)).input("object-id", "7001").start();
    running.until("the run is created", || !simulator.runs().is_empty());
    assert!(reports.path("deep/er").is_dir() && !reports.path("junit.xml").exists());
    assert_eq!(reports.read("deploy.env"), old, "a trial changes nothing");
    running.wait().expect(0, "");
    assert_eq!(reports.variables()["DEPLOYED_STATUS"], "success");
    assert_eq!(fs::read_dir(reports.0.path()).unwrap().count(), FILES.len(), "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn a_link_and_a_device_are_written_through() {
    let (reports, simulator) = (Reports::new(), Simulator::start(orders()));
    fs::write(reports.path("real"), "old").unwrap();
    std::os::unix::fs::symlink("real", reports.path("link")).unwrap();
    let job = Job::new(&simulator).input("object-id", "7001").input("summary-file", "/dev/null");
    job.input("result-file", reports.path("link").display()).run().expect(0, "");
    assert!(reports.read("real").contains("\"exit_code\": 0") && reports.path("link").is_symlink());
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn a_cancelled_job_leaves_every_file() {
    let reports = Reports::new();
    let stages = vec![Stage::build("B").lasting(ms(20)), Stage::deploy("P").hanging()];
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages)));
    let mut running = reports.of(Job::new(&simulator)).input("object-id", "7001").start();
    running.until("the stage runs", || simulator.runs().first().is_some_and(|run| run.stage("P") == Some("Running")));
    running.signal("TERM");
    running.wait().expect(143, "");
    assert_eq!(reports.result()["status"], "cancelled");
    assert_eq!(reports.verdicts(), ["passed", "error"]);
    assert_eq!(reports.variables()["DEPLOYED_STATUS"], "cancelled");
}

#[test]
fn harness_gets_the_outputs_by_drone_output() {
    let reports = Reports::new();
    let simulator = Simulator::start(orders());
    let job = Job::new(&simulator)
        .input("object-id", "7001")
        .variable("DRONE", "true")
        .variable("DRONE_OUTPUT", reports.path("step.env").display());
    fs::write(reports.path("step.env"), "BEFORE=1\n").unwrap();
    job.run().expect(0, "");
    let text = reports.read("step.env");
    let ours = text.strip_prefix("BEFORE=1\n").expect("it is the CI's file: added to");
    assert_eq!(dotenv(ours)["DEPLOYED_PIPELINE_RUN_ID"], simulator.runs()[0].id);
}

#[test]
fn a_hostile_service_breaks_no_report() {
    let reports = Reports::new();
    let hostile = "</failure>]]>&\r\nDEPLOYED_STATUS=success\n::error::owned\n::add-mask::a\n##[error]owned\u{1b}[2J\u{202e}\u{0}\u{7f}\u{fffe} |`*_<b> $HOME $(id) `id` ```\n<<EOF\nEOF\n%% title: x; section y # z";
    let stages = vec![
        Stage::build("B").named(hostile).described(hostile).lasting(ms(20)),
        Stage::check("C").named(hostile).lasting(ms(20)).failing(hostile),
    ];
    let items = vec![Item::new("7001", hostile, hostile).failing(hostile)];
    let simulator = Simulator::start(World::new().object(Object::node("7001", "n").online(stages).items(items)));
    let ran = reports
        .of(Job::new(&simulator).on_github())
        .variable("DRONE_OUTPUT", reports.path("step.env").display())
        .input("object-id", "7001");
    let ran = ran.run().expect(1, "failed");
    for line in ran.log.lines() {
        let command = line.trim_start();
        let ours = ["::error title=", "::warning title=", "::group::", "::endgroup::"];
        assert!(!command.starts_with("::") || ours.iter().any(|start| command.starts_with(start)), "{line:?}");
        assert!(!line.contains("##[") && !line.contains(['\u{1b}', '\u{202e}', '\u{0}', '\u{7f}']), "{line:?}");
    }
    assert_eq!(ran.outputs.len(), 19, "no output came in from the message: {:?}", ran.outputs.keys());
    for file in ["deploy.env", "step.env"] {
        let variables = dotenv(&reports.read(file));
        assert_eq!((variables.len(), variables["DEPLOYED_STATUS"].as_str()), (18, "failed"), "{file}");
    }
    let cases = reports.cases();
    assert_eq!(cases.len(), 2);
    assert!(cases.values().any(|(verdict, message)| *verdict == "failure" && message.contains("</failure>]]>&")));
    let message = reports.result()["targets"][0]["stages"][1]["message"].clone();
    assert_eq!(message, hostile, "JSON holds every text as it is");
    let summary = &ran.summary;
    assert!(
        !summary.contains(['\u{1b}', '\u{202e}', '\u{0}']) && !summary.contains("<b>") && !summary.contains("$HOME")
    );
    assert_eq!(summary.matches("```").count(), 2, "one picture, opened and closed");
    for row in summary.lines().filter(|line| line.starts_with("| `")) {
        assert_eq!(row.matches('|').count(), 7, "{row}");
    }
}

#[test]
fn outputs_begin_on_a_line_of_their_own_and_each_has_a_delimiter_of_its_own() {
    let (simulator, reports) = (Simulator::start(orders()), Reports::new());
    fs::write(reports.path("out"), "of-another-step=1").unwrap();
    let job = Job::new(&simulator).on_github().variable("GITHUB_OUTPUT", reports.path("out").display());
    job.input("object-id", "7001").run().expect(0, "success");
    let text = reports.read("out");
    assert!(text.starts_with("of-another-step=1\npipeline-run-id<<"), "{text}");
    let delimiters: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once("<<")?.1)).collect();
    let different: BTreeSet<&str> = delimiters.iter().copied().collect();
    assert!(delimiters.len() > 15 && different.len() == delimiters.len(), "{text}");
}
