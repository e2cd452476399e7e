//! How a pipeline run is recognised as ours: `[dwd:OPERATION:HASH]` at the start of its description.
//!
//! The hash is of what stays the same when a CI run is tried again, so that a later attempt takes up an unfinished run.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{ci_run::CiRun, options::Operation};

/// The mark of one object's run. The first half of its hash is the same for every run of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    repository: String,
    whole: String,
}

impl Marker {
    /// The marker of an object. `random` stands for the run where the CI is not known.
    pub fn new(
        operation: Operation,
        ci_run: &CiRun,
        random: &str,
        dedupe_key: &str,
        workspace: &str,
        object: &str,
    ) -> Self {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let run = ci_run.run.clone().unwrap_or_else(|| random.to_owned());
        // A repository that nobody names is not everybody's.
        let repository = ci_run.repository.as_deref().unwrap_or(&run);
        let repository = format!("[dwd:{operation}:{}", hash(&[ci_run.ci, repository, workspace, object]));
        let whole =
            hash(&[ci_run.ci, &text(&ci_run.repository), &run, &text(&ci_run.job), dedupe_key, workspace, object]);
        Self { whole: format!("{repository}{whole}]"), repository }
    }

    /// The description of a run that bears it.
    pub fn describe(&self, comment: &str) -> String {
        format!("{} {comment}", self.whole)
    }

    /// Whether a description bears the marker of any run of this repository, for the same object and operation.
    pub fn is_of_our_repository(&self, description: &str) -> bool {
        description.contains(&self.repository)
    }

    /// Whether a description bears it.
    pub fn is_in(&self, description: &str) -> bool {
        description.contains(&self.whole)
    }
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        // A byte that no text holds keeps `ab`+`c` and `a`+`bc` apart.
        hash.update([0xff]);
    }
    hash.finalize().iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_run_has_the_same_marker_and_any_other_another() {
        let ci_run = |run: &str| CiRun { ci: "github", run: Some(run.into()), ..CiRun::default() };
        let marker =
            |ci_run: &CiRun, random, key, object| Marker::new(Operation::Online, ci_run, random, key, "10", object);
        let ours = marker(&ci_run("1"), "x", "", "7001");
        assert!(ours.is_in(&marker(&ci_run("1"), "y", "", "7001").describe("a later attempt")));
        for other in [
            marker(&ci_run("2"), "x", "", "7001"),
            marker(&ci_run("1"), "x", "leg", "7001"),
            marker(&ci_run("1"), "x", "", "7002"),
            Marker::new(Operation::Offline, &ci_run("1"), "x", "", "10", "7001"),
        ] {
            assert!(!ours.is_in(&other.describe("")));
        }
        let unknown = CiRun::default();
        assert_ne!(marker(&unknown, "x", "", "7001"), marker(&unknown, "y", "", "7001"), "no CI: random");
    }
}
