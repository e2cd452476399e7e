//! Which runs of a list are ours, which are unfinished, and which text is deployed.

use super::*;
use crate::model::{ci_run::CiRun, marker::Written, options::Operation};

fn page(ids: &[&str]) -> Vec<Pipeline> {
    let run = |id: &&str| Pipeline { id: (*id).to_owned(), state: State::Running, ..Pipeline::default() };
    ids.iter().map(run).collect()
}

#[test]
fn a_run_of_the_same_text_is_gone_on_with_for_a_day() {
    let marker = Marker::new(Operation::Online, &CiRun::default(), "1", "", "10000", "7001");
    let of_text = marker.clone().with_written(Written { src: "ab".into(), now: "cd".into() });
    for (marker, created, now, ours) in [
        (&of_text, Some(1), Some(DAY_MS + 1), 1),
        (&of_text, Some(1), Some(DAY_MS + 2), 0),
        (&of_text, None, Some(DAY_MS + 2), 1),
        (&of_text, Some(1), None, 1),
        (&marker, Some(1), Some(DAY_MS + 2), 1),
    ] {
        let mut listing = RunListing::all("7001");
        let run = Pipeline { created_ms: created, description: marker.describe(""), ..Pipeline::default() };
        assert!(listing.on_page(vec![run], info(1, false)));
        let (found, others) = listing.split(marker, now);
        assert_eq!((found.len(), others.len()), (ours, 1 - ours), "{created:?} at {now:?}");
    }
}

#[test]
fn a_run_of_a_text_is_not_gone_on_with_once_a_newer_one_has_succeeded() {
    let marker = marker().with_written(Written { src: "ab".into(), now: "cd".into() });
    let run = |id: &str, state: State, created: u64| Pipeline {
        id: id.to_owned(),
        state,
        created_ms: Some(created),
        description: marker.describe(""),
        ..Pipeline::default()
    };
    for (newer, ours) in [(State::Success, ["newest"].as_slice()), (State::Fail, &["older", "newest"])] {
        let runs = [run("older", State::Running, 1), run("newer", newer, 2), run("newest", State::Init, 3)];
        let mut listing = RunListing::all("7001");
        listing.on_page(runs.to_vec(), info(3, false));
        let found: Vec<String> = listing.split(&marker, None).0.into_iter().map(|run| run.id).collect();
        assert_eq!(found, ours);
    }
}

fn asks(listing: &RunListing) -> (Option<&'static str>, u32) {
    match listing.next() {
        Call::ListPipelineRuns { status, page, .. } => (status, page),
        call => panic!("a listing asks for {call:?}"),
    }
}

fn info(total: u64, is_full: bool) -> ListInfo {
    ListInfo { total, is_full }
}

#[test]
fn each_list_is_read_from_its_first_page_to_its_end() {
    let mut listing = RunListing::unfinished("7001");
    for (asked, ids, total, is_last) in [
        ((Some("Init"), 1), ["a", "b"].as_slice(), 3, false),
        ((Some("Init"), 2), &["c"], 3, false),
        ((Some("Running"), 1), &["c", "d"], 0, false),
        ((Some("Running"), 2), &["e"], 0, true),
    ] {
        assert_eq!(asks(&listing), asked);
        assert_eq!(listing.on_page(page(ids), info(total, ids.len() == 2)), is_last);
    }
    assert_eq!(names(&listing.runs), names(&page(&["a", "b", "c", "d", "e"])), "each once");
    assert!(listing.is_whole());
}

#[test]
fn what_is_announced_and_does_not_come_may_be_there_all_the_same() {
    let mut listing = RunListing::all("7001");
    assert!(!listing.on_page(page(&["a"]), info(999, false)));
    assert_eq!(asks(&listing), (None, 2));
    assert!(listing.on_page(page(&[]), info(999, false)) && !listing.is_whole());
}

