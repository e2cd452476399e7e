//! The campaign: seeded folders, workspaces, faults, hand edits and kills, each push held against the laws. `SEED=n`
//! replays one case, `SEEDS=n` runs n of them.

use std::time::Duration;

use super::{
    laws::{Before, converges, hold_at_any_moment},
    people::Act,
    push::{Ended, Push},
    repository::Folder,
    service::{Habits, Service},
    world::{Cloud, Happening, Moment, Step},
};
use crate::model::{duration::Elapsed, options::OnDrift, seeds};

/// Every effect shows within the 10 s that the contract assumes.
const LONGEST_LAG_MS: u64 = 9_000;

/// A folder, its workspace, and what happens to both.
pub(super) struct Case {
    pub(super) seed: u64,
    random: fastrand::Rng,
    pub(super) cloud: Cloud,
    pub(super) folder: Folder,
    commits: Vec<Folder>,
    faulty: u32,
    run: u32,
}

impl Case {
    pub(super) fn of(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let folder = Folder::random(&mut random);
        let names = ["a", "b", "c", "d", "w", "v"];
        let mut name = || names[random.usize(0..names.len())];
        let (refused, failing) = (name(), name());
        let habits = Habits {
            shows_after: Duration::from_millis(random.u64(0..LONGEST_LAG_MS)),
            modify_lag: Duration::from_secs([0, 0, 3][random.usize(0..3)]),
            refuses_twins: random.u8(0..4) == 0,
            items_have_specs: random.u8(0..4) > 0,
            stage: Duration::from_millis(random.u64(1..60_000)),
            edges_by_id: random.bool(),
            drops_edges: [0, 0, 0, 1, 2][random.usize(0..5)],
            refuses: (random.u8(0..10) == 0).then_some(refused),
            fails: (random.u8(0..6) == 0).then(|| (failing, random.u32(1..3))),
        };
        let cloud = Cloud::new(Service { habits, ..Service::default() });
        let faulty = [0, 0, 20, 100, 300][random.usize(0..5)];
        Self { seed, random, cloud, folder, commits: Vec::new(), faulty, run: 0 }
    }

    fn push(&mut self) -> Push {
        self.run += 1;
        let random = &mut self.random;
        let on_drift = [OnDrift::Fail, OnDrift::Strict, OnDrift::Skip, OnDrift::Overwrite][random.usize(0..4)];
        let timeout = if random.u8(0..5) == 0 { random.u64(5..300) } else { 1800 };
        Push {
            on_drift,
            parallel: [1, 1, 2, 4][random.usize(0..4)],
            fail_fast: random.bool(),
            timeout: Duration::from_secs(timeout),
            run: self.run,
            ..Push::default()
        }
    }

    /// Somebody acts at some request of a push, if anybody does; the step is killed at one, if it is.
    fn happenings(&mut self, may_die: bool) -> Vec<(Moment, Happening)> {
        let mut happenings = Vec::new();
        for _ in 0..[0, 0, 0, 1, 2][self.random.usize(0..5)] {
            let act = Act::random(&mut self.random, &self.folder);
            let act = Happening::ByHand(Box::new(move |service, now| act.on(service, now)));
            happenings.push((Moment::Request(self.random.usize(1..60)), act));
        }
        if may_die && self.random.u8(0..3) == 0 {
            let moment = Moment::Request(self.random.usize(1..70));
            happenings.push((moment, Happening::Killed(self.random.bool())));
        }
        happenings
    }

    fn pass(&mut self, milliseconds: std::ops::Range<u64>) {
        self.cloud.clock.pass(Duration::from_millis(self.random.u64(milliseconds)));
    }

    /// Commits, edits by hand, and a push that is started again as often as it is killed.
    fn round(&mut self) {
        if self.commits.len() > 1 && self.random.u8(0..8) == 0 {
            self.folder = self.commits[self.random.usize(0..self.commits.len())].clone();
        }
        for _ in 0..self.random.usize(0..3) {
            self.folder.commit(&mut self.random);
        }
        self.commits.push(self.folder.clone());
        for _ in 0..[0, 0, 1, 2][self.random.usize(0..4)] {
            let act = Act::random(&mut self.random, &self.folder);
            self.cloud.tell(&format!("{act:?}"));
            act.on(&mut self.cloud.service.borrow_mut(), self.cloud.clock.now());
            self.pass(0..5_000);
        }
        self.pass(20_000..80_000);
        let mut push = self.push();
        for attempt in 0..4 {
            let before = Before::new(self);
            self.cloud.tell(&format!("{push:?} {:?}", self.folder));
            let (happenings, seed) = (self.happenings(attempt < 3), self.random.u64(..));
            let Some(ended) = push.go(&self.folder, &self.cloud, seed, self.faulty, happenings) else {
                hold_at_any_moment(self);
                self.starts_again(&mut push);
                continue;
            };
            before.obeys_all(self, &push, &ended);
            return;
        }
    }

    /// The same CI run again, which the CI tells or does not, or a later one. Where nothing tells it, what was done shows.
    fn starts_again(&mut self, push: &mut Push) {
        match self.random.u8(0..3) {
            0 => {
                push.is_later_attempt = true;
                self.pass(0..3_000);
            }
            1 => self.pass(20_000..40_000),
            _ => {
                *push = self.push();
                self.pass(20_000..40_000);
            }
        }
    }
}

fn check(seed: u64) {
    let mut case = Case::of(seed);
    for _ in 0..case.random.usize(1..4) {
        case.round();
    }
    converges(&case);
}

/// Two jobs push one folder at the same moment, into a workspace that refuses a second object of one path.
fn two_at_one_moment(seed: u64) {
    let mut case = Case::of(seed);
    case.cloud.service.borrow_mut().habits.refuses_twins = true;
    if case.random.bool() {
        case.push().undisturbed(&case.folder, &case.cloud);
        case.folder.commit(&mut case.random);
        case.pass(20_000..80_000);
    }
    let pushes = [case.push(), case.push()];
    Before::new(&case);
    let steps = [1, 2].map(|nth| Step::new(&case.cloud, seed + nth, case.faulty, Vec::new()));
    let ends = std::array::from_fn::<_, 2, _>(|nth| pushes[nth].end(&case.folder, &steps[nth]));
    let ends: Option<Vec<Ended>> = case.cloud.clock.run(futures_util::future::join_all(ends), || false);
    case.cloud.arrive(Elapsed::MAX);
    let ends = ends.unwrap();
    // Each may deploy the text of the other: two starts at one moment do not see each other, and are warned of.
    case.cloud.service.borrow_mut().broken.retain(|broken| !broken.starts_with("no second run"));
    hold_at_any_moment(&case);
    assert!(ends.iter().all(|end| end.requests < 3_000));
    case.pass(20_000..80_000);
    converges(&case);
}

fn case(seed: u64) {
    check(seed);
    if seed.is_multiple_of(8) {
        two_at_one_moment(seed);
    }
}

#[test]
fn the_laws_hold_in_eighty_histories() {
    seeds::each(80, case);
}
