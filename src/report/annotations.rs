//! Decides which errors become annotations of GitHub, which keeps only ten.

use super::github;
use crate::config::error::Place;

/// How many annotations of a kind are shown one by one. GitHub keeps ten of each kind in a step and drops the others
/// unseen (`_maxCountPerIssueType`): <https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs>.
pub(super) const SHOWN: usize = 9;

/// At most nine annotations, then one that names the rest.
pub(super) fn few(errors: &[Annotation]) -> Vec<String> {
    let (shown, rest) = errors.split_at_checked(SHOWN).unwrap_or((errors, &[]));
    let names: Vec<&str> = rest.iter().map(|error| error.name.as_str()).collect();
    let sum = (!rest.is_empty()).then(|| github::error(&format!("and {} more", rest.len()), &names.join("; ")));
    shown.iter().map(|error| github::error_at(error.place.as_ref(), &error.title, &error.message)).chain(sum).collect()
}

/// An error that GitHub shows beside the job.
pub(super) struct Annotation {
    pub(super) title: String,
    pub(super) message: String,
    /// The line that it belongs to, where it is in a file.
    pub(super) place: Option<Place>,
    /// What the last annotation says of it, where there are too many.
    pub(super) name: String,
}
