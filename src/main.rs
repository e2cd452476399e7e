//! The program. Everything is in the library, so that fuzzers and benches can reach it.

use std::process::ExitCode;

/// The allocator of musl returns memory to the system after each answer, and asks for it again at the next.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    dataworks_deploy::run()
}
