//! Which seeds a campaign of tests runs: `SEED=n` replays one, `SEEDS=n` runs n of them.

/// Runs a case for each seed, or for as many as are run unless something else is requested.
pub fn each(unless_asked: u64, case: impl FnMut(u64)) {
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    // Read where it is compiled: no other module than `live` may read the environment.
    let (one, count): (Option<u64>, Option<u64>) = (number(option_env!("SEED")), number(option_env!("SEEDS")));
    let seeds = one.map_or(0..count.unwrap_or(unless_asked), |seed| seed..seed.saturating_add(1));
    seeds.for_each(case);
}
