//! Writes the log: a line for each thing that happens, in the form that the CI at hand shows best.

use std::{
    borrow::Cow,
    path::Path,
    time::{Duration, SystemTime},
};

use crate::model::{
    duration::{Elapsed, show},
    fault::ServiceError,
    journal::{Entry, Journal, Note, Provenance, RemoteKind},
    options::LogLevel,
    pipeline::State,
    reason::End,
    secret::Secret,
};

use super::{annotations::SHOWN, escape, github, reasons, step::TargetReport};
use crate::config::{
    ci::Ci,
    spelling::{spelled, unmarked},
};

/// How the lines of a step are written.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    pub(super) ci: Ci,
    started: SystemTime,
    debug: bool,
}

impl Log {
    /// The log of a CI.
    pub fn new(ci: Ci, started: SystemTime) -> Self {
        Self { ci, started, debug: false }
    }

    /// The same; at debug, each request has a line.
    #[must_use]
    pub fn at(self, level: LogLevel) -> Self {
        Self { debug: level == LogLevel::Debug, ..self }
    }

    /// A warning that belongs to no target.
    pub fn warning(&self, message: &str) -> String {
        let message = spelled(message, self.ci);
        match self.ci {
            Ci::GitHub => github::warning("dataworks-deploy", &message),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => {
                format!("warning: {}", one_line(&message))
            }
        }
    }

    /// The commands that make the CI mask a secret, to be printed before it can be shown. Only GitHub has such a command.
    pub fn mask(&self, secret: &Secret) -> Vec<String> {
        match self.ci {
            Ci::GitHub => github::mask(secret.expose()),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => Vec::new(),
        }
    }

    /// Where the exchange was recorded, and what that means.
    pub fn recorded(&self, path: &Path) -> String {
        format!(
            "{} {}: every request and answer, without secrets but with the code of nodes; read it before you share it",
            self.ci.spell("har-file"),
            one_line(&path.display().to_string())
        )
    }

    /// Opens the group of a target.
    pub fn open(&self, label: &str, nth: usize, at: Elapsed) -> String {
        match self.ci {
            Ci::GitHub => github::group(label),
            Ci::GitLab => {
                format!("\u{1b}[0Ksection_start:{}:target_{nth}\r\u{1b}[0K{}", self.unix(at), one_line(label))
            }
            Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => format!("== {}", one_line(label)),
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

    /// One entry of a journal; `None` for what other lines say. `whose`: the name in front of the line, where several
    /// targets are deployed at once; `warned`: how many warnings there were before.
    pub fn entry(&self, entry: &Entry, journal: &Journal, whose: &str, warned: usize) -> Option<String> {
        let message = match &entry.note {
            Note::Begun | Note::Ended(_) => return None,
            Note::Known { kind, id, how } => known(*kind, id, *how),
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
            Note::Package(package) => {
                let to = package.environment().map(|to| format!(" (to {to})")).unwrap_or_default();
                format!("the package{to} has the status {}", package.word())
            }
            Note::Executed(code) => format!("starting {code}"),
            Note::Approval { code, error } => format!("{code} waits for a person's approval: {error}"),
            Note::Retry { operation, error, pause } => {
                format!("{operation}: {}; retrying in {}", error.brief(), show(*pause))
            }
            Note::Warning(warning) if warned < SHOWN => return Some(self.warning(&of(whose, warning))),
            Note::Warning(warning) => format!("warning: {}", spelled(warning, self.ci)),
        };
        Some(line(entry.at, &of(whose, &unmarked(&message, self.ci))))
    }

    /// What is being waited for, when nothing was logged for a while.
    pub fn heartbeat(at: Elapsed, activity: &str, whose: &str) -> String {
        line(at, &of(whose, activity))
    }

    /// A line at debug only.
    pub fn detail(&self, at: Elapsed, message: impl FnOnce() -> String) -> Option<String> {
        self.debug.then(|| line(at, &format!("debug: {}", message())))
    }

    /// A request, at debug only.
    pub fn request(
        &self,
        at: Elapsed,
        operation: &str,
        took: Duration,
        result: Result<&str, &ServiceError>,
        whose: &str,
    ) -> Option<String> {
        let answer = || match result {
            Ok(request_id) => format!("HTTP 200 (request id {request_id})"),
            Err(error) => unmarked(&error.to_string(), self.ci),
        };
        self.detail(at, || of(whose, &format!("{operation} {} ms {}", took.as_millis(), answer())).into_owned())
    }

    /// A line that belongs to no target.
    pub fn note(at: Elapsed, message: &str) -> String {
        line(at, message)
    }

    /// Why names were not found. On GitHub the annotation of each target says it, once.
    pub fn unresolved(&self, at: Elapsed, message: &str) -> String {
        let error = if self.ci == Ci::GitHub { "" } else { "error: " };
        line(at, &format!("{error}{message}"))
    }

    /// Why it ended, with the request id, which the vendor's support asks for.
    pub(super) fn whole(&self, end: &End) -> String {
        let (message, id) = (reasons::spelled(end, self.ci), &end.error.request_id);
        let has_id = id.is_empty() || reasons::quotes_error(&end.reason);
        if has_id { message } else { format!("{message} (request id {id})") }
    }

    /// Why names were not found.
    pub fn why(&self, end: &End) -> String {
        reasons::spelled(end, self.ci)
    }

    /// How a target ended: after its group, so that it is seen when the group is folded.
    pub fn end(&self, part: &TargetReport, at: Elapsed) -> Vec<String> {
        let (status, message) = (part.outcome.end.status, self.whole(&part.outcome.end));
        // On GitHub its annotation says what it is.
        let error = if status.is_good() || self.ci == Ci::GitHub { "" } else { "error: " };
        vec![line(at, &format!("{error}{}: {status}: {message}", part.title()))]
    }
}

/// The message with the name of its target in front; a target alone needs none.
fn of<'a>(whose: &str, message: &'a str) -> Cow<'a, str> {
    if whose.is_empty() { Cow::Borrowed(message) } else { Cow::Owned(format!("{whose}: {message}")) }
}

