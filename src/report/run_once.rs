//! Words for a run after the deployment: how it ended, and the last lines of the logs of what failed.

use crate::model::{
    fault::ServiceError,
    outcome::Outcome,
    run_result::{DateRun, FailedTask, RunEnd},
    status::Status,
};

use super::escape::{cut, line};

/// At most this many failed tasks are named in a message.
const NAMED: usize = 20;
/// At most this many characters of one line of a log are shown.
const LINE: usize = 2000;

/// Why it ended, as one line for a person.
pub fn message(end: &RunEnd, error: &ServiceError) -> String {
    match end {
        RunEnd::Succeeded(dates) => format!("ran successfully in production for {}", list(dates)),
        RunEnd::Failed { date, tasks, skipped } => {
            let more = tasks.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named = tasks.get(..NAMED).unwrap_or(tasks).join(", ");
            let tasks = if tasks.is_empty() { String::new() } else { format!(": the task {named}{more} failed") };
            let skipped = if skipped.is_empty() {
                String::new()
            } else {
                format!("; not run because of that: {}", list(skipped))
            };
            format!("the run of {date} in production failed{tasks}{skipped}")
        }
        RunEnd::NoTasks(names) => format!(
            "nothing ran: the scheduler still had no id for {} after 10 s; check that it is in production",
            names.join(", ")
        ),
        RunEnd::NotCreated(why) => format!("the run could not be created: {why}"),
        RunEnd::MayHaveStarted { operation, name, found } => {
            let found = if found.is_empty() {
                String::new()
            } else {
                format!(" (only these dates are listed: {})", list(found))
            };
            let said = if error.message.is_empty() { String::new() } else { format!(" ({error})") };
            format!(
                "the answer to {operation} was lost{said}: a run named {name} may have been started, but no list shows it{found}; it was not created again; check the operation center before you run the job again"
            )
        }
        RunEnd::NotOfTheDates(ids) => {
            format!("the answers do not show the date of each instance ({}); check the operation center", list(ids))
        }
        RunEnd::Manual => {
            "a manual workflow has no business date, so run-date cannot run it; nothing was changed".into()
        }
        RunEnd::Inner(workflow) => {
            format!("it is a node inside the workflow {workflow}: give the workflow's id; nothing was changed")
        }
    }
}

fn list<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The failed tasks of an outcome whose logs were read, each with the code of its stage.
pub fn logs(outcome: &Outcome) -> impl Iterator<Item = (String, &FailedTask, &str)> {
    outcome
        .runs
        .iter()
        .flat_map(|run| run.tasks.iter().filter_map(move |task| Some((run.code(), task, task.log.as_deref()?))))
}

/// The title above the lines of a log.
pub fn title(code: &str, task: &FailedTask) -> String {
    line(&format!("last lines of the log of {} ({code}, instance {})", cut(&task.name, 200), task.instance))
}

/// The lines of a log, each harmless wherever a sign is in front of it.
pub fn lines(log: &str) -> impl Iterator<Item = String> {
    log.lines().map(|text| cut(&line(&cut(text, LINE.saturating_add(1))), LINE))
}

/// The same for the log of the CI: no line begins with what the task printed.
pub fn log_lines(outcome: &Outcome) -> Vec<String> {
    let one = |(code, task, log): (String, &FailedTask, &str)| {
        let title = format!("-- {}", title(&code, task));
        [title].into_iter().chain(lines(log).map(|text| format!("   | {text}"))).collect::<Vec<_>>()
    };
    logs(outcome).flat_map(one).collect()
}

/// The ids of instances as far as they are known, while runs are still under way.
#[derive(Debug, Default)]
pub struct InstanceIds {
    slots: Vec<String>,
}

impl InstanceIds {
    /// The output with the ids of the target whose first slot this is.
    pub fn known(&mut self, first: usize, ids: &[String]) -> (&'static str, String) {
        let end = first.saturating_add(ids.len());
        if self.slots.len() < end {
            self.slots.resize(end, String::new());
        }
        for (slot, id) in self.slots.iter_mut().skip(first).zip(ids) {
            *slot = line(id);
        }
        ("run-instance-id", self.slots.join(","))
    }
}

/// `success`, `failed`, or nothing where nothing ran to its end.
pub fn status<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> &'static str {
    let ran: Vec<&Outcome> = outcomes.filter(|outcome| !outcome.runs.is_empty()).collect();
    let mut runs = ran.iter().flat_map(|outcome| &outcome.runs);
    if ran.iter().any(|outcome| outcome.end.status == Status::Failed) {
        "failed"
    } else if !ran.is_empty() && runs.all(DateRun::has_succeeded) {
        "success"
    } else {
        ""
    }
}

/// A slot for each date, with the id of its instance.
pub fn slots(outcome: &Outcome, dates: usize) -> Vec<String> {
    let mut slots: Vec<String> =
        outcome.runs.iter().map(|run| run.instance.map(|id| id.to_string()).unwrap_or_default()).collect();
    slots.resize(dates, String::new());
    slots
}
