//! What time it is in the simulated cloud, and how far its clock is off.

use std::time::{Duration, Instant, SystemTime};

/// A point in the simulator's own time; only differences between two of them mean anything.
pub type Moment = Duration;

/// Room before the start, so that a world can hold runs and packages made long ago.
const PAST: Duration = Duration::from_secs(30 * 24 * 3600);

/// The gateway's clock: real time since the start, shown to clients with an offset.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    shown_at_start: SystemTime,
}

impl Clock {
    /// A clock that is `offset` seconds ahead of this computer's (behind, when negative).
    pub fn starting_now(offset: i64) -> Self {
        let shift = Duration::from_secs(offset.unsigned_abs());
        let now = SystemTime::now();
        let shown = if offset < 0 { now.checked_sub(shift) } else { now.checked_add(shift) };
        Self { started: Instant::now(), shown_at_start: shown.unwrap_or(now) }
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        PAST + self.started.elapsed()
    }

    /// How long after the start a moment was.
    pub fn since_start(moment: Moment) -> Duration {
        moment.saturating_sub(PAST)
    }

    /// What the gateway's clock shows at a moment.
    pub fn shown(&self, moment: Moment) -> SystemTime {
        self.shown_at_start + moment - PAST
    }

    /// The same in milliseconds since 1970, as the service writes times.
    pub fn unix_ms(&self, moment: Moment) -> u64 {
        let shown = self.shown(moment).duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(shown.as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether a time that a client wrote is within 15 minutes of the gateway's clock.
    pub fn accepts(&self, written: SystemTime) -> bool {
        let shown = self.shown(self.now());
        let distance = shown.duration_since(written).unwrap_or_else(|ahead| ahead.duration());
        distance <= Duration::from_secs(15 * 60)
    }
}
