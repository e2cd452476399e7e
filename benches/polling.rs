//! What polling costs and how late it is: the program's poll intervals beside fixed ones and other curves, in virtual time.
//!
//! `cargo bench --bench polling` prints the table of ARCHITECTURE.md, always the same.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "the fence stands around the program; this measures it from outside"
)]

use std::{iter, time::Duration};

use dataworks_deploy::bench::{Interval, poll_delay};

const STAGES: u32 = 10_000;
/// `2s..30s`, the default.
const DEFAULT: Interval = Interval { shortest: Duration::from_secs(2), longest: Duration::from_secs(30) };
/// `200ms..1500ms`, for a walk whose stages take seconds.
const QUICK: Interval = Interval { shortest: Duration::from_millis(200), longest: Duration::from_millis(1500) };
const HALF_AN_HOUR: Duration = Duration::from_secs(1800);
/// The stages of that walk.
const WALK: [f64; 3] = [0.8, 2.0, 4.5];

/// The pause after so long a wait.
type Pause = Box<dyn Fn(Interval, Duration) -> Duration>;

fn main() {
    let mut random = fastrand::Rng::with_seed(7);
    let stages: Vec<Duration> = (0..STAGES).map(|_| log_uniform(&mut random, 1.0, 3600.0)).collect();
    // Each up to a fifth shorter or longer than it is: at one length alone a curve may only be lucky.
    let walks: Vec<Duration> =
        (0..STAGES).flat_map(|_| WALK).map(|own| Duration::from_secs_f64(own * (0.8 + 0.4 * random.f64()))).collect();
    println!("| Pause | looks a stage | mean lag | looks in 30 min | looks in the walk | its wall time |");
    println!("|---|--:|--:|--:|--:|--:|");
    for (name, pause) in curves() {
        let default = Cost::of(&stages, |waited| pause(DEFAULT, waited));
        let half_an_hour = Cost::of(&[HALF_AN_HOUR], |waited| pause(DEFAULT, waited));
        let quick = Cost::of(&walks, |waited| pause(QUICK, waited));
        let walk = if name.starts_with("fixed") {
            // It is fixed at what the default's stages need.
            "| |".to_owned()
        } else {
            format!("{:.1} | {:.3} |", quick.looks * 3.0, 1.0 + quick.lag_of_all)
        };
        let (looks, lag, long) = (default.looks, default.lag_of_each * 100.0, half_an_hour.looks);
        println!("| {name} | {looks:.1} | {lag:.1} % | {long:.0} | {walk}");
    }
}

/// Fixed pauses, the program's own, and what else it might be.
fn curves() -> Vec<(String, Pause)> {
    let fixed = [3, 5, 10, 30].map(|seconds| -> (String, Pause) {
        (format!("fixed, {seconds} s"), Box::new(move |_, _| Duration::from_secs(seconds)))
    });
    let shares = [10, 8, 7, 5, 2].map(|part| -> (String, Pause) {
        let pause = move |interval: Interval, waited: Duration| (waited / part).max(interval.shortest);
        (format!("1/{part}"), within(pause))
    });
    let hypotenuses = [12.0, 8.0, 6.0].map(|part| -> (String, Pause) {
        let pause = move |interval: Interval, waited: Duration| {
            Duration::from_secs_f64(interval.shortest.as_secs_f64().hypot(waited.as_secs_f64() / part))
        };
        (format!("hypotenuse of the shortest and 1/{part}"), within(pause))
    });
    let sums = [25, 16, 8].map(|part| -> (String, Pause) {
        let pause = move |interval: Interval, waited: Duration| interval.shortest + waited / part;
        (format!("the shortest + 1/{part}"), within(pause))
    });
    let ours: (String, Pause) = ("**the program's**".to_owned(), Box::new(poll_delay));
    fixed.into_iter().chain(iter::once(ours)).chain(hypotenuses).chain(shares).chain(sums).collect()
}

fn within(pause: impl Fn(Interval, Duration) -> Duration + 'static) -> Pause {
    Box::new(move |interval, waited| pause(interval, waited).min(interval.longest))
}

fn log_uniform(random: &mut fastrand::Rng, from: f64, to: f64) -> Duration {
    Duration::from_secs_f64(from * (to / from).powf(random.f64()))
}

/// What it takes to see some stages end.
struct Cost {
    /// Polls, the mean over the stages.
    looks: f64,
    /// From a stage's end to the poll_delay that sees it, as a share of the stage: the mean over the stages.
    lag_of_each: f64,
    /// The same of all stages together.
    lag_of_all: f64,
}

impl Cost {
    fn of(stages: &[Duration], pause: impl Fn(Duration) -> Duration) -> Self {
        let (mut looks, mut shares, mut lags, mut own, mut count) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for stage in stages {
            let mut waited = Duration::ZERO;
            while waited < *stage {
                waited += pause(waited);
                looks += 1.0;
            }
            let lag = (waited.saturating_sub(*stage)).as_secs_f64();
            shares += lag / stage.as_secs_f64();
            lags += lag;
            own += stage.as_secs_f64();
            count += 1.0;
        }
        Self { looks: looks / count, lag_of_each: shares / count, lag_of_all: lags / own }
    }
}
