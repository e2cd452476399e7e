//! Every report of every sample against the golden files of `tests/golden/report`, whole. `BLESS=1` rewrites them.

#![expect(clippy::disallowed_methods, reason = "a test reads the files that it compares with")]

use std::{collections::BTreeSet, fs, path::Path};

use super::{plans, samples};
use crate::config::{
    ci::Ci,
    env::Environment,
    inputs::{INPUTS, Inputs},
};
use crate::report::{dotenv, files::Files, json, junit, outputs, step::Report, summary};
use crate::source::plan::change::State;

type Sample = (&'static str, fn() -> Report);

const SAMPLES: [Sample; 15] = [
    ("success", samples::success),
    ("failed-check", samples::failed_check),
    ("hostile", samples::hostile),
    ("failed-package", samples::failed_package),
    ("failed-run", samples::failed_run),
    ("timed-out", samples::timed_out),
    ("invalid", samples::invalid),
    ("several-targets", samples::several),
    ("many-targets", samples::many),
    ("workflow", samples::workflow),
    ("strange-names", samples::strange_names),
    ("plan", plans::dry_run),
    ("plan-drift", plans::drift),
    ("plan-conflicts", plans::conflicts),
    ("plan-hostile", plans::hostile),
];

fn rendered(report: &Report) -> [(&'static str, String); 4] {
    [
        ("md", summary::summary(report)),
        ("xml", junit::junit(report)),
        ("env", dotenv::dotenv(&outputs::all(report))),
        ("json", json::document(report)),
    ]
}

#[test]
fn every_report_of_every_sample() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report");
    let mut differ = Vec::new();
    for (name, sample) in SAMPLES {
        for (kind, text) in rendered(&sample()) {
            let path = folder.join(format!("{name}.{kind}"));
            if std::env::var_os("BLESS").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, &text).unwrap();
            } else if !fs::read_to_string(&path).is_ok_and(|golden| golden == text) {
                differ.push(format!("{}\n{text}", path.display()));
            }
        }
    }
    assert!(differ.is_empty(), "BLESS=1 rewrites what differs on purpose:\n{}", differ.join("\n"));
}

/// What marks an input's name is resolved everywhere, and what is one word is spelled as the CI does.
#[test]
fn no_report_of_any_ci_shows_a_mark() {
    for (name, sample) in SAMPLES {
        for ci in [Ci::GitHub, Ci::GitLab, Ci::Jenkins, Ci::Woodpecker, Ci::Drone, Ci::Other] {
            let report = Report { ci, ..sample() };
            for (kind, text) in rendered(&report) {
                assert!(!text.contains(['⟨', '⟩']), "{name} {kind}: {text}");
            }
        }
    }
    let in_a_shell = summary::summary(&Report { ci: Ci::Other, ..plans::drift() });
    for spelled in ["DATAWORKS\\_OPERATION=export", "DATAWORKS\\_ON\\_DRIFT=overwrite"] {
        assert!(in_a_shell.contains(&spelled.replace('\\', "")) || in_a_shell.contains(spelled), "{in_a_shell}");
    }
}

#[test]
fn a_junit_report_has_unique_names_and_right_counts() {
    for (name, sample) in SAMPLES {
        let report = sample();
        let text = junit::junit(&report);
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        let all = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).collect::<Vec<_>>();
        let cases = all("testcase");
        let names: BTreeSet<_> = cases.iter().map(|case| case.attribute("name")).collect();
        assert_eq!(names.len(), cases.len(), "{name}");
        for suite in all("testsuite") {
            let children: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
            assert!(!children.is_empty(), "{name}: at least one case a target");
            assert_eq!(suite.attribute("tests").unwrap(), children.len().to_string(), "{name}");
            assert!(children.iter().all(|case| case.attribute("classname") == suite.attribute("name")));
        }
        let root = document.root_element();
        let count = |attribute: &str| root.attribute(attribute).unwrap().parse::<usize>().unwrap();
        let (bad, failures, errors) = (!report.status().is_good(), all("failure").len(), all("error").len());
        assert_eq!((count("tests"), count("failures"), count("errors")), (cases.len(), failures, errors), "{name}");
        let plan = report.plan.as_ref();
        let drifts = plan.is_some_and(|plan| plan.count(State::Drift) > 0);
        assert_eq!(bad || drifts, failures + errors > 0, "{name}");
        let is_failure = report.status().exit_code() == 1 || drifts;
        assert_eq!(is_failure, failures > 0, "{name}: only a failed deployment and drift are failures");
        assert_eq!(all("testsuite").len(), (report.parts().count() + plan.iter().count()).max(1), "{name}");
    }
}

