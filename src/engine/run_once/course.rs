//! Decides which part of a run follows which: the scheduler's ids, what an earlier attempt started, batch after batch of
//! dates, the logs of what failed.

use std::collections::BTreeSet;

use crate::model::{
    business_date::BusinessDate,
    duration::Elapsed,
    fault::ServiceError,
    journal::{Journal, Note, Provenance, RemoteKind},
    options::Limits,
    reason::{End, Reason},
    run_once::RunState,
    run_plan::{RunKind, RunObject, RunPlan},
    run_result::{DateRun, DateState, RunEnd},
    status::Status,
};

use crate::engine::readback::ReadBack;

use super::{
    create::Creation,
    logs::Diagnosis,
    search::Search,
    stop::Stopping,
    tasks::{Task, TaskReading},
    watch::Watch,
};
/// One object's run, as it is requested.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// What runs.
    pub object: RunObject,
    /// For which dates, and how.
    pub plan: RunPlan,
    /// The name of its instances: the marker, then the object's name.
    pub name: String,
    /// Whether an earlier attempt of the CI run may have started it under this name.
    pub may_exist: bool,
    /// Whether the CI tells that this is a later attempt.
    pub is_later_attempt: bool,
}

pub(super) enum State {
    Tasks(TaskReading),
    /// What an earlier attempt started is looked for; absent between two reads.
    Looking(Option<Search>, Option<ReadBack>),
    /// Between two batches of dates.
    Planning,
    Creating(Box<Creation>),
    Watching(Watch),
    /// It has failed, and what else is known of it is read.
    Diagnosing(Diagnosis),
}

pub struct RunOnceFlow {
    pub(super) request: RunRequest,
    pub(super) limits: Limits,
    pub(super) tasks: Vec<Task>,
    pub(super) runs: Vec<DateRun>,
    /// Instances of our name that were there before we created any.
    pub(super) known: BTreeSet<u64>,
    pub(super) state: State,
    pub(super) stopping: Stopping,
    pub(super) request_id: String,
    pub(super) end: Option<End>,
}

