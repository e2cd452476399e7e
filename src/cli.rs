//! Reads the arguments, of which there are two: `--help`, which prints the table of inputs and the exit codes, and
//! `--version`.

use crate::config::inputs::INPUTS;

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Run the step that the environment describes.
    Deploy,
    /// Print this text and exit.
    Show(String),
    /// An argument that we do not know: the message.
    Refuse(String),
}

/// Reads the arguments.
pub fn read(arguments: &[String]) -> Request {
    match arguments {
        [] => Request::Deploy,
        [argument] if argument == "--help" || argument == "-h" => Request::Show(help()),
        [argument] if argument == "--version" || argument == "-V" => {
            Request::Show(concat!("dataworks-deploy ", env!("CARGO_PKG_VERSION")).to_owned())
        }
        [known, other, ..] if ["--help", "-h", "--version", "-V"].contains(&known.as_str()) => unexpected(other),
        [other, ..] => unexpected(other),
    }
}

fn unexpected(argument: &str) -> Request {
    let shown = shown(argument);
    Request::Refuse(format!("unexpected argument {shown}; inputs are environment variables: see --help"))
}

/// An argument may be a misplaced input, and so a secret: only what is certainly a name or an option is shown.
fn shown(argument: &str) -> String {
    const WORDS: [&str; 6] = ["deploy", "export", "help", "plan", "run", "version"];
    let (name, value) = argument.split_once('=').map_or((argument, ""), |(name, _)| (name, "=…"));
    let bare = name.trim_start_matches('-').to_ascii_lowercase().replace('_', "-");
    let bare = ["input-", "plugin-", "dataworks-"].iter().find_map(|prefix| bare.strip_prefix(prefix)).unwrap_or(&bare);
    let is_input = INPUTS.iter().any(|row| row.name() == bare);
    let is_option = value.is_empty() && (is_long_option(name) || is_short_option(name));
    if is_input || is_option || WORDS.contains(&argument) {
        format!("'{name}{value}'")
    } else {
        "(not shown: it may be a secret)".to_owned()
    }
}

fn is_short_option(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.len() == 1)
}

fn is_long_option(text: &str) -> bool {
    const LONGEST: usize = 20;
    let is_word = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    text.strip_prefix("--").is_some_and(|rest| rest.len() <= LONGEST && is_word(rest))
}

/// The text of `--help`.
pub fn help() -> String {
    let mut text = String::from(
        "dataworks-deploy: deploys to Alibaba Cloud DataWorks from CI, and waits until the deployment has finished.\n\n\
         It takes no arguments. Inputs are environment variables. The value of an input some-name is the first of\n\
         INPUT_SOME-NAME, INPUT_SOME_NAME, PLUGIN_SOME_NAME, PLUGIN_SOME-NAME and DATAWORKS_SOME_NAME that is not empty.\n",
    );
    let mut section = "";
    for row in INPUTS {
        if row.section != section {
            section = row.section;
            text.push_str(&format!("\n{section}\n"));
        }
        let default = if row.default.is_empty() { String::new() } else { format!(" [default: {}]", row.default) };
        text.push_str(&format!("  {:<24} {}{default}\n", row.name(), row.help));
    }
    text.push_str(
        "\nExit codes\n  \
         0    deployed, or stopped at until-stage, or exported, or a dry run that found nothing wrong\n  \
         1    the deployment failed, or a run after it, or drift prevented it\n  \
         2    the inputs are wrong, or a target was not found\n  \
         3    timed out, or the request budget is used up\n  \
         4    credentials are missing, refused, or lack a permission\n  \
         5    the service could not be reached, gave invalid answers, or its quota is used up\n  \
         130  interrupted by SIGINT; 143: by SIGTERM or SIGHUP\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIDDEN: &str = "(not shown: it may be a secret)";

    #[test]
    fn an_unexpected_argument_is_named_but_a_secret_is_not_shown() {
        for (arguments, wanted) in [
            (&["--dry-run"][..], "'--dry-run'"),
            (&["--help", "-x"], "'-x'"),
            (&["ACCESS_KEY_SECRET=hunter2"], "'ACCESS_KEY_SECRET=…'"),
            (&["--access-key-secret=hunter2", "x"], "'--access-key-secret=…'"),
            (&["deploy"], "'deploy'"),
            (&["--object-id=7"], "'--object-id=…'"),
            (&["DATAWORKS_OBJECT_ID=7"], "'DATAWORKS_OBJECT_ID=…'"),
            (&["-phunter"], HIDDEN),
            (&["hunter2"], HIDDEN),
            (&["correcthorse"], HIDDEN),
            (&["aHVudGVyMg=="], HIDDEN),
            (&["LTAI5tHunter"], HIDDEN),
            (&["--hunter2"], HIDDEN),
            (&["https://u:p@x"], HIDDEN),
        ] {
            let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
            let wanted = format!("unexpected argument {wanted}; inputs are environment variables: see --help");
            assert_eq!(read(&arguments), Request::Refuse(wanted));
        }
        assert_eq!(read(&[]), Request::Deploy);
    }
}
