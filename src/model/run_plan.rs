//! What is to run once in production after the deployment: which objects, for which dates, with which parameters.

use std::time::Duration;

use super::{business_date::BusinessDate, run_once::DateRange, target::Target};

/// The run that the inputs ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPlan {
    /// The business dates, the earliest first.
    pub dates: Vec<BusinessDate>,
    /// The latest of which the day is over.
    pub yesterday: BusinessDate,
    /// Whether nothing is deployed before.
    pub only: bool,
    /// For every node, over its own.
    pub parameters: Vec<(String, String)>,
    /// How many dates at once.
    pub parallelism: u64,
    /// From the creation of a run to its end.
    pub timeout: Duration,
    /// How many of the last lines of a failed task's log are shown.
    pub log_lines: usize,
}

/// What kind of thing runs, and so by which generation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// A stand-alone node: 2024-05-18.
    Node,
    /// The nodes of a workflow: 2024-05-18.
    Workflow,
    /// The node of a file: 2020-05-18.
    File,
}

/// An object that is to run, as it was read before anything was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunObject {
    /// Which one.
    pub target: Target,
    /// Its name.
    pub name: String,
    /// What kind of thing it is.
    pub kind: RunKind,
    /// How many nodes run.
    pub nodes: usize,
}

impl RunPlan {
    /// What tells this run from others of the same object: its dates and its parameters.
    pub fn distinct(&self) -> Vec<String> {
        let dates = self.dates.iter().map(ToString::to_string);
        dates.chain(self.parameters.iter().map(|(key, value)| format!("{key}={value}"))).collect()
    }

    /// Its dates for a person.
    pub fn dates_in_words(&self) -> String {
        self.dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// A node's own parameters, `a=1 b=2`, with those of this run over them.
    pub fn over(&self, own: &str) -> String {
        let is_given = |word: &&str| {
            let key = word.split_once('=').map(|(key, _)| key);
            !self.parameters.iter().any(|(given, _)| Some(given.as_str()) == key)
        };
        let kept = own.split_whitespace().filter(is_given).map(str::to_owned);
        let given = self.parameters.iter().map(|(key, value)| format!("{key}={value}"));
        kept.chain(given).collect::<Vec<_>>().join(" ")
    }
}

/// Dates, the earliest first, as ranges of successive days.
pub fn ranges(dates: &[BusinessDate]) -> Vec<Vec<BusinessDate>> {
    let mut ranges: Vec<Vec<BusinessDate>> = Vec::new();
    for date in dates {
        match ranges.last_mut() {
            Some(range) if range.last().is_some_and(|last| last.is_right_before(*date)) => range.push(*date),
            _ => ranges.push(vec![*date]),
        }
    }
    ranges
}

/// The first and the last day of a range, as the requests have them.
pub fn range(dates: &[BusinessDate]) -> DateRange {
    let text = |date: Option<&BusinessDate>| date.map(ToString::to_string).unwrap_or_default();
    DateRange { start: text(dates.first()), end: text(dates.last()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDate {
        BusinessDate::read(text).unwrap()
    }

    #[test]
    fn successive_dates_are_one_range_also_over_the_end_of_a_month() {
        let dates = ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-03", "2024-12-31", "2025-01-01"].map(day);
        let ranges: Vec<DateRange> = ranges(&dates).iter().map(|dates| range(dates)).collect();
        let words: Vec<String> = ranges.iter().map(|range| format!("{}..{}", range.start, range.end)).collect();
        assert_eq!(words, ["2024-02-28..2024-03-01", "2024-03-03..2024-03-03", "2024-12-31..2025-01-01"]);
        assert_eq!(day("2025-02-05").begin_ms(), 1_738_684_800_000, "00:00 in China");
    }

    #[test]
    fn the_parameters_of_a_run_stand_over_the_nodes_own() {
        let plan = RunPlan {
            dates: vec![day("2026-11-24")],
            yesterday: day("2026-11-24"),
            only: false,
            parameters: vec![("a".into(), "2".into()), ("z".into(), "x=y".into())],
            parallelism: 1,
            timeout: Duration::ZERO,
            log_lines: 100,
        };
        for (own, wanted) in [
            ("", "a=2 z=x=y"),
            ("a=1 b=$[yyyymmdd-1]", "b=$[yyyymmdd-1] a=2 z=x=y"),
            ("first  aa=1", "first aa=1 a=2 z=x=y"),
        ] {
            assert_eq!(plan.over(own), wanted, "{own}");
        }
    }
}
