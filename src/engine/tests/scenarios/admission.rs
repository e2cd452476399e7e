//! A call that waits to be admitted among many: when it is worth waiting no longer, and what became of it if it never left.

use crate::{
    engine::{
        tests::sim::s,
        walk::{Action, Event, Walk},
    },
    model::{
        answer::{Answer, Reply},
        call::Call,
        duration::Elapsed,
        options::{DeployOptions, Disposition},
        package::Package,
        status::Status,
        target::Target,
    },
};

use super::{Operation, limits, marker, message, stage_timeouts};

fn deploy(options: &DeployOptions) -> Box<Walk> {
    Walk::deploy(&Target::Object("7001".into()), marker("1", Operation::Online), options, &limits(), 1)
}

fn answer(walk: &mut Walk, at: Elapsed, answer: Answer) -> Action {
    walk.step(at, Event::Answer(Reply { answer, request_id: String::new(), clock_ms: None }))
}

/// Up to the create, which the walk asks for at 1 s.
fn to_the_create(walk: &mut Walk) {
    walk.step(Elapsed::ZERO, Event::Begin);
    let action = answer(walk, s(1), Answer::Runs(Vec::new(), 0.into()));
    assert!(matches!(action, Action::Call(Call::CreatePipelineRun { .. }, _)), "{action:?}");
}

#[test]
fn a_create_that_was_never_sent_is_neither_waited_for_nor_read_back() {
    let mut walk = deploy(&DeployOptions::default());
    to_the_create(&mut walk);
    assert!(matches!(walk.step(s(2), Event::Interrupt(143)), Action::KeepWaiting(_)), "sent, it may still tell its id");

    let mut walk = deploy(&DeployOptions::default());
    to_the_create(&mut walk);
    walk.not_sent();
    let Action::Done(outcome) = walk.step(s(2), Event::Interrupt(143)) else { panic!("there is nothing to wait for") };
    assert_eq!((outcome.end.status, message(&outcome.end).as_str()), (Status::Cancelled(143), "interrupted"));
}

#[test]
fn it_gives_up_at_the_nearer_of_the_steps_and_the_stages_time() {
    let mut walk = deploy(&DeployOptions::default());
    to_the_create(&mut walk);
    assert_eq!(walk.limit(), s(1800));

    let mut limits = limits();
    limits.stage = stage_timeouts("PACKAGE=60s");
    let mut walk =
        Walk::deploy(&Target::Package(101), marker("1", Operation::Online), &DeployOptions::default(), &limits, 1);
    walk.step(Elapsed::ZERO, Event::Begin);
    answer(&mut walk, s(1), Answer::Package(Package::default()));
    assert_eq!(walk.limit(), s(61));
}

#[test]
fn a_shutdown_is_known_as_one() {
    let mut walk = deploy(&DeployOptions { on_cancel: Disposition::Abolish, ..DeployOptions::default() });
    to_the_create(&mut walk);
    answer(&mut walk, s(1), Answer::RunCreated("run-1".into()));
    assert!(!walk.is_shutting_down());
    let action = walk.step(s(2), Event::Interrupt(143));
    assert!(matches!(action, Action::Call(Call::AbolishPipelineRun { .. }, _)), "{action:?}");
    assert!(walk.is_shutting_down());
}

#[test]
fn what_a_spent_budget_cannot_ask_is_not_asked() {
    let mut walk = deploy(&DeployOptions::default());
    to_the_create(&mut walk);
    walk.not_sent();
    let Action::Done(outcome) = walk.step(s(2), Event::Spent) else { panic!("nothing was created") };
    let (status, words) = (outcome.end.status, message(&outcome.end));
    assert_eq!((status, words.as_str()), (Status::TimedOut, "the request budget is used up"));

    let mut walk = deploy(&DeployOptions { on_cancel: Disposition::Abolish, ..DeployOptions::default() });
    to_the_create(&mut walk);
    answer(&mut walk, s(1), Answer::RunCreated("run-1".into()));
    walk.step(s(2), Event::Interrupt(143));
    walk.not_sent();
    let Action::Done(outcome) = walk.step(s(2), Event::Spent) else { panic!("the abolish needs a request too") };
    let (status, words) = (outcome.end.status, message(&outcome.end));
    let left = "interrupted; the pipeline run could not be abolished: the request budget is used up; to go on with this run, give pipeline-run-id run-1";
    assert_eq!((status, words.as_str()), (Status::Cancelled(143), left));
}
