//! Business dates: as text, and as the milliseconds of their midnight in China.

use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 3600);
const CHINA: Duration = Duration::from_secs(8 * 3600);

/// All dates from `first` to `last`, both included; `None` if they are not dates, or in the wrong order.
pub(super) fn between(first: &str, last: &str) -> Option<Vec<String>> {
    let (mut at, end) = (midnight(first)?, midnight(last)?);
    let mut dates = Vec::new();
    while at <= end && dates.len() < 400 {
        dates.push(text(at));
        at += DAY;
    }
    (!dates.is_empty()).then_some(dates)
}

/// The milliseconds of a date's midnight in China.
pub(super) fn unix_ms(date: &str) -> u64 {
    let at = midnight(date).and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
    u64::try_from(at.saturating_sub(CHINA).as_millis()).unwrap_or_default()
}

/// The latest date that has ended in China.
pub(super) fn yesterday(now: SystemTime) -> String {
    text(now + CHINA - DAY)
}

fn midnight(date: &str) -> Option<SystemTime> {
    (date.len() == 10).then(|| humantime::parse_rfc3339(&format!("{date}T00:00:00Z")).ok())?
}

fn text(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string().chars().take(10).collect()
}
