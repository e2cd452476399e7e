//! What a run comes to, over every state of its stages.

use super::*;

const STATES: [&str; 7] = ["Init", "Running", "Success", "Fail", "Termination", "Cancel", "Reviewing"];

fn stage(step: i64, kind: &str, state: &str) -> Stage {
    Stage {
        code: format!("S{step}"),
        kind: kind.into(),
        step: Some(step),
        state: State::read(state),
        ..Stage::default()
    }
}

fn run(state: &str, stages: &[(&str, &str)]) -> Pipeline {
    let stages = stages.iter().zip(1..).map(|((kind, state), step)| stage(step, kind, state)).collect();
    Pipeline { id: "r".into(), state: State::read(state), stages, ..Pipeline::default() }
}

#[test]
fn over_every_pair_of_states() {
    for of_run in STATES {
        for of_stage in STATES {
            let pipeline = run(of_run, &[("Build", "Success"), ("Check", of_stage), ("Deploy", "Init")]);
            let verdict = pipeline.verdict(Operation::Online, None);
            let stage = State::read(of_stage);
            match &pipeline.state {
                State::Success => assert_eq!(verdict, Verdict::Succeeded { left: None }),
                ended if ended.is_failure() || stage.is_failure() => {
                    assert_eq!(verdict, Verdict::Failed(stage.is_failure().then(|| &pipeline.stages[1])));
                }
                State::Running if stage == State::Init => {
                    assert_eq!(verdict, Verdict::Execute(&pipeline.stages[1]));
                }
                State::Running if stage == State::Success => {
                    assert_eq!(verdict, Verdict::Execute(&pipeline.stages[2]));
                }
                _ => assert_eq!(verdict, Verdict::Wait, "{of_run} {of_stage}"),
            }
        }
    }
}

#[test]
fn words_are_read_without_case_and_kept_when_unknown() {
    for (word, shown, failed) in [
        ("INIT", "Init", false),
        ("running", "Running", false),
        ("SUCCESS", "Success", false),
        ("fail", "Fail", true),
        ("TERMINATION", "Termination", true),
        ("cancel", "Cancel", true),
        ("Reviewing", "Reviewing", false),
        ("", "(no status)", false),
    ] {
        let state = State::read(word);
        assert_eq!((state.to_string().as_str(), state.is_failure()), (shown, failed), "{word}");
    }
}

#[test]
fn only_success_of_the_run_is_success() {
    let all_done = run("Running", &[("Build", "Success"), ("Deploy", "Success")]);
    assert_eq!(all_done.verdict(Operation::Online, None), Verdict::Wait, "the run may still fail");
    assert_eq!(run("Running", &[]).verdict(Operation::Online, None), Verdict::Wait, "stages come a little later");
    assert_eq!(run("SUCCESS", &[]).verdict(Operation::Online, None), Verdict::Succeeded { left: None });
}

#[test]
fn stages_come_by_step_then_as_listed() {
    let mut pipeline = run("Running", &[]);
    pipeline.stages = vec![stage(3, "c", "Init"), stage(1, "a", "Init"), stage(1, "b", "Init")];
    pipeline.stages.push(Stage { step: None, ..stage(9, "d", "Init") });
    let order: Vec<String> = pipeline.in_order().stages.into_iter().map(|stage| stage.kind).collect();
    assert_eq!(order, ["a", "b", "c", "d"]);
}

#[test]
fn until_stage() {
    let pipeline = run("Running", &[("Build", "Success"), ("Check", "Success"), ("Deploy", "Init")]);
    let verdict = |until| pipeline.verdict(Operation::Online, Some(until));
    assert_eq!(verdict("s2"), Verdict::Stopped { next: Some(&pipeline.stages[2]) });
    assert_eq!(verdict("S3"), Verdict::Execute(&pipeline.stages[2]));
    assert_eq!(verdict("PROD"), Verdict::NoSuchStage);
    assert_eq!(
        run("Init", &[]).verdict(Operation::Online, Some("PROD")),
        Verdict::Wait,
        "no stages yet is not no such stage"
    );
    assert_eq!(run("Fail", &[]).verdict(Operation::Online, Some("PROD")), Verdict::Failed(None));
}

