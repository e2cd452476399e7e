//! The laws, each a function of what was done to the service and of what the walk says of it.

use crate::model::{
    answer::Answer,
    call::Call,
    fault::{Fault, FaultKind},
    journal::Note,
    options::{Disposition, Operation},
    outcome::{Outcome, Remote},
    pipeline::State,
    reason::{Abolish, End, Reason, Resume},
    status::Status,
};

use super::{
    Deployment,
    record::{Asked, Exec, names, next_stage},
};
use crate::engine::tests::sim::{Cloud, Executed, Run, ms, s};

/// A deployment that ended, before the law.
pub(super) struct Case<'a> {
    deployment: &'a Deployment,
    pub(super) cloud: &'a Cloud,
    pub(super) driven: &'a Executed,
    outcome: &'a Outcome,
    status: Status,
    seed: u64,
}

impl<'a> Case<'a> {
    pub(super) fn new(deployment: &'a Deployment, driven: &'a Executed, seed: u64) -> Self {
        let outcome = driven.outcome.as_ref().unwrap();
        Self { deployment, cloud: &deployment.cloud, driven, outcome, status: outcome.end.status, seed }
    }

    pub(super) fn obeys_all(&self) {
        self.succeeds_only_if_deployed();
        self.executes_in_order();
        self.never_executes_twice();
        self.creates_once();
        self.ends_in_time();
        self.stays_within_its_budget();
        self.leaves_nothing_untold();
        self.keeps_pauses();
        self.explains_itself();
        self.executes_only_what_the_operation_allows();
    }

    pub(super) fn law(&self, holds: bool, name: &str) {
        if !holds {
            for entry in self.driven.journal.entries() {
                eprintln!("{:>10.3} {:?}", entry.at.as_secs_f64(), entry.note);
            }
            let Executed { outcome, at, .. } = self.driven;
            panic!("law {name}; outcome {outcome:?} at {at:?}; replay with SEED={}", self.seed);
        }
    }

    fn run(&self, id: &str) -> &Run {
        self.cloud.runs.iter().find(|run| run.id == id).unwrap()
    }

    fn is_live(&self, run: &Run) -> bool {
        !self.cloud.read(run, self.driven.at).state.is_end()
    }

    fn stays_within_its_budget(&self) {
        let Cloud { budget, calls, .. } = self.cloud;
        self.law(calls.len() <= budget.saturating_add(2), "10: no more calls than the budget, and two to part");
        let End { reason, abolish, .. } = &self.outcome.end;
        let (is_spent, is_timed_out) = (*reason == Reason::BudgetSpent, self.status == Status::TimedOut);
        let is_really = calls.len() >= *budget || !is_spent && *abolish != Abolish::BudgetSpent;
        self.law(is_really && (!is_spent || is_timed_out), "10: spent is spent, and timed out");
    }

    fn succeeds_only_if_deployed(&self) {
        let really = match &self.outcome.found {
            Remote::Run(id, _) => {
                let read = self.cloud.read(self.run(id), self.driven.at);
                let done = |code| read.stages.iter().any(|stage| stage.code == code && stage.state == State::Success);
                match self.status {
                    Status::Stopped => done("CHECK"),
                    Status::Success if self.deployment.options.operation == Operation::Offline => {
                        read.state == State::Success || done("CHECK") && done("OFF")
                    }
                    Status::Success => read.state == State::Success,
                    _ => true,
                }
            }
            Remote::Package(id, _) => {
                let created = self.cloud.packages[usize::try_from(*id).unwrap() - 101];
                let (takes, status, item) = self.cloud.package;
                !self.status.is_good() || self.driven.at >= created + takes && status == 1 && item == 1
            }
            Remote::Nothing | Remote::Start(_) => !self.status.is_good(),
        };
        self.law(really, "1: success is success only as the contract defines it");
    }

