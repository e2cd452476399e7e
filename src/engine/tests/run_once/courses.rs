//! Named courses of a run: which calls are sent and when, and how it ends.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        call::Call,
        duration::Elapsed,
        fault::{Fault, FaultKind, Refusal, ServiceError},
        outcome::Outcome,
        run_once::BackfillInstances,
        run_plan::RunKind,
        run_result::DateRun,
        status::Status,
    },
    report::reasons::message,
};

use super::{day, limits, options, request, scheduler::Scheduler, walk};

/// The course of one attempt: the scheduler afterwards, how it ended, and when.
fn course(mut scheduler: Scheduler, kind: RunKind) -> (Scheduler, Outcome, Elapsed) {
    let asked = request(kind, &scheduler.dates.clone(), s(600));
    let driven = scheduler.drive(&mut walk(&asked, &options(false), &limits(s(900)), 1), None, None, Elapsed::ZERO);
    assert_eq!(scheduler.broken, [""; 0]);
    (scheduler, driven.outcome.unwrap(), driven.at)
}

fn sent(scheduler: &Scheduler, operation: &str) -> Vec<Elapsed> {
    scheduler.calls.iter().filter(|(_, call, _)| call.operation() == operation).map(|(at, ..)| *at).collect()
}

#[test]
fn the_creation_says_exactly_what_runs() {
    let dates = ["2026-11-20", "2026-11-21", "2026-11-25"].map(day);
    let (scheduler, outcome, _) = course(Scheduler::new(1, &dates), RunKind::Workflow);
    assert_eq!(outcome.end.status, Status::Success);
    let wanted = |backfill: &BackfillInstances| {
        backfill.tasks == [71, 72]
            && backfill.is_workflow
            && backfill.immediately
            && backfill.dates.len() == 2
            && backfill.parameters == [(71, "a=2".to_owned()), (72, "a=2".to_owned())]
    };
    let is_right = |call: &Call| matches!(call, Call::CreateWorkflowInstances(backfill) if wanted(backfill));
    assert!(scheduler.calls.iter().any(|(_, call, _)| is_right(call)), "{:?}", scheduler.calls);
}

#[test]
fn an_instance_that_does_not_start_is_started_once_after_a_minute() {
    let mut scheduler = Scheduler::new(1, &[day("2026-11-24")]);
    scheduler.must_be_started = true;
    let (scheduler, outcome, _) = course(scheduler, RunKind::Workflow);
    assert_eq!(outcome.end.status, Status::Success);
    let started = sent(&scheduler, "StartWorkflowInstances");
    let created = sent(&scheduler, "GetWorkflowInstance")[0];
    assert_eq!(started.len(), 1);
    assert!((s(60)..s(95)).contains(&(started[0] - created)), "{:?}", started[0] - created);
}

#[test]
fn the_ids_of_the_scheduler_are_read_again_after_1_3_6_and_10_s() {
    let mut scheduler = Scheduler::new(1, &[day("2026-11-24")]);
    scheduler.tasks_at = s(3600);
    let (scheduler, outcome, at) = course(scheduler, RunKind::Workflow);
    assert_eq!((outcome.end.status, sent(&scheduler, "GetWorkflowDefinition").len()), (Status::Failed, 5));
    assert!(message(&outcome.end).contains("no id for n71, n72"), "{}", message(&outcome.end));
    assert!((s(10)..s(12)).contains(&at) && scheduler.batches.is_empty(), "{at:?}");
}

#[test]
fn the_id_of_a_node_that_getnode_does_not_have_is_looked_for_in_the_list() {
    let scheduler = || Scheduler { only_lists_tasks: true, ..Scheduler::new(1, &[day("2026-11-24")]) };
    let (listed, outcome, _) = course(scheduler(), RunKind::Node);
    assert_eq!(outcome.end.status, Status::Success, "{}", message(&outcome.end));
    assert_eq!((sent(&listed, "GetNode").len(), sent(&listed, "ListNodes").len()), (1, 2), "the second page has it");
    let keeps_its_own = |backfill: &BackfillInstances| backfill.parameters == [(71, "b=1 a=2".to_owned())];
    let is_right = |call: &Call| matches!(call, Call::CreateWorkflowInstances(backfill) if keeps_its_own(backfill));
    assert!(listed.calls.iter().any(|(_, call, _)| is_right(call)), "{:?}", listed.calls);

    let later = Scheduler { tasks_at: s(5), ..scheduler() };
    let (later, outcome, _) = course(later, RunKind::Node);
    assert_eq!((outcome.end.status, sent(&later, "GetNode").len()), (Status::Success, 4), "after 1, 3 and 6 s");

    for why in [Refusal::Denied, Refusal::Other] {
        let no = || Fault::new(FaultKind::Refused(why), ServiceError::seen("no"));
        let mut refused = scheduler();
        refused.script = vec![("ListNodes", Fate::Fails(no()))];
        let (refused, outcome, _) = course(refused, RunKind::Node);
        assert_eq!((outcome.end.status, sent(&refused, "ListNodes").len()), (Status::Failed, 1), "asked for once");
        assert!(message(&outcome.end).contains("no id for daily"), "{}", message(&outcome.end));
        let mut late = Scheduler { tasks_at: s(5), ..Scheduler::new(1, &[day("2026-11-24")]) };
        late.script = vec![("ListNodes", Fate::Fails(no()))];
        let (_, outcome, _) = course(late, RunKind::Node);
        assert_eq!(outcome.end.status, Status::Success, "it came to GetNode later");
    }
}

