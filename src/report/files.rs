//! Decides which files are written and what goes into each: outputs as soon as an id is known, everything at the end.
//!
//! The CI's own files are appended to, since other steps write there too. The files that the inputs name are written
//! whole: each run's report replaces that of the run before.

use std::path::PathBuf;

use crate::config::{env::Environment, inputs::Inputs};

use super::{
    change::{Append, Replace},
    dotenv, github,
    har::Recorder,
    json, junit, outputs,
    step::Report,
    summary,
};

/// Every file that the CI or the inputs named.
#[derive(Clone, Debug, Default)]
pub struct Files {
    github_output: Option<PathBuf>,
    github_summary: Option<PathBuf>,
    drone_output: Option<PathBuf>,
    named: Vec<(Kind, PathBuf)>,
    har: Option<PathBuf>,
}

/// What an input's file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Result,
    Summary,
    Junit,
    Dotenv,
}

impl Kind {
    fn input(self) -> &'static str {
        match self {
            Self::Result => "result-file",
            Self::Summary => "summary-file",
            Self::Junit => "junit-report",
            Self::Dotenv => "dotenv-report",
        }
    }

    fn text(self, report: &Report) -> String {
        match self {
            Self::Result => json::document(report),
            Self::Summary => summary::summary(report),
            Self::Junit => junit::junit(report),
            Self::Dotenv => dotenv::dotenv(&outputs::all(report)),
        }
    }
}

impl Files {
    /// The files of an environment and of the inputs.
    pub fn new(environment: &Environment, inputs: &Inputs) -> Self {
        let path = |name: &str| environment.get(name).map(PathBuf::from);
        let Inputs { result_file, summary_file, junit_report, dotenv_report, har_file, .. } = inputs;
        let named = [
            (Kind::Result, result_file),
            (Kind::Summary, summary_file),
            (Kind::Junit, junit_report),
            (Kind::Dotenv, dotenv_report),
        ];
        Self {
            github_output: path("GITHUB_OUTPUT"),
            github_summary: path("GITHUB_STEP_SUMMARY"),
            drone_output: path("DRONE_OUTPUT"),
            named: named.into_iter().filter_map(|(kind, given)| Some((kind, given.value()?.into()))).collect(),
            har: har_file.value().map(PathBuf::from),
        }
    }

    /// The same without the files of these inputs.
    #[must_use]
    pub fn without(mut self, inputs: &[&str]) -> Self {
        self.named.retain(|(kind, _)| !inputs.contains(&kind.input()));
        self.har = self.har.filter(|_| !inputs.contains(&"har-file"));
        self
    }

    /// One output that is known early. GitHub takes the last value written, so the end of the step may write it again.
    pub fn early(&self, name: &str, value: &str, random: &str) -> Option<Append> {
        let text = github::output(name, value, random);
        self.github_output.clone().map(|path| Append { path, text })
    }

    /// What is appended to the CI's own files when the step is over. `random` gives each output a delimiter of its own.
    pub fn appends(&self, report: &Report, random: impl Fn() -> String) -> Vec<Append> {
        let all = outputs::all(report);
        let outputs = self.github_output.clone().map(|path| {
            let texts = all.iter().map(|(name, value)| github::output(name, value, &random()));
            Append { path, text: texts.collect() }
        });
        let drone = self.drone_output.clone().map(|path| Append { path, text: dotenv::dotenv(&all) });
        let summary = self.github_summary.clone().map(|path| Append { path, text: summary::summary(report) });
        outputs.into_iter().chain(drone).chain(summary).collect()
    }

    /// The warning about what does not fit into the CI's own files.
    pub fn warning(&self, report: &Report) -> Option<String> {
        self.github_output.as_ref().and_then(|_| outputs::warning(report))
    }

    /// The reports that the inputs asked for.
    pub fn replaces(&self, report: &Report) -> Vec<Replace> {
        let one =
            |(kind, path): &(Kind, PathBuf)| Replace { path: path.clone(), text: kind.text(report), is_private: false };
        self.named.iter().map(one).collect()
    }

    /// Whether the exchange is requested.
    pub fn records(&self) -> bool {
        self.har.is_some()
    }

    /// The exchange, if it was requested: its owner's alone, for it holds the code of nodes.
    pub fn har(&self, recorder: &Recorder) -> Option<Replace> {
        self.har.clone().map(|path| Replace { path, text: recorder.document(), is_private: true })
    }
}
