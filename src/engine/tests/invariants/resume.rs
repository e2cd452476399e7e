//! What the second attempt of a killed one owes: it takes the run up, and executes nothing a second time.

use crate::model::{
    answer::Answer,
    call::Call,
    duration::Elapsed,
    journal::{Note, Provenance},
    pipeline::State,
};

use super::{checks::Case, record::next_stage};
use crate::engine::tests::sim::{Run, s};

impl Case<'_> {
    /// What the second attempt of a killed one owes; its calls begin at `before`.
    pub(super) fn takes_up(&self, from: Elapsed, before: usize) {
        let creation =
            self.cloud.calls[before..].iter().find(|(_, call, _)| matches!(call, Call::CreatePipelineRun { .. }));
        let open = |run: &&Run| creation.is_some_and(|(at, ..)| !self.cloud.read(run, *at).state.is_end());
        let left = self.cloud.runs.iter().filter(|run| run.created < from).find(open);
        self.law(left.is_none() || !self.cloud.descriptions, "resumable: an unfinished run is taken up");
        self.law(self.cloud.broken.is_empty(), &format!("resumable: never executed twice: {:?}", self.cloud.broken));
        self.looks_before_it_executes(before);
    }

    /// The stage that reads `Init` when a run is taken up may have been executed: not again before the look after 10 s.
    fn looks_before_it_executes(&self, before: usize) {
        let taken =
            self.driven.journal.entries().iter().any(|entry| {
                matches!(&entry.note, Note::Known { how: Provenance::Resumed | Provenance::Followed, .. })
            });
        let first = self.cloud.calls[before..].iter().find_map(|(at, _, answer)| match answer {
            Ok(Answer::Run(run)) if !run.stages.is_empty() => Some((*at, run)),
            _ => None,
        });
        let Some((seen, run)) = first.filter(|(_, run)| taken && run.state != State::Init) else { return };
        let next = next_stage(run);
        let early = self.execs().into_iter().find(|exec| exec.nth >= before && Some(exec.stage) == next);
        let waited = early.is_none_or(|exec| exec.at >= seen + s(10));
        self.law(waited, "resumable: what may have been executed is looked at for 10 s first");
    }
}
