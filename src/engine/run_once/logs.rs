//! Reads which tasks of a date failed and how their logs end. It changes nothing about how the run ended.

use std::collections::VecDeque;

use crate::model::{
    answer::ListInfo,
    call::Call,
    run_once::{RunState, TaskInstance},
    run_result::{DateRun, FailedTask},
};

use crate::engine::paging::Pages;

/// The logs of at most this many failed tasks are read.
const LOGS: usize = 5;
/// At most this much of a log is kept.
const LOG_BYTES: usize = 16 * 1024;
/// No more pages of tasks than this are read.
const PAGES: u32 = 5;

/// The reading of failed tasks and their logs.
pub(super) struct Diagnosis {
    is_2020: bool,
    log_lines: usize,
    /// The places of the dates that failed and whose tasks are still to be listed.
    dates: VecDeque<usize>,
    pages: Pages,
    /// The failed tasks whose logs are still to be read, by date and place.
    logs: VecDeque<(usize, usize)>,
    count: usize,
}

impl Diagnosis {
    pub(super) fn new(runs: &[DateRun], is_2020: bool, log_lines: usize) -> Self {
        let failed = runs.iter().enumerate().filter(|(_, run)| run.has_failed() && run.instance.is_some());
        Self {
            is_2020,
            log_lines,
            dates: failed.map(|(nth, _)| nth).collect(),
            pages: Pages::at_most(PAGES),
            logs: VecDeque::new(),
            count: 0,
        }
    }

    /// The next call; `None`: all was read.
    pub(super) fn next(&self, runs: &[DateRun]) -> Option<Call> {
        if let Some(run) = self.dates.front().and_then(|nth| runs.get(*nth)) {
            let (instance, page) = (run.instance?, self.pages.next());
            return Some(if self.is_2020 {
                Call::ListInstances { dag: instance, page }
            } else {
                Call::ListTaskInstances { instance, date_ms: run.date.begin_ms(), page }
            });
        }
        let (date, nth) = self.logs.front()?;
        let instance = runs.get(*date)?.tasks.get(*nth)?.instance;
        Some(if self.is_2020 { Call::GetInstanceLog { instance } } else { Call::GetTaskInstanceLog { instance } })
    }

    /// Takes a page of tasks in.
    pub(super) fn on_tasks(&mut self, tasks: Vec<TaskInstance>, info: ListInfo, runs: &mut [DateRun]) {
        let Some((date, run)) = self.dates.front().and_then(|nth| Some((*nth, runs.get_mut(*nth)?))) else { return };
        let more = self.pages.go_on(tasks.len(), info);
        for task in tasks.into_iter().filter(|task| task.state == RunState::Failure) {
            if self.count < LOGS && self.log_lines > 0 {
                self.logs.push_back((date, run.tasks.len()));
            }
            self.count = self.count.saturating_add(1);
            run.tasks.push(FailedTask { name: task.name, instance: task.id, log: None });
        }
        if !more {
            self.skip();
        }
    }

    /// Takes a log in.
    pub(super) fn on_log(&mut self, log: &str, runs: &mut [DateRun]) {
        let place = self.logs.pop_front();
        let task = place.and_then(|(date, nth)| runs.get_mut(date)?.tasks.get_mut(nth));
        if let Some(task) = task {
            task.log = Some(tail(log, self.log_lines, LOG_BYTES));
        }
    }

    /// What was requested last cannot be read.
    pub(super) fn skip(&mut self) {
        if self.dates.pop_front().is_some() {
            self.pages = Pages::at_most(PAGES);
        } else {
            self.logs.pop_front();
        }
    }
}

/// The last lines of a log, of so many bytes at most, never half a character.
fn tail(log: &str, lines: usize, bytes: usize) -> String {
    let kept: Vec<&str> = log.trim_end().lines().rev().take(lines).collect();
    let text = kept.into_iter().rev().collect::<Vec<_>>().join("\n");
    let too_much = text.len().saturating_sub(bytes);
    let from = text.char_indices().map(|(at, _)| at).find(|at| *at >= too_much).unwrap_or(text.len());
    text.get(from..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_kept_by_lines_and_by_bytes() {
        for (log, lines, bytes, wanted) in [
            ("a\nb\r\nc\n\n", 2, 100, "b\nc"),
            ("a\nb", 9, 100, "a\nb"),
            ("", 9, 100, ""),
            ("ab\n日本", 9, 6, "日本"),
            ("ab\n日本", 9, 5, "本"),
            ("abc", 0, 100, ""),
        ] {
            assert_eq!(tail(log, lines, bytes), wanted, "{log:?}");
        }
    }
}
