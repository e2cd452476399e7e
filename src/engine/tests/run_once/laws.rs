//! The campaign of runs: whatever befalls, no date is started twice blindly, and no failure is a success.

use crate::{
    engine::tests::sim::{Fate, ms, s},
    model::{
        call::Call, duration::Elapsed, fault::FaultKind, outcome::Outcome, reason::Reason, run_once::RunState,
        run_plan::RunKind, run_result::RunEnd, seeds, status::Status,
    },
};

use super::{
    day, limits, options, request,
    scheduler::{Driven, Scheduler},
    walk,
};

fn check(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let all = ["2026-11-20", "2026-11-21", "2026-11-23", "2026-11-25"].map(day);
    let dates: Vec<_> = all.into_iter().filter(|_| random.bool()).collect();
    let dates = if dates.is_empty() { vec![day("2026-11-25")] } else { dates };
    let kind = if random.u8(0..3) == 0 { RunKind::File } else { RunKind::Workflow };
    let mut scheduler = Scheduler::new(seed, &dates);
    scheduler.takes = ms(random.u64(1..200_000));
    scheduler.creating = if kind == RunKind::File { ms(0) } else { ms(random.u64(0..20_000)) };
    scheduler.fails = dates.iter().copied().filter(|_| random.u8(0..5) == 0).collect();
    scheduler.must_be_started = kind == RunKind::Workflow && random.u8(0..4) == 0;
    scheduler.shows_after = (random.u8(0..4) > 0).then(|| ms(random.u64(0..9_000)));
    scheduler.tasks_at = ms([0, 4_000, 60_000][random.usize(0..3)]);
    scheduler.faulty = [0, 0, 20, 100, 400][random.usize(0..5)];
    if random.u8(0..6) == 0 {
        let operation = ["CreateWorkflowInstances", "RunCycleDagNodes", "StartWorkflowInstances"][random.usize(0..3)];
        scheduler.script.push((operation, Fate::Lost(random.bool())));
    }
    let timeout = s(random.u64(1..1800));
    let mut asked = request(kind, &dates, s(random.u64(1..1800)));
    asked.plan.parallelism = random.u64(1..4);
    let (options, limits) = (options(random.bool()), limits(timeout));
    let moment = ms(random.u64(1..300_000));
    let (interrupt, kill) = match random.u8(0..6) {
        0 => (Some(moment), None),
        1 | 2 => (None, Some(moment)),
        _ => (None, None),
    };
    let mut first = walk(&asked, &options, &limits, seed);
    let driven = scheduler.drive(&mut first, interrupt, kill, Elapsed::ZERO);
    never_sent_again(&scheduler, 0, seed);
    let Some(outcome) = &driven.outcome else {
        // Killed: the next attempt of the CI run.
        asked.is_later_attempt = true;
        let (from, before) = (driven.at + ms(random.u64(0..20_000)), scheduler.calls.len());
        let again = scheduler.drive(&mut walk(&asked, &options, &limits, seed + 1), None, None, from);
        never_sent_again(&scheduler, before, seed);
        let outcome = again.outcome.as_ref().unwrap();
        return ends_as_it_is(&scheduler, outcome, from + again.at, kind, seed);
    };
    ends_as_it_is(&scheduler, outcome, driven.at, kind, seed);
    in_time(&driven, interrupt, timeout, seed);
}

/// After a creation that may have had an effect, none of its dates is requested again in that attempt.
fn never_sent_again(scheduler: &Scheduler, from: usize, seed: u64) {
    let mut lost = false;
    for (_, call, result) in scheduler.calls.iter().skip(from) {
        if matches!(call, Call::CreateWorkflowInstances(_) | Call::RunCycleDagNodes(_)) {
            assert!(!lost, "seed {seed}: sent again after a lost answer");
            lost = matches!(result, Err(FaultKind::Lost));
        }
    }
}

/// A success is one of every date, a failure one of some date; nobody else's tasks ran, and nothing ran twice.
fn ends_as_it_is(scheduler: &Scheduler, outcome: &Outcome, at: Elapsed, kind: RunKind, seed: u64) {
    let instances = scheduler.instances(at);
    let reads = |wanted: &RunState, date| instances.iter().any(|(_, of, state)| *of == date && state == wanted);
    match (&outcome.end.status, &outcome.end.reason) {
        (Status::Success, _) => {
            let all = scheduler.dates.iter().all(|date| reads(&RunState::Success, *date));
            assert!(all, "seed {seed}: a success that is none: {instances:?}");
            assert_eq!(outcome.runs.len(), scheduler.dates.len());
        }
        (_, Reason::RunOnce(end)) => match end.as_ref() {
            RunEnd::Failed { date, .. } => {
                assert!(reads(&RunState::Failure, *date), "seed {seed}: {date} has not failed: {instances:?}");
            }
            RunEnd::Succeeded(_) => panic!("seed {seed}: {:?}", outcome.end),
            _ => {}
        },
        _ => {}
    }
    // No operation lists what the older API started.
    let broken: &[String] = if kind == RunKind::File { &[] } else { &scheduler.broken };
    assert!(broken.is_empty(), "seed {seed}: {broken:?}");
    assert!(!scheduler.broken.iter().any(|broken| broken.contains("other")), "seed {seed}: {:?}", scheduler.broken);
}

fn in_time(driven: &Driven, interrupt: Option<Elapsed>, timeout: Elapsed, seed: u64) {
    assert!(driven.at <= timeout + s(5), "seed {seed}: {:?} of {timeout:?}", driven.at);
    if let Some(told) = interrupt.filter(|told| driven.at > *told) {
        assert!(driven.at - told <= s(4), "seed {seed}: told at {told:?}, gone at {:?}", driven.at);
    }
}

#[test]
fn the_laws_hold_in_three_thousand_runs_after_a_deployment() {
    seeds::each(3_000, check);
}
