//! Decides what the suite `plan` says: one case per row of the plan; a row that drifted is a failed case.

use std::time::Duration;

use super::{
    Suite,
    case::{Case, Verdict},
};
use crate::{
    model::status::Status,
    report::{
        escape::{cut, line},
        plan::{PlanReport, PlanRow, words},
        step::Report,
    },
    source::plan::change::{Drift, State},
};

/// The suite; a plan of nothing has one case, since an empty suite is read as none.
pub(super) fn suite(report: &Report, plan: &PlanReport) -> Suite {
    let mut cases: Vec<Case> = plan.rows.iter().map(case).collect();
    // What no push can do is of no single row; drift is.
    if !plan.end.status.is_good() && plan.end.status != Status::Drift {
        cases.push(Case { name: plan.label.clone(), ..Case::for_step(report) });
    }
    if cases.is_empty() {
        cases.push(Case { name: plan.label.clone(), took: Duration::ZERO, verdict: Verdict::Passed });
    }
    Suite { name: "plan".to_owned(), took: Duration::ZERO, cases }
}

fn case(row: &PlanRow) -> Case {
    let verdict = match row.state {
        State::Drift => {
            let fields: Vec<&str> = row.fields.iter().map(|field| field.path.as_str()).collect();
            let known = words::drifted(row.drift.unwrap_or(Drift::NeverOurs));
            let message = format!("{known}: {}", fields.join(", "));
            let message = cut(&line(&message), 1000);
            let notes = row.notes.iter().map(|note| line(&cut(note, 1000)));
            let text = [message.clone()].into_iter().chain(notes).collect::<Vec<_>>().join("\n");
            Verdict::Failed { kind: "drift".to_owned(), message, text }
        }
        State::Create | State::Unchanged | State::Update | State::Extra => Verdict::Passed,
    };
    let name = cut(&line(&format!("plan: {} {}", row.kind, row.title())), 200);
    Case { name, took: Duration::ZERO, verdict }
}
