//! What the log says: a line for each thing that happens, in the language of the CI that shows it.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use crate::model::{
    duration::{Elapsed, show},
    fault::ServiceError,
    journal::{Entry, Journal, Note, Provenance},
    options::LogLevel,
    outcome::{End, Status},
    pipeline::State,
    secret::Secret,
};

use super::{
    escape, github,
    step::{Report, TargetReport, counts},
};
use crate::config::ci::Ci;

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
                format!("warning: {}", told(said))
            }
        }
    }

    /// What the CI is told before a secret can be shown: each line of it is one. Only GitHub listens.
    pub fn mask(&self, secret: &Secret) -> Vec<String> {
        match self.ci {
            Ci::GitHub => github::mask(secret.expose()),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => Vec::new(),
        }
    }

    /// Opens the group of an errand.
    pub fn open(&self, label: &str, nth: usize, at: Elapsed) -> String {
        match self.ci {
            Ci::GitHub => github::group(label),
            Ci::GitLab => {
                format!("\u{1b}[0Ksection_start:{}:target_{nth}\r\u{1b}[0K{}", self.unix(at), told(label))
            }
            Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => format!("== {}", told(label)),
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

    /// One entry of a journal; `None` for what is told elsewhere. `whose`: the name that the line bears, where several
    /// errands are under way at once; `warned`: how many warnings there were before.
    pub fn entry(&self, entry: &Entry, journal: &Journal, whose: &str, warned: usize) -> Option<String> {
        let said = match &entry.note {
            Note::Begun | Note::Ended(_) => return None,
            Note::Known { id, how } => match how {
                Provenance::Created => format!("{id} was created"),
                Provenance::Recovered => format!("{id} was created, as a look shows after the answer was lost"),
                Provenance::Resumed => format!("{id} is taken up: an earlier attempt of this CI run created it"),
                Provenance::Followed => format!("{id} is followed"),
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
            Note::Package(package) => {
                let to = package.environment().map(|to| format!(" (to {to})")).unwrap_or_default();
                format!("the package{to} reads {}", package.word())
            }
            Note::Executed(code) => format!("{code} is asked to begin"),
            Note::Approval { code, error } => format!("{code} waits for a person's approval: {error}"),
            Note::Retry { operation, error, pause } => {
                format!("{operation}: {error}; going on in {}", show(*pause))
            }
            // GitHub keeps ten annotations of a step and drops the others unseen.
            Note::Warning(said) if warned < SHOWN => return Some(self.warning(&of(whose, said))),
            Note::Warning(said) => format!("warning: {said}"),
        };
        Some(line(entry.at, &of(whose, &said)))
    }

    /// What is being waited for, when nothing was said for a while.
    pub fn heartbeat(at: Elapsed, activity: &str, whose: &str) -> String {
        line(at, &of(whose, activity))
    }

    /// What only somebody who looks for a mistake wants to know.
    pub fn detail(&self, at: Elapsed, said: impl FnOnce() -> String) -> Option<String> {
        self.debug.then(|| line(at, &format!("debug: {}", said())))
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
        let said = || match result {
            Ok(request_id) => format!("HTTP 200 (request id {request_id})"),
            Err(error) => error.to_string(),
        };
        self.detail(at, || of(whose, &format!("{operation} {} ms {}", took.as_millis(), said())).into_owned())
    }

    /// Why names came to nothing. On GitHub the annotation of each target says it, once.
    pub fn unresolved(&self, at: Elapsed, said: &str) -> String {
        let error = if self.ci == Ci::GitHub { "" } else { "error: " };
        line(at, &format!("{error}{said}"))
    }

    /// How an errand ended: after its group, so that it is seen when the group is folded.
    pub fn end(&self, part: &TargetReport, at: Elapsed) -> Vec<String> {
        let End { status, message, error } = &part.outcome.end;
        let id =
            if error.request_id.is_empty() { String::new() } else { format!(" (request id {})", error.request_id) };
        let id = if message.contains(&error.request_id) { String::new() } else { id };
        // On GitHub its annotation says what it is.
        let error = if status.is_good() || self.ci == Ci::GitHub { "" } else { "error: " };
        vec![line(at, &format!("{error}{}: {status}: {message}{id}", part.label))]
    }

    /// How all of several errands ended, when they are over: who reads a long log begins at its end.
    pub fn sum(report: &Report) -> Option<String> {
        const NAMED: usize = 20;
        let bad = || report.parts().filter(|part| !part.outcome.end.status.is_good());
        let named: Vec<String> = bad().take(NAMED).map(|part| escape::cut(&part.label, 200)).collect();
        let more = bad().count().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let whose = format!("; what went wrong: {}{more}", named.join(", "));
        let whose = if named.is_empty() { "" } else { &whose };
        let count = report.parts().count();
        (count > 1).then(|| line(report.took, &format!("{count} targets: {}{whose}", counts(report.parts()))))
    }

    /// On GitHub an annotation for each errand that went wrong, when all are over.
    pub fn annotations(&self, report: &Report) -> Vec<String> {
        let bad = report.parts().filter(|part| !part.outcome.end.status.is_good());
        let one = |part: &TargetReport| {
            let End { status, message, error } = &part.outcome.end;
            let is_told = error.request_id.is_empty() || message.contains(&error.request_id);
            let id = if is_told { String::new() } else { format!(" (request id {})", error.request_id) };
            let title = format!("{}: {status}", part.label);
            Annotation { name: title.clone(), title, message: format!("{message}{id}") }
        };
        match self.ci {
            Ci::GitHub => few_errors(&bad.map(one).collect::<Vec<_>>()),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => Vec::new(),
        }
    }

    /// Why a step did not begin.
    pub fn refused(&self, status: Status, mistakes: &[String]) -> Vec<String> {
        let one = |mistake: &String| Annotation {
            title: format!("dataworks-deploy: {status}"),
            message: mistake.clone(),
            name: mistake.clone(),
        };
        match self.ci {
            Ci::GitHub => few_errors(&mistakes.iter().map(one).collect::<Vec<_>>()),
            Ci::GitLab | Ci::Jenkins | Ci::Woodpecker | Ci::Drone | Ci::Other => {
                mistakes.iter().map(|mistake| format!("error: {}", told(mistake))).collect()
            }
        }
    }
}

/// How many annotations of a kind are shown one by one.
const SHOWN: usize = 9;

/// At most nine annotations, then one that names the rest: GitHub keeps ten of a step and drops the others unseen.
fn few_errors(errors: &[Annotation]) -> Vec<String> {
    let (shown, rest) = errors.split_at_checked(SHOWN).unwrap_or((errors, &[]));
    let names: Vec<&str> = rest.iter().map(|error| error.name.as_str()).collect();
    let sum = (!rest.is_empty()).then(|| github::error(&format!("and {} more", rest.len()), &names.join("; ")));
    shown.iter().map(|error| github::error(&error.title, &error.message)).chain(sum).collect()
}

struct Annotation {
    title: String,
    message: String,
    /// What is left of it where there is no room for more.
    name: String,
}

/// What is said, of whom: of one alone it need not be told.
fn of<'a>(whose: &str, said: &'a str) -> Cow<'a, str> {
    if whose.is_empty() { Cow::Borrowed(said) } else { Cow::Owned(format!("{whose}: {said}")) }
}

