//! Reads the facts of a CI run from the CI's own variables.

use std::time::SystemTime;

use super::{ci::Ci, env::Environment, job_clock};
use crate::model::ci_run::CiRun;

/// The CI's name, and the variables in which it gives the facts of a run.
struct Variables {
    ci: &'static str,
    repository: &'static str,
    commit: &'static str,
    actor: &'static str,
    /// What together names one run of the repository, and no other run.
    run: &'static [&'static str],
    /// What together names a step of the run.
    job: &'static [&'static str],
    url: &'static str,
}

impl Ci {
    fn variables(self) -> Option<Variables> {
        Some(match self {
            Self::GitHub => Variables {
                ci: "github",
                repository: "GITHUB_REPOSITORY",
                commit: "GITHUB_SHA",
                actor: "GITHUB_ACTOR",
                run: &["GITHUB_RUN_ID"],
                job: &["GITHUB_JOB"],
                url: "",
            },
            Self::GitLab => Variables {
                ci: "gitlab",
                repository: "CI_PROJECT_PATH",
                commit: "CI_COMMIT_SHA",
                actor: "GITLAB_USER_LOGIN",
                run: &["CI_PIPELINE_ID"],
                job: &["CI_JOB_NAME"],
                url: "CI_JOB_URL",
            },
            Self::Jenkins => Variables {
                ci: "jenkins",
                repository: "GIT_URL",
                commit: "GIT_COMMIT",
                actor: "BUILD_USER_ID",
                // In `BUILD_TAG` the job a/b reads as the job a-b.
                run: &["JOB_NAME", "BUILD_NUMBER"],
                job: &["STAGE_NAME"],
                url: "BUILD_URL",
            },
            Self::Woodpecker => Variables {
                ci: "woodpecker",
                repository: "CI_REPO",
                commit: "CI_COMMIT_SHA",
                actor: "CI_COMMIT_AUTHOR",
                run: &["CI_PIPELINE_NUMBER"],
                job: &["CI_WORKFLOW_NAME", "CI_STEP_NAME"],
                url: "CI_PIPELINE_URL",
            },
            Self::Drone => Variables {
                ci: "drone",
                repository: "DRONE_REPO",
                commit: "DRONE_COMMIT_SHA",
                actor: "DRONE_COMMIT_AUTHOR",
                run: &["DRONE_BUILD_NUMBER"],
                job: &["DRONE_STAGE_NAME", "DRONE_STEP_NAME"],
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
        let all = |names: &[&str]| names.iter().map(|name| text(name)).collect::<Option<Vec<_>>>();
        let run = all(run).map(|parts| parts.join("#")).or_else(|| text("BUILD_TAG").filter(|_| self == Self::Jenkins));
        // A number counts within its repository: without that, it is the number of many runs.
        let is_number = matches!(self, Self::Woodpecker | Self::Drone);
        let run = run.filter(|_| !is_number || environment.get(repository).is_some());
        let job: Vec<String> = job.iter().filter_map(|name| text(name)).collect();
        let left = (self == Self::GitLab).then(|| job_clock::time_left(environment, now)).flatten();
        CiRun {
            ci,
            repository: text(repository).map(|url| without_user(&url)),
            commit: text(commit),
            actor: text(actor),
            run,
            is_later_attempt: self == Self::GitHub
                && environment.get("GITHUB_RUN_ATTEMPT").is_some_and(|attempt| !matches!(attempt, "" | "1")),
            job: (!job.is_empty()).then(|| job.join("/")),
            url: if self == Self::GitHub { actions_url(environment) } else { text(url) },
            left,
            debug,
        }
    }
}

/// The page of a run of GitHub, Gitea or Forgejo. Forgejo, and Gitea before 1.26, have it by the run's number within
/// the repository, Gitea from 1.26 on by its id. No variable says which Gitea it is, but `by_index` makes the number
/// right for all: the older ones skip it. <https://github.com/go-gitea/gitea/pull/37008>
fn actions_url(environment: &Environment) -> Option<String> {
    let is_true = |name: &str| environment.get(name).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let (run, query) = match () {
        () if is_true("FORGEJO_ACTIONS") => ("GITHUB_RUN_NUMBER", ""),
        () if is_true("GITEA_ACTIONS") => ("GITHUB_RUN_NUMBER", "?by_index=1"),
        () => ("GITHUB_RUN_ID", ""),
    };
    let [server, repository, run] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", run].map(|name| environment.get(name));
    Some(format!("{}/{}/actions/runs/{}{query}", server?.trim_end_matches('/'), repository?, run?))
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_page_of_a_run_goes_by_its_number_where_the_forge_has_it_so() {
        let run = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "acme/sql"),
            ("GITHUB_RUN_ID", "1829"),
            ("GITHUB_RUN_NUMBER", "43"),
            ("GITHUB_SERVER_URL", "https://git.example/"),
        ];
        for (marks, wanted) in [
            (&[][..], "1829"),
            (
                &[("FORGEJO_ACTIONS", "true"), ("GITEA_ACTIONS", "true"), ("GITEA_ACTIONS_RUNNER_VERSION", "v9.1.0")],
                "43",
            ),
            (&[("GITEA_ACTIONS", "true"), ("GITEA_ACTIONS_RUNNER_VERSION", "v0.6.1")], "43?by_index=1"),
            (&[("GITEA_ACTIONS", "true"), ("GITEA_ACTIONS_RUNNER_VERSION", "v1.0.8")], "43?by_index=1"),
            (&[("GITEA_ACTIONS", "True")], "43?by_index=1"),
        ] {
            let all = run.iter().chain(marks).map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())));
            let ci_run = Ci::GitHub.ci_run(&Environment::new(all), SystemTime::UNIX_EPOCH);
            assert_eq!(ci_run.url.as_deref(), Some(&*format!("https://git.example/acme/sql/actions/runs/{wanted}")));
            assert_eq!(ci_run.run.as_deref(), Some("1829"), "the id names the run, whatever its page");
        }
    }

    #[test]
    fn a_run_has_an_identity_only_where_it_is_unique() {
        let run = |ci: Ci, variables: &[(&str, &str)]| {
            let all = variables.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())));
            let ci_run = ci.ci_run(&Environment::new(all), SystemTime::UNIX_EPOCH);
            (ci_run.run.unwrap_or_default(), ci_run.job.unwrap_or_default())
        };
        let tag = ("BUILD_TAG", "jenkins-a-b-7");
        let [folder, dash] = [("JOB_NAME", "a/b"), ("JOB_NAME", "a-b")];
        assert_ne!(
            run(Ci::Jenkins, &[tag, folder, ("BUILD_NUMBER", "7")]),
            run(Ci::Jenkins, &[tag, dash, ("BUILD_NUMBER", "7")])
        );
        assert_eq!(run(Ci::Jenkins, &[tag]).0, "jenkins-a-b-7");
        assert_eq!(run(Ci::Drone, &[("DRONE_BUILD_NUMBER", "7")]).0, "", "of which repository?");
        assert_eq!(run(Ci::Drone, &[("DRONE_BUILD_NUMBER", "7"), ("DRONE_REPO", "a/b")]).0, "7");
        let step = [("CI_WORKFLOW_NAME", "night"), ("CI_STEP_NAME", "deploy")];
        assert_eq!(run(Ci::Woodpecker, &step).1, "night/deploy", "two workflows may have a step of one name");
    }
}