/// Which of these runs may be ours: id, description, status, and the second of its creation; we asked at 500 s.
fn ours(runs: &[(&str, &str, State, Option<u64>)]) -> Vec<String> {
    let run = |(id, description, state, created): &(&str, &str, State, Option<u64>)| Pipeline {
        description: (*description).to_owned(),
        state: state.clone(),
        created_ms: created.map(|at| at * 1000),
        ..page(&[id]).remove(0)
    };
    let mut listing = RunListing::all("7001");
    listing.on_page(runs.iter().map(run).collect(), info(0, false));
    let known = HashSet::from(["known".to_owned(), "known too".to_owned()]);
    listing.ours(&marker(), &known, Some(500_000)).into_iter().map(|run| run.id).collect()
}

fn marker() -> Marker {
    Marker::new(Operation::Online, &CiRun::default(), "1", "", "1", "7001")
}

#[test]
fn ours_bears_the_marker_whatever_its_age_and_was_not_there_before() {
    let text = marker().describe("a comment");
    let found = ours(&[
        ("running", &text, State::Running, Some(500)),
        ("ended", &text, State::Fail, Some(500)),
        ("old by its own clock", &text, State::Running, Some(4)),
        ("ended, and old by its own clock", &text, State::Success, Some(4)),
        ("known", &text, State::Fail, Some(500)),
        ("somebody's", "theirs", State::Running, Some(500)),
        ("nobody's", "", State::Running, Some(500)),
    ]);
    assert_eq!(found, ["running", "ended", "old by its own clock", "ended, and old by its own clock"]);
}

#[test]
fn where_no_description_comes_back_ours_is_new() {
    let found = ours(&[
        ("running", "", State::Running, Some(500)),
        ("ended", "", State::Fail, Some(500)),
        ("by a clock that is 3 s slow", "", State::Running, Some(497)),
        ("before", "", State::Running, Some(400)),
        ("known", "", State::Running, Some(500)),
        ("of unknown age", "", State::Running, None),
        ("ended one day", "", State::Success, None),
        ("known too", "theirs", State::Running, Some(400)),
    ]);
    assert_eq!(found, ["running", "ended", "by a clock that is 3 s slow", "of unknown age"]);
}

#[test]
fn a_text_is_deployed_where_the_newest_run_that_succeeded_bears_it() {
    let of = |src: &str| marker().with_written(Written { src: src.into(), now: "ab".into() });
    let deployed = |runs: &[(&str, State, u64)], marker: &Marker| {
        let mut listing = RunListing::all("7001");
        let runs = runs.iter().map(|(description, state, created)| Pipeline {
            id: created.to_string(),
            description: (*description).to_owned(),
            state: state.clone(),
            created_ms: Some(*created),
            ..Pipeline::default()
        });
        listing.on_page(runs.collect(), info(0, false));
        listing.deployed(marker).map(|run| run.id.clone())
    };
    let [ours, other] = ["cd", "ef"].map(|src| of(src).describe(""));
    let (success, running) = (State::Success, State::Running);
    let is_ours = [(ours.as_str(), success.clone(), 1), ("theirs", running, 2), (&other, State::Fail, 3)];
    assert_eq!(deployed(&is_ours, &of("cd")).as_deref(), Some("1"));
    assert_eq!(deployed(&is_ours, &of("ef")), None, "it failed");
    let rolled_back = [(ours.as_str(), success.clone(), 1), (other.as_str(), success.clone(), 2)];
    assert_eq!(deployed(&rolled_back, &of("cd")), None, "another text was deployed since");
    let unnamed = marker().describe("");
    assert_eq!(deployed(&[(unnamed.as_str(), success, 1)], &marker()), None, "of an object that was named, no text");
}

#[test]
fn a_list_without_an_end_is_left_after_two_hundred_pages_and_is_not_whole() {
    let mut listing = RunListing::all("7001");
    let mut pages = vec![1];
    while !listing.on_page(page(&[&pages.len().to_string()]), info(u64::MAX, true)) {
        pages.push(asks(&listing).1);
    }
    assert_eq!(pages, (1..=200).collect::<Vec<_>>());
    assert!(!listing.is_whole());
}
