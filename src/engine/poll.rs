//! Poll interval: how long until the next poll of a deployment.

use std::time::Duration;

use crate::model::options::Interval;

/// The pause before the next poll of something that has been waited for since `waited`.
///
/// It starts at the shortest, and grows with the wait, so that the lag becomes a share of it: the hypotenuse of the
/// shortest pause and a tenth of the wait, and never more than the longest. ARCHITECTURE.md has the table it was chosen
/// from.
pub fn poll_delay(interval: Interval, waited: Duration) -> Duration {
    let square = |side: Duration| side.as_nanos().saturating_mul(side.as_nanos());
    let tenth = waited.checked_div(10).unwrap_or_default();
    let pause = square(interval.shortest).saturating_add(square(tenth)).isqrt();
    let pause = u64::try_from(pause).map_or(interval.longest, Duration::from_nanos);
    // Never `clamp`: it panics where the bounds are crossed.
    pause.min(interval.longest).max(interval.shortest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_starts_short_and_grows_to_the_longest() {
        let s = Duration::from_secs;
        let interval = Interval { shortest: s(2), longest: s(30) };
        let pauses: Vec<u64> = [0, 10, 60, 200, 4000].map(|waited| poll_delay(interval, s(waited)).as_secs()).into();
        assert_eq!(pauses, [2, 2, 6, 20, 30]);
        assert!(poll_delay(interval, s(10)) > s(2), "it grows from the first moment");
        assert_eq!(poll_delay(interval, Duration::MAX), s(30));
        let fixed = Interval { shortest: s(5), longest: s(5) };
        assert_eq!(poll_delay(fixed, s(4000)), s(5));
    }

    /// How many polls a stage takes, and how long after its end the last one comes.
    fn stage(interval: Interval, lasting: Duration) -> (u32, Duration) {
        let (mut polls, mut waited) = (0, Duration::ZERO);
        while waited < lasting {
            waited += poll_delay(interval, waited);
            polls += 1;
        }
        (polls, waited - lasting)
    }

    #[test]
    fn half_an_hour_takes_few_polls_and_a_short_walk_little_longer_than_its_stages() {
        let s = Duration::from_secs;
        let (polls, lag) = stage(Interval { shortest: s(2), longest: s(30) }, s(1800));
        assert!(polls <= 86 && lag <= s(30), "{polls} polls, {lag:?}; pauses of at most 30 s take 60 at the least");
        let ms = Duration::from_millis;
        let (interval, walk) = (Interval { shortest: ms(200), longest: ms(1500) }, [ms(800), ms(2000), ms(4500)]);
        let (polls, lags): (Vec<u32>, Vec<Duration>) = walk.into_iter().map(|own| stage(interval, own)).unzip();
        let (polls, lag, own) =
            (polls.iter().sum::<u32>(), lags.iter().sum::<Duration>(), walk.iter().sum::<Duration>());
        // Six more requests go round them: two lists, a create, a poll at once, two executes.
        assert!(polls + 6 <= 36, "{polls} polls");
        assert!((own + lag).as_secs_f64() <= 1.06 * own.as_secs_f64(), "{lag:?} on top of {own:?}");
    }
}
