//! Detects the CI, and spells an input as its users write it.

use super::env::Environment;

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

impl Ci {
    /// The CI of an environment, by the variables that its documents promise. Woodpecker shares GitLab's `CI_` prefix,
    /// and an agent of one CI may itself run in another, so a mark that only one CI has comes first.
    pub fn detect(environment: &Environment) -> Self {
        let is = |name: &str, value: &str| environment.get(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        let has = |names: &[&str]| names.iter().any(|name| environment.get(name).is_some());
        // Jenkins gives `JENKINS_URL` only where its administrator has configured one.
        let is_jenkins = || {
            has(&["JENKINS_URL", "JENKINS_HOME", "HUDSON_URL"])
                || environment.get("BUILD_TAG").is_some_and(|tag| tag.starts_with("jenkins-"))
        };
        if ["GITHUB_ACTIONS", "GITEA_ACTIONS", "FORGEJO_ACTIONS"].iter().any(|name| is(name, "true")) {
            Self::GitHub
        } else if is("GITLAB_CI", "true") {
            Self::GitLab
        } else if is("CI", "woodpecker") || is("CI_SYSTEM_NAME", "woodpecker") {
            Self::Woodpecker
        } else if is("DRONE", "true") || is("CI", "drone") || has(&["HARNESS_BUILD_ID"]) {
            Self::Drone
        } else if is_jenkins() {
            Self::Jenkins
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ci_by_its_own_mark() {
        for (variables, wanted) in [
            (vec![("GITHUB_ACTIONS", "true"), ("CI", "true")], Ci::GitHub),
            (vec![("GITLAB_CI", "true"), ("CI", "true"), ("CI_REPO", "x")], Ci::GitLab),
            (vec![("GITEA_ACTIONS", "true")], Ci::GitHub),
            (vec![("JENKINS_URL", "http://j/")], Ci::Jenkins),
            (vec![("JENKINS_HOME", "/var/jenkins_home")], Ci::Jenkins),
            (vec![("BUILD_TAG", "jenkins-sql-7")], Ci::Jenkins),
            (vec![("BUILD_TAG", "release")], Ci::Other),
            (vec![("DRONE", "true"), ("JENKINS_HOME", "/x")], Ci::Drone),
            (vec![("HARNESS_BUILD_ID", "7"), ("CI", "true")], Ci::Drone),
            (vec![("CI_SYSTEM_NAME", "woodpecker"), ("CI", "true")], Ci::Woodpecker),
            (vec![("CI", "woodpecker"), ("CI_REPO", "x")], Ci::Woodpecker),
            (vec![("DRONE", "true")], Ci::Drone),
            (vec![("CI", "true"), ("GITLAB_CI", "false")], Ci::Other),
        ] {
            let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
            assert_eq!(Ci::detect(&Environment::new(variables)), wanted);
        }
    }
}
