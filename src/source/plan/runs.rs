//! What the pipeline runs of one object tell of it: what we wrote last, and whether what it has was deployed.

use crate::model::{
    marker::{Marker, Written},
    pipeline::{Pipeline, State},
    sorted::sort_by,
};

/// One run of an object, whoever created it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// When it was created, in milliseconds since 1970 by the service's clock.
    pub created_ms: Option<u64>,
    /// How it stands.
    pub state: State,
    /// What this repository wrote for it; `None` for anybody else's, and for one that `source` did not make.
    pub written: Option<Written>,
    /// Whether it bears the marker of this CI run: an attempt of it created the run.
    pub bears_the_marker: bool,
    /// Whether the service gave a description back: without one nothing of ours can be known.
    pub has_description: bool,
}

impl Run {
    /// Reads what a run tells of the object. The marker is that of this CI run for the object.
    pub fn of(pipeline: &Pipeline, marker: &Marker) -> Self {
        Self {
            id: pipeline.id.clone(),
            created_ms: pipeline.created_ms,
            state: pipeline.state.clone(),
            written: marker.written(&pipeline.description),
            bears_the_marker: marker.is_in(&pipeline.description),
            has_description: !pipeline.description.is_empty(),
        }
    }

    fn is_success(&self) -> bool {
        self.state == State::Success
    }
}

/// The runs of one object, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs(Vec<Run>);

impl Runs {
    /// The runs in the order of their age; those of one moment as the service listed them.
    pub fn new(mut runs: Vec<Run>) -> Self {
        sort_by(&mut runs, |one, other| other.created_ms.cmp(&one.created_ms));
        Self(runs)
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The newest marker and its run.
    pub fn newest(&self) -> Option<(&Run, &Written)> {
        self.marked().next()
    }

    /// Whether what the object has is still to be deployed, although nothing is to be written. An unfinished run of ours
    /// with this text is gone on with, also where an older one deployed the same.
    /// What was deleted and created again after a run, from the same text, that run has not deployed.
    pub fn is_owed(
        &self,
        src: &str,
        now: &str,
        modified_ms: Option<u64>,
        object_created_ms: Option<u64>,
        has_task: bool,
    ) -> bool {
        if self.0.is_empty() {
            return !has_task;
        }
        let is_of_this = |written: &Written| written.src == src && written.now == now;
        let mut since_success = self.0.iter().take_while(|run| !run.is_success());
        if since_success.any(|run| !run.state.is_end() && run.written.as_ref().is_some_and(is_of_this)) {
            return true;
        }
        let mut succeeded = self.0.iter().filter(|run| run.is_success());
        let is_ours = |run: &Run| run.written.as_ref().is_some_and(|written| written.src == src);
        // Newest first: where the newest is not later than the last edit, none is.
        succeeded.next().is_none_or(|newest| {
            let is_later = newest.created_ms.zip(modified_ms).is_some_and(|(created, modified)| created > modified);
            // `ModifyTime` may still be behind a write: what ours deployed was another text.
            let is_later = is_later && newest.written.as_ref().is_none_or(|written| written.now == now);
            let has_all = newest.created_ms.zip(object_created_ms).is_none_or(|(run, object)| object <= run);
            !(is_later || is_ours(newest) && has_all)
        })
    }

    /// The newest run that succeeded, where an attempt of this CI run created it.
    pub fn deployed_by_this_ci_run(&self) -> Option<&Run> {
        self.0.iter().find(|run| run.is_success()).filter(|run| run.bears_the_marker)
    }

    /// The older run that had exactly this text, where the newest has another: deploying it takes something back.
    pub fn rolled_back_to(&self, src: &str) -> Option<&Run> {
        let (_, newest) = self.newest()?;
        let mut older = self.marked().skip(1).filter(|(_, written)| written.src == src);
        older.next().map(|(run, _)| run).filter(|_| newest.src != src)
    }

    /// Whether runs are there and the service gives no description of any.
    pub fn lack_descriptions(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|run| !run.has_description)
    }

