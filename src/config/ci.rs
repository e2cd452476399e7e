//! Detects the CI, and reads the facts of the run from its variables.

use std::time::{Duration, SystemTime};

use super::env::Environment;
use crate::model::ci_run::CiRun;

/// The CIs whose variables and log commands we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ci {
    /// GitHub Actions, and Gitea and Forgejo Actions, which follow it.
    GitHub,
    /// GitLab CI.
    GitLab,
    /// Jenkins.
    Jenkins,
    /// Woodpecker.
    Woodpecker,
    /// Drone and Harness.
    Drone,
    /// A shell, or a CI that we do not know.
    Other,
}

impl Ci {
    /// An input as its users write it: as a setting of a step, or as a variable.
    pub fn spell(self, input: &str) -> String {
        match self {
            Self::GitHub | Self::Drone | Self::Woodpecker => input.to_owned(),
            Self::GitLab | Self::Jenkins | Self::Other => {
                format!("DATAWORKS_{}", input.to_ascii_uppercase().replace('-', "_"))
            }
        }
    }

    /// An input with its value, to be copied.
    pub fn spell_with(self, input: &str, value: &str) -> String {
        let separator = match self {
            Self::GitHub | Self::Drone | Self::Woodpecker => ": ",
            Self::GitLab | Self::Jenkins | Self::Other => "=",
        };
        format!("{}{separator}{value}", self.spell(input))
    }
}

/// The CI's name, and the variables in which it gives the facts of a run.
struct Variables {
    ci: &'static str,
    repository: &'static str,
    commit: &'static str,
    actor: &'static str,
    run: &'static str,
    job: &'static str,
    url: &'static str,
}

impl Ci {
    /// The CI of an environment. Woodpecker shares GitLab's `CI_` prefix, so each is detected by a variable of its own.
    pub fn detect(environment: &Environment) -> Self {
        let is = |name: &str, value: &str| environment.get(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        if is("GITHUB_ACTIONS", "true") {
            Self::GitHub
        } else if is("GITLAB_CI", "true") {
            Self::GitLab
        } else if environment.get("JENKINS_URL").is_some() {
            Self::Jenkins
        } else if is("CI", "woodpecker") {
            Self::Woodpecker
        } else if is("DRONE", "true") {
            Self::Drone
        } else {
            Self::Other
        }
    }

    fn variables(self) -> Option<Variables> {
        Some(match self {
            Self::GitHub => Variables {
                ci: "github",
                repository: "GITHUB_REPOSITORY",
                commit: "GITHUB_SHA",
                actor: "GITHUB_ACTOR",
                run: "GITHUB_RUN_ID",
                job: "GITHUB_JOB",
                url: "",
            },
            Self::GitLab => Variables {
                ci: "gitlab",
                repository: "CI_PROJECT_PATH",
                commit: "CI_COMMIT_SHA",
                actor: "GITLAB_USER_LOGIN",
                run: "CI_PIPELINE_ID",
                job: "CI_JOB_NAME",
                url: "CI_JOB_URL",
            },
            Self::Jenkins => Variables {
                ci: "jenkins",
                repository: "GIT_URL",
                commit: "GIT_COMMIT",
                actor: "BUILD_USER_ID",
                run: "BUILD_TAG",
                job: "STAGE_NAME",
                url: "BUILD_URL",
            },
            Self::Woodpecker => Variables {
                ci: "woodpecker",
                repository: "CI_REPO",
                commit: "CI_COMMIT_SHA",
                actor: "CI_COMMIT_AUTHOR",
                run: "CI_PIPELINE_NUMBER",
                job: "CI_STEP_NAME",
                url: "CI_PIPELINE_URL",
            },
            Self::Drone => Variables {
                ci: "drone",
                repository: "DRONE_REPO",
                commit: "DRONE_COMMIT_SHA",
                actor: "DRONE_COMMIT_AUTHOR",
                run: "DRONE_BUILD_NUMBER",
                job: "DRONE_STEP_NAME",
                url: "DRONE_BUILD_LINK",
            },
            Self::Other => return None,
        })
    }

    /// The facts of the run, from the CI's own variables.
    pub fn ci_run(self, environment: &Environment, now: SystemTime) -> CiRun {
        let is = |name: &str, value: &str| environment.get(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        let debug = is("RUNNER_DEBUG", "1") || is("CI_DEBUG_TRACE", "true");
        let Some(Variables { ci, repository, commit, actor, run, job, url }) = self.variables() else {
            return CiRun { debug, ..CiRun::default() };
        };
        let text = |name: &str| environment.get(name).map(str::to_owned);
        let github_url = || {
            let server = environment.get("GITHUB_SERVER_URL")?;
            Some(format!("{server}/{}/actions/runs/{}", environment.get(repository)?, environment.get(run)?))
        };
        CiRun {
            ci,
            repository: text(repository).map(|url| without_user(&url)),
            commit: text(commit),
            actor: text(actor),
            run: text(run),
            job: text(job),
            url: if self == Self::GitHub { github_url() } else { text(url) },
            remaining: if self == Self::GitLab { gitlab_remaining(environment, now) } else { None },
            debug,
        }
    }
}

/// A repository's URL may hold a user and a password.
fn without_user(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}/{path}")
        }
        None => url.to_owned(),
    }
}