    /// Every Exec: the stage's place, when it was sent, after which poll, and how it was answered.
    pub(super) fn execs(&self) -> Vec<Exec<'a>> {
        let exec = |(nth, (at, call, answer)): (usize, &'a Asked)| match call {
            Call::ExecPipelineRunStage { code, .. } => {
                let stage = self.cloud.stages.iter().position(|stage| stage.code == code).unwrap();
                let seen = match self.cloud.calls.get(nth.wrapping_sub(1)) {
                    Some((_, _, Ok(Answer::Run(seen)))) => Some(seen),
                    _ => None,
                };
                Some(Exec { nth, at: *at, stage, seen, answer })
            }
            _ => None,
        };
        self.cloud.calls.iter().enumerate().filter_map(exec).collect()
    }

    fn executes_in_order(&self) {
        self.law(self.cloud.broken.is_empty(), &format!("2, 3: in order and never twice: {:?}", self.cloud.broken));
        for Exec { at, stage, seen, .. } in self.execs() {
            let shown = seen.is_some_and(|run| run.state == State::Running && next_stage(run) == Some(stage));
            self.law(shown, "2: executed right after a poll that shows that it is next");
            if stage == 0 || self.cloud.stages[stage].kind == "Build" {
                let came =
                    |(_, _, answer): &&Asked| matches!(answer, Ok(Answer::Run(run)) if next_stage(run) == Some(stage));
                let since = self.cloud.calls.iter().find(came).map(|(at, ..)| *at);
                self.law(since.is_some_and(|since| at >= since + s(60)), "2: a minute to start by itself");
            }
        }
    }

    fn never_executes_twice(&self) {
        let lost = |exec: &&Exec| matches!(exec.answer, Err(fault) if fault.kind == FaultKind::Lost);
        let unheard =
            |exec: &Exec| matches!(exec.answer, Err(Fault { kind: FaultKind::Busy | FaultKind::NotSent(_), .. }));
        for stage in 0..self.cloud.stages.len() {
            let execs: Vec<Exec> =
                self.execs().into_iter().filter(|exec| exec.stage == stage && !unheard(exec)).collect();
            for pair in execs.windows(2) {
                let between = &self.cloud.calls[pair[0].nth..pair[1].nth];
                let reads = between.iter().filter(|(_, _, answer)| matches!(answer, Ok(Answer::Run(_)))).count();
                let apart = pair[1].at - pair[0].at;
                if lost(&&pair[0]) {
                    self.law(reads >= 4 && apart >= s(10), "3: a lost Exec is sent again after four reads");
                } else {
                    self.law(apart >= s(60), "3: an answered Exec is tried again after a minute");
                }
            }
            let thrice = execs.windows(3).any(|three| three.iter().filter(lost).count() == 3);
            self.law(!thrice, "3: a lost Exec is never sent a third time");
        }
    }

    fn creates_once(&self) {
        let Cloud { calls, runs, packages, .. } = self.cloud;
        let creates = |call: &Call| matches!(call, Call::CreatePipelineRun { .. } | Call::DeployFile { .. });
        let is_lost = |nth: &usize| matches!(&calls[*nth].2, Err(fault) if fault.kind == FaultKind::Lost);
        let sends: Vec<usize> = (0..calls.len()).filter(|nth| creates(&calls[*nth].1)).collect();
        let lost = sends.iter().copied().filter(|nth| is_lost(nth)).count();
        self.law(lost <= 2, "4: a create whose answer is lost is sent twice at most");
        self.law(runs.len().max(packages.len()) <= 1, "4: never two effects");
        for pair in sends.windows(2) {
            let reads = calls[pair[0] + 1..pair[1]].iter().filter(|(_, call, answer)| {
                matches!(call, Call::ListPipelineRuns { status: None, .. } | Call::ListDeployments { .. })
                    && answer.is_ok()
            });
            // A read that was cut in flight was answered too late to count, so there may be more than four.
            self.law(!is_lost(&pair[0]) || reads.count() >= 4, "4: the second only after four reads");
        }
    }

    fn ends_in_time(&self) {
        let Deployment { options, limits, interrupt, .. } = self.deployment;
        self.law(self.driven.at <= limits.timeout + s(5) + ms(1), "5: ended by the deadline plus five seconds");
        if let (Some(at), Status::Cancelled(_)) = (interrupt, self.status) {
            let grace = if options.on_cancel == Disposition::Abolish { s(4) } else { s(2) };
            self.law(self.driven.at <= *at + grace, "5: gone within the grace of a cancel");
        }
    }

    fn leaves_nothing_untold(&self) {
        let end = &self.outcome.end;
        let found = match &self.outcome.found {
            Remote::Run(id, _) => Some(id),
            Remote::Nothing | Remote::Package(..) | Remote::Start(_) => None,
        };
        if matches!(self.status, Status::Cancelled(_)) {
            let told = |run: &Run| names(end, &run.id) || found == Some(&run.id);
            let untold = self.cloud.runs.iter().any(|run| self.is_live(run) && !told(run));
            self.law(
                !untold || matches!(end.resume, Some(Resume::UnknownRun { .. })),
                "6: after an interrupt a run that is left is told",
            );
            let told = matches!(self.outcome.found, Remote::Package(..)) || end.resume == Some(Resume::UnknownPackage);
            self.law(self.cloud.packages.is_empty() || told, "6: after an interrupt a package that is left is told");
        }
        let Some(run) = found.map(|id| self.run(id)) else { return };
        self.law(end.abolish != Abolish::Done || run.abolished.is_some(), "6: what is said to be abolished is");
        let options = &self.deployment.options;
        let disposition = match self.status {
            Status::Cancelled(_) => options.on_cancel,
            Status::TimedOut => options.on_timeout,
            _ => return,
        };
        let tries = self.cloud.calls.iter().filter(|(_, call, _)| matches!(call, Call::AbolishPipelineRun { .. }));
        let tries: Vec<&Asked> = tries.collect();
        if disposition == Disposition::Leave {
            // Under `offline` the rest of a run is abolished all the same.
            let left = tries.is_empty() || options.operation == Operation::Offline;
            self.law(left, "6: a run that is to be left is left");
        } else if self.is_live(run) {
            let refused = |(_, _, answer): &&Asked| matches!(answer, Err(Fault { kind: FaultKind::Refused(_), .. }));
            let long = tries.first().is_some_and(|(at, ..)| self.driven.at >= *at + ms(1500));
            // A signal in the middle of the shutdown leaves less time for it.
            let hurried =
                self.status == Status::TimedOut && self.deployment.interrupt.is_some_and(|at| at < self.driven.at);
            let is_spent = self.cloud.calls.len() >= self.cloud.budget.saturating_add(2);
            let enough = long || hurried || is_spent && !tries.is_empty() || tries.last().is_some_and(refused);
            self.law(enough, "6: an abolish is tried while there is time");
        }
    }

    fn keeps_pauses(&self) {
        for pair in self.cloud.calls.windows(2) {
            let (before, then) = (&pair[0], &pair[1]);
            let closing = self.driven.at.saturating_sub(then.0) <= s(5);
            let failed = matches!(&before.2, Err(fault) if !matches!(fault.kind, FaultKind::Refused(_)));
            let apart = then.0 >= before.0 + ms(100);
            self.law(closing || !failed || apart, "7: no two calls without a pause when faults repeat");
        }
    }

    fn explains_itself(&self) {
        let notes = || self.driven.journal.entries().iter().map(|entry| &entry.note);
        self.law(notes().next_back() == Some(&Note::Ended(self.status)), "9: the journal ends as the outcome does");
        let knows = |wanted: &str| notes().any(|note| matches!(note, Note::Known { id, .. } if id == wanted));
        match &self.outcome.found {
            Remote::Run(id, _) => self.law(knows(id), "9: the journal knows the run"),
            Remote::Package(id, _) => self.law(knows(&id.to_string()), "9: the journal knows the package"),
            Remote::Nothing | Remote::Start(_) => {}
        }
        let written = notes().filter(|note| matches!(note, Note::Executed(_))).count();
        let accepted = self.execs().iter().filter(|exec| exec.answer.is_ok()).count();
        // The last answer may have come after we left.
        self.law(written <= accepted && accepted <= written + 1, "9: the journal knows every stage that was executed");
        let Remote::Run(_, Some(run)) = &self.outcome.found else { return };
        for stage in &run.stages {
            let last = notes().rev().find_map(|note| match note {
                Note::Stage(seen) if seen.code == stage.code => Some(&seen.state),
                _ => None,
            });
            self.law(last.unwrap_or(&State::Init) == &stage.state, "9: the journal knows how every stage ended");
        }
    }

    fn executes_only_what_the_operation_allows(&self) {
        let allowed = |kind: &str| match self.deployment.options.operation {
            Operation::Online => kind != "Offline" && kind != "Delete",
            Operation::Offline => kind != "Delete",
            Operation::Delete => true,
        };
        let execs = self.execs();
        let only = execs.iter().all(|exec| allowed(self.cloud.stages[exec.stage].kind));
        self.law(only, "10: Offline only under offline or delete, Delete only under delete");
        let forbidden = self.cloud.stages.iter().any(|stage| !allowed(stage.kind));
        let stops_before = self.deployment.options.operation == Operation::Offline;
        self.law(!forbidden || stops_before || execs.is_empty(), "10: no Exec at all where one stage is not allowed");
    }
}
