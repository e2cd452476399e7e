//! The files of the repository, as texts.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One file.
pub struct File {
    /// Its path from the repository's root, with `/` on every system.
    pub path: String,
    /// What it says, with `\n` on every system.
    pub text: String,
}

/// The file of that path.
pub fn read(path: &str) -> String {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.replace("\r\n", "\n")
}

/// Whether there is a file or a folder of that path.
pub fn has(path: &str) -> bool {
    root().join(path).exists()
}

/// Every Rust file below a folder, in the order of their paths.
pub fn rust(folder: &str) -> Vec<File> {
    let files: Vec<File> = all(folder).into_iter().filter(|file| is_rust(Path::new(&file.path))).collect();
    assert!(!files.is_empty(), "{folder} has no Rust file: has it moved?");
    files
}

/// Every Markdown file below a folder, in the order of their paths.
pub fn pages(folder: &str) -> Vec<File> {
    below(folder, |path| path.extension().is_some_and(|extension| extension == "md"))
}

/// Every file below a folder, in the order of their paths.
pub fn all(folder: &str) -> Vec<File> {
    below(folder, |_| true)
}

fn below(folder: &str, is_wanted: fn(&Path) -> bool) -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if is_wanted(&path) {
                let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                files.push(File { text: read(&path), path });
            }
        }
    }
    assert!(!files.is_empty(), "{folder} has no file: has it moved?");
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
