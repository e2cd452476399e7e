//! How long until the next look at a deployment, and until the next try of a call that failed.

use std::time::Duration;

use crate::model::accept::Interval;

/// The pause before the next look at something that has been waited for since `waited`.
///
/// It grows with the wait, so that the lag is a share of it: a tenth, within the interval.
pub fn look(interval: Interval, waited: Duration) -> Duration {
    // Never `clamp`: it panics where the bounds are crossed.
    waited.checked_div(10).unwrap_or_default().min(interval.longest).max(interval.shortest)
}

/// The pause before the next try after `failures` in a row: exponential, with full jitter, at least 0.1 s.
pub fn retry(failures: u32, random: &mut fastrand::Rng) -> Duration {
    const SHORTEST: u64 = 100;
    const LONGEST: u64 = 30_000;
    let ceiling = 500_u64.saturating_mul(2_u64.saturating_pow(failures.min(16))).min(LONGEST);
    Duration::from_millis(random.u64(SHORTEST..=ceiling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_starts_short_and_grows_to_the_longest() {
        let s = Duration::from_secs;
        let interval = Interval { shortest: s(2), longest: s(30) };
        let pauses: Vec<u64> = [0, 10, 60, 200, 4000].map(|waited| look(interval, s(waited)).as_secs()).into();
        assert_eq!(pauses, [2, 2, 6, 20, 30]);
        let fixed = Interval { shortest: s(5), longest: s(5) };
        assert_eq!(look(fixed, s(4000)), s(5));
    }

    #[test]
    fn tries_keep_apart_and_never_stay_away_for_long() {
        let mut random = fastrand::Rng::with_seed(7);
        for failures in 0..200 {
            let pause = retry(failures, &mut random);
            assert!(pause >= Duration::from_millis(100) && pause <= Duration::from_secs(30), "{failures}: {pause:?}");
        }
    }
}
