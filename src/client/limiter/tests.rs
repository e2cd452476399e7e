//! The pace against services that bear so much and no more, in virtual time.

use super::*;
use crate::model::options::Interval;

const MS: Duration = Duration::from_millis(1);

/// What came of it: how long it took, how many were asked, how many of them refused.
#[derive(Debug)]
struct Told {
    spend: Elapsed,
    asked: u64,
    refused: u64,
}

/// So many askers with so many good answers to get, one after the other, from a service that takes `limit` requests in
/// any second and answers after a while.
fn crowd(askers: usize, answers: u64, limit: usize, latency: Duration) -> Told {
    enum State {
        Waits(Ticket, Elapsed),
        Asked(Elapsed),
        Rests(Elapsed),
    }
    let mut pace = Limiter::new(None);
    let mut accepted_at: std::collections::VecDeque<Elapsed> = std::collections::VecDeque::new();
    let mut crowd: Vec<State> = (0..askers).map(|_| State::Rests(Elapsed::ZERO)).collect();
    let (mut now, mut good, mut told) = (Elapsed::ZERO, 0, Told { spend: Elapsed::ZERO, asked: 0, refused: 0 });
    while good < answers {
        for asker in &mut crowd {
            *asker = match *asker {
                State::Rests(until) if now >= until => State::Waits(pace.join(Priority::Read), now),
                State::Waits(ticket, until) if now >= until => match pace.admit(now, ticket, 1) {
                    Admission::Go => {
                        told.asked += 1;
                        State::Asked(now)
                    }
                    Admission::WaitUntil(until) => State::Waits(ticket, until.max(now + MS)),
                    Admission::Spent => unreachable!("there is no budget"),
                },
                State::Asked(sent) if now >= sent + latency => {
                    while accepted_at.front().is_some_and(|at| now - *at >= Duration::from_secs(1)) {
                        accepted_at.pop_front();
                    }
                    if accepted_at.len() < limit {
                        accepted_at.push_back(now);
                        good += 1;
                        pace.accepted(now, sent);
                        State::Rests(now)
                    } else {
                        told.refused += 1;
                        pace.throttled(now, sent, None);
                        State::Rests(now + Duration::from_millis(300))
                    }
                }
                State::Rests(until) => State::Rests(until),
                State::Asked(sent) => State::Asked(sent),
                State::Waits(ticket, until) => State::Waits(ticket, until),
            };
        }
        let next = crowd.iter().map(|asker| match asker {
            State::Rests(until) | State::Waits(_, until) => *until,
            State::Asked(sent) => *sent + latency,
        });
        now = next.min().unwrap_or(now).max(now + MS / 10);
    }
    told.spend = now;
    told
}

#[test]
fn a_limit_is_found_and_kept_at_almost_its_full_worth() {
    for (limit, answers) in [(5, 600), (20, 2_000), (40, 4_000), (200, 10_000)] {
        for latency in [2, 60] {
            let told = crowd(16, answers, limit, Duration::from_millis(latency));
            let bound = Duration::from_secs(answers) / u32::try_from(limit).unwrap();
            let over = told.spend.as_secs_f64() / bound.as_secs_f64();
            let refused =
                f64::from(u32::try_from(told.refused).unwrap()) / f64::from(u32::try_from(told.asked).unwrap());
            assert!(over <= 1.3, "limit {limit}, latency {latency} ms: {over:.2} of the bound, {told:?}");
            assert!(refused <= 0.05, "limit {limit}, latency {latency} ms: {refused:.3}, {told:?}");
        }
    }
}

#[test]
fn one_walk_that_rests_between_its_looks_is_never_held_up() {
    let mut pace = Limiter::new(None);
    for second in 0..100 {
        let now = Duration::from_secs(2 * second);
        for _ in 0..4 {
            let ticket = pace.join(Priority::Read);
            assert_eq!(pace.admit(now, ticket, 1), Admission::Go, "{now:?}");
            pace.accepted(now + MS, now);
        }
    }
}

#[test]
fn a_refusal_that_one_walk_does_not_deserve_costs_it_little() {
    let mut pace = Limiter::new(None);
    pace.throttled(5 * MS, Elapsed::ZERO, None);
    let mut now = 100 * MS;
    for _ in 0..6 {
        let ticket = pace.join(Priority::Read);
        while let Admission::WaitUntil(until) = pace.admit(now, ticket, 1) {
            now = until;
        }
        now += 5 * MS;
        pace.accepted(now, now - 5 * MS);
    }
    assert!(now <= Duration::from_millis(2500), "a list, a create and a few looks: {now:?}");
}