#[test]
fn a_lost_creation_is_looked_for_four_times_and_never_sent_again() {
    let mut scheduler = Scheduler::new(1, &["2026-11-24", "2026-11-25"].map(day));
    scheduler.script = vec![("CreateWorkflowInstances", Fate::Lost(true))];
    scheduler.shows_after = None;
    let (scheduler, outcome, _) = course(scheduler, RunKind::Workflow);
    assert_eq!((outcome.end.status, scheduler.batches.len()), (Status::Unavailable, 1));
    // Once for each date before it was sent, then four times.
    assert_eq!(sent(&scheduler, "ListWorkflowInstances").len(), 2 + 4 * 2);
    assert!(message(&outcome.end).contains("may have been started"), "{}", message(&outcome.end));
}

#[test]
fn a_refusal_of_the_run_policy_by_name_is_answered_by_leaving_it_out() {
    let no = |text: &str| {
        let error = ServiceError { status: 400, message: text.into(), ..ServiceError::default() };
        Fate::Fails(Fault::new(FaultKind::Refused(Refusal::Other), error))
    };
    for (text, status, count) in
        [("DefaultRunProperties.RunPolicy is unknown", Status::Success, 2), ("no", Status::Failed, 1)]
    {
        let mut scheduler = Scheduler::new(1, &[day("2026-11-25")]);
        scheduler.script = vec![("CreateWorkflowInstances", no(text))];
        let (scheduler, outcome, _) = course(scheduler, RunKind::Workflow);
        assert_eq!((outcome.end.status, sent(&scheduler, "CreateWorkflowInstances").len()), (status, count), "{text}");
    }
}

#[test]
fn dates_behind_one_that_failed_are_skipped_and_the_log_is_read() {
    let mut scheduler = Scheduler::new(1, &["2026-11-20", "2026-11-21", "2026-11-25"].map(day));
    scheduler.fails = vec![day("2026-11-20")];
    for (kind, logs) in [(RunKind::Workflow, "GetTaskInstanceLog"), (RunKind::File, "GetInstanceLog")] {
        let mut own = Scheduler::new(1, &scheduler.dates);
        own.fails.clone_from(&scheduler.fails);
        let (own, outcome, at) = course(own, kind);
        let words: Vec<String> = outcome.runs.iter().map(DateRun::word).collect();
        assert_eq!(words, ["Failure", "skipped", "skipped"]);
        assert_eq!((outcome.end.status, outcome.failed_stage.as_deref()), (Status::Failed, Some("RUN 2026-11-20")));
        assert_eq!((sent(&own, logs).len(), own.batches.len()), (1, 1));
        assert_eq!(outcome.runs[0].tasks[0].log.as_deref(), Some("a\nb"));
        assert!(at < s(60), "nobody waits for what will not run: {at:?}");
    }
}

#[test]
fn an_interrupt_in_the_middle_of_the_creation_stops_what_it_created() {
    let mut scheduler = Scheduler::new(1, &[day("2026-11-24")]);
    scheduler.creating = s(1);
    scheduler.takes = s(600);
    let asked = request(RunKind::Workflow, &scheduler.dates.clone(), s(600));
    let driven =
        scheduler.drive(&mut walk(&asked, &options(true), &limits(s(900)), 1), Some(ms(900)), None, Elapsed::ZERO);
    let end = driven.outcome.unwrap().end;
    assert_eq!(end.status, Status::Cancelled(143));
    let stopped: Vec<bool> = scheduler.batches.iter().map(|batch| batch.stopped.is_some()).collect();
    assert_eq!(stopped, [true], "{}", message(&end));
}