/// What `CI_JOB_TIMEOUT` leaves of a job that began at `CI_JOB_STARTED_AT`.
fn gitlab_remaining(environment: &Environment, now: SystemTime) -> Option<Duration> {
    let whole = Duration::from_secs(environment.get("CI_JOB_TIMEOUT")?.parse().ok()?);
    let begun = environment.get("CI_JOB_STARTED_AT").and_then(|text| humantime::parse_rfc3339_weak(text).ok());
    let gone = begun.and_then(|begun| now.duration_since(begun).ok()).unwrap_or_default();
    Some(whole.saturating_sub(gone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ci_by_its_own_mark() {
        for (variables, wanted) in [
            (vec![("GITHUB_ACTIONS", "true"), ("CI", "true")], Ci::GitHub),
            (vec![("GITLAB_CI", "true"), ("CI", "true"), ("CI_REPO", "x")], Ci::GitLab),
            (vec![("JENKINS_URL", "http://j/")], Ci::Jenkins),
            (vec![("CI", "woodpecker"), ("CI_REPO", "x")], Ci::Woodpecker),
            (vec![("DRONE", "true")], Ci::Drone),
            (vec![("CI", "true"), ("GITLAB_CI", "false")], Ci::Other),
        ] {
            let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
            assert_eq!(Ci::detect(&Environment::new(variables)), wanted);
        }
    }

    #[test]
    fn a_github_run_is_told_whole() {
        let environment = Environment::from([
            ("GITHUB_REPOSITORY", "acme/sql"),
            ("GITHUB_SHA", "abc"),
            ("GITHUB_RUN_ID", "42"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("RUNNER_DEBUG", "1"),
        ]);
        let ci_run = Ci::GitHub.ci_run(&environment, SystemTime::UNIX_EPOCH);
        assert_eq!(ci_run.url.as_deref(), Some("https://github.com/acme/sql/actions/runs/42"));
        assert_eq!((ci_run.ci, ci_run.run.as_deref(), ci_run.debug), ("github", Some("42"), true));
    }

    #[test]
    fn a_repository_url_loses_its_password() {
        let environment = Environment::from([("GIT_URL", "https://bot:s3cret@git.example/acme/sql.git")]);
        let ci_run = Ci::Jenkins.ci_run(&environment, SystemTime::UNIX_EPOCH);
        assert_eq!(ci_run.repository.as_deref(), Some("https://git.example/acme/sql.git"));
    }

    #[test]
    fn gitlab_tells_how_long_it_leaves_us() {
        let environment =
            Environment::from([("CI_JOB_TIMEOUT", "3600"), ("CI_JOB_STARTED_AT", "2026-01-02T03:04:05Z")]);
        let now = humantime::parse_rfc3339("2026-01-02T03:14:05Z").unwrap();
        assert_eq!(Ci::GitLab.ci_run(&environment, now).remaining, Some(Duration::from_secs(3000)));
        assert_eq!(Ci::GitHub.ci_run(&environment, now).remaining, None);
    }
}