impl RunOnceFlow {
    pub fn new(request: RunRequest, limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            tasks: Vec::new(),
            runs: request.plan.dates.iter().copied().map(DateRun::new).collect(),
            known: BTreeSet::new(),
            state: State::Tasks(TaskReading::new(&request.object)),
            stopping: Stopping::default(),
            request_id: String::new(),
            end: None,
            request,
        }
    }

    /// What has begun and not ended, in words.
    pub(super) fn open(&self) -> String {
        let open = self.runs.iter().filter(|run| !run.is_over() && run.state != DateState::NotBegun);
        open.map(|run| format!("{} ({})", run.code(), run.word())).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn is_2020(&self) -> bool {
        self.request.object.kind == RunKind::File
    }

    fn dates(&self, is_wanted: impl Fn(&DateRun) -> bool) -> Vec<BusinessDate> {
        self.runs.iter().filter(|run| is_wanted(run)).map(|run| run.date).collect()
    }

    pub(super) fn fail(&mut self, status: Status, why: RunEnd) {
        let error = ServiceError { request_id: self.request_id.clone(), ..ServiceError::default() };
        self.end = Some(End::said(status, Reason::RunOnce(Box::new(why)), error));
    }

    /// The scheduler's ids are known.
    pub(super) fn on_tasks(&mut self, now: Elapsed, tasks: Vec<Task>, journal: &mut Journal) {
        self.tasks = tasks;
        self.state = match (self.request.may_exist, self.is_2020()) {
            // A list may be behind what an earlier attempt did just before.
            (true, false) => State::Looking(None, self.request.is_later_attempt.then(|| ReadBack::new(now))),
            (true, true) if self.request.is_later_attempt => {
                let text = "no operation lists the runs of an earlier attempt, so this may be the second run";
                journal.note(now, Note::Warning(text.into()));
                State::Planning
            }
            (true | false, _) => State::Planning,
        };
    }

    /// What an earlier attempt left is known: it is resumed, it counts, or it is repeated.
    fn on_earlier_runs(&mut self, now: Elapsed, search: &Search, journal: &mut Journal) {
        self.known = search.ids();
        let (nothing, name) = (BTreeSet::new(), &self.request.name);
        let found: Vec<_> = self.runs.iter().map(|run| search.of(run.date, &nothing).cloned()).collect();
        let states = || found.iter().flatten().map(|instance| &instance.state);
        let is_stuck = states().any(|state| *state == RunState::Failure)
            && !states().any(|state| matches!(state, RunState::Active(_)));
        let mut open = Vec::new();
        for (run, instance) in self.runs.iter_mut().zip(&found) {
            match instance {
                // Behind one that failed it would wait for ever.
                Some(instance) if instance.state == RunState::NotRun && is_stuck => {}
                Some(instance) if instance.state != RunState::Failure => {
                    let how = Provenance::Resumed;
                    journal.note(now, Note::Known { kind: RemoteKind::Instance, id: instance.id.to_string(), how });
                    run.instance = Some(instance.id);
                    run.state = DateState::Reads(instance.state.clone());
                    (run.started_ms, run.finished_ms) = (instance.started_ms, instance.finished_ms);
                    if !run.is_over() {
                        open.push((instance.id, run.date));
                    }
                }
                None if self.request.is_later_attempt => {
                    let text = format!("no run named {name} is listed for {}, so this may be the second run", run.date);
                    journal.note(now, Note::Warning(text));
                }
                Some(_) | None => {}
            }
        }
        let (ids, dates): (Vec<u64>, Vec<BusinessDate>) = open.into_iter().unzip();
        self.state =
            if ids.is_empty() { State::Planning } else { State::Watching(Watch::new(now, ids, &dates, false)) };
    }

    /// The next batch of dates, or the end.
    pub(super) fn plan(&mut self) {
        let pending = self.dates(|run| run.state == DateState::NotBegun);
        if self.runs.iter().any(|run| run.has_failed() || run.state == DateState::Skipped) {
            self.runs.iter_mut().filter(|run| !run.is_over()).for_each(|run| run.state = DateState::Skipped);
            self.state = State::Diagnosing(Diagnosis::new(&self.runs, self.is_2020(), self.request.plan.log_lines));
            return self.failed();
        }
        if pending.is_empty() {
            let dates = self.dates(DateRun::has_succeeded);
            return self.fail(Status::Success, RunEnd::Succeeded(dates));
        }
        let RunRequest { object, plan, name, .. } = &self.request;
        let creation = Creation::new(object, plan, name, &self.tasks, &pending, self.known.clone());
        self.state = State::Creating(Box::new(creation));
    }

    /// It has failed: which date, which tasks, as far as they are known by now.
    pub(super) fn failed(&mut self) {
        let first = self.runs.iter().find(|run| run.has_failed()).or(self.runs.first());
        let Some(date) = first.map(|run| run.date) else { return };
        let tasks = self.runs.iter().flat_map(|run| &run.tasks).map(|task| task.name.clone()).collect();
        let skipped = self.dates(|run| run.state == DateState::Skipped);
        self.fail(Status::Failed, RunEnd::Failed { date, tasks, skipped });
    }

    /// The instances are there, one per date.
    pub(super) fn on_created(&mut self, now: Elapsed, ids: Vec<u64>, how: Provenance, journal: &mut Journal) {
        let State::Creating(creation) = &self.state else { return };
        let dates = creation.dates().to_vec();
        if ids.len() != dates.len() {
            return self.fail(Status::Unavailable, RunEnd::NotOfTheDates(ids));
        }
        for id in &ids {
            journal.note(now, Note::Known { kind: RemoteKind::Instance, id: id.to_string(), how });
        }
        for run in self.runs.iter_mut().filter(|run| dates.contains(&run.date)) {
            run.state = DateState::Reads(RunState::NotRun);
        }
        self.state = State::Watching(Watch::new(now, ids, &dates, self.is_2020()));
    }

    pub(super) fn on_page(&mut self, now: Elapsed, journal: &mut Journal) {
        match &mut self.state {
            State::Looking(search, again) => {
                let Some(whole) = search.take_if(|search| search.next().is_none()) else { return };
                again.iter_mut().for_each(ReadBack::found_nothing);
                let is_last = again.as_ref().is_none_or(|again| again.next().is_none());
                if is_last || whole.has_all(&self.request.plan.dates) {
                    self.on_earlier_runs(now, &whole, journal);
                }
            }
            State::Creating(creation) => {
                if !creation.has_read_back() {
                    return;
                }
                let (found, wanted) = (creation.on_read_back(), creation.dates().len());
                if found.len() == wanted {
                    self.on_created(now, found, Provenance::Recovered, journal);
                } else if creation.next(now).is_none() {
                    let (operation, name) = ("CreateWorkflowInstances", self.request.name.clone());
                    self.fail(Status::Unavailable, RunEnd::MayHaveStarted { operation, name, found });
                }
            }
            State::Tasks(_) | State::Planning | State::Watching(_) | State::Diagnosing(_) => {}
        }
    }

    pub(super) fn search(&mut self) -> Option<&mut Search> {
        match &mut self.state {
            State::Looking(search, _) => search.as_mut(),
            State::Creating(creation) => creation.search(),
            State::Tasks(_) | State::Planning | State::Watching(_) | State::Diagnosing(_) => None,
        }
    }

    /// A call that is not needed for how it ends did not work.
    pub(super) fn go_on_without(&mut self, now: Elapsed, journal: &mut Journal) {
        match &mut self.state {
            State::Looking(..) | State::Creating(_) => {
                self.search().into_iter().for_each(Search::next_date);
                self.on_page(now, journal);
            }
            State::Watching(watch) => watch.on_started(),
            State::Diagnosing(diagnosis) => diagnosis.skip(),
            State::Tasks(reading) => reading.on_no_list(now),
            State::Planning => {}
        }
    }
}
