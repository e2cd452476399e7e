//! One stage's progress: when it is executed, when it counts as waiting for a person, and when it has taken too long.

use std::time::Duration;

use crate::model::{
    duration::Elapsed,
    fault::ServiceError,
    options::Limits,
    pipeline::Stage,
    timeout::{Awaited, Timeout, Waiting},
};

use crate::engine::{flow::Limit, readback::ReadBack};

/// How long a stage that starts by itself may take to do so.
const SELF_START: Duration = Duration::from_secs(60);
/// How long an executed stage may read `Init` before it counts as waiting for a person, and how often it is executed
/// again then.
const APPROVAL_PATIENCE: Duration = Duration::from_secs(60);

/// The current stage of a run.
#[derive(Clone, Debug)]
pub(super) struct StageProgress {
    /// Its code.
    pub(super) code: String,
    /// When the run came to it.
    pub(super) since: Elapsed,
    starts_by_itself: bool,
    last_try: Option<Elapsed>,
    refusal: Option<ServiceError>,
    read_back: Option<ReadBack>,
    lost: u32,
    /// The reads of a stage that an earlier attempt may have executed, and since when.
    doubt: Option<(ReadBack, Elapsed)>,
    waits_since: Option<Elapsed>,
    /// How long a person, or the reads that check what an earlier attempt did, took: not counted as the stage's own
    /// time.
    waited: Duration,
}

/// What to do about a stage that still reads `Init`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StageAction {
    /// Execute it.
    Execute,
    /// Poll again, at the latest at that moment.
    PollBy(Elapsed),
    /// Poll again at that very moment.
    PollAt(Elapsed),
    /// Executed twice, both answers were lost, and there is no effect.
    GiveUp,
}

impl StageProgress {
    /// The run has come to this stage.
    pub(super) fn new(stage: &Stage, is_first: bool, since: Elapsed) -> Self {
        Self {
            code: stage.code.clone(),
            since,
            starts_by_itself: is_first || stage.is("Build"),
            last_try: None,
            refusal: None,
            read_back: None,
            lost: 0,
            doubt: None,
            waits_since: None,
            waited: Duration::ZERO,
        }
    }

    /// The run was resumed, and an earlier attempt may have executed this stage, although it still reads `Init`.
    pub(super) fn may_have_been_executed(&mut self, now: Elapsed) {
        self.doubt = Some((ReadBack::new(now), now));
    }

    /// The reads are over: the stage has moved, or none of them showed an effect.
    fn on_reads_over(&mut self, now: Elapsed) {
        if let Some((_, since)) = self.doubt.take() {
            self.waited = self.waited.saturating_add(now.saturating_sub(since));
        }
    }

    /// `ExecPipelineRunStage` was accepted: it may take a while to show.
    pub(super) fn on_accepted(&mut self, now: Elapsed) {
        self.last_try = Some(now);
        self.refusal = None;
        self.read_back = None;
        self.lost = 0;
    }

    /// `ExecPipelineRunStage` was refused, not for credentials or throttling.
    pub(super) fn on_refusal(&mut self, now: Elapsed, error: &ServiceError) {
        self.last_try = Some(now);
        self.refusal = Some(error.clone());
        self.read_back = None;
        self.lost = 0;
    }

    /// The answer to `ExecPipelineRunStage` was lost. Returns when to read back.
    pub(super) fn on_lost_answer(&mut self, now: Elapsed) -> Elapsed {
        self.last_try = Some(now);
        self.lost = self.lost.saturating_add(1);
        self.read_back.insert(ReadBack::new(now)).next().unwrap_or(now)
    }

    /// A poll shows that the stage does not read `Init` any more.
    pub(super) fn on_moved(&mut self, now: Elapsed) {
        self.read_back = None;
        self.on_reads_over(now);
        if let Some(since) = self.waits_since.take() {
            self.waited = self.waited.saturating_add(now.saturating_sub(since));
        }
    }

    /// A poll shows that the stage still reads `Init`. Returns what the service said, if the wait for a person begins.
    pub(super) fn on_still_init(&mut self, now: Elapsed) -> Option<ServiceError> {
        if let Some((looks, _)) = &mut self.doubt {
            if looks.next().is_some_and(|at| now >= at) {
                looks.found_nothing();
            }
            if looks.next().is_none() {
                self.on_reads_over(now);
            }
            return None;
        }
        if let Some(read_back) = &mut self.read_back {
            read_back.found_nothing();
            return None;
        }
        let overdue = self.last_try.is_some_and(|at| now >= at.saturating_add(APPROVAL_PATIENCE));
        if self.waits_since.is_some() || !(self.refusal.is_some() || overdue) {
            return None;
        }
        self.waits_since = Some(now);
        let unsaid = || ServiceError::seen("it was executed a minute ago and still has the status Init");
        Some(self.refusal.clone().unwrap_or_else(unsaid))
    }

    /// What to do, right after a poll that showed `Init`.
    pub(super) fn next(&self, now: Elapsed) -> StageAction {
        if let Some(at) = self.doubt.as_ref().and_then(|(looks, _)| looks.next()) {
            return StageAction::PollAt(at);
        }
        if let Some(read_back) = &self.read_back {
            return match read_back.next() {
                Some(at) => StageAction::PollAt(at),
                None if self.lost > 1 => StageAction::GiveUp,
                None => StageAction::Execute,
            };
        }
        let due = match self.last_try {
            None if self.starts_by_itself => self.since.saturating_add(SELF_START),
            None => now,
            Some(at) => at.saturating_add(APPROVAL_PATIENCE),
        };
        if now >= due { StageAction::Execute } else { StageAction::PollBy(due) }
    }

