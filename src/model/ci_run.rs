//! The facts of a CI run, whichever CI it is.

use std::time::Duration;

/// How long a job may still take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLeft {
    /// This long.
    Known(Duration),
    /// What the CI says cannot be, by the clock of this machine.
    ClockIsWrong,
}

/// The facts of a CI run; each is absent where the CI does not give it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CiRun {
    /// The CI's name, such as `github`.
    pub ci: &'static str,
    pub repository: Option<String>,
    pub commit: Option<String>,
    /// Who or what started it.
    pub actor: Option<String>,
    /// The id of the run, the same for every attempt.
    pub run: Option<String>,
    pub job: Option<String>,
    /// Whether it is tried again, where the CI tells.
    pub is_later_attempt: bool,
    /// The run's page.
    pub url: Option<String>,
    /// The time that the CI leaves us.
    pub left: Option<TimeLeft>,
    /// Whether the CI's own debug switch is on.
    pub debug: bool,
}

impl CiRun {
    /// The comment of a deployment that has none: repository, commit, actor and run URL.
    pub fn comment(&self) -> String {
        let commit = self.commit.as_deref().map(|commit| commit.chars().take(12).collect::<String>());
        let what = match (self.repository.as_deref(), commit) {
            (Some(repository), Some(commit)) => Some(format!("{repository}@{commit}")),
            (repository, commit) => repository.map(str::to_owned).or(commit),
        };
        let actor = self.actor.as_ref().map(|actor| format!("by {actor}"));
        let parts: Vec<String> = [what, actor, self.url.clone()].into_iter().flatten().collect();
        if parts.is_empty() { "dataworks-deploy".to_owned() } else { parts.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_has_what_is_known() {
        let some = |text: &str| Some(text.to_owned());
        let ci_run = CiRun {
            repository: some("acme/sql"),
            commit: some("0123456789abcdef0123"),
            actor: some("mei"),
            url: some("https://ci.example/runs/7"),
            ..CiRun::default()
        };
        assert_eq!(ci_run.comment(), "acme/sql@0123456789ab by mei https://ci.example/runs/7");
        assert_eq!(CiRun::default().comment(), "dataworks-deploy");
        assert_eq!(CiRun { actor: some("mei"), ..CiRun::default() }.comment(), "by mei");
    }
}
