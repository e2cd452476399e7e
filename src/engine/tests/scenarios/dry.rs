//! A dry run: what is read, and what is said would be done.

use crate::{
    engine::walk::{Action, Event, Walk},
    model::{
        answer::{Answer, FileInfo, Named, ObjectInfo, Reply},
        call::{Call, Effect, FileKey},
        duration::Elapsed,
        fault::Refusal,
        journal::{Entry, Note},
        options::{DeployOptions, Operation},
        outcome::{Outcome, Remote},
        package::Package,
        pipeline::{Pipeline, Stage, State},
        status::Status,
        target::Target,
    },
};

use super::{asked, limits, message};

fn pipeline() -> Pipeline {
    let stage =
        |code: &str, kind: &str, state| Stage { code: code.into(), kind: kind.into(), state, ..Stage::default() };
    let stages = vec![stage("BUILD", "Build", State::Success), stage("PROD", "Deploy", State::Init)];
    Pipeline { id: "run-7".into(), state: State::Running, stages, ..Pipeline::default() }
}

fn object(name: &str) -> Answer {
    Answer::Object(Box::new(ObjectInfo { name: name.into(), ..ObjectInfo::default() }))
}

/// The node 7001, the node 7002 inside the workflow 9001, the file 1001 with uncommitted edits, 1002 without, and 1003
/// that was never committed, the run run-7 and the abolished run-8, the package 555 and 556 that failed.
fn answer(call: &Call) -> Result<Answer, Refusal> {
    match call {
        Call::GetNode { node } if node == "7001" => Ok(object("ods_orders")),
        Call::GetWorkflowDefinition { workflow, .. } if workflow == "9001" => Ok(object("daily")),
        Call::GetNode { node } if node == "7002" => {
            let workflow = Some(Named { id: "9001".into(), name: "daily".into(), ..Named::default() });
            Ok(Answer::Object(Box::new(ObjectInfo { name: "inner".into(), workflow, ..ObjectInfo::default() })))
        }
        Call::GetNode { .. } | Call::GetWorkflowDefinition { .. } => Err(Refusal::NotFound),
        Call::GetFile(FileKey::File(id @ 1001..=1003)) => Ok(Answer::File(FileInfo {
            id: *id,
            name: "ods.sql".into(),
            committed: Some(*id == 1002),
            version: Some(if *id == 1003 { 0 } else { 3 }),
            ..FileInfo::default()
        })),
        Call::GetPipelineRun { run } if run == "run-7" => Ok(Answer::Run(pipeline())),
        Call::GetPipelineRun { run } if run == "run-8" => {
            Ok(Answer::Run(Pipeline { id: "run-8".into(), state: State::Cancel, ..pipeline() }))
        }
        Call::GetDeployment { package: 556 } => Ok(Answer::Package(Package { status: Some(2), ..Package::default() })),
        Call::GetDeployment { package: 555 } => {
            Ok(Answer::Package(Package { name: "P".into(), status: Some(0), ..Package::default() }))
        }
        _ => Err(Refusal::Other),
    }
}

fn read(target: &Target, options: &DeployOptions) -> (Vec<Call>, Outcome) {
    let mut walk = Walk::read(target, options, &limits(), 1);
    assert_eq!(walk.activity(), format!("reading {}", target.label()));
    asked(&mut walk, answer)
}

fn said(target: &Target, options: &DeployOptions) -> String {
    let (calls, outcome) = read(target, options);
    assert!(calls.iter().all(|call| call.effect() == Effect::Read), "{calls:?}");
    assert_eq!(outcome.end.status, Status::DryRun);
    message(&outcome.end)
}

#[test]
fn of_an_object_by_what_the_operation_would_do() {
    let online =
        "would call CreatePipelineRun (Online) for the node ods_orders (7001), then execute each stage in order";
    let node = Target::Object("7001".into());
    assert_eq!(said(&node, &DeployOptions::default()), online);
    let until = DeployOptions { until_stage: Some("PROD_CHECK".into()), ..DeployOptions::default() };
    assert_eq!(said(&node, &until), format!("{online}, and stop after PROD_CHECK"));
    let workflow = Target::Object("9001".into());
    for (operation, rest) in [
        (Operation::Offline, "then execute each stage before the first Delete, and abolish the rest"),
        (Operation::Delete, "then execute each stage, Delete included"),
    ] {
        let options = DeployOptions { operation, ..DeployOptions::default() };
        let wanted = format!("would call CreatePipelineRun (Offline) for the workflow daily (9001), {rest}");
        assert_eq!(said(&workflow, &options), wanted);
    }
}

#[test]
fn of_a_file_by_whether_its_edits_are_committed() {
    for (id, submit, does) in [
        (1001, true, "would call SubmitFile, then DeployFile,"),
        (1001, false, "would call DeployFile"),
        (1002, true, "would call DeployFile"),
        (1002, false, "would call DeployFile"),
    ] {
        let options = DeployOptions { submit, ..DeployOptions::default() };
        assert_eq!(said(&Target::File(FileKey::File(id)), &options), format!("{does} for the file ods.sql ({id})"));
    }
}

