//! Checks the files that reports are to be written to: each can be written, and no two are the same.

use std::path::Path;

use super::{error::InputError, files::Files, inputs::Inputs};

/// Rejects a file that cannot be written, and one that two inputs name.
pub(super) fn check(inputs: &Inputs, files: &impl Files, errors: &mut Vec<InputError>) {
    let named = [
        ("result-file", &inputs.result_file),
        ("summary-file", &inputs.summary_file),
        ("junit-report", &inputs.junit_report),
        ("dotenv-report", &inputs.dotenv_report),
        ("har-file", &inputs.har_file),
    ];
    let named: Vec<(&str, &String)> = named.iter().filter_map(|(name, given)| Some((*name, given.value()?))).collect();
    for (at, (name, path)) in named.iter().enumerate() {
        if let Some((other, _)) = named.iter().take(at).find(|(_, before)| before == path) {
            let message = format!("{path} is the file of {other} already; give each its own");
            errors.push(InputError::new(name, message));
        } else if let Err(why) = files.can_write(Path::new(path)) {
            let message = format!("{path} cannot be written: {why}; accepted: a path to a file");
            errors.push(InputError::new(name, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::env::Environment;

    struct OnlyOut;

    impl Files for OnlyOut {
        fn read(&self, _: &Path) -> Result<Option<String>, String> {
            Ok(None)
        }

        fn certificates(&self, _: &Path) -> Result<Vec<Vec<u8>>, String> {
            Ok(Vec::new())
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
        check(&Inputs::read(&environment), &OnlyOut, &mut errors);
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "summary-file: bad cannot be written: it is a folder; accepted: a path to a file",
                "junit-report: out/result.json is the file of result-file already; give each its own",
                "dotenv-report: bad.env cannot be written: it is a folder; accepted: a path to a file",
            ]
        );
    }
}
