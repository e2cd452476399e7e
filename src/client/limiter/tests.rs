//! The rate limiter against services with a limit, in virtual time.

use super::*;
use crate::model::options::Interval;

const MS: Duration = Duration::from_millis(1);

/// How long it took, how many requests were sent, and how many of them were throttled.
#[derive(Debug)]
struct Crowd {
    took: Elapsed,
    asked: u64,
    throttled: u64,
}

/// So many askers, each with one request at a time, until so many are accepted by a service that accepts `limit` requests
/// in any second and answers after `latency`.
fn crowd(askers: usize, answers: u64, limit: usize, latency: Duration) -> Crowd {
    enum State {
        Waits(Ticket, Elapsed),
        Asked(Elapsed),
        Rests(Elapsed),
    }
    let mut limiter = Limiter::new(None);
    let mut accepted_at: std::collections::VecDeque<Elapsed> = std::collections::VecDeque::new();
    let mut crowd: Vec<State> = (0..askers).map(|_| State::Rests(Elapsed::ZERO)).collect();
    let (mut now, mut good, mut told) = (Elapsed::ZERO, 0, Crowd { took: Elapsed::ZERO, asked: 0, throttled: 0 });
    while good < answers {
        for asker in &mut crowd {
            *asker = match *asker {
                State::Rests(until) if now >= until => State::Waits(limiter.join(Priority::Read), now),
                State::Waits(ticket, until) if now >= until => match limiter.admit(now, ticket, 1) {
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
                        limiter.accepted(now, sent);
                        State::Rests(now)
                    } else {
                        told.throttled += 1;
                        limiter.throttled(now, sent, None);
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
    told.took = now;
    told
}

#[test]
fn a_limit_is_found_and_almost_all_of_it_is_used() {
    for (limit, answers) in [(5, 600), (20, 2_000), (40, 4_000), (200, 10_000)] {
        for latency in [2, 60] {
            let told = crowd(16, answers, limit, Duration::from_millis(latency));
            let bound = Duration::from_secs(answers) / u32::try_from(limit).unwrap();
            let over = told.took.as_secs_f64() / bound.as_secs_f64();
            let refused =
                f64::from(u32::try_from(told.throttled).unwrap()) / f64::from(u32::try_from(told.asked).unwrap());
            assert!(over <= 1.3, "limit {limit}, latency {latency} ms: {over:.2} of the bound, {told:?}");
            assert!(refused <= 0.05, "limit {limit}, latency {latency} ms: {refused:.3}, {told:?}");
        }
    }
}

#[test]
fn one_walk_that_rests_between_its_polls_is_never_held_up() {
    let mut limiter = Limiter::new(None);
    for second in 0..100 {
        let now = Duration::from_secs(2 * second);
        for _ in 0..4 {
            let ticket = limiter.join(Priority::Read);
            assert_eq!(limiter.admit(now, ticket, 1), Admission::Go, "{now:?}");
            limiter.accepted(now + MS, now);
        }
    }
}

#[test]
fn a_throttling_answer_that_one_walk_did_not_cause_costs_it_little() {
    let mut limiter = Limiter::new(None);
    limiter.throttled(5 * MS, Elapsed::ZERO, None);
    let mut now = 100 * MS;
    for _ in 0..6 {
        let ticket = limiter.join(Priority::Read);
        while let Admission::WaitUntil(until) = limiter.admit(now, ticket, 1) {
            now = until;
        }
        now += 5 * MS;
        limiter.accepted(now, now - 5 * MS);
    }
    assert!(now <= Duration::from_millis(2500), "a list, a create and a few polls: {now:?}");
}

#[test]
fn writes_pass_before_reads_and_a_shutdown_before_all() {
    let mut limiter = Limiter::new(None);
    let now = Duration::from_secs(1);
    for _ in 0..8 {
        let ticket = limiter.join(Priority::Read);
        assert_eq!(limiter.admit(now, ticket, 1), Admission::Go);
    }
    let poll = limiter.join(Priority::Read);
    let write = limiter.join(Priority::Write);
    let Admission::WaitUntil(free) = limiter.admit(now, write, 1) else { panic!("eight were saved, no more") };
    let Admission::WaitUntil(later) = limiter.admit(free, poll, 1) else { panic!("the write comes first") };
    assert!(later > free);
    assert_eq!(limiter.admit(free, write, 1), Admission::Go);
    let shutdown = limiter.join(Priority::Shutdown);
    assert_eq!(limiter.admit(free, shutdown, 1), Admission::Go, "though nothing is left");
}

#[test]
fn a_service_that_names_a_time_is_left_alone_until_then_and_a_burst_of_throttling_counts_once() {
    let mut limiter = Limiter::new(None);
    let now = Duration::from_secs(1);
    limiter.accepted(now, now);
    limiter.accepted(now, now);
    for _ in 0..10 {
        limiter.throttled(now + 5 * MS, now, Some(Duration::from_secs(7)));
    }
    let ticket = limiter.join(Priority::Write);
    assert_eq!(limiter.admit(now + 10 * MS, ticket, 1), Admission::WaitUntil(now + 5 * MS + Duration::from_secs(7)));
    assert!(
        limiter.rate.interval() <= Duration::from_secs(1),
        "halved once, not ten times: {:?}",
        limiter.rate.interval()
    );
}

#[test]
fn a_budget_lasts_to_the_end_and_keeps_enough_for_the_shutdown() {
    let interval = Interval { shortest: Duration::from_secs(2), longest: Duration::from_secs(30) };
    for requests in [20, 60, 100, 400] {
        let end = Duration::from_secs(1800);
        let mut limiter = Limiter::new(Some(Budget::new(requests, end, interval)));
        let (mut now, mut sent) = (Elapsed::ZERO, 0);
        let over = loop {
            let ticket = limiter.join(Priority::Read);
            match limiter.admit(now, ticket, 1) {
                Admission::Go => {
                    sent += 1;
                    limiter.accepted(now, now);
                    now += Duration::from_secs(2);
                }
                Admission::WaitUntil(until) => {
                    assert!(until > now);
                    limiter.leave(ticket);
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
            let ticket = limiter.join(Priority::Shutdown);
            assert_eq!(limiter.admit(end, ticket, 1), Admission::Go, "{requests}: {left} were kept");
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
    let limiter = |requests| Limiter::new(Some(Budget::new(requests, Duration::from_secs(60), interval)));
    assert!(limiter(10).can_begin(0) && !limiter(9).can_begin(0));
    assert!(limiter(12).can_begin(1) && !limiter(11).can_begin(1));
    assert!(Limiter::new(None).can_begin(9_999));
}
