//! Decides how the static program is linked: without what never runs in it, 515 kB.
//!
//! Only a release for musl, which is what images and releases hold: there is no other code in it that might unwind.

#![expect(clippy::disallowed_methods, reason = "by variables cargo tells a build script what is built")]

use std::{env, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=link/no-unwind-tables.ld");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    if !is("CARGO_CFG_TARGET_ENV", "musl") || !is("PROFILE", "release") {
        return;
    }
    let folder = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let script = Path::new(&folder).join("link/no-unwind-tables.ld");
    // Musl reads packed relocations since 1.2.4. A linker that does not know the word says so, and goes on without.
    for argument in ["-z,pack-relative-relocs", "--no-eh-frame-hdr", &format!("-T,{}", script.display())] {
        println!("cargo::rustc-link-arg-bins=-Wl,{argument}");
    }
}
