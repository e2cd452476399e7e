//! Finds the variables that look like inputs but are not. One that nearly is an input is an error, since a misspelt
//! `dry-run` must not deploy; any other of our own prefixes is warned of. The value is never shown: it may be a secret.

use super::{
    env::Environment,
    error::InputError,
    inputs::INPUTS,
    row::{OURS, Row},
};

const ACTIONS: &str = "INPUT_";
const PLUGIN: &str = "PLUGIN_";

/// A variable that is not an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Its name.
    pub variable: String,
    /// The variable of the nearest input, with the same prefix.
    pub nearest: String,
    /// Whether it is so near that it must be meant.
    is_near: bool,
}

/// Adds an error or a warning for each.
pub(super) fn check(environment: &Environment, errors: &mut Vec<InputError>, warnings: &mut Vec<String>) {
    for Unknown { variable, nearest, is_near } in unknown_variables(environment) {
        if is_near {
            let message = format!("{variable} is not a dataworks-deploy input; write {nearest}, or remove it");
            errors.push(InputError::general(message));
        } else {
            let message =
                format!("{variable} is not a dataworks-deploy input and is ignored; the nearest is {nearest}");
            warnings.push(message);
        }
    }
}

/// Each such variable with the nearest input. Of `INPUT_*` only those that are nearly one: the others belong to the
/// action around us. So do those of the other prefixes in small letters, and `input_*` is anybody's.
pub fn unknown_variables(environment: &Environment) -> Vec<Unknown> {
    let known: Vec<String> = INPUTS.iter().flat_map(Row::variables).collect();
    let mut unknown = Vec::new();
    for prefix in [ACTIONS, PLUGIN, OURS] {
        for name in environment.names().filter(|name| !known.iter().any(|known| known == name)) {
            let Some((before, written)) = name.split_at_checked(prefix.len()) else { continue };
            let is_exact = before == prefix;
            if !is_exact && (prefix == ACTIONS || !before.eq_ignore_ascii_case(prefix)) {
                continue;
            }
            let Some((row, is_near)) = nearest(written) else { continue };
            if is_near || (is_exact && prefix != ACTIONS) {
                let nearest = row.variables().into_iter().find(|known| known.starts_with(prefix)).unwrap_or_default();
                unknown.push(Unknown { variable: shown(name), nearest, is_near });
            }
        }
    }
    unknown
}

/// The input that a name without its prefix is nearest to, and whether it must be meant.
fn nearest(written: &str) -> Option<(&'static Row, bool)> {
    /// No input's name is nearly as long, and the distance costs the product of both lengths.
    const LONGEST: usize = 64;
    let written: String = written.to_ascii_lowercase().replace('_', "-").chars().take(LONGEST).collect();
    let bare = |name: &str| name.replace('-', "");
    let distance = |row: &&Row| {
        let name = row.name();
        if bare(&name) == bare(&written) { 0 } else { strsim::osa_distance(&name, &written).max(1) }
    };
    let is_meant = |row: &&Row| {
        let name = row.name();
        let edits = if bare(&name).len() >= 10 { 2 } else { 1 };
        let has_same_start = name.chars().next() == written.chars().next();
        distance(row) == 0 || (has_same_start && distance(row) <= edits)
    };
    // One that is as near, or nearer, but cannot be meant must not hide one that is.
    let meant = INPUTS.iter().filter(is_meant).min_by_key(distance);
    meant.map(|row| (row, true)).or_else(|| Some((INPUTS.iter().min_by_key(distance)?, false)))
}

fn shown(name: &str) -> String {
    const LONGEST: usize = 80;
    name.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str) -> (Vec<String>, Vec<String>) {
        let (mut errors, mut warnings) = (Vec::new(), Vec::new());
        check(&Environment::from([(name, "hunter2"), ("DATAWORKS_EMPTY", "")]), &mut errors, &mut warnings);
        (errors.iter().map(ToString::to_string).collect(), warnings)
    }

    #[test]
    fn a_variable_that_is_nearly_an_input_is_an_error_without_its_value() {
        for (name, input) in [
            ("PLUGIN_DRYRUN", "PLUGIN_DRY_RUN"),
            ("PLUGIN_dry_run", "PLUGIN_DRY_RUN"),
            ("PLUGIN_DRY_RUM", "PLUGIN_DRY_RUN"),
            ("PLUGIN_UNTIL_STAEG", "PLUGIN_UNTIL_STAGE"),
            ("DATAWORKS_DRYRUN", "DATAWORKS_DRY_RUN"),
            ("DATAWORKS_DRY-RUN", "DATAWORKS_DRY_RUN"),
            ("DATAWORKS_OBJECT_NAMES", "DATAWORKS_OBJECT_NAME"),
            ("DATAWORKS_ACESS_KEY_SECRT", "DATAWORKS_ACCESS_KEY_SECRET"),
            ("INPUT_DRYRUN", "INPUT_DRY-RUN"),
            ("INPUT_dry-run", "INPUT_DRY-RUN"),
            ("INPUT_RGEION", "INPUT_REGION"),
            ("dataworks_dry_run", "DATAWORKS_DRY_RUN"),
            ("Dataworks_DryRun", "DATAWORKS_DRY_RUN"),
            ("plugin_dry-run", "PLUGIN_DRY_RUN"),
            // As near to `ca-file`, `timeout` and `object-id`, which cannot be meant.
            ("DATAWORKS_HA_FILE", "DATAWORKS_HAR_FILE"),
            ("INPUT_R-TIMEOUT", "INPUT_RUN-TIMEOUT"),
            ("PLUGIN_OBJECT_ME", "PLUGIN_OBJECT_NAME"),
        ] {
            let (errors, warnings) = told(name);
            assert_eq!(errors.len(), 1, "{name}");
            assert!(errors[0].contains(name) && errors[0].contains(&format!("write {input},")), "{}", errors[0]);
            assert!(warnings.is_empty() && !errors[0].contains("hunter2"));
        }
    }

    #[test]
    fn any_other_variable_of_our_prefixes_is_warned_of_with_the_nearest_input() {
        for (name, input) in [
            ("DATAWORKS_PROJECT", Some("DATAWORKS_PROJECT_ID")),
            ("PLUGIN_OBJECTS_TO_DEPLOY", Some("PLUGIN_")),
            ("DATAWORKS_BY_TWO_RD_RUN", Some("DATAWORKS_")),
            ("INPUT_COMMAND", None),
            ("input_region", None),
            ("dataworks_home", None),
            ("plugin_folder", None),
            ("DATAWORK", None),
            ("INPUT_OTHER_THING", None),
            ("INPUT_PRY-RUN", None),
            ("DATAWORKS_REGION", None),
            ("PLUGIN_DRY-RUN", None),
            ("PLUGIN_DRY_RUN", None),
            ("DEPLOYED_STATUSS", None),
        ] {
            let (errors, warnings) = told(name);
            assert!(errors.is_empty(), "{name}: {errors:?}");
            assert_eq!(warnings.len(), usize::from(input.is_some()), "{name}: {warnings:?}");
            let wanted = input
                .map(|input| format!("{name} is not a dataworks-deploy input and is ignored; the nearest is {input}"));
            assert!(wanted.is_none_or(|wanted| warnings[0].starts_with(&wanted)), "{warnings:?}");
        }
    }

    #[test]
    fn a_variable_that_is_not_utf8_is_looked_at_by_its_name() {
        let environment = Environment::new([("PLUGIN_DRYRUN".to_owned(), None)]);
        assert_eq!(unknown_variables(&environment).len(), 1);
    }
}