    fn marked(&self) -> impl Iterator<Item = (&Run, &Written)> {
        self.0.iter().filter_map(|run| Some((run, run.written.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{ci_run::CiRun, options::Operation};

    use super::*;

    fn run(created: u64, is_success: bool, src: Option<&str>) -> Run {
        let written = src.map(|src| Written { src: src.into(), now: "n".into() });
        let id = created.to_string();
        Run {
            id,
            created_ms: Some(created),
            state: if is_success { State::Success } else { State::Fail },
            written,
            bears_the_marker: false,
            has_description: true,
        }
    }

    #[test]
    fn a_run_is_ours_by_its_marker_and_good_by_its_state_alone() {
        let origin = CiRun { ci: "github", run: Some("1".into()), ..CiRun::default() };
        let marker = Marker::new(Operation::Online, &origin, "", "", "10", "7001");
        let written = Written { src: "a".into(), now: "b".into() };
        let run =
            |description: String, state| Run::of(&Pipeline { state, description, ..Pipeline::default() }, &marker);
        let ours = run(marker.clone().with_written(written.clone()).describe("a comment"), State::Fail);
        assert_eq!((ours.is_success(), ours.has_description, ours.written), (false, true, Some(written.clone())));
        let later = CiRun { run: Some("2".into()), ..origin };
        let other = Marker::new(Operation::Online, &later, "", "", "10", "7001").with_written(written);
        let other = run(other.describe("of another CI run"), State::Success);
        assert_eq!((ours.bears_the_marker, other.bears_the_marker), (true, false));
        let older = run(marker.describe("by object-id"), State::Success);
        assert_eq!((older.is_success(), older.written), (true, None), "a marker without src is no witness");
        assert!(!run(String::new(), State::Success).has_description);
    }

    #[test]
    fn what_is_owed_over_every_newest_run() {
        for (runs, has_task, owed, why) in [
            (vec![], true, false, "no run is known, and the scheduler knows it"),
            (vec![], false, true, "never deployed"),
            (vec![run(1, true, Some("ours"))], true, false, "our text is deployed"),
            (vec![run(1, true, Some("older"))], true, true, "another text of ours is"),
            (vec![run(9, true, None)], true, false, "somebody deployed it after the last edit"),
            (vec![run(5, true, None)], true, true, "at the moment of the edit is not after it"),
            (vec![run(9, false, Some("ours"))], true, true, "it failed"),
            (
                vec![run(9, false, Some("ours")), run(1, true, Some("ours"))],
                true,
                false,
                "it failed after it succeeded",
            ),
            (
                vec![run(3, true, None), run(2, true, Some("ours"))],
                true,
                true,
                "the newest is somebody's, before the edit",
            ),
        ] {
            assert_eq!(Runs::new(runs).is_owed("ours", "n", Some(5), None, has_task), owed, "{why}");
        }
        assert!(
            Runs::new(vec![run(9, true, None)]).is_owed("ours", "n", None, None, true),
            "nobody says when it was edited"
        );
        let under_way = |created| Run { state: State::Running, ..run(created, false, Some("ours")) };
        for (created, now, owed) in [(9, "n", true), (9, "m", false), (1, "n", false)] {
            let runs = Runs::new(vec![under_way(created), run(4, true, Some("ours"))]);
            assert_eq!(runs.is_owed("ours", now, Some(3), None, true), owed, "{created} {now}");
        }
        let ours = Runs::new(vec![run(4, true, Some("ours"))]);
        assert!(!ours.is_owed("ours", "n", Some(9), Some(4), true), "created with the run");
        assert!(ours.is_owed("ours", "n", Some(9), Some(5), true), "created anew");
        let other = Runs::new(vec![run(9, true, Some("other"))]);
        assert!(!other.is_owed("ours", "n", Some(5), None, true), "as that run left it");
        assert!(other.is_owed("ours", "m", Some(5), None, true), "written since, which the time does not say yet");
    }

    #[test]
    fn this_ci_run_deployed_what_the_newest_success_bears_the_marker_of() {
        let of_this = |created, is_success| Run { bears_the_marker: true, ..run(created, is_success, Some("a")) };
        for (runs, wanted, why) in [
            (vec![of_this(1, true)], Some("1"), "an earlier attempt did"),
            (vec![run(9, false, None), of_this(1, true)], Some("1"), "what failed deployed nothing"),
            (vec![run(9, true, None), of_this(1, true)], None, "somebody deployed it since"),
            (vec![of_this(9, false), run(1, true, Some("a"))], None, "the earlier attempt failed"),
            (vec![], None, "no run"),
        ] {
            let runs = Runs::new(runs);
            assert_eq!(runs.deployed_by_this_ci_run().map(|run| run.id.as_str()), wanted, "{why}");
        }
    }

    #[test]
    fn the_newest_marker_and_what_is_rolled_back_to() {
        let runs = Runs::new(vec![run(1, true, Some("a")), run(3, false, None), run(2, false, Some("b"))]);
        assert_eq!(
            runs.newest().map(|(run, _)| run.id.as_str()),
            Some("2"),
            "a run that failed was written all the same"
        );
        assert_eq!(runs.rolled_back_to("a").map(|run| run.id.as_str()), Some("1"));
        assert_eq!(runs.rolled_back_to("b"), None);
        assert_eq!(runs.rolled_back_to("c"), None);
    }
}
