//! Words for what reading back showed after the answer to a write was lost.

use crate::model::{read_back::ReadBackResult, run_name::RunName};

/// Why a write that was lost ended the walk.
pub fn lost(operation: &str, result: &ReadBackResult) -> String {
    match result {
        ReadBackResult::NoRun => format!(
            "{operation} was sent twice, both answers were lost, and no run was found; check the console before you run the job again"
        ),
        ReadBackResult::NoPackage => format!(
            "{operation} was sent twice, both answers were lost, and no package was found; check the console before you run the job again"
        ),
        ReadBackResult::StillInit(code) => {
            format!(
                "{operation} of {code} was sent twice, both answers were lost, and the stage still has the status Init"
            )
        }
        ReadBackResult::SeveralRuns(runs) => format!(
            "the answer to {operation} was lost, and several runs may be ours: {}; to go on with one, give ⟨pipeline-run-id⟩",
            names(runs)
        ),
        ReadBackResult::SeveralPackages(packages) => {
            let ids: Vec<String> = packages.iter().map(u64::to_string).collect();
            format!(
                "the answer to {operation} was lost, and several packages may be ours: {}; to follow one, give ⟨deployment-id⟩",
                ids.join(", ")
            )
        }
        ReadBackResult::NoEffect => format!(
            "{operation} was sent twice, both answers were lost, and the object does not show the change; check it in Data Studio before you run the job again"
        ),
        ReadBackResult::SeveralObjects(ids) => {
            format!(
                "the answer to {operation} was lost, and several objects may be ours: {}; check them in Data Studio before you run the job again",
                ids.join(", ")
            )
        }
        ReadBackResult::ListCut(list) => format!(
            "the answer to {operation} was lost, and {list} could not be read to its end, so it may have taken effect; it was not sent again; check the console before you run the job again"
        ),
        ReadBackResult::NoBaseline => format!(
            "the answer to {operation} was lost, and the earlier packages could not be listed, so ours cannot be identified; check the deployment tasks in the console before you run the job again"
        ),
    }
}

/// Several runs, by name.
pub fn names(runs: &[RunName]) -> String {
    runs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