#[test]
fn what_the_deployment_is_certain_to_be_refused_for_ends_the_dry_run_likewise() {
    for (target, status, wanted) in [
        (Target::Object("7002".into()), Status::Invalid, "the node inner lives in the workflow daily (9001)"),
        (Target::File(FileKey::File(1003)), Status::Failed, "the file ods.sql (1003) was never committed"),
        (Target::Run("run-8".into()), Status::Failed, "the pipeline run ended with the status Cancel"),
        (Target::Package(556), Status::Failed, "the package 556 ended with the status Fail"),
    ] {
        let (_, outcome) = read(&target, &DeployOptions::default());
        assert_eq!(outcome.end.status, status, "{}", target.label());
        assert!(message(&outcome.end).contains(wanted), "{}", message(&outcome.end));
    }
    let submit = DeployOptions { submit: true, ..DeployOptions::default() };
    assert!(said(&Target::File(FileKey::File(1003)), &submit).starts_with("would call SubmitFile"));
    let offline = DeployOptions { operation: Operation::Offline, ..DeployOptions::default() };
    let (_, outcome) = read(&Target::Run("run-7".into()), &offline);
    assert!(message(&outcome.end).starts_with("the run has no stage of type Offline"), "{}", message(&outcome.end));
    let until = DeployOptions { until_stage: Some("DEV".into()), ..DeployOptions::default() };
    assert_eq!(read(&Target::Run("run-7".into()), &until).1.end.status, Status::Invalid);
}

#[test]
fn edits_that_are_not_committed_are_warned_of_by_the_dry_run_and_by_the_deployment() {
    let wanted = "the file ods.sql (1001) has edits that are not committed";
    let options = DeployOptions::default();
    let target = Target::File(FileKey::File(1001));
    for mut walk in [
        Walk::read(&target, &options, &limits(), 1),
        Walk::deploy(&target, super::marker("1", Operation::Online), &options, &limits(), 1),
    ] {
        let Action::Call(call, _) = walk.step(Elapsed::ZERO, Event::Begin) else { panic!("it is read first") };
        let reply = Reply { answer: answer(&call).unwrap(), request_id: String::new(), clock_ms: None };
        walk.step(Elapsed::ZERO, Event::Answer(reply));
        let warns = |entry: &Entry| matches!(&entry.note, Note::Warning(text) if text.starts_with(wanted));
        assert!(walk.journal().entries().iter().any(warns), "{:?}", walk.journal());
    }
}

#[test]
fn of_what_would_be_followed() {
    let (_, outcome) = read(&Target::Run("run-7".into()), &DeployOptions::default());
    let stages = "BUILD (Build, Success), PROD (Deploy, Init)";
    let wanted = format!("would go on with the run, which has the status Running; its stages: {stages}");
    assert_eq!((outcome.end.status, message(&outcome.end)), (Status::DryRun, wanted));
    assert!(matches!(outcome.found, Remote::Run(id, Some(run)) if id == "run-7" && run == pipeline()));

    let (_, outcome) = read(&Target::Package(555), &DeployOptions::default());
    let wanted = "would follow the package P, which has the status Running".to_owned();
    assert_eq!((outcome.end.status, message(&outcome.end)), (Status::DryRun, wanted));
    assert!(matches!(outcome.found, Remote::Package(555, Some(package)) if package.name == "P"));
}

#[test]
fn what_cannot_be_read_is_found_wrong() {
    for (target, label, operation, calls) in [
        (Target::Object("4711".into()), "object-id 4711", "GetWorkflowDefinition", 2),
        (Target::File(FileKey::File(4711)), "file-id 4711", "GetFile", 1),
        (Target::Run("run-9".into()), "pipeline-run-id run-9", "GetPipelineRun", 1),
        (Target::Package(4711), "deployment-id 4711", "GetDeployment", 1),
    ] {
        let (asked, outcome) = read(&target, &DeployOptions::default());
        assert_eq!((asked.len(), outcome.end.status), (calls, Status::Invalid), "{label}");
        assert_eq!(message(&outcome.end), format!("{label} cannot be read: {operation} answered no"));
    }
}

#[test]
fn a_service_that_does_not_know_the_operation_is_no_wrong_input() {
    let mut walk = Walk::read(&Target::Object("7001".into()), &DeployOptions::default(), &limits(), 1);
    let (calls, outcome) = asked(&mut walk, |_| Err(Refusal::UnknownOperation));
    assert_eq!((calls.len(), outcome.end.status), (1, Status::Unavailable));
}

#[test]
fn an_answer_at_the_very_deadline_counts() {
    let mut walk = Walk::read(&Target::File(FileKey::File(1002)), &DeployOptions::default(), &limits(), 1);
    let Action::Call(call, _) = walk.step(Elapsed::ZERO, Event::Begin) else { panic!("it is asked for") };
    let reply = Reply { answer: answer(&call).unwrap(), request_id: String::new(), clock_ms: None };
    let Action::Done(outcome) = walk.step(limits().timeout, Event::Answer(reply)) else { panic!("it has ended") };
    assert_eq!(outcome.end.status, Status::DryRun);
}
