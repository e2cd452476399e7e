//! Checks the files that reports are to be written to: each can be written, and none is the file of something else.

use std::path::{Path, PathBuf};

use super::{
    credentials::profile,
    env::Environment,
    error::InputError,
    files::{Files, Place, is_stream},
    inputs::Inputs,
    noted::NotedFiles,
};
use crate::model::credential_source::CredentialSource;

/// The inputs of which the file must not be written, because something else would be lost.
pub(super) type NotWritten = Vec<&'static str>;

/// Rejects a file that cannot be written, and one that another input, the CI or the log has already, or that the step
/// reads. `source`: where the keys come from.
pub(super) fn check(
    inputs: &Inputs,
    environment: &Environment,
    files: &NotedFiles<impl Files>,
    source: Option<&CredentialSource>,
    errors: &mut Vec<InputError>,
) -> NotWritten {
    let reports = [
        ("result-file", &inputs.result_file),
        ("summary-file", &inputs.summary_file),
        ("junit-report", &inputs.junit_report),
        ("dotenv-report", &inputs.dotenv_report),
        ("har-file", &inputs.har_file),
    ];
    let reports = reports.into_iter().filter_map(|(input, given)| Some((input, given.value()?)));
    let others = others(inputs, environment, source);
    let mut taken: Vec<(&str, Place)> = others.into_iter().map(|(name, path)| (name, files.place(&path))).collect();
    let mut not_written = NotWritten::new();
    for (input, path) in reports {
        let given = Path::new(path);
        let tried = files.can_write(given);
        // After the trial, which has made the folders.
        let place = files.place(given);
        let owner = taken.iter().find(|(_, known)| known.is_same(&place));
        let owner = match owner {
            // What is written there is appended, and nothing is lost.
            _ if is_stream(given) => None,
            Some((owner, _)) => Some(format!("already the file of {owner}")),
            None => files.was_read(&place).then(|| "a file that this step reads".to_owned()),
        };
        if let Some(owner) = owner {
            errors.push(InputError::new(
                input,
                format!("{path} is {owner}, which would be lost; give each its own file"),
            ));
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

/// The files that are not reports and have a name, each by the input or the variable that names it.
fn others(
    inputs: &Inputs,
    environment: &Environment,
    source: Option<&CredentialSource>,
) -> Vec<(&'static str, PathBuf)> {
    const VARIABLES: [&str; 9] = [
        "GITHUB_OUTPUT",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_ENV",
        "GITHUB_STATE",
        "GITHUB_PATH",
        "GITHUB_EVENT_PATH",
        "DRONE_OUTPUT",
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
        "SSL_CERT_FILE",
    ];
    let variables = VARIABLES.into_iter().filter_map(|name| Some((name, PathBuf::from(environment.get(name)?))));
    let inputs = [("targets-file", &inputs.targets_file), ("ca-file", &inputs.ca_file)];
    let inputs = inputs.into_iter().filter_map(|(input, given)| Some((input, PathBuf::from(given.value()?))));
    let profile = profile::file(environment).map(|path| ("the profiles of the aliyun client", path));
    let token = source.and_then(CredentialSource::token_file).map(|path| ("the token of the profile", path.to_owned()));
    // Where standard output is a file, it holds the log.
    let log = ("the log", PathBuf::from("/dev/stdout"));
    variables.chain(inputs).chain(profile).chain(token).chain([log]).collect()
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
        let files = NotedFiles::new(&OnlyOut);
        let not_written = check(&Inputs::read(&environment), &environment, &files, None, &mut errors);
        assert_eq!(not_written, ["junit-report"]);
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "summary-file: bad cannot be written: it is a folder; accepted: a path to a file",
                "junit-report: out/result.json is already the file of result-file, which would be lost; give each its own file",
                "dotenv-report: bad.env cannot be written: it is a folder; accepted: a path to a file",
            ]
        );
    }
}