#[test]
fn a_dotenv_file_keeps_every_rule_of_gitlab() {
    let long = samples::crowd(5_000, &"发布".repeat(5_000));
    for report in SAMPLES.iter().map(|(_, sample)| sample()).chain([long]) {
        let text = dotenv::dotenv(&outputs::all(&report));
        assert!(text.len() < 5_120, "{}", text.len());
        assert!(text.ends_with('\n') && !text.contains(['$', '\\']) && !text.contains("DEPLOYED_RESULT"));
        let lines: Vec<(&str, &str)> = text.lines().map(|line| line.split_once('=').unwrap()).collect();
        assert!((10..=20).contains(&lines.len()));
        for (name, value) in lines {
            assert!(name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'), "{name}");
            assert!(!INPUTS.iter().any(|row| row.variables().iter().any(|variable| variable == name)), "{name}");
            assert!(!value.chars().any(char::is_control) && value == value.trim(), "{value:?}");
        }
    }
}

#[test]
fn lists_are_cut_at_a_whole_id_and_slot_by_slot() {
    let report = samples::crowd(5_000, "no");
    let text = dotenv::dotenv(&outputs::all(&report));
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(&format!("DEPLOYED_{name}="))).unwrap();
    let (targets, runs) = (value("TARGET"), value("PIPELINE_RUN_ID"));
    assert_eq!(targets.split(',').count(), runs.split(',').count());
    assert!(runs.split(',').all(|id| id.len() == 36), "{runs}");
    assert!(text.len() > 4_900, "no more is cut than must be: {}", text.len());
    assert!(value("MESSAGE").starts_with("the stage PROD_CHECK"), "{text}");
    let huge =
        dotenv::dotenv(&[("target", "x".repeat(9_000)), ("message", "语".repeat(3_000)), ("stage", "s".repeat(9_000))]);
    assert!(huge.starts_with("DEPLOYED_TARGET=\n"), "half an id is none: {huge}");
    assert!((4_900..5_120).contains(&huge.len()), "{}", huge.len());
    let instances: Vec<String> = (0..70).map(|nth| format!("{}", 900_000_000_000_u64 + nth)).collect();
    let few = dotenv::dotenv(&[("run-instance-id", instances.join(","))]);
    let kept = few.trim_end().strip_prefix("DEPLOYED_RUN_INSTANCE_ID=").unwrap();
    assert!(kept.len() > 140 && kept.split(',').all(|id| id.len() == 12), "{few}");
}

#[test]
fn a_result_that_github_would_refuse_is_left_out_whole_and_said_so() {
    let output = Environment::from([("GITHUB_OUTPUT", "out")]);
    let (github, elsewhere) = (Files::new(&output, &Inputs::default()), Files::default());
    for (report, fits) in
        [(samples::several(), true), (samples::crowd(400, "发布"), true), (samples::crowd(3_000, "no"), false)]
    {
        let all = outputs::all(&report);
        let units: usize = all.iter().map(|(_, value)| value.encode_utf16().count()).sum();
        assert!(units * 2 <= 1_000_000, "GitHub refuses more: {units}");
        let result = &all.iter().find(|(name, _)| *name == "result").unwrap().1;
        assert_eq!(*result, if fits { json::line(&report) } else { String::new() });
        assert_eq!(github.warning(&report).is_some(), !fits);
        assert_eq!(elsewhere.warning(&report), None, "there it is never an output");
    }
}

#[test]
fn the_result_is_one_line_as_an_output_and_the_same_in_its_file_but_for_what_tasks_printed() {
    for (name, sample) in SAMPLES {
        let report = sample();
        let line = json::line(&report);
        assert!(!line.contains(['\n', '\r']), "{name}");
        let [line, file] = [line, json::document(&report)].map(|text| serde_json::from_str::<serde_json::Value>(&text));
        let mut file = file.unwrap();
        let runs = file.get_mut("runs").and_then(serde_json::Value::as_array_mut);
        for run in runs.into_iter().flatten() {
            for task in run["tasks"].as_array_mut().unwrap() {
                assert!(task.as_object_mut().unwrap().remove("log").is_some(), "{name}: the file has it");
            }
        }
        assert_eq!(line.unwrap(), file, "{name}");
    }
}