#[test]
fn changes_pass_before_looks_and_partings_before_all() {
    let mut pace = Limiter::new(None);
    let now = Duration::from_secs(1);
    for _ in 0..8 {
        let ticket = pace.join(Priority::Read);
        assert_eq!(pace.admit(now, ticket, 1), Admission::Go);
    }
    let poll = pace.join(Priority::Read);
    let change = pace.join(Priority::Write);
    let Admission::WaitUntil(free) = pace.admit(now, change, 1) else { panic!("eight were saved, no more") };
    let Admission::WaitUntil(later) = pace.admit(free, poll, 1) else { panic!("the change comes first") };
    assert!(later > free);
    assert_eq!(pace.admit(free, change, 1), Admission::Go);
    let parting = pace.join(Priority::Shutdown);
    assert_eq!(pace.admit(free, parting, 1), Admission::Go, "though nothing is left");
}

#[test]
fn a_service_that_names_a_time_is_left_alone_until_then_and_a_burst_of_refusals_counts_once() {
    let mut pace = Limiter::new(None);
    let now = Duration::from_secs(1);
    pace.accepted(now, now);
    pace.accepted(now, now);
    for _ in 0..10 {
        pace.throttled(now + 5 * MS, now, Some(Duration::from_secs(7)));
    }
    let ticket = pace.join(Priority::Write);
    assert_eq!(pace.admit(now + 10 * MS, ticket, 1), Admission::WaitUntil(now + 5 * MS + Duration::from_secs(7)));
    assert!(pace.rate.interval() <= Duration::from_secs(1), "halved once, not ten times: {:?}", pace.rate.interval());
}

#[test]
fn a_budget_lasts_to_the_end_and_keeps_enough_to_part() {
    let interval = Interval { shortest: Duration::from_secs(2), longest: Duration::from_secs(30) };
    for requests in [20, 60, 100, 400] {
        let end = Duration::from_secs(1800);
        let mut pace = Limiter::new(Some(Budget::new(requests, end, interval)));
        let (mut now, mut sent) = (Elapsed::ZERO, 0);
        let over = loop {
            let ticket = pace.join(Priority::Read);
            match pace.admit(now, ticket, 1) {
                Admission::Go => {
                    sent += 1;
                    pace.accepted(now, now);
                    now += Duration::from_secs(2);
                }
                Admission::WaitUntil(until) => {
                    assert!(until > now);
                    pace.leave(ticket);
                    now = until;
                }
                Admission::Spent => break now,
            }
            if now >= end {
                break now;
            }
        };
        assert!(sent <= requests - 2, "{requests}: {sent}");
        assert!(over >= end - Duration::from_secs(100), "{requests}: over at {over:?}");
        for left in (1..=2).rev() {
            let ticket = pace.join(Priority::Shutdown);
            assert_eq!(pace.admit(end, ticket, 1), Admission::Go, "{requests}: {left} were kept");
        }
    }
}

#[test]
fn a_second_request_of_one_turn_never_spends_what_is_reserved_for_shutdown() {
    let budget = |requests| Limiter::new(Some(Budget::new(requests, Duration::from_secs(60), Interval::default())));
    for active in 1..=3 {
        let mut limiter = budget(2 * active + 1);
        assert!(limiter.try_extra(Elapsed::ZERO, active), "one is free");
        assert!(!limiter.try_extra(Elapsed::ZERO, active), "the others are reserved");
        for _ in 0..2 * active {
            let ticket = limiter.join(Priority::Shutdown);
            assert_eq!(limiter.admit(Elapsed::ZERO, ticket, active), Admission::Go);
        }
    }
    assert!(Limiter::new(None).try_extra(Elapsed::ZERO, 9), "without a budget there is nothing to reserve");
}

#[test]
fn no_target_begins_that_could_not_be_watched() {
    let interval = Interval::default();
    let pace = |requests| Limiter::new(Some(Budget::new(requests, Duration::from_secs(60), interval)));
    assert!(pace(10).can_begin(0) && !pace(9).can_begin(0));
    assert!(pace(12).can_begin(1) && !pace(11).can_begin(1));
    assert!(Limiter::new(None).can_begin(9_999));
}
