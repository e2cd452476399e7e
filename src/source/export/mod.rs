//! Turns the workspace's objects into the files of the folder, so that a plan of that folder finds nothing that differs.

mod code;
mod fresh;
mod names;
mod place;
mod secrets;
mod spec;
mod text;
mod write;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::sorted::collected;

use super::{
    plan::{
        decide::outputs,
        object::Object,
        remote::{RemoteObject, RemoteUnit},
        unit::DesiredUnit,
        workspace::Workspace,
    },
    repository::{
        desired::{Desired, Key},
        read::Repository,
    },
    spec::compare::differences,
};
use fresh::code_file;
use place::Places;
use secrets::Secrets;
use write::Writer;

/// A file of the folder, as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileWrite {
    /// Its path, as seen from where the step was started.
    pub path: String,
    /// Its whole text, with a byte-order mark where it had one.
    pub text: String,
}

/// An object that was requested, and what becomes of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedObject {
    /// Its identity.
    pub key: Key,
    /// Its folder below `source`.
    pub path: String,
    /// Whether the folder did not have it.
    pub is_new: bool,
    /// The files whose text changes.
    pub files: Vec<FileWrite>,
}

/// The files of the objects that were requested.
///
/// `wanted`: their identities. What the folder has already is edited, what it has not is added. An object that the
/// workspace lacks is left as it is.
///
/// # Errors
/// Why not a single file is written, one text for each object.
pub fn export(
    repository: &Repository,
    source: &str,
    workspace: &Workspace,
    wanted: &BTreeSet<Key>,
) -> Result<Vec<ExportedObject>, Vec<String>> {
    let units = DesiredUnit::group(&repository.objects);
    let mut places = Places::new(&repository.objects, &repository.taken);
    let writer = Writer::new(repository, source, workspace, outputs(&units, workspace));
    let here: BTreeMap<&Key, &Object> = by_key(&units);
    let mut desired: BTreeMap<&Key, Desired> =
        collected(repository.objects.iter().map(|object| (&object.key, object.clone())));
    let (mut exported, mut mistakes) = (Vec::new(), Vec::new());
    for (unit, object) in objects(workspace, wanted) {
        let known = here.get(&object.key).zip(desired.get(&object.key));
        let is_new = known.is_none();
        let written = match known {
            Some((here, desired)) => writer.over(here, desired, object, unit),
            None => places
                .of(&object.key, code_file(object).as_deref())
                .and_then(|path| writer.new_object(&path, object, unit)),
        };
        match written {
            Ok(written) => {
                let path = written.desired.path.clone();
                exported.push(ExportedObject { key: object.key.clone(), path, is_new, files: written.files });
                desired.insert(&object.key, written.desired);
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    let desired: Vec<Desired> = desired.into_values().collect();
    mistakes.extend(left(&desired, workspace, wanted));
    if mistakes.is_empty() {
        return Ok(exported);
    }
    let secrets = Secrets::of(&repository.overrides);
    Err(mistakes.iter().map(|mistake| secrets.text(mistake)).collect())
}

/// What is requested and there, workflows before their nodes.
fn objects<'a>(
    workspace: &'a Workspace,
    wanted: &'a BTreeSet<Key>,
) -> impl Iterator<Item = (&'a RemoteUnit, &'a RemoteObject)> {
    let all = workspace.units.values().flat_map(|unit| unit.objects().map(move |object| (unit, object)));
    all.filter(|(_, object)| wanted.contains(&object.key))
}

/// What would still differ, such as a `${key}` of DataWorks' own that this repository has a value for.
fn left(desired: &[Desired], workspace: &Workspace, wanted: &BTreeSet<Key>) -> Vec<String> {
    let units = DesiredUnit::group(desired);
    let outputs = outputs(&units, workspace);
    let here = by_key(&units);
    let of_object = |(_, there): (&RemoteUnit, &RemoteObject)| {
        let here = here.get(&there.key)?;
        let fields = differences(here.key.kind, &here.shape, &there.shape, &outputs);
        let paths: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        (!paths.is_empty()).then(|| {
            format!(
                "{}: {} cannot be written so that it renders to what DataWorks has; check it for a ${{…}} that has a value in this repository",
                here.path,
                paths.join(", ")
            )
        })
    };
    objects(workspace, wanted).filter_map(of_object).collect()
}

fn by_key(units: &[DesiredUnit]) -> BTreeMap<&Key, &Object> {
    collected(units.iter().flat_map(DesiredUnit::objects).map(|object| (&object.key, object)))
}
