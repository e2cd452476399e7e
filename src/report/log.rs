//! What the log says: a line for each thing that happens, in the language of the CI that shows it.

use std::time::{Duration, SystemTime};

use crate::model::{
    accept::LogLevel,
    call::Words,
    journal::{Birth, Entry, Journal, Note},
    outcome::{End, Status},
    pipeline::State,
    span::{Elapsed, show},
};

use super::{Part, ci::Ci, escape, github};

/// The voice of a step.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    ci: Ci,
    started: SystemTime,
    debug: bool,
}

impl Log {
    /// The log of a CI.
    pub fn new(ci: Ci, started: SystemTime) -> Self {
        Self { ci, started, debug: false }
    }

    /// The same voice; at debug, each request is told.
    #[must_use]
    pub fn at(self, level: LogLevel) -> Self {
        Self { debug: level == LogLevel::Debug, ..self }
    }

    /// A warning, before or beside any errand.
    pub fn warning(&self, said: &str) -> String {
        match self.ci {
            Ci::GitHub => github::warning("dataworks-deploy", said),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => {
                format!("warning: {}", escape::line(said))
            }
        }
    }

    /// Opens the group of an errand.
    pub fn open(&self, label: &str, nth: usize, at: Elapsed) -> String {
        match self.ci {
            Ci::GitHub => github::group(label),
            Ci::GitLab => {
                format!("\u{1b}[0Ksection_start:{}:target_{nth}\r\u{1b}[0K{}", self.unix(at), escape::line(label))
            }
            Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => format!("== {}", escape::line(label)),
        }
    }

    /// Closes it.
    pub fn close(&self, nth: usize, at: Elapsed) -> Option<String> {
        match self.ci {
            Ci::GitHub => Some(github::end_group()),
            Ci::GitLab => Some(format!("\u{1b}[0Ksection_end:{}:target_{nth}\r\u{1b}[0K", self.unix(at))),
            Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => None,
        }
    }

    fn unix(&self, at: Elapsed) -> u64 {
        let now = self.started.checked_add(at).unwrap_or(self.started);
        now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    /// One entry of a journal; `None` for what is told elsewhere.
    pub fn entry(&self, entry: &Entry, journal: &Journal) -> Option<String> {
        let said = match &entry.note {
            Note::Begun | Note::Ended(_) => return None,
            Note::Known { id, how } => match how {
                Birth::Created => format!("{id} was created"),
                Birth::Found => format!("{id} was created, as a look shows after the answer was lost"),
                Birth::TakenUp => format!("{id} is taken up: an earlier attempt of this CI run created it"),
                Birth::Followed => format!("{id} is followed"),
            },
            Note::Stage(stage) => {
                let name = if stage.name.is_empty() { String::new() } else { format!(" ({})", stage.name) };
                let after = took(journal, &stage.code).filter(|_| stage.state.is_end());
                let after = after.map(|took| format!(" after {}", show(took))).unwrap_or_default();
                let why = if stage.message.is_empty() || stage.state == State::Success {
                    String::new()
                } else {
                    format!(": {}", stage.message)
                };
                format!("{}{name} {}{after}{why}", stage.code, stage.state)
            }
            Note::Package(package) => format!("the package reads {}", package.word()),
            Note::Executed(code) => format!("{code} is asked to begin"),
            Note::Approval { code, words } => format!("{code} waits for a person's approval: {words}"),
            Note::Trouble { operation, words, pause } => format!("{operation}: {words}; going on in {}", show(*pause)),
            Note::Warning(said) => return Some(self.warning(said)),
        };
        Some(line(entry.at, &said))
    }

    /// What is being waited for, when nothing was said for a while.
    pub fn heartbeat(at: Elapsed, doing: &str) -> String {
        line(at, doing)
    }

    /// A request, at debug only.
    pub fn request(
        &self,
        at: Elapsed,
        operation: &str,
        took: Duration,
        result: Result<&str, &Words>,
    ) -> Option<String> {
        let said = match result {
            Ok(request_id) => format!("HTTP 200 (request id {request_id})"),
            Err(words) => words.to_string(),
        };
        self.debug.then(|| line(at, &format!("debug: {operation} {} ms {said}", took.as_millis())))
    }

    /// How an errand ended: after its group, so that it is seen when the group is folded.
    pub fn end(&self, part: &Part, at: Elapsed) -> Vec<String> {
        let End { status, message, words } = &part.outcome.end;
        let id =
            if words.request_id.is_empty() { String::new() } else { format!(" (request id {})", words.request_id) };
        let id = if message.contains(&words.request_id) { String::new() } else { id };
        let mut lines = vec![line(at, &format!("{}: {status}: {message}{id}", part.label))];
        if self.ci == Ci::GitHub && !status.is_good() {
            lines.push(github::error(&format!("{}: {status}", part.label), &format!("{message}{id}")));
        }
        lines
    }

    /// Why a step did not begin.
    pub fn refused(&self, status: Status, mistakes: &[String]) -> Vec<String> {
        let one = |mistake: &String| match self.ci {
            Ci::GitHub => github::error(&format!("dataworks-deploy: {status}"), mistake),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => {
                format!("error: {}", escape::line(mistake))
            }
        };
        mistakes.iter().map(one).collect()
    }
}

fn line(at: Elapsed, said: &str) -> String {
    format!("[{:>8}] {}", show(at), escape::line(said))
}

fn took(journal: &Journal, code: &str) -> Option<Duration> {
    let line = journal.timeline().into_iter().find(|line| line.code == code)?;
    Some(line.until?.saturating_sub(line.from))
}
