//! A dry run: what is read, and what is said would be done.

use crate::{
    model::{
        accept::Operation,
        call::{Answer, Call, FileInfo, FileKey, Reply, Why},
        outcome::{Found, Outcome, Status},
        package::Package,
        pipeline::{Pipeline, Stage, State},
        plan::{Manner, Target},
        span::Elapsed,
    },
    walk::step::{Action, Event, Walk},
};

use super::{asked, limits};

fn pipeline() -> Pipeline {
    let stage =
        |code: &str, kind: &str, state| Stage { code: code.into(), kind: kind.into(), state, ..Stage::default() };
    let stages = vec![stage("BUILD", "Build", State::Success), stage("PROD", "Deploy", State::Init)];
    Pipeline { id: "run-7".into(), state: State::Running, stages, ..Pipeline::default() }
}

/// The node 7001, the workflow 9001, the file 1001 with uncommitted edits and 1002 without, the run run-7, and the
/// package 555.
fn answer(call: &Call) -> Result<Answer, Why> {
    match call {
        Call::ReadObject { object, is_workflow } => match (object.as_str(), is_workflow) {
            ("7001", false) => Ok(Answer::Object("ods_orders".into())),
            ("9001", true) => Ok(Answer::Object("daily".into())),
            _ => Err(Why::NotFound),
        },
        Call::ReadFile(FileKey::File(id @ 1001..=1002)) => {
            Ok(Answer::File(FileInfo { id: *id, name: "ods.sql".into(), committed: Some(*id == 1002) }))
        }
        Call::LookAtRun { run } if run == "run-7" => Ok(Answer::Run(pipeline())),
        Call::LookAtPackage { package: 555 } => {
            Ok(Answer::Package(Package { name: "P".into(), status: Some(0), ..Package::default() }))
        }
        _ => Err(Why::Other),
    }
}

fn read(target: &Target, manner: &Manner) -> (Vec<Call>, Outcome) {
    let mut walk = Walk::read(target, manner, &limits(), 1);
    assert_eq!(walk.doing(), format!("reading {}", target.label()));
    asked(&mut walk, answer)
}

fn said(target: &Target, manner: &Manner) -> String {
    let (calls, outcome) = read(target, manner);
    assert!(calls.iter().all(|call| !call.changes()), "{calls:?}");
    assert_eq!(outcome.end.status, Status::DryRun);
    outcome.end.message
}

#[test]
fn of_an_object_by_what_the_operation_would_do() {
    let online =
        "would call CreatePipelineRun (Online) for the node ods_orders (7001), then execute each stage in order";
    let node = Target::Object("7001".into());
    assert_eq!(said(&node, &Manner::default()), online);
    let until = Manner { until_stage: Some("PROD_CHECK".into()), ..Manner::default() };
    assert_eq!(said(&node, &until), format!("{online}, and stop after PROD_CHECK"));
    let workflow = Target::Object("9001".into());
    for (operation, rest) in [
        (Operation::Offline, "then execute each stage before the first Delete, and abolish the rest"),
        (Operation::Delete, "then execute each stage, Delete included"),
    ] {
        let manner = Manner { operation, ..Manner::default() };
        let wanted = format!("would call CreatePipelineRun (Offline) for the workflow daily (9001), {rest}");
        assert_eq!(said(&workflow, &manner), wanted);
    }
}

#[test]
fn of_a_file_by_whether_its_edits_are_committed() {
    for (id, submit, does) in [
        (1001, true, "would call SubmitFile, then DeployFile,"),
        (1001, false, "has uncommitted edits, which without submit: true are not deployed; would call DeployFile"),
        (1002, true, "would call DeployFile"),
        (1002, false, "would call DeployFile"),
    ] {
        let manner = Manner { submit, ..Manner::default() };
        assert_eq!(said(&Target::File(FileKey::File(id)), &manner), format!("{does} for the file ods.sql ({id})"));
    }
}

#[test]
fn of_what_would_be_followed() {
    let (_, outcome) = read(&Target::Run("run-7".into()), &Manner::default());
    let stages = "BUILD (Build, Success), PROD (Deploy, Init)";
    let wanted = format!("would go on with the run, which reads Running; its stages: {stages}");
    assert_eq!((outcome.end.status, outcome.end.message), (Status::DryRun, wanted));
    assert!(matches!(outcome.found, Found::Run(id, Some(run)) if id == "run-7" && run == pipeline()));

    let (_, outcome) = read(&Target::Package(555), &Manner::default());
    let wanted = "would follow the package P, which reads Running".to_owned();
    assert_eq!((outcome.end.status, outcome.end.message), (Status::DryRun, wanted));
    assert!(matches!(outcome.found, Found::Package(555, Some(package)) if package.name == "P"));
}

#[test]
fn what_cannot_be_read_is_found_wrong() {
    for (target, label, operation, calls) in [
        (Target::Object("4711".into()), "object-id 4711", "GetWorkflowDefinition", 2),
        (Target::File(FileKey::File(4711)), "file-id 4711", "GetFile", 1),
        (Target::Run("run-9".into()), "pipeline-run-id run-9", "GetPipelineRun", 1),
        (Target::Package(4711), "deployment-id 4711", "GetDeployment", 1),
    ] {
        let (asked, outcome) = read(&target, &Manner::default());
        assert_eq!((asked.len(), outcome.end.status), (calls, Status::Invalid), "{label}");
        assert_eq!(outcome.end.message, format!("{label} cannot be read: {operation} says no"));
    }
}

#[test]
fn a_service_that_does_not_know_the_operation_is_no_wrong_input() {
    let mut walk = Walk::read(&Target::Object("7001".into()), &Manner::default(), &limits(), 1);
    let (calls, outcome) = asked(&mut walk, |_| Err(Why::UnknownOperation));
    assert_eq!((calls.len(), outcome.end.status), (1, Status::Unavailable));
}

#[test]
fn an_answer_at_the_very_deadline_counts() {
    let mut walk = Walk::read(&Target::File(FileKey::File(1002)), &Manner::default(), &limits(), 1);
    let Action::Call(call, _) = walk.step(Elapsed::ZERO, Event::Begin) else { panic!("it is asked for") };
    let reply = Reply { answer: answer(&call).unwrap(), request_id: String::new(), clock_ms: None };
    let Action::Done(outcome) = walk.step(limits().timeout, Event::Answer(reply)) else { panic!("it has ended") };
    assert_eq!(outcome.end.status, Status::DryRun);
}
