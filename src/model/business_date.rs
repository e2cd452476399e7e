//! A business date: a day of the calendar, and which day was yesterday in China.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// China has one time zone and no summer time.
const CHINA: Duration = Duration::from_secs(8 * 3600);
const DAY: u64 = 24 * 3600;

/// A day, such as `2026-11-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessDate {
    year: u16,
    month: u8,
    day: u8,
}

impl BusinessDate {
    /// The day of a text such as `2026-11-24`; `None` where the calendar has no such day.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
        let date = Self { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? };
        let exists = parts.next().is_none() && (1..=days(date.year, date.month)).contains(&date.day);
        (exists && date.year >= 1970).then_some(date)
    }

    /// The day before the one that it is in China.
    pub fn yesterday(now: SystemTime) -> Self {
        let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().saturating_add(CHINA).as_secs();
        let mut left = seconds.checked_div(DAY).unwrap_or_default().saturating_sub(1);
        let (mut year, mut month) = (1970, 1);
        while left >= u64::from(days(year, month)) && year < 9999 {
            left = left.saturating_sub(u64::from(days(year, month)));
            (year, month) = if month == 12 { (year.saturating_add(1), 1) } else { (year, month.saturating_add(1)) };
        }
        Self { year, month, day: u8::try_from(left.saturating_add(1)).unwrap_or(1) }
    }
}

impl BusinessDate {
    /// When the day begins in China, in milliseconds since 1970: how the service writes a business date.
    pub fn begin_ms(self) -> u64 {
        let china = u64::try_from(CHINA.as_millis()).unwrap_or_default();
        self.days_since_1970().saturating_mul(DAY).saturating_mul(1000).saturating_sub(china)
    }

    /// Whether the other one is the day after.
    pub fn is_right_before(self, other: Self) -> bool {
        self.days_since_1970().saturating_add(1) == other.days_since_1970()
    }

    fn days_since_1970(self) -> u64 {
        let of_years = (1970..self.year).map(|year| (1..=12).map(|month| u64::from(days(year, month))).sum::<u64>());
        let of_months = (1..self.month).map(|month| u64::from(days(self.year, month)));
        of_years.chain(of_months).sum::<u64>().saturating_add(u64::from(self.day)).saturating_sub(1)
    }
}

impl fmt::Display for BusinessDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn digits(text: &str, length: usize) -> Option<u16> {
    let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// How many days a month has; none where there is no such month.
fn days(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_calendar() {
        for text in ["2026-11-24", "2024-02-29", "2000-02-29", "1970-01-01"] {
            assert_eq!(BusinessDate::read(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
        for text in [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-11-31",
            "2026-1-2",
            "26-11-24",
            "2026-11-24-1",
            "2026/11/24",
            "+026-11-24",
            "",
            "1969-12-31",
        ] {
            assert_eq!(BusinessDate::read(text), None, "{text}");
        }
    }

    #[test]
    fn yesterday_is_the_day_before_chinas_today() {
        for (utc, wanted) in [
            ("2026-11-24T15:59:59Z", "2026-11-23"),
            ("2026-11-24T16:00:00Z", "2026-11-24"),
            ("2024-02-29T17:00:00Z", "2024-02-29"),
            ("2026-01-01T00:00:00Z", "2025-12-31"),
            ("1970-01-01T00:00:00Z", "1970-01-01"),
        ] {
            assert_eq!(BusinessDate::yesterday(humantime::parse_rfc3339(utc).unwrap()).to_string(), wanted, "{utc}");
        }
    }
}
