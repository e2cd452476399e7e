//! Reads the inputs of a run after the deployment: its dates, its parameters, how many dates at once, how much of a log.

use std::time::SystemTime;

use super::value::{FromInput, split_list};
use crate::model::business_date::BusinessDate;

/// The business dates, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunDates(Vec<RunDate>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RunDate {
    Yesterday,
    Day(BusinessDate),
}

impl FromInput for RunDates {
    const EXPECTED: &'static str = "at most 7 business dates, each once, such as 2026-11-24, or yesterday";
    fn from_input(text: &str) -> Option<Self> {
        const MOST: usize = 7;
        let mut dates = Vec::new();
        for item in split_list(text)? {
            let is_yesterday = item.eq_ignore_ascii_case("yesterday");
            let date = if is_yesterday { RunDate::Yesterday } else { RunDate::Day(BusinessDate::read(&item)?) };
            if dates.contains(&date) {
                return None;
            }
            dates.push(date);
        }
        (dates.len() <= MOST).then_some(Self(dates))
    }
}

impl RunDates {
    /// The days that they are, as of now, in the order given.
    pub(super) fn days(&self, now: SystemTime) -> Vec<BusinessDate> {
        let day = |date: &RunDate| match date {
            RunDate::Yesterday => BusinessDate::yesterday(now),
            RunDate::Day(day) => *day,
        };
        self.0.iter().map(day).collect()
    }
}

/// `key=value` each, for every node of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunParameters(pub Vec<(String, String)>);

impl FromInput for RunParameters {
    const EXPECTED: &'static str =
        "one or more key=value without blanks, each key once, separated by commas or line breaks, or a JSON array";
    fn from_input(text: &str) -> Option<Self> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for item in split_list(text)? {
            let (key, value) = item.split_once('=')?;
            let is_wrong = key.is_empty() || item.contains(char::is_whitespace);
            if is_wrong || parameters.iter().any(|(known, _)| known == key) {
                return None;
            }
            parameters.push((key.to_owned(), value.to_owned()));
        }
        Some(Self(parameters))
    }
}

/// How many dates run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunParallelism(pub u64);

impl FromInput for RunParallelism {
    const EXPECTED: &'static str = "a whole number, 1 to 10";
    fn from_input(text: &str) -> Option<Self> {
        u64::from_input(text).filter(|many| *many <= 10).map(Self)
    }
}

/// How many lines of a log are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLines(pub u64);

impl FromInput for LogLines {
    const EXPECTED: &'static str = "a whole number, 0 to 1000";
    fn from_input(text: &str) -> Option<Self> {
        let is_zero = text.bytes().all(|byte| byte == b'0');
        let lines = if is_zero { Some(0) } else { u64::from_input(text) };
        lines.filter(|lines| *lines <= 1000).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar_each_once_and_at_most_seven() {
        let many = |count: usize| (1..=count).map(|day| format!("2026-11-{day:02}")).collect::<Vec<_>>().join(",");
        for (text, wanted) in [("2026-11-24", 1), ("yesterday", 1), ("2026-11-24\nYesterday", 2), (&many(7), 7)] {
            assert_eq!(RunDates::from_input(text).map(|dates| dates.0.len()), Some(wanted), "{text}");
        }
        for text in ["today", "2026-11-31", "2026-11-24,2026-11-24", &many(8), "20261124"] {
            assert_eq!(RunDates::from_input(text), None, "{text}");
        }
    }

    #[test]
    fn parameters_have_a_key_and_no_blank() {
        let read = |text: &str| RunParameters::from_input(text).map(|read| read.0.len());
        assert_eq!((read("a=1,b="), read("[\"a=1,2\"]"), read("a=b=c")), (Some(2), Some(1), Some(1)));
        for text in ["a", "=1", "a=1 b=2", "a=1,a=2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_have_their_bounds() {
        assert_eq!([1, 10].map(|many| RunParallelism::from_input(&many.to_string()).is_some()), [true; 2]);
        assert_eq!(["0", "11", "x"].map(RunParallelism::from_input), [None; 3]);
        assert_eq!(["0", "1000"].map(|lines| LogLines::from_input(lines).is_some()), [true; 2]);
        assert_eq!(["1001", "-1", "x"].map(LogLines::from_input), [None; 3]);
    }
}
