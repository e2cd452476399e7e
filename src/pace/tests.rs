//! The pace against services that bear so much and no more, in virtual time.

use super::*;
use crate::model::accept::Interval;

const MS: Duration = Duration::from_millis(1);

/// What came of it: how long it took, how many were asked, how many of them refused.
#[derive(Debug)]
struct Told {
    took: Elapsed,
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
    let mut pace = Pace::new(None);
    let mut taken: std::collections::VecDeque<Elapsed> = std::collections::VecDeque::new();
    let mut crowd: Vec<State> = (0..askers).map(|_| State::Rests(Elapsed::ZERO)).collect();
    let (mut now, mut good, mut told) = (Elapsed::ZERO, 0, Told { took: Elapsed::ZERO, asked: 0, refused: 0 });
    while good < answers {
        for asker in &mut crowd {
            *asker = match *asker {
                State::Rests(until) if now >= until => State::Waits(pace.join(Purpose::Look), now),
                State::Waits(ticket, until) if now >= until => match pace.turn(now, ticket, 1) {
                    Turn::Go => {
                        told.asked += 1;
                        State::Asked(now)
                    }
                    Turn::Wait(until) => State::Waits(ticket, until.max(now + MS)),
                    Turn::Spent => unreachable!("there is no budget"),
                },
                State::Asked(sent) if now >= sent + latency => {
                    while taken.front().is_some_and(|at| now - *at >= Duration::from_secs(1)) {
                        taken.pop_front();
                    }
                    if taken.len() < limit {
                        taken.push_back(now);
                        good += 1;
                        pace.taken(now, sent);
                        State::Rests(now)
                    } else {
                        told.refused += 1;
                        pace.refused(now, sent, None);
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
fn a_limit_is_found_and_kept_at_almost_its_full_worth() {
    for (limit, answers) in [(5, 600), (20, 2_000), (40, 4_000), (200, 10_000)] {
        for latency in [2, 60] {
            let told = crowd(16, answers, limit, Duration::from_millis(latency));
            let bound = Duration::from_secs(answers) / u32::try_from(limit).unwrap();
            let over = told.took.as_secs_f64() / bound.as_secs_f64();
            let refused =
                f64::from(u32::try_from(told.refused).unwrap()) / f64::from(u32::try_from(told.asked).unwrap());
            assert!(over <= 1.3, "limit {limit}, latency {latency} ms: {over:.2} of the bound, {told:?}");
            assert!(refused <= 0.05, "limit {limit}, latency {latency} ms: {refused:.3}, {told:?}");
        }
    }
}

#[test]
fn one_walk_that_rests_between_its_looks_is_never_held_up() {
    let mut pace = Pace::new(None);
    for second in 0..100 {
        let now = Duration::from_secs(2 * second);
        for _ in 0..4 {
            let ticket = pace.join(Purpose::Look);
            assert_eq!(pace.turn(now, ticket, 1), Turn::Go, "{now:?}");
            pace.taken(now + MS, now);
        }
    }
}

#[test]
fn a_refusal_that_one_walk_does_not_deserve_costs_it_little() {
    let mut pace = Pace::new(None);
    pace.refused(5 * MS, Elapsed::ZERO, None);
    let mut now = 100 * MS;
    for _ in 0..6 {
        let ticket = pace.join(Purpose::Look);
        while let Turn::Wait(until) = pace.turn(now, ticket, 1) {
            now = until;
        }
        now += 5 * MS;
        pace.taken(now, now - 5 * MS);
    }
    assert!(now <= Duration::from_millis(2500), "a list, a create and a few looks: {now:?}");
}

#[test]
fn changes_pass_before_looks_and_partings_before_all() {
    let mut pace = Pace::new(None);
    let now = Duration::from_secs(1);
    for _ in 0..8 {
        let ticket = pace.join(Purpose::Look);
        assert_eq!(pace.turn(now, ticket, 1), Turn::Go);
    }
    let look = pace.join(Purpose::Look);
    let change = pace.join(Purpose::Change);
    let Turn::Wait(free) = pace.turn(now, change, 1) else { panic!("eight were saved, no more") };
    let Turn::Wait(later) = pace.turn(free, look, 1) else { panic!("the change comes first") };
    assert!(later > free);
    assert_eq!(pace.turn(free, change, 1), Turn::Go);
    let parting = pace.join(Purpose::Parting);
    assert_eq!(pace.turn(free, parting, 1), Turn::Go, "though nothing is left");
}

#[test]
fn a_service_that_names_a_time_is_left_alone_until_then_and_a_burst_of_refusals_counts_once() {
    let mut pace = Pace::new(None);
    let now = Duration::from_secs(1);
    pace.taken(now, now);
    pace.taken(now, now);
    for _ in 0..10 {
        pace.refused(now + 5 * MS, now, Some(Duration::from_secs(7)));
    }
    let ticket = pace.join(Purpose::Change);
    assert_eq!(pace.turn(now + 10 * MS, ticket, 1), Turn::Wait(now + 5 * MS + Duration::from_secs(7)));
    assert!(pace.rate.gap() <= Duration::from_secs(1), "halved once, not ten times: {:?}", pace.rate.gap());
}

#[test]
fn a_budget_lasts_to_the_end_and_keeps_enough_to_part() {
    let interval = Interval { shortest: Duration::from_secs(2), longest: Duration::from_secs(30) };
    for requests in [20, 60, 100, 400] {
        let end = Duration::from_secs(1800);
        let mut pace = Pace::new(Some(Budget::new(requests, end, interval)));
        let (mut now, mut sent) = (Elapsed::ZERO, 0);
        let over = loop {
            let ticket = pace.join(Purpose::Look);
            match pace.turn(now, ticket, 1) {
                Turn::Go => {
                    sent += 1;
                    pace.taken(now, now);
                    now += Duration::from_secs(2);
                }
                Turn::Wait(until) => {
                    assert!(until > now);
                    pace.leave(ticket);
                    now = until;
                }
                Turn::Spent => break now,
            }
            if now >= end {
                break now;
            }
        };
        assert!(sent <= requests - 2, "{requests}: {sent}");
        assert!(over >= end - Duration::from_secs(100), "{requests}: over at {over:?}");
        for left in (1..=2).rev() {
            let ticket = pace.join(Purpose::Parting);
            assert_eq!(pace.turn(end, ticket, 1), Turn::Go, "{requests}: {left} were kept");
        }
    }
}

#[test]
fn no_target_begins_that_could_not_be_watched() {
    let interval = Interval::default();
    let pace = |requests| Pace::new(Some(Budget::new(requests, Duration::from_secs(60), interval)));
    assert!(pace(10).can_begin(0) && !pace(9).can_begin(0));
    assert!(pace(12).can_begin(1) && !pace(11).can_begin(1));
    assert!(Pace::new(None).can_begin(9_999));
}
