//! The program that the demo shows: built where it is not yet, with nothing built twice.

use std::{
    env::consts::EXE_SUFFIX,
    io,
    path::{Path, PathBuf},
    process::Command,
};

/// Cargo builds no binary for an example, so the demo asks it to; with the profile that it runs in itself.
pub fn build() -> io::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let profile =
        this.parent().and_then(Path::parent).ok_or_else(|| io::Error::other("the demo lies in no target folder"))?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--bin",
        "dataworks-deploy",
        // With the example, cargo builds the crates with the very features that it was built with: not a second time.
        "--example",
        "demo",
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    // `cargo run` describes this package to its child. A build script that asks for these variables (ring's) would take
    // them for a change, and the TLS crates would be built a second time.
    for (name, _) in std::env::vars_os() {
        let is_of_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|start| name.to_str().is_some_and(|name| name.starts_with(start)));
        if is_of_this_package {
            cargo.env_remove(&name);
        }
    }
    let built = cargo.status()?.success();
    let program = profile.join(format!("dataworks-deploy{EXE_SUFFIX}"));
    if built && program.exists() { Ok(program) } else { Err(io::Error::other("the program could not be built")) }
}