    /// What is waited for, and since when.
    pub(super) fn waiting(&self) -> Waiting {
        match self.waits_since {
            Some(since) => Waiting { awaited: Awaited::Approval(self.code.clone()), since },
            None => Waiting { awaited: Awaited::Stage(self.code.clone()), since: self.since },
        }
    }

    /// Whether it waits for a person.
    pub(super) fn waits_for_a_person(&self) -> bool {
        self.waits_since.is_some()
    }

    /// When it has taken too long: a person's time is counted apart from the stage's own.
    pub(super) fn limit(&self, limits: &Limits) -> Option<Limit> {
        let code = &self.code;
        if let Some(since) = self.waits_since {
            let timeout = Timeout::Approval { code: code.clone(), limit: limits.approval };
            return Some(Limit { at: since.saturating_add(limits.approval), timeout });
        }
        if self.doubt.is_some() {
            return None;
        }
        let own = limits.stage.limit_of(code)?;
        let timeout = Timeout::Stage { code: code.clone(), limit: own };
        Some(Limit { at: self.since.saturating_add(own).saturating_add(self.waited), timeout })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::pipeline::State;

    fn at(seconds: u64) -> Elapsed {
        Duration::from_secs(seconds)
    }

    fn progress(kind: &str, is_first: bool) -> StageProgress {
        let stage = Stage { code: "S".into(), kind: kind.into(), state: State::Init, ..Stage::default() };
        StageProgress::new(&stage, is_first, at(100))
    }

    fn stage_timeout() -> crate::model::options::StageTimeouts {
        crate::config::value::FromInput::from_input("10m").unwrap()
    }

    #[test]
    fn builds_and_first_stages_are_given_a_minute_to_start_by_themselves() {
        for progress in [progress("Build", false), progress("Check", true)] {
            assert_eq!(progress.next(at(159)), StageAction::PollBy(at(160)));
            assert_eq!(progress.next(at(160)), StageAction::Execute);
        }
        assert_eq!(progress("Check", false).next(at(100)), StageAction::Execute);
    }

    #[test]
    fn an_accepted_exec_is_waited_for_and_tried_again_after_a_minute() {
        let mut progress = progress("Deploy", false);
        progress.on_accepted(at(100));
        assert_eq!(progress.on_still_init(at(159)), None);
        assert_eq!(progress.next(at(159)), StageAction::PollBy(at(160)));
        assert!(progress.on_still_init(at(160)).is_some(), "now it waits for a person");
        assert_eq!(progress.next(at(160)), StageAction::Execute);
        progress.on_accepted(at(160));
        assert_eq!(progress.on_still_init(at(230)), None, "it is said once");
    }

    #[test]
    fn a_refused_exec_waits_for_a_person_in_the_words_of_the_service() {
        let mut progress = progress("Deploy", false);
        progress.on_refusal(at(100), &ServiceError::seen("需要审批"));
        assert_eq!(progress.on_still_init(at(101)), Some(ServiceError::seen("需要审批")));
        assert_eq!(progress.next(at(101)), StageAction::PollBy(at(160)));
    }

    #[test]
    fn a_lost_exec_is_read_back_four_times_and_sent_once_more() {
        let mut progress = progress("Deploy", false);
        for lost_at in [100, 200] {
            progress.on_lost_answer(at(lost_at));
            for after in [1, 3, 6, 10] {
                assert_eq!(progress.next(at(lost_at)), StageAction::PollAt(at(lost_at + after)));
                assert_eq!(progress.on_still_init(at(lost_at + after)), None);
            }
            assert_eq!(
                progress.next(at(lost_at + 10)),
                if lost_at == 100 { StageAction::Execute } else { StageAction::GiveUp }
            );
        }
    }

    #[test]
    fn what_an_earlier_attempt_may_have_executed_is_looked_at_four_times_first() {
        let limits = Limits { stage: stage_timeout(), ..Limits::default() };
        let mut progress = progress("Deploy", false);
        progress.may_have_been_executed(at(100));
        assert_eq!(progress.on_still_init(at(100)), None, "the poll that showed it is not a look");
        for after in [1, 3, 6, 10] {
            assert_eq!(progress.next(at(99 + after)), StageAction::PollAt(at(100 + after)));
            assert_eq!(progress.limit(&limits).map(|limit| limit.at), None);
            assert_eq!(progress.on_still_init(at(100 + after)), None);
        }
        assert_eq!(progress.next(at(110)), StageAction::Execute);
        assert_eq!(progress.limit(&limits).unwrap().at, at(710), "the looks spend no stage-timeout");
    }

    #[test]
    fn a_persons_time_is_not_the_stages() {
        let limits = Limits { stage: stage_timeout(), approval: at(3600), ..Limits::default() };
        let mut progress = progress("Deploy", false);
        assert_eq!(progress.limit(&limits).unwrap().at, at(700));
        progress.on_refusal(at(110), &ServiceError::default());
        progress.on_still_init(at(120));
        assert_eq!(progress.limit(&limits).unwrap().at, at(120 + 3600));
        progress.on_moved(at(1120));
        assert_eq!(progress.limit(&limits).unwrap().at, at(1700));
    }
}
