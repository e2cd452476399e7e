//! How a pipeline run is recognised as ours: `[dwd:OPERATION:HASH]` at the start of its description.
//!
//! The hash is of what stays the same when a CI run is tried again, so that a later attempt takes up an unfinished run.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{accept::Operation, origin::Origin};

/// The mark of one object's run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker(String);

impl Marker {
    /// The marker of an object. `random` stands for the run where the CI is not known.
    pub fn new(
        operation: Operation,
        origin: &Origin,
        random: &str,
        dedupe_key: &str,
        workspace: &str,
        object: &str,
    ) -> Self {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let run = origin.run.clone().unwrap_or_else(|| random.to_owned());
        let mut hash = Sha256::new();
        for part in [origin.ci, &text(&origin.repository), &run, &text(&origin.job), dedupe_key, workspace, object] {
            hash.update(part.as_bytes());
            // A byte that no text holds keeps `ab`+`c` and `a`+`bc` apart.
            hash.update([0xff]);
        }
        let mut hex = String::new();
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(hex, "{byte:02x}");
        }
        let word = match operation {
            Operation::Online => "online",
            Operation::Offline => "offline",
            Operation::Delete => "delete",
        };
        Self(format!("[dwd:{word}:{hex}]"))
    }

    /// The description of a run that bears it.
    pub fn describe(&self, comment: &str) -> String {
        format!("{} {comment}", self.0)
    }

    /// Whether a description bears it.
    pub fn is_in(&self, description: &str) -> bool {
        description.contains(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_run_has_the_same_marker_and_any_other_another() {
        let origin = |run: &str| Origin { ci: "github", run: Some(run.into()), ..Origin::default() };
        let marker =
            |origin: &Origin, random, key, object| Marker::new(Operation::Online, origin, random, key, "10", object);
        let ours = marker(&origin("1"), "x", "", "7001");
        assert!(ours.is_in(&marker(&origin("1"), "y", "", "7001").describe("a later attempt")));
        for other in [
            marker(&origin("2"), "x", "", "7001"),
            marker(&origin("1"), "x", "leg", "7001"),
            marker(&origin("1"), "x", "", "7002"),
            Marker::new(Operation::Offline, &origin("1"), "x", "", "10", "7001"),
        ] {
            assert!(!ours.is_in(&other.describe("")));
        }
        let unknown = Origin::default();
        assert_ne!(marker(&unknown, "x", "", "7001"), marker(&unknown, "y", "", "7001"), "no CI: random");
    }
}
