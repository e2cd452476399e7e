//! Writes times: RFC 3339 has those from 1970 to the end of the year 9999, and a clock may show others.

use std::time::{Duration, SystemTime};

/// The last second of the year 9999, since 1970.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// The time itself, or the nearest that can be written.
pub fn writable(at: SystemTime) -> SystemTime {
    let last = SystemTime::UNIX_EPOCH.checked_add(LAST).unwrap_or(SystemTime::UNIX_EPOCH);
    at.clamp(SystemTime::UNIX_EPOCH, last)
}

/// `2026-01-02T03:04:05Z`.
pub fn seconds(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(writable(at)).to_string()
}

/// `2026-01-02T03:04:05.678Z`.
pub fn milliseconds(at: SystemTime) -> String {
    humantime::format_rfc3339_millis(writable(at)).to_string()
}

/// The same for what the service gives, in milliseconds since 1970; `None` where it cannot be written.
pub fn of_unix(unix_ms: Option<u64>) -> Option<String> {
    let at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(unix_ms?))?;
    // The nearest that can be written would be another moment.
    (writable(at) == at).then(|| milliseconds(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_can_be_written() {
        let after = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap();
        let before = |seconds| SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(seconds)).unwrap();
        for (at, wanted) in [
            (after(1_767_323_045), "2026-01-02T03:04:05Z"),
            (SystemTime::UNIX_EPOCH, "1970-01-01T00:00:00Z"),
            (before(1), "1970-01-01T00:00:00Z"),
            (before(u64::MAX / 2), "1970-01-01T00:00:00Z"),
            (after(253_402_300_799), "9999-12-31T23:59:59Z"),
            (after(253_402_300_800), "9999-12-31T23:59:59Z"),
            (after(u64::MAX / 2), "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(seconds(at), wanted);
            assert_eq!(milliseconds(at), wanted.replace('Z', ".000Z"));
        }
    }
}
