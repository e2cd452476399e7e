//! What an attack on the walk found: each of these failed before it was fixed.

use std::sync::Arc;

use crate::{
    engine::{
        context::Context,
        flow::Next,
        pipeline::stages::Stages,
        tests::sim::{Fate, ms, s},
        walk::{Action, Event, Walk},
    },
    model::{
        answer::{Answer, Reply},
        call::Call,
        fault::{Fault, FaultKind, Refusal, ServiceError},
        journal::Journal,
        options::{DeployOptions, Disposition, Interval, Operation},
        outcome::Remote,
        pipeline::{Pipeline, Stage, State},
        status::Status,
        target::Target,
    },
};

use super::{START, Story, limits, marker, refused};

#[test]
fn two_execs_lost_a_minute_apart_while_a_person_is_waited_for_are_no_verdict() {
    let mut story = Story::online();
    story.cloud.stages[2].approved_at = START + s(600);
    story.cloud.stages[2].refuses_until_approved = true;
    for fate in [Fate::Answered, Fate::Answered, Fate::Lost(false), Fate::Answered, Fate::Lost(false)] {
        story = story.befalls("ExecPipelineRunStage", fate);
    }
    let told = story.tell();
    assert_eq!((told.status(), told.approvals().len()), (Status::Success, 1), "{}", told.message());
}

#[test]
fn an_exec_refused_by_anything_but_400_or_success_false_is_no_approval() {
    for (status, why) in [(404, Refusal::NotFound), (404, Refusal::UnknownOperation), (409, Refusal::Other)] {
        let error = ServiceError { status, message: "no".into(), ..ServiceError::default() };
        let fate = Fate::Fails(Fault::new(FaultKind::Refused(why), error));
        let told = Story::online().befalls("ExecPipelineRunStage", fate).tell();
        assert_eq!((told.approvals().len(), told.moments("ExecPipelineRunStage").len()), (0, 1), "{status} {why:?}");
        assert!(!told.status().is_good() && told.at < s(10), "{:?} at {:?}", told.status(), told.at);
    }
}

#[test]
fn an_interrupt_during_the_last_look_makes_nothing_last_longer() {
    for disposition in [Disposition::Leave, Disposition::Abolish] {
        let endless = || {
            let mut story = Story::online();
            story.cloud.stages[2].takes = s(100_000);
            story.limits.timeout = s(60);
            story.limits.poll = Interval { shortest: s(19), longest: s(19) };
            story.options.on_timeout = disposition;
            story
        };
        let polls = endless().tell().moments("GetPipelineRun").len();
        let story = endless().befalls_often(polls - 1, "GetPipelineRun", &Fate::Answered);
        let story = story.befalls_often(9, "GetPipelineRun", &Fate::Hangs(true));
        let story = story.befalls_often(9, "AbolishPipelineRun", &Fate::Hangs(false));
        let told = story.interrupted_at(ms(60_500)).tell();
        assert!(told.at <= ms(62_500), "{disposition:?}: gone at {:?}", told.at);
    }
}

#[test]
fn an_interrupted_start_of_a_workflow_says_what_became_of_it() {
    let told = Story::workflow().befalls("StartProcessInstance", Fate::Hangs(true)).interrupted_at(ms(50)).tell();
    assert_eq!((told.status(), told.at), (Status::Cancelled(143), ms(1550)));
    assert!(told.message().contains("may have been started or not"), "{}", told.message());
    let told = Story::workflow().interrupted_at(ms(50)).tell();
    assert!(matches!(&told.outcome.found, Remote::Start(reply) if reply.started));
    assert!(told.message().contains("the workflow 12 was started"), "{}", told.message());
}

#[test]
fn a_second_create_that_is_refused_leaves_the_first_unknown() {
    let mut story = Story::online().befalls("CreatePipelineRun", Fate::Lost(true));
    story = story.befalls("CreatePipelineRun", refused(Refusal::Other, "another run is unfinished"));
    story.cloud.shows_after = s(30);
    let told = story.tell();
    assert!(told.message().contains("a pipeline run of 7001 may exist"), "{}", told.message());

    let story =
        Story::file().befalls("DeployFile", Fate::Lost(false)).befalls("DeployFile", refused(Refusal::Other, "no"));
    let told = story.tell();
    assert!(told.message().contains("a deployment package may exist"), "{}", told.message());
}

#[test]
fn an_old_package_is_never_taken_for_ours() {
    let mut story = Story::file().befalls("ListDeployments", refused(Refusal::Other, "no"));
    story = story.befalls("DeployFile", Fate::Lost(false));
    story.cloud.packages.push(START - s(600));
    let told = story.tell();
    assert_eq!((told.status(), told.found()), (Status::Unavailable, None), "{}", told.message());
}

#[test]
fn a_best_effort_call_that_is_put_off_does_not_hold_up_a_verdict() {
    for (after, asked) in [(s(5), 2), (ms(5001), 1), (s(3600), 1)] {
        let busy = Fault { kind: FaultKind::Busy, after: Some(after), error: ServiceError::seen("slow down") };
        let mut story = Story::online().befalls("ListPipelineRunItems", Fate::Fails(busy));
        story.cloud.stages[1].ends = State::Fail;
        let told = story.tell();
        assert_eq!((told.status(), told.moments("ListPipelineRunItems").len()), (Status::Failed, asked), "{after:?}");
        assert!(told.at < s(20), "known to have failed at 13 s, told at {:?}", told.at);
    }
}

#[test]
fn a_poll_of_an_older_state_does_not_lead_to_a_second_execution() {
    let stage = |code: &str, state| Stage { code: code.into(), kind: "Check".into(), state, ..Stage::default() };
    let run = |first, second| Pipeline {
        id: "r".into(),
        state: State::Running,
        stages: vec![stage("A", first), stage("B", second)],
        ..Pipeline::default()
    };
    let context = Context::new(&DeployOptions::default(), &limits());
    let mut stages = Stages::new("r".into(), Arc::new(context), s(0));
    let mut journal = Journal::default();
    stages.on_poll(s(1), run(State::Success, State::Init), &mut journal);
    assert!(matches!(stages.next(s(1)), Next::Call(Call::ExecPipelineRunStage { code, .. }) if code == "B"));
    stages.on_accepted(s(1), "B", &mut journal);
    stages.on_poll(s(2), run(State::Running, State::Init), &mut journal);
    stages.on_poll(s(3), run(State::Success, State::Init), &mut journal);
    assert!(matches!(stages.next(s(3)), Next::Pause(_)), "it was executed two seconds ago");
}

#[test]
fn what_happens_after_the_end_changes_nothing() {
    let Story { options, limits, .. } = Story::online();
    let target = Target::Object("7001".into());
    let mut walk = Walk::deploy(&target, marker("1", Operation::Online), &options, &limits, 1);
    assert!(matches!(walk.step(s(0), Event::Begin), Action::Call(..)));
    let Action::Done(first) = walk.step(s(1), Event::Interrupt(130)) else { panic!("nothing is to be settled") };
    let noted = walk.journal().entries().len();
    let created = Reply { answer: Answer::RunCreated("run-9".into()), request_id: String::new(), clock_ms: None };
    let lost = Fault::new(FaultKind::Lost, ServiceError::seen("no answer in time"));
    for event in [Event::Tick, Event::Interrupt(143), Event::Answer(created), Event::Fault(lost), Event::Begin] {
        let Action::Done(again) = walk.step(s(9000), event) else { panic!("it goes on after its end") };
        assert_eq!((again, walk.journal().entries().len()), (first.clone(), noted));
    }
}
