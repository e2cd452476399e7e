//! Reads what is to run once in production after the deployment.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use super::inputs::Inputs;
use crate::model::{business_date::BusinessDate, run_plan::RunPlan, sorted::collected};

/// The run that the inputs ask for; `timeout`: the step's, which is the longest that a run may take.
pub(super) fn read(inputs: &Inputs, timeout: Duration, now: SystemTime) -> Option<RunPlan> {
    let dates: BTreeSet<BusinessDate> = collected(inputs.run_date.value()?.days(now));
    let lines = inputs.run_log_lines.value().map(|lines| lines.0);
    Some(RunPlan {
        dates: dates.into_iter().collect(),
        yesterday: BusinessDate::yesterday(now),
        only: inputs.run_only.or_default(),
        parameters: inputs.run_parameters.or_default().0,
        parallelism: inputs.run_parallelism.value().map_or(1, |many| many.0),
        timeout: inputs.run_timeout.value().map_or(timeout, |own| timeout.min(*own)),
        log_lines: lines.and_then(|lines| usize::try_from(lines).ok()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::env::Environment;

    #[test]
    fn a_run_has_its_dates_in_order_and_at_most_the_steps_time() {
        let read = |given: &[(&str, &str)]| {
            let given = given.iter().map(|(name, value)| (format!("DATAWORKS_{name}"), Some((*value).to_owned())));
            let inputs = Inputs::read(&Environment::new(given));
            let now = humantime::parse_rfc3339("2026-11-25T16:00:00Z").unwrap();
            super::read(&inputs, Duration::from_secs(1800), now)
        };
        assert_eq!(read(&[("RUN_ONLY", "true")]), None);
        let plan = read(&[("RUN_DATE", "yesterday,2026-11-01"), ("RUN_TIMEOUT", "2h")]).unwrap();
        assert_eq!(plan.dates_in_words(), "2026-11-01, 2026-11-25", "in China it is the 26th");
        assert_eq!((plan.parallelism, plan.log_lines, plan.timeout.as_secs()), (1, 100, 1800));
        let plan = read(&[("RUN_DATE", "2026-11-01"), ("RUN_TIMEOUT", "60s"), ("RUN_LOG_LINES", "0")]).unwrap();
        assert_eq!((plan.timeout.as_secs(), plan.log_lines), (60, 0));
    }
}
