//! What `--help` says: the table of inputs, and the exit codes.

use crate::config::inputs::INPUTS;

/// The whole text.
pub fn help() -> String {
    let mut text = String::from(
        "dataworks-deploy: deploys to Alibaba Cloud DataWorks from CI, and watches until it is really deployed.\n\n\
         It takes no arguments. An input some-name is the first non-empty of the variables INPUT_SOME-NAME,\n\
         INPUT_SOME_NAME, PLUGIN_SOME_NAME and DATAWORKS_SOME_NAME.\n",
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
         0    deployed, or stopped at until-stage, or a dry run that found nothing wrong\n  \
         1    the deployment failed\n  \
         2    the inputs are wrong, or a target was not found\n  \
         3    timed out\n  \
         4    credentials are missing, refused, or without permission\n  \
         5    the service could not be reached, made no sense, or its quota is spent\n  \
         130  interrupted by SIGINT; 143: by SIGTERM or SIGHUP\n",
    );
    text
}