fn line(at: Elapsed, said: &str) -> String {
    format!("[{:>8}] {}", show(at), told(said))
}

/// As one line that can still be read; what is longer stands whole in the JSON result.
fn told(said: &str) -> String {
    const LONGEST: usize = 4000;
    escape::cut(&escape::line(said), LONGEST)
}

fn took(journal: &Journal, code: &str) -> Option<Duration> {
    let line = journal.timeline().into_iter().find(|line| line.code == code)?;
    // One that had ended when it was first seen took as long as nobody knows.
    line.until.filter(|until| *until > line.from).map(|until| until.saturating_sub(line.from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::samples;

    #[test]
    fn the_last_line_counts_and_names_what_went_wrong() {
        let many = Log::sum(&samples::many()).unwrap();
        assert!(
            many.ends_with("25 targets: 2 failed, 23 success; what went wrong: object-id 7003, object-id 7019"),
            "{many}"
        );
        assert!(Log::sum(&samples::crowd(300, "no")).unwrap().ends_with("300 targets: 300 success"));
        let all = Log::sum(&samples::saying(samples::crowd(300, "no"), "no")).unwrap();
        assert!(all.contains("300 targets: 300 failed") && all.ends_with("object-id 19 and 280 more"), "{all}");
        assert_eq!(Log::sum(&samples::success()), None, "one target's own line says it all");
    }

    #[test]
    fn nine_warnings_are_annotations_and_the_others_lines_that_say_whose_they_are() {
        let (log, journal) = (Log::new(Ci::GitHub, SystemTime::UNIX_EPOCH), Journal::default());
        let entry = Entry { at: Elapsed::ZERO, note: Note::Warning("busy".into()) };
        let told = |warned| log.entry(&entry, &journal, "object-id 7", warned).unwrap();
        assert_eq!(told(8), "::warning title=dataworks-deploy::object-id 7: busy");
        assert!(told(9).ends_with("] object-id 7: warning: busy"), "{}", told(9));
    }

    #[test]
    fn nine_annotations_and_one_that_names_the_rest() {
        let log = |ci| Log::new(ci, SystemTime::UNIX_EPOCH);
        let mistakes = |count| (0..count).map(|nth| format!("input-{nth}: wrong")).collect::<Vec<_>>();
        for (count, told) in [(1, 1), (9, 9), (10, 10), (11, 10), (500, 10)] {
            let lines = log(Ci::GitHub).refused(Status::Invalid, &mistakes(count));
            assert_eq!(lines.len(), told, "{count}");
            assert!(lines.iter().all(|line| line.starts_with("::error title=")));
            let last = format!("input-{}: wrong", count - 1);
            assert!(count > 100 || lines.last().unwrap().contains(&last), "{lines:?}");
        }
        assert_eq!(log(Ci::Other).refused(Status::Invalid, &mistakes(12)).len(), 12);
        let crowd = samples::crowd(3_000, "no");
        assert_eq!(log(Ci::GitHub).annotations(&crowd).len(), 2);
        assert!(log(Ci::GitLab).annotations(&crowd).is_empty());
        assert!(log(Ci::GitHub).annotations(&samples::success()).is_empty());
    }
}
