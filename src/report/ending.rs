//! Writes the last lines of the log: how all targets ended, and on GitHub what went wrong, as annotations.

use crate::{
    config::{ci::Ci, error::InputError},
    model::status::Status,
};

use super::{
    annotations::{Annotation, few},
    escape,
    log::{Log, line, one_line},
    step::{Report, TargetReport, counts},
};

impl Log {
    /// How all of several targets ended, as the last line: a long log is read from its end.
    pub fn sum(report: &Report) -> Option<String> {
        const NAMED: usize = 20;
        let bad = || report.parts().filter(|part| !part.outcome.end.status.is_good());
        let named: Vec<String> = bad().take(NAMED).map(|part| escape::cut(&part.title(), 200)).collect();
        let more = bad().count().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let whose = format!("; not successful: {}{more}", named.join(", "));
        let whose = if named.is_empty() { "" } else { &whose };
        let count = report.parts().count();
        (count > 1).then(|| line(report.took, &format!("{count} targets: {}{whose}", counts(report.parts()))))
    }

    /// On GitHub an annotation for each target that went wrong, and for a plan that stops the push, when all are over.
    pub fn annotations(&self, report: &Report) -> Vec<String> {
        let bad = report.parts().filter(|part| !part.outcome.end.status.is_good());
        let one = |part: &TargetReport| {
            let title = format!("{}: {}", part.title(), part.outcome.end.status);
            Annotation { name: title.clone(), title, message: self.whole(&part.outcome.end), place: None }
        };
        // A plan that stops the push has no targets to say it.
        let planned = report.plan.iter().filter(|plan| !plan.end.status.is_good()).map(|plan| {
            let title = format!("{}: {}", plan.label, plan.end.status);
            Annotation { name: title.clone(), title, message: self.whole(&plan.end), place: None }
        });
        match self.ci {
            Ci::GitHub => few(&planned.chain(bad.map(one)).collect::<Vec<_>>()),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => Vec::new(),
        }
    }

    /// Why a step did not start.
    pub fn not_started(&self, status: Status, mistakes: &[InputError]) -> Vec<String> {
        let one = |mistake: &InputError| Annotation {
            title: format!("dataworks-deploy: {status}"),
            message: mistake.to_string(),
            name: mistake.to_string(),
            place: mistake.place().cloned(),
        };
        match self.ci {
            Ci::GitHub => few(&mistakes.iter().map(one).collect::<Vec<_>>()),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => {
                mistakes.iter().map(|mistake| format!("error: {}", one_line(&mistake.to_string()))).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::report::tests::samples;

    #[test]
    fn the_last_line_counts_and_names_what_went_wrong() {
        let many = Log::sum(&samples::many()).unwrap();
        assert!(
            many.ends_with("25 targets: 2 failed, 23 success; not successful: object-id 7003 (dwd_订单明细), object-id 7019 (dwd_订单明细)"),
            "{many}"
        );
        assert!(Log::sum(&samples::crowd(300, "no")).unwrap().ends_with("300 targets: 300 success"));
        let all = Log::sum(&samples::saying(samples::crowd(300, "no"), "no")).unwrap();
        assert!(all.contains("300 targets: 300 failed") && all.ends_with("object-id 19 and 280 more"), "{all}");
        assert_eq!(Log::sum(&samples::success()), None, "one target's own line says it all");
    }

    #[test]
    fn nine_annotations_and_one_that_names_the_rest() {
        let log = |ci| Log::new(ci, SystemTime::UNIX_EPOCH);
        let mistakes =
            |count| (0..count).map(|nth| InputError::new(&format!("input-{nth}"), "wrong")).collect::<Vec<_>>();
        for (count, told) in [(1, 1), (9, 9), (10, 10), (11, 10), (500, 10)] {
            let lines = log(Ci::GitHub).not_started(Status::Invalid, &mistakes(count));
            assert_eq!(lines.len(), told, "{count}");
            assert!(lines.iter().all(|line| line.starts_with("::error title=")));
            let last = format!("input-{}: wrong", count - 1);
            assert!(count > 100 || lines.last().unwrap().contains(&last), "{lines:?}");
        }
        assert_eq!(log(Ci::Other).not_started(Status::Invalid, &mistakes(12)).len(), 12);
        let crowd = samples::crowd(3_000, "no");
        assert_eq!(log(Ci::GitHub).annotations(&crowd).len(), 2);
        assert!(log(Ci::GitLab).annotations(&crowd).is_empty());
        assert!(log(Ci::GitHub).annotations(&samples::success()).is_empty());
    }
}
