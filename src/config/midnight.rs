//! Warns of a deployment between 23:30 and 24:00 in China, when DataWorks generates the next day's instances.

use std::time::SystemTime;

const DAY: u64 = 24 * 3600;
/// China has one time zone and no summer time.
const CHINA: u64 = 8 * 3600;
const HALF_PAST_ELEVEN: u64 = 23 * 3600 + 1800;

/// The warning, if a deployment in a region of China begins between 23:30 and 24:00 there.
pub(super) fn warning(region: Option<&str>, now: SystemTime) -> Option<String> {
    let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let of_day = since_1970.saturating_add(CHINA).checked_rem(DAY)?;
    let late = region?.starts_with("cn-") && of_day >= HALF_PAST_ELEVEN;
    late.then(|| {
        "it is between 23:30 and 24:00 in China, when the next day's instances are generated: this deployment takes effect on the third day, not the next"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_half_hour_of_chinas_day_in_chinas_regions() {
        for (region, utc, warned) in [
            ("cn-hangzhou", "2026-01-02T15:29:59Z", false),
            ("cn-hangzhou", "2026-01-02T15:30:00Z", true),
            ("cn-hangzhou", "2026-01-02T15:59:59Z", true),
            ("cn-hangzhou", "2026-01-02T16:00:00Z", false),
            ("ap-southeast-1", "2026-01-02T15:45:00Z", false),
        ] {
            let now = humantime::parse_rfc3339(utc).unwrap();
            assert_eq!(warning(Some(region), now).is_some(), warned, "{region} {utc}");
        }
        assert_eq!(warning(None, SystemTime::UNIX_EPOCH), None);
    }
}
