//! Reads all folders of `source` into the objects that the repository wants, or reports every mistake in them at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    check,
    desired::Desired,
    error::{Findings, SourceError, SourceWarning},
    graph,
    layout::{Folder, above, folders},
    object::{MAX_VALUES, Reader},
    properties::{Inputs, Overrides, ReadFile, Scope, lines},
    role::Read,
    tree::{Entry, MAX_FILE, Tree},
};

/// What the repository wants.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its objects, in the order of the folders of `source` and of their paths.
    pub objects: Vec<Desired>,
    /// What is in it and has no effect.
    pub warnings: Vec<SourceWarning>,
    /// What no folder of a new object may be: the folders that have files, and those files.
    pub taken: BTreeSet<String>,
    /// The properties of the outermost folder: what export adds is rendered with them.
    pub scope: Arc<Scope>,
    /// The properties of the inputs: their secrets are masked everywhere, and export renders with them.
    pub overrides: Overrides,
}

/// Reads everything; total for any bytes. `may_be_empty`: it may want nothing at all, because it is to be written into.
///
/// # Errors
/// Every mistake in the files, and in the inputs `properties` and `secret-properties`, in the order of files and lines.
pub fn read(
    trees: Vec<Tree>,
    inputs: &Inputs,
    may_be_empty: bool,
    read_file: &mut ReadFile,
) -> Result<Repository, Vec<SourceError>> {
    let mut findings = Findings::default();
    let overrides = Overrides::read(inputs, read_file, &mut findings);
    let trees = distinct(trees, &mut findings);
    let names: Vec<String> = trees.iter().map(|tree| tree.name().to_owned()).collect();
    let mut reader = Reader {
        overrides: &overrides,
        findings: &mut findings,
        used: BTreeSet::new(),
        passed_over: BTreeMap::new(),
        room: MAX_VALUES,
    };
    let (mut objects, mut scope): (Vec<Desired>, Arc<Scope>) = (Vec::new(), Arc::default());
    let mut taken = BTreeSet::new();
    for mut tree in trees {
        let before = objects.len();
        let (read, properties) = read_tree(&mut tree, &mut reader, &mut taken);
        objects.extend(read);
        scope = properties;
        if objects.len() == before {
            reader.findings.warn(tree.name(), "holds no *.spec.json of a node or a workflow");
        }
    }
    let (used, passed_over) = (reader.used, reader.passed_over);
    // What is written into may have no file yet that uses a key.
    if !may_be_empty {
        overrides.check_used(&used, &mut findings);
    }
    check::duplicates(&objects, &mut findings);
    graph::circles(&objects, &mut findings);
    let kinds: Vec<String> = passed_over.iter().map(|(kind, count)| format!("{count} of kind {kind}")).collect();
    let kinds = kinds.join(", ");
    if objects.is_empty() && findings.is_clean() && !may_be_empty {
        let besides = if kinds.is_empty() { String::new() } else { format!("; skipped: {kinds}") };
        let message = format!("nothing to deploy was found: no *.spec.json of a node or a workflow{besides}");
        findings.file(&names.join(", "), message);
    } else if !kinds.is_empty() {
        findings.warn(&names.join(", "), format!("specs that are not managed here were skipped: {kinds}"));
    }
    findings.into_result().map(|warnings| Repository { objects, warnings, taken, scope, overrides })
}

/// A folder that is given twice is read once; one within another is a mistake, since its objects would be there twice.
fn distinct(trees: Vec<Tree>, findings: &mut Findings) -> Vec<Tree> {
    let mut kept: Vec<Tree> = Vec::new();
    for tree in trees {
        match kept.iter().find(|other| other.overlaps(&tree)) {
            None => kept.push(tree),
            Some(other) if other.name() == tree.name() => {}
            Some(other) => {
                let message =
                    format!("⟨source⟩ names {} and {}, and one is inside the other", other.name(), tree.name());
                findings.file(tree.name(), message);
            }
        }
    }
    kept
}

fn read_tree(tree: &mut Tree, reader: &mut Reader, taken: &mut BTreeSet<String>) -> (Vec<Desired>, Arc<Scope>) {
    let mut folders = folders(tree, reader.findings);
    for (path, folder) in &folders {
        let lead = if path.is_empty() { String::new() } else { format!("{path}/") };
        taken.extend(folder.specs.iter().chain(&folder.code).map(|file| format!("{lead}{}", file.name)));
        taken.extend(Some(path).filter(|path| !path.is_empty()).cloned());
    }
    let scopes = scopes(tree, &mut folders, reader.findings);
    let mut reads: BTreeMap<String, Read> = BTreeMap::new();
    for (path, mut folder) in folders {
        // Of two specs, which is a mistake, the first is read.
        if folder.specs.is_empty() {
            continue;
        }
        let spec = folder.specs.remove(0);
        let own = above(&path).find_map(|above| scopes.get(above));
        let scope = scopes.get(&path).or(own).cloned().unwrap_or_default();
        let read = reader.read(tree, &path, spec, folder, &scope);
        reads.insert(path, read);
    }
    check::place(&mut reads, reader.findings);
    let outermost = scopes.get("").cloned().unwrap_or_default();
    (reads.into_values().filter_map(|read| read.desired).collect(), outermost)
}

/// The properties of each folder that has some, over those of the folders above it.
fn scopes(
    tree: &Tree,
    folders: &mut BTreeMap<String, Folder>,
    findings: &mut Findings,
) -> BTreeMap<String, Arc<Scope>> {
    let mut scopes: BTreeMap<String, Arc<Scope>> = BTreeMap::new();
    // A folder is before those below it, in the order of their paths.
    for (path, folder) in folders {
        let Some(entry) = folder.properties.take() else { continue };
        let below = if path.is_empty() { String::new() } else { format!("{path}/") };
        let file = tree.path(&format!("{below}{}", super::layout::PROPERTIES));
        let Entry::File { bytes, .. } = entry else {
            findings.file(&file, format!("has more than {} MiB", MAX_FILE >> 20));
            continue;
        };
        let lines = lines(&file, bytes, findings);
        let around = above(path).find_map(|above| scopes.get(above)).cloned().unwrap_or_default();
        scopes.insert(path.clone(), Arc::new(Scope::within(around, lines)));
    }
    scopes
}
