//! The flow of a run after the deployment: the next call, and what each answer means.

use crate::model::{
    answer::{Answer, Reply},
    call::Call,
    duration::Elapsed,
    fault::{Refusal, ServiceError},
    journal::{Journal, Note, Provenance},
    outcome::Outcome,
    reason::{Abolish, End, Hint, Reason, Resume},
    run_once::Creation as Created,
    run_result::{DateRun, RunEnd},
    status::Status,
    timeout::{Awaited, Timeout, Waiting},
};

use super::{
    course::{RunOnceFlow, RunRequest, State},
    search::Search,
};
use crate::engine::{
    flow::{Flow, Limit, Next},
    readback::ReadBack,
};

impl Flow for RunOnceFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        if matches!(self.state, State::Planning) && self.end.is_none() {
            self.plan();
        }
        if let (State::Diagnosing(diagnosis), Some(end)) = (&self.state, &self.end) {
            return diagnosis.next(&self.runs).map_or_else(|| Next::End(end.clone()), Next::Call);
        }
        if let Some(end) = &self.end {
            return Next::End(end.clone());
        }
        let next = match &mut self.state {
            State::Tasks(reading) => match reading.next(now) {
                Ok(next) => Some(next),
                Err(missing) => {
                    self.fail(Status::Failed, RunEnd::NoTasks(missing));
                    self.end.clone().map(Next::End)
                }
            },
            State::Looking(search, again) => match again.as_ref().and_then(ReadBack::next) {
                Some(due) if search.is_none() && now < due => Some(Next::Pause(due)),
                Some(_) | None => {
                    let RunRequest { name, plan, .. } = &self.request;
                    search.get_or_insert_with(|| Search::new(name, &plan.dates)).next().map(Next::Call)
                }
            },
            State::Creating(creation) => creation.next(now),
            State::Watching(watch) => Some(watch.next(now, &self.runs)),
            State::Planning | State::Diagnosing(_) => None,
        };
        next.unwrap_or(Next::Pause(now))
    }

    fn on_answer(&mut self, now: Elapsed, call: &Call, reply: Reply, journal: &mut Journal) {
        if self.end.is_none() {
            self.request_id.clone_from(&reply.request_id);
        }
        match (&mut self.state, reply.answer, call) {
            (State::Tasks(reading), Answer::Object(object), _) => {
                let tasks = reading.on_object(now, *object);
                tasks.into_iter().for_each(|tasks| self.on_tasks(now, tasks, journal));
            }
            (State::Tasks(reading), Answer::File(file), _) => {
                let tasks = reading.on_file(now, file);
                tasks.into_iter().for_each(|tasks| self.on_tasks(now, tasks, journal));
            }
            (State::Tasks(reading), Answer::Named(named, info), _) => {
                let tasks = reading.on_listed(now, &named, info);
                tasks.into_iter().for_each(|tasks| self.on_tasks(now, tasks, journal));
            }
            (_, Answer::Instances(instances, info), _) => {
                self.search().into_iter().for_each(|search| search.on_page(instances.clone(), info));
                self.on_page(now, journal);
            }
            (State::Creating(creation), Answer::InstancesRequested(operation), _) => {
                creation.on_accepted(now, operation, &self.limits);
            }
            (State::Creating(creation), Answer::InstancesCreated(Created::Pending), _) => {
                creation.on_pending(now, &self.limits);
            }
            (State::Creating(_), Answer::InstancesCreated(Created::Created(ids)) | Answer::DagsCreated(ids), _) => {
                self.on_created(now, ids, Provenance::Created, journal);
            }
            (State::Creating(_), Answer::InstancesCreated(Created::Failed(why)), _) => {
                // Nothing was begun, so there is nothing to go on with.
                self.state = State::Planning;
                self.fail(Status::Failed, RunEnd::NotCreated(why));
            }
            (
                State::Watching(watch),
                Answer::Instance(read),
                Call::GetWorkflowInstance { instance: asked } | Call::GetDag { dag: asked },
            ) => {
                if !watch.on_instance(now, *asked, read, &mut self.runs, &self.limits, journal) {
                    let ids = watch.open(&self.runs);
                    self.fail(Status::Unavailable, RunEnd::NotOfTheDates(ids));
                } else if watch.is_over(&self.runs) {
                    self.state = State::Planning;
                    // How it ended is known now, also if this was the last poll before the deadline.
                    self.plan();
                }
            }
            (State::Watching(watch), Answer::InstancesAccepted(_), Call::StartWorkflowInstances { .. }) => {
                watch.on_started();
            }
            (_, Answer::InstancesAccepted(_), Call::StopWorkflowInstances { instances }) => {
                self.stopping.on_stopped(instances);
            }
            (State::Diagnosing(diagnosis), Answer::Tasks(tasks, info), _) => {
                diagnosis.on_tasks(tasks, info, &mut self.runs);
                self.failed();
            }
            (State::Diagnosing(diagnosis), Answer::Log(log), _) => diagnosis.on_log(&log, &mut self.runs),
            (_, Answer::Tasks(tasks, _), Call::ListInstances { dag, .. }) => self.stopping.on_tasks(*dag, &tasks),
            (_, Answer::Accepted, Call::StopInstance { .. }) => self.stopping.on_task_stopped(),
            _ => {}
        }
    }

    fn on_refusal(&mut self, now: Elapsed, call: &Call, why: Refusal, error: &ServiceError, journal: &mut Journal) {
        let warn = |journal: &mut Journal| {
            journal.note(now, Note::Warning(format!("{} was refused: {error}", call.operation())));
        };
        if matches!(call, Call::ListWorkflowInstances { .. } | Call::StartWorkflowInstances { .. }) {
            warn(journal);
            return self.go_on_without(now, journal);
        }
        if let State::Creating(creation) = &mut self.state
            && creation.leaves_run_policy_out(error)
        {
            return warn(journal);
        }
        let (status, hint) = match why {
            Refusal::UnknownOperation => (Status::Unavailable, Hint::Operation),
            Refusal::NotFound | Refusal::Denied | Refusal::NoCredentials | Refusal::Unavailable | Refusal::Other => {
                (Status::Failed, Hint::Nothing)
            }
        };
        let reason = Reason::Refused { operation: call.operation(), hint };
        self.end = Some(End::said(status, reason, error.clone()));
    }

    fn on_lost_answer(&mut self, now: Elapsed, call: &Call, error: &ServiceError) {
        match (&mut self.state, call) {
            (State::Creating(creation), Call::CreateWorkflowInstances(_)) => creation.on_lost_answer(now),
            (State::Watching(watch), _) => watch.on_started(),
            _ => {
                let (operation, name) = (call.operation(), self.request.name.clone());
                let why = RunEnd::MayHaveStarted { operation, name, found: Vec::new() };
                self.end = Some(End::said(Status::Unavailable, Reason::RunOnce(Box::new(why)), error.clone()));
            }
        }
    }

    fn is_best_effort(&self, call: &Call) -> bool {
        // The id may yet come to `GetNode`, which is all that a policy without the list allows.
        matches!(call, Call::ListNodes { .. })
    }

    fn on_best_effort_failed(&mut self, now: Elapsed, call: &Call, error: &ServiceError, journal: &mut Journal) {
        journal.note(now, Note::Warning(format!("{} did not work: {error}", call.operation())));
        self.go_on_without(now, journal);
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn last_poll(&mut self) -> Option<Call> {
        match &self.state {
            State::Creating(creation) => creation.poll(),
            State::Watching(watch) => watch.poll(&self.runs),
            State::Tasks(_) | State::Looking(..) | State::Planning | State::Diagnosing(_) => None,
        }
    }

    fn abolish(&self) -> Option<Call> {
        match &self.state {
            State::Creating(creation) => creation.poll(),
            State::Watching(watch) => self.stopping.next(&watch.open(&self.runs), self.is_2020()),
            State::Tasks(_) | State::Looking(..) | State::Planning | State::Diagnosing(_) => None,
        }
    }

    fn is_abolished(&self) -> bool {
        self.abolish().is_none()
    }

    fn limit(&self) -> Option<Limit> {
        let since = match &self.state {
            State::Creating(creation) => creation.since(),
            State::Watching(watch) => Some(watch.since()),
            State::Tasks(_) | State::Looking(..) | State::Planning | State::Diagnosing(_) => None,
        };
        let limit = self.request.plan.timeout;
        since.map(|since| Limit { at: since.saturating_add(limit), timeout: Timeout::Run(limit) })
    }

    fn resume_hint(&self) -> Option<Resume> {
        let is_open = match &self.state {
            State::Creating(creation) => creation.was_sent(),
            State::Watching(watch) => !watch.open(&self.runs).is_empty(),
            State::Tasks(_) | State::Looking(..) | State::Planning | State::Diagnosing(_) => false,
        };
        is_open.then(|| Resume::Instances(self.request.name.clone()))
    }

    fn waiting(&self) -> Option<Waiting> {
        let State::Watching(watch) = &self.state else { return None };
        Some(Waiting { awaited: Awaited::Runs(self.open()), since: watch.since() })
    }

    fn activity(&self) -> String {
        match &self.state {
            State::Tasks(_) => "reading the ids of the nodes at the scheduler".into(),
            State::Looking(..) => "looking for runs of an earlier attempt".into(),
            State::Planning => "deciding which dates run next".into(),
            State::Creating(creation) if creation.since().is_some() => "waiting until the run is created".into(),
            State::Creating(_) => "creating the run".into(),
            State::Watching(_) => format!("waiting for {}", self.open()),
            State::Diagnosing(_) => "reading the logs of the tasks that failed".into(),
        }
    }

    fn outcome(&self, mut end: End) -> Outcome {
        end.abolish = match end.abolish {
            Abolish::Done => Abolish::Stopped,
            Abolish::BudgetSpent => Abolish::NotStopped(Box::new(ServiceError::seen("the request budget is used up"))),
            Abolish::Failed(error) => Abolish::NotStopped(error),
            other @ (Abolish::NotTried | Abolish::Stopped | Abolish::NotStopped(_)) => other,
        };
        let failed_stage = self.runs.iter().find(|run| run.has_failed()).map(DateRun::code);
        Outcome { runs: self.runs.clone(), failed_stage, ..Outcome::of(end) }
    }
}
