//! Checks the business dates of a run: each once, none of which the day is not over in China.

use std::time::SystemTime;

use super::{
    error::{InputError, given},
    inputs::Inputs,
};
use crate::model::business_date::BusinessDate;

/// Rejects a date of which the day is not over, and one that is given twice.
pub(super) fn check(inputs: &Inputs, now: SystemTime, errors: &mut Vec<InputError>) {
    let days = inputs.run_date.or_default().days(now);
    let last = BusinessDate::yesterday(now);
    let mut wrong = |day: &BusinessDate, accepted: &str| {
        errors.push(InputError::new("run-date", given(&day.to_string(), accepted)));
    };
    for (nth, day) in days.iter().enumerate() {
        if *day > last {
            wrong(day, &format!("none later than yesterday in China time, which is {last}"));
        } else if days.iter().take(nth).any(|before| before == day) {
            wrong(day, "each date once; yesterday is that date");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::env::Environment;

    #[test]
    fn a_date_that_is_not_over_in_china_is_a_mistake() {
        let told = |text: &str, now: &str| {
            let mut errors = Vec::new();
            let inputs = Inputs::read(&Environment::from([("DATAWORKS_RUN_DATE", text)]));
            check(&inputs, humantime::parse_rfc3339(now).unwrap(), &mut errors);
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(told("2026-11-24,yesterday", "2026-11-26T02:00:00Z"), "");
        assert_eq!(told("2026-11-25", "2026-11-25T16:00:00Z"), "", "in China it is the 26th");
        let late = told("2026-11-25", "2026-11-25T15:59:59Z");
        assert!(late.contains("2026-11-25") && late.contains("which is 2026-11-24"), "{late}");
        assert!(told("2026-11-25,yesterday", "2026-11-26T02:00:00Z").contains("each date once"));
    }
}
