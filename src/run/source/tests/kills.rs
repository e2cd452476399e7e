//! Killed at any request and started again, a push ends as one that was not killed. `SEED=n` replays one case,
//! `SEEDS=n` runs n of them.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use super::{
    laws::has_circle,
    people::{Act, Kind},
    push::Push,
    repository::Folder,
    service::{Draft, Habits, Service},
    world::{Cloud, Happening, Moment},
};
use crate::model::{options::OnDrift, seeds, status::Status};

/// What there is and what is in production, by workflow, kind and name; without what is another's in each workspace.
type State = BTreeMap<(String, String, String), (Value, Value)>;

fn state(cloud: &Cloud) -> State {
    let service = cloud.service.borrow();
    let name = |draft: &Draft| {
        let workflow = draft.container.as_ref().and_then(|id| service.draft(id));
        workflow.map(|workflow| workflow.name.clone()).unwrap_or_default()
    };
    let state = |draft: &Draft| {
        let fields = &draft.fields;
        let text = serde_json::json!([
            fields["script"]["content"],
            fields["trigger"]["cron"],
            fields["description"],
            draft.depends.len()
        ]);
        let deployed = service.deployed(&draft.id, cloud.clock.now()).map(contents).unwrap_or_default();
        ((name(draft), draft.kind.clone(), draft.name.clone()), (text, deployed))
    };
    let all: Vec<_> = service.present().map(state).collect();
    let count = all.len();
    let state: State = all.into_iter().collect();
    assert_eq!(state.len(), count, "a name is there once: {state:#?}\n{}", cloud.story());
    state
}

/// The names and the code of what was deployed.
fn contents(text: &Value) -> Value {
    let holder = text.pointer("/spec/workflows/0").unwrap_or(&text["spec"]);
    let nodes = holder["nodes"].as_array().into_iter().flatten();
    let mut contents: Vec<String> = nodes
        .map(|node| format!("{} {} {}", node["name"], node["script"]["content"], node["trigger"]["cron"]))
        .collect();
    contents.sort();
    contents.into()
}

pub(super) fn ends_as_if_not_killed(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut folder = Folder::random(&mut random);
    let one = ["a", "b", "c", "d", "w", "v"][random.usize(0..6)];
    let (refuses, fails) =
        [(None, None), (None, None), (Some(one), None), (None, Some((one, u32::MAX)))][random.usize(0..4)];
    let habits = Habits {
        shows_after: Duration::from_millis(random.u64(0..9_000)),
        modify_lag: Duration::from_secs([0, 3][random.usize(0..2)]),
        items_have_specs: true,
        stage: Duration::from_millis(random.u64(1..20_000)),
        edges_by_id: random.bool(),
        ..Habits::default()
    };
    let cloud = Cloud::new(Service { habits, ..Service::default() });
    let is_calm = refuses.is_none() && fails.is_none();
    let mut push = Push {
        on_drift: [OnDrift::Fail, OnDrift::Skip, OnDrift::Overwrite][random.usize(0..3)],
        // Of several at once the pace decides which are begun before another fails.
        parallel: if is_calm { random.usize(1..4) } else { 1 },
        fail_fast: random.bool(),
        ..Push::default()
    };
    if random.bool() {
        push.undisturbed(&folder, &cloud);
        cloud.clock.pass(Duration::from_secs(60));
        folder.commit(&mut random);
        folder.commit(&mut random);
        if random.u8(0..3) == 0 {
            let act = Act::random(&mut random, &folder);
            // A later attempt deploys once more what somebody deployed: it does not believe the time of an edit. Where
            // that fails, it ends otherwise.
            if !is_calm && matches!(act.kind, Kind::Deploy) {
                return;
            }
            act.on(&mut cloud.service.borrow_mut(), cloud.clock.now());
        }
        cloud.clock.pass(Duration::from_secs(60));
    }
    // Where one of a circle fails, the order of the paths decides, and which of them are left to do.
    if !is_calm && has_circle(&folder) {
        return;
    }
    push.run = 2;
    cloud.service.borrow_mut().habits.refuses = refuses;
    cloud.service.borrow_mut().habits.fails = fails;
    let whole = cloud.copy();
    let ended = push.go(&folder, &whole, seed, 0, Vec::new()).unwrap();
    let kills = random.usize(1..3);
    for _ in 0..kills {
        let moment = Moment::Request(random.usize(1..=ended.requests));
        let happens = vec![(moment, Happening::Killed(random.bool()))];
        let is_killed = push.go(&folder, &cloud, seed, 0, happens).is_none();
        match random.u8(0..3) {
            0 if is_killed => push.is_later_attempt = true,
            1 => push.run += 1,
            _ => {}
        }
        // Where the CI does not tell that it is started again, what was done shows by then.
        let gap = if push.is_later_attempt { random.u64(0..3) } else { random.u64(20..40) };
        cloud.clock.pass(Duration::from_secs(gap));
    }
    let again = push.go(&folder, &cloud, seed, 0, Vec::new()).unwrap();
    let told = || {
        format!(
            "{}\nSEED={seed}: {push:?}, not killed it ended in {:?} {:?}",
            cloud.story(),
            ended.status,
            ended.targets
        )
    };
    assert_eq!(cloud.service.borrow().broken, [""; 0], "{}", told());
    // An edit that nobody deployed was written over, and the run of that failed: production has the text all the same, so a
    // push that starts anew owes nothing.
    if push.on_drift == OnDrift::Overwrite && (ended.status, again.status) == (Status::Failed, Status::Success) {
        return;
    }
    assert_eq!(again.status, ended.status, "{}", told());
    assert_eq!(state(&cloud), state(&whole), "{}", told());
}

#[test]
fn killed_at_any_request_and_started_again_it_ends_as_if_not_killed() {
    seeds::each(60, ends_as_if_not_killed);
}
