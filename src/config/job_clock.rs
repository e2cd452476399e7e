//! Reads how long a GitLab job may still take, and whether this machine's clock can be right about it.

use std::time::{Duration, SystemTime};

use super::env::Environment;
use crate::model::ci_run::TimeLeft;

/// What `CI_JOB_TIMEOUT` leaves of a job that began at `CI_JOB_STARTED_AT`; `None` where the CI does not say.
///
/// A job that runs is neither older than its timeout nor not started yet: where it seems so, our clock is wrong.
pub(super) fn time_left(environment: &Environment, now: SystemTime) -> Option<TimeLeft> {
    let whole = Duration::from_secs(environment.get("CI_JOB_TIMEOUT")?.parse().ok()?);
    let Some(begun) = environment.get("CI_JOB_STARTED_AT").and_then(moment) else {
        return Some(TimeLeft::Known(whole));
    };
    let gone = now.duration_since(begun).ok().filter(|gone| *gone <= whole);
    Some(gone.map_or(TimeLeft::ClockIsWrong, |gone| TimeLeft::Known(whole.saturating_sub(gone))))
}

/// The moment of a text such as `2026-01-02T11:04:05+08:00`: a time of day, and how far its zone is from UTC.
fn moment(text: &str) -> Option<SystemTime> {
    let after_date = text.get(10..)?;
    let Some(at) = after_date.rfind(['+', '-']) else { return humantime::parse_rfc3339_weak(text).ok() };
    let (local, zone) = text.split_at_checked(at.saturating_add(10))?;
    let local = humantime::parse_rfc3339_weak(local.trim_end()).ok()?;
    let digits: String = zone.chars().skip(1).filter(|letter| *letter != ':').collect();
    let is_zone = matches!(digits.len(), 2 | 4) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = digits.split_at_checked(2).filter(|_| is_zone)?;
    let minutes: u64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let hours: u64 = hours.parse().ok()?;
    let offset = Duration::from_secs(hours.saturating_mul(60).saturating_add(minutes).saturating_mul(60));
    if zone.starts_with('+') { local.checked_sub(offset) } else { local.checked_add(offset) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(started: &str) -> Option<TimeLeft> {
        let environment = Environment::from([("CI_JOB_TIMEOUT", "3600"), ("CI_JOB_STARTED_AT", started)]);
        time_left(&environment, humantime::parse_rfc3339("2026-01-02T03:14:05Z").unwrap())
    }

    #[test]
    fn a_job_that_began_ten_minutes_ago_in_whatever_zone() {
        for started in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.000Z",
            "2026-01-02T11:04:05+08:00",
            "2026-01-02T11:04:05.123+08:00",
            "2026-01-02T11:04:05+0800",
            "2026-01-02 11:04:05 +0800",
            "2026-01-01T23:34:05-03:30",
            "2026-01-02T03:04:05+00:00",
            "2026-01-02T03:04:05",
        ] {
            let Some(TimeLeft::Known(left)) = left(started) else { panic!("{started}") };
            assert_eq!(left.as_secs(), 3000, "{started}");
        }
    }

    #[test]
    fn a_job_that_is_too_old_or_not_begun_yet_shows_that_our_clock_is_wrong() {
        for started in
            ["2026-01-02T02:14:04Z", "2026-01-02T03:14:06Z", "2026-01-02T03:04:05-08:00", "1999-01-01T00:00:00Z"]
        {
            assert_eq!(left(started), Some(TimeLeft::ClockIsWrong), "{started}");
        }
    }

    #[test]
    fn a_start_that_cannot_be_read_leaves_the_whole_timeout() {
        for started in
            ["", "yesterday", "2026-01-02T03:04:05+8", "2026-01-02T03:04:05+08:0x", "2026-01-02", "发布发布发布发布"]
        {
            assert_eq!(left(started), Some(TimeLeft::Known(Duration::from_secs(3600))), "{started}");
        }
        assert_eq!(time_left(&Environment::default(), SystemTime::UNIX_EPOCH), None);
    }
}
