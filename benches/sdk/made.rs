//! What is measured, made ready: the release binary, and the vendor's SDK in an environment of its own.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// The package of the vendor, as it was when the script was written.
pub const SDK: &str = "alibabacloud-dataworks-public20240518==9.11.0";

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A build of ours.
pub struct Binary {
    /// Where it lies.
    pub path: PathBuf,
    /// Which build it is.
    pub named: String,
}

/// Builds the release binary: static where Rust's musl target is installed, else for this machine.
pub fn binary() -> io::Result<Binary> {
    let musl = triple("linux-musl");
    let libraries = Command::new("rustc").args(["--print", "target-libdir", "--target", &musl]).output()?;
    let has_musl = fs::exists(String::from_utf8_lossy(&libraries.stdout).trim())?;
    let target = if has_musl { musl } else { triple("linux-gnu") };
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--release", "--locked", "--bin", "dataworks-deploy", "--target", &target]).current_dir(ROOT);
    // What cargo told the bench about this package would make it build again the crates that heed such variables.
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            build.env_remove(name);
        }
    }
    succeed(&mut build)?;
    let path = folder()?.join(&target).join("release/dataworks-deploy");
    let named = if has_musl {
        format!("static, {target}")
    } else {
        format!("not static, since musl is not installed: {target}")
    };
    Ok(Binary { path, named })
}

/// The interpreter that knows the SDK, and how many bytes were installed for it.
pub fn sdk() -> io::Result<(PathBuf, u64)> {
    let environment = folder()?.join("sdk");
    let python = environment.join("bin/python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SDK]))?;
    let packages =
        Command::new(&python).args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).output()?;
    let packages = PathBuf::from(String::from_utf8_lossy(&packages.stdout).trim());
    Ok((python, size(&packages)?))
}

fn triple(system: &str) -> String {
    format!("{}-unknown-{system}", std::env::consts::ARCH)
}

/// The folder that cargo builds into.
fn folder() -> io::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let folder = this.ancestors().nth(3).ok_or_else(|| io::Error::other("the bench lies in no target folder"))?;
    Ok(folder.to_owned())
}

/// All files of a folder, without what the environment brings itself.
fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_its_own =
            ["pip", "setuptools", "_distutils_hack"].iter().any(|own| name.to_string_lossy().starts_with(own));
        bytes += match entry.file_type()? {
            _ if is_its_own => 0,
            kind if kind.is_dir() => size(&entry.path())?,
            _ => entry.metadata()?.len(),
        };
    }
    Ok(bytes)
}

fn succeed(command: &mut Command) -> io::Result<()> {
    let ended = command.status()?;
    if ended.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?}: {ended}"))) }
}
