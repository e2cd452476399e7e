//! Back-off: how long until the next try of a call that failed.

use std::time::Duration;

/// The pause before the next try after `failures` in a row: exponential, with full jitter, at least 0.1 s.
pub fn full_jitter(failures: u32, random: &mut fastrand::Rng) -> Duration {
    const SHORTEST: u64 = 100;
    const LONGEST: u64 = 30_000;
    let ceiling = 500_u64.saturating_mul(2_u64.saturating_pow(failures.min(16))).min(LONGEST);
    Duration::from_millis(random.u64(SHORTEST..=ceiling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_keep_apart_and_never_stay_away_for_long() {
        let mut random = fastrand::Rng::with_seed(7);
        for failures in 0..200 {
            let pause = full_jitter(failures, &mut random);
            assert!(pause >= Duration::from_millis(100) && pause <= Duration::from_secs(30), "{failures}: {pause:?}");
        }
    }
}