#[test]
fn a_code_that_comes_twice_names_no_stage_to_execute() {
    let with = |state: &str| {
        let mut pipeline = run("Running", &[("Check", "Success"), ("Check", state), ("Deploy", "Init")]);
        pipeline.stages[1].code = "s1".into();
        pipeline
    };
    let waits = with("Init");
    assert_eq!(waits.verdict(Operation::Online, None), Verdict::Repeated(&waits.stages[1]));
    assert_eq!(with("Running").verdict(Operation::Online, None), Verdict::Wait, "others may execute it");
    let over = with("Success");
    assert_eq!(over.verdict(Operation::Online, None), Verdict::Execute(&over.stages[2]));
}

#[test]
fn offline_stops_before_delete_and_delete_goes_on() {
    let pipeline = run("Running", &[("Check", "Success"), ("Offline", "Success"), ("Delete", "Init")]);
    assert_eq!(pipeline.verdict(Operation::Offline, None), Verdict::Succeeded { left: Some(&pipeline.stages[2]) });
    assert_eq!(pipeline.verdict(Operation::Delete, None), Verdict::Execute(&pipeline.stages[2]));
    let before = run("Running", &[("Check", "Success"), ("Offline", "Init"), ("Delete", "Init")]);
    assert_eq!(before.verdict(Operation::Offline, None), Verdict::Execute(&before.stages[1]));
    let bare = run("Running", &[("Delete", "Init")]);
    assert_eq!(bare.verdict(Operation::Offline, None), Verdict::Forbidden(&bare.stages[0]));
}

#[test]
fn a_run_that_was_abolished_or_failed_is_not_stopped_as_asked() {
    for ended in ["Fail", "Termination", "Cancel"] {
        let pipeline = run(ended, &[("Build", "Success"), ("Check", "Success"), ("Deploy", "Init")]);
        assert_eq!(pipeline.verdict(Operation::Online, Some("S2")), Verdict::Failed(None), "{ended}");
    }
    let skipped = run("Running", &[("Build", "Fail"), ("Check", "Success")]);
    assert_eq!(skipped.verdict(Operation::Online, Some("S2")), Verdict::Failed(Some(&skipped.stages[0])));
    let unknown = run("Reviewing", &[("Build", "Success"), ("Check", "Success"), ("Deploy", "Init")]);
    assert_eq!(unknown.verdict(Operation::Online, Some("S2")), Verdict::Wait, "a status that nobody knows");
}

#[test]
fn a_run_of_the_other_direction_is_not_what_was_asked_for_finished_or_not() {
    for of_run in STATES {
        for of_stage in ["Init", "Success"] {
            let online = run(of_run, &[("Build", "Success"), ("Deploy", of_stage)]);
            assert_eq!(online.verdict(Operation::Offline, None), Verdict::Missing("Offline"), "{of_run}");
            assert_eq!(online.verdict(Operation::Delete, None), Verdict::Missing("Delete"), "{of_run}");
            let offline = run(of_run, &[("Check", "Success"), ("Offline", of_stage)]);
            assert_eq!(offline.verdict(Operation::Online, None), Verdict::Forbidden(&offline.stages[1]));
            assert_eq!(offline.verdict(Operation::Delete, None), Verdict::Missing("Delete"), "{of_run}");
        }
    }
    assert_eq!(run("Running", &[]).verdict(Operation::Delete, None), Verdict::Wait, "it names no stages yet");
}

#[test]
fn no_stage_takes_offline_or_deletes_unless_asked() {
    for kind in ["Offline", "DELETE"] {
        let pipeline = run("Running", &[("Check", "Init"), (kind, "Init")]);
        assert_eq!(
            pipeline.verdict(Operation::Online, None),
            Verdict::Forbidden(&pipeline.stages[1]),
            "before any Exec"
        );
    }
}
