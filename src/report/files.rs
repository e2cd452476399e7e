//! Which files are written, and what goes into each: outputs as soon as an id is known, everything at the end.

use std::path::PathBuf;

use crate::model::environment::Environment;

use super::{Report, github, outputs, summary};

/// The files that the CI named.
#[derive(Clone, Debug, Default)]
pub struct Files {
    github_output: Option<PathBuf>,
    github_summary: Option<PathBuf>,
}

/// A text to be added to the end of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The file.
    pub path: PathBuf,
    /// What is added.
    pub text: String,
}

impl Files {
    /// The files of an environment.
    pub fn of(environment: &Environment) -> Self {
        let path = |name: &str| environment.get(name).map(PathBuf::from);
        Self { github_output: path("GITHUB_OUTPUT"), github_summary: path("GITHUB_STEP_SUMMARY") }
    }

    /// One output that is known early. The last value written counts, so it may be written again.
    pub fn early(&self, name: &str, value: &str, random: &str) -> Option<Addition> {
        let text = github::output(name, value, &delimiter(random));
        self.github_output.clone().map(|path| Addition { path, text })
    }

    /// Everything, when the step is over.
    pub fn all(&self, report: &Report, random: &str) -> Vec<Addition> {
        let outputs = self.github_output.clone().map(|path| {
            let delimiter = delimiter(random);
            let texts = outputs::all(report).into_iter().map(|(name, value)| github::output(name, &value, &delimiter));
            Addition { path, text: texts.collect() }
        });
        let summary = self.github_summary.clone().map(|path| Addition { path, text: summary::summary(report) });
        outputs.into_iter().chain(summary).collect()
    }
}

fn delimiter(random: &str) -> String {
    format!("dwd_{random}")
}