/// A line with its time.
pub(super) fn line(at: Elapsed, message: &str) -> String {
    format!("[{:>8}] {}", show(at), one_line(message))
}

/// As one line, cut to a readable length; the JSON result has the whole text.
pub(super) fn one_line(message: &str) -> String {
    const LONGEST: usize = 4000;
    // Cut before, too: an answer may be 8 MiB, and every line of the log is escaped.
    escape::cut(&escape::line(&escape::cut(message, LONGEST.saturating_add(1))), LONGEST)
}

fn known(kind: RemoteKind, id: &str, how: Provenance) -> String {
    let what = match kind {
        RemoteKind::Run => "the pipeline run",
        RemoteKind::Package => "the package",
        RemoteKind::Instance => "the run in production, instance",
    };
    match how {
        Provenance::Created => format!("{what} {id} was created"),
        Provenance::Recovered => {
            format!("{what} {id} was created; the answer was lost, and reading back found it")
        }
        Provenance::Resumed => format!("resuming {what} {id}, which an earlier attempt created"),
        Provenance::Followed => format!("following {what} {id}"),
    }
}

fn took(journal: &Journal, code: &str) -> Option<Duration> {
    let bar = journal.bar(code)?;
    // Of a stage that had ended when it was first seen, nobody knows how long it took.
    bar.until.filter(|until| *until > bar.from).map(|until| until.saturating_sub(bar.from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_warnings_are_annotations_and_the_others_lines_that_say_whose_they_are() {
        let (log, journal) = (Log::new(Ci::GitHub, SystemTime::UNIX_EPOCH), Journal::default());
        let entry = Entry { at: Elapsed::ZERO, note: Note::Warning("busy".into()) };
        let told = |warned| log.entry(&entry, &journal, "object-id 7", warned).unwrap();
        assert_eq!(told(8), "::warning title=dataworks-deploy::object-id 7: busy");
        assert!(told(9).ends_with("] object-id 7: warning: busy"), "{}", told(9));
    }
}
