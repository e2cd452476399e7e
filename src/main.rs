//! The program. Everything is in the library, so that fuzzers and benches can reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    dataworks_deploy::run()
}
