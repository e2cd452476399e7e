//! One row of the table of inputs: its name, the variables that may carry it, what it needs to have an effect.

/// The prefix of the variables that are ours alone.
pub const OURS: &str = "DATAWORKS_";

#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The heading that `--help` shows it under.
    pub section: &'static str,
    /// The name with `_` for `-`.
    pub(super) field: &'static str,
    /// The text that an absent input is read as; empty: there is no default.
    pub default: &'static str,
    /// One line for `--help`, `action.yml` and the README.
    pub help: &'static str,
    pub expected: &'static str,
    /// Whether it is a host or a URL, which may hold a user, a password or a token.
    pub(super) is_address: bool,
    /// What it needs to have an effect; `None`: nothing, or it does no harm.
    pub(super) needs: Option<Needs>,
}

/// What an input needs to have an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// 2024-05-18 targets.
    Runs,
    /// 2024-05-18 targets of which this step creates the run.
    NewRuns,
    /// 2020-05-18 targets of which this step creates the package.
    NewPackages,
    /// The same, after `submit`.
    Submit,
    Targets,
    Workflow,
    Source,
    RunDate,
}

impl Row {
    /// The name as a user writes it: `some-name`.
    pub fn name(&self) -> String {
        self.field.replace('_', "-")
    }

    /// The variables that may carry it, the first non-empty one counts.
    pub fn variables(&self) -> [String; 5] {
        let upper = self.field.to_ascii_uppercase();
        let actions = upper.replace('_', "-");
        [["INPUT_", &*actions], ["INPUT_", &upper], ["PLUGIN_", &upper], ["PLUGIN_", &actions], [OURS, &upper]]
            .map(|parts| parts.concat())
    }
}
