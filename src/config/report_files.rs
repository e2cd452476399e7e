//! Checks the files that reports are to be written to: each can be written, and none is the file of something else.

use std::path::{Path, PathBuf};

use super::{env::Environment, error::InputError, files::Files, inputs::Inputs};

/// The inputs of which the file must not be written, because something else would be lost.
pub(super) type NotWritten = Vec<&'static str>;

/// Rejects a file that cannot be written, and one that another input, the CI or the log has already.
pub(super) fn check(
    inputs: &Inputs,
    environment: &Environment,
    files: &impl Files,
    errors: &mut Vec<InputError>,
) -> NotWritten {
    let reports = [
        ("result-file", &inputs.result_file),
        ("summary-file", &inputs.summary_file),
        ("junit-report", &inputs.junit_report),
        ("dotenv-report", &inputs.dotenv_report),
        ("har-file", &inputs.har_file),
    ];
    let mut taken = others(inputs, environment, files);
    let mut not_written = NotWritten::new();
    for (input, path) in reports.into_iter().filter_map(|(input, given)| Some((input, given.value()?))) {
        let tried = files.can_write(Path::new(path));
        // After the trial, which has made the folders.
        let place = files.place(Path::new(path));
        let other = taken.iter().find(|(_, known)| *known == place || known == Path::new(path));
        if let Some((other, _)) = other.filter(|(other, _)| *other != LOG || !path.starts_with("/dev/")) {
            let message = format!("{path} is the file of {other} already, which would be lost; give each its own");
            errors.push(InputError::new(input, message));
            not_written.push(input);
        } else if let Err(why) = tried {
            let message = format!("{path} cannot be written: {why}; accepted: a path to a file");
            errors.push(InputError::new(input, message));
        } else {
            taken.push((input, place));
        }
    }
    not_written
}

/// Where standard output is a file, it holds the log. Written by this name, a report comes behind it.
const LOG: &str = "the log";

/// The files that are not reports, each by the input or the variable that names it.
fn others(inputs: &Inputs, environment: &Environment, files: &impl Files) -> Vec<(&'static str, PathBuf)> {
    const VARIABLES: [&str; 8] = [
        "GITHUB_OUTPUT",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_ENV",
        "GITHUB_STATE",
        "GITHUB_PATH",
        "DRONE_OUTPUT",
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
        "SSL_CERT_FILE",
    ];
    let variables = VARIABLES.into_iter().filter_map(|name| Some((name, environment.get(name)?)));
    let inputs = [("targets-file", &inputs.targets_file), ("ca-file", &inputs.ca_file)];
    let inputs = inputs.into_iter().filter_map(|(input, given)| Some((input, given.value()?.as_str())));
    let all = variables.chain(inputs).chain([(LOG, "/dev/stdout")]);
    all.map(|(name, path)| (name, files.place(Path::new(path)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{env::Environment, files::Certificates},
        source::repository::tree::Tree,
    };

    struct OnlyOut;

    impl Files for OnlyOut {
        fn read(&self, _: &Path) -> Result<Option<String>, String> {
            Ok(None)
        }

        fn certificates(&self, _: &Path) -> Result<Certificates, String> {
            Ok(Certificates::default())
        }

        fn tree(&self, folder: &str) -> Tree {
            Tree::new(folder)
        }

        fn can_write(&self, path: &Path) -> Result<(), String> {
            if path.starts_with("out") { Ok(()) } else { Err("it is a folder".to_owned()) }
        }
    }

    #[test]
    fn every_file_that_cannot_be_written_is_an_error_of_its_input() {
        let environment = Environment::from([
            ("DATAWORKS_RESULT_FILE", "out/result.json"),
            ("DATAWORKS_SUMMARY_FILE", "bad"),
            ("DATAWORKS_JUNIT_REPORT", "out/result.json"),
            ("DATAWORKS_DOTENV_REPORT", "bad.env"),
        ]);
        let mut errors = Vec::new();
        let not_written = check(&Inputs::read(&environment), &environment, &OnlyOut, &mut errors);
        assert_eq!(not_written, ["junit-report"]);
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "summary-file: bad cannot be written: it is a folder; accepted: a path to a file",
                "junit-report: out/result.json is the file of result-file already, which would be lost; give each its own",
                "dotenv-report: bad.env cannot be written: it is a folder; accepted: a path to a file",
            ]
        );
    }
}
