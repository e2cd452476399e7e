//! Decides where a new object goes: a folder of its own, and the nodes of a workflow below that of the workflow.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::sorted::collected;

use super::names::{Folders, why_not};
use crate::source::repository::desired::{Desired, Key, ObjectKind};

/// The folders of the repository, and those that are given to new objects.
pub struct Places {
    folders: Folders,
    workflows: BTreeMap<String, String>,
    /// The folder of `source` itself is an object's: what lies below it would be a part of that object.
    outermost: Option<ObjectKind>,
}

impl Places {
    /// `taken`: what else is there, of which no object is made.
    pub fn new(objects: &[Desired], taken: &BTreeSet<String>) -> Self {
        let workflows = objects.iter().filter(|object| object.key.kind == ObjectKind::Workflow);
        Self {
            folders: Folders::new(objects.iter().map(|object| &object.path).chain(taken).map(String::as_str)),
            workflows: collected(workflows.map(|object| (object.key.name.clone(), object.path.clone()))),
            outermost: objects.iter().find(|object| object.path == ".").map(|object| object.key.kind),
        }
    }

    /// The folder of a new object, below `source`. `code`: the name of its code file, where it has one.
    ///
    /// # Errors
    /// Its name cannot be that of a folder, or there is no place for it.
    pub fn of(&mut self, key: &Key, code: Option<&str>) -> Result<String, String> {
        let what = match key.kind {
            ObjectKind::Workflow => "workflow",
            ObjectKind::Node => "node",
        };
        if let Some(why) = why_not(&key.name) {
            return Err(format!("the name of the {what} {:?} cannot be the name of a folder: it {why}", key.name));
        }
        let below = match &key.workflow {
            None if self.outermost.is_some() => {
                return Err(format!(
                    "the {what} {:?} has no place: the folder of ⟨source⟩ is itself the folder of an object",
                    key.name
                ));
            }
            None => "",
            // A workflow that cannot be written is reported by itself.
            Some(workflow) => match self.workflows.get(workflow).map(String::as_str) {
                Some(".") => "",
                Some(path) => path,
                None => return Err(format!("the workflow of the {what} {:?} has no folder", key.name)),
            },
        };
        let path = self.folders.take(below, &key.name, code);
        if key.kind == ObjectKind::Workflow {
            self.workflows.insert(key.name.clone(), path.clone());
        }
        Ok(path)
    }
}
