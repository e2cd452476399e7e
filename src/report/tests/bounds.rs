//! A run of thousands of stages, with as much text as an answer can hold: every report stays within its bounds.

use std::time::{Duration, SystemTime};

use super::samples;
use crate::{
    config::ci::Ci,
    model::{
        journal::{Journal, Note},
        outcome::Remote,
        pipeline::{Stage, State},
    },
    report::{json, junit, log::Log, outputs, step::Report, summary},
};

const STAGES: usize = 3_000;

fn stages(state: &State) -> Vec<Stage> {
    // Together some 8 MiB, the most that an answer may hold.
    let text = "<|> 上游".repeat(100);
    let one = |nth| Stage {
        code: format!("STAGE_{nth}"),
        name: text.clone(),
        message: text.clone(),
        state: state.clone(),
        ..Stage::default()
    };
    (0..STAGES).map(one).collect()
}

fn long() -> Report {
    let mut report = samples::failed_check();
    let part = &mut report.targets[0];
    for (second, state) in [(1, State::Running), (2, State::Fail)] {
        stages(&state).into_iter().for_each(|stage| part.journal.note(Duration::from_secs(second), Note::Stage(stage)));
    }
    if let Remote::Run(_, Some(pipeline)) = &mut part.outcome.found {
        pipeline.stages = stages(&State::Fail);
    }
    part.outcome.failed_stage = Some("STAGE_7".into());
    report
}

#[test]
fn every_report_of_three_thousand_stages_is_within_its_bounds() {
    let report = long();
    let text = summary::summary(&report);
    assert!(text.len() < 1024 * 1024, "{}", text.len());
    let drawn = text.split("```mermaid").nth(1).unwrap().split("```").next().unwrap();
    assert!(drawn.len() < 50_000 && drawn.contains("STAGE_0"), "{}", drawn.len());
    let xml = junit::junit(&report);
    assert!(xml.len() < 30_000_000, "GitLab reads no more: {}", xml.len());
    let document = roxmltree::Document::parse(&xml).unwrap();
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
    assert_eq!(cases.count(), STAGES, "each stage has its case");
    let units: usize = outputs::all(&report).iter().map(|(_, value)| value.encode_utf16().count()).sum();
    assert!(units < 500_000, "{units}");
    let result: serde_json::Value = serde_json::from_str(&json::document(&report)).unwrap();
    let stages = result["targets"][0]["stages"].as_array().unwrap();
    assert_eq!(stages.len(), STAGES);
    assert!(stages.iter().all(|stage| stage["duration_ms"] == 1_000), "each has its own bar");
}

/// The log asks for the bar of each stage that ends. With a journal that goes through all notes for each of them, this
/// test takes minutes.
#[test]
fn the_log_of_three_thousand_stages_has_a_short_line_for_each_change() {
    let log = Log::new(Ci::Other, SystemTime::UNIX_EPOCH);
    let mut journal = Journal::default();
    let mut bytes = 0;
    for (second, state) in [(1, State::Running), (3, State::Success)] {
        for stage in stages(&state) {
            journal.note(Duration::from_secs(second), Note::Stage(stage));
            let line = log.entry(journal.entries().last().unwrap(), &journal, "", 0).unwrap();
            assert_eq!(line.ends_with(" after 2.0 s"), state == State::Success, "{line}");
            bytes += line.len();
        }
    }
    assert!(bytes < 2 * STAGES * 8_000, "{bytes}");
    assert_eq!(journal.timeline().len(), STAGES);
}
