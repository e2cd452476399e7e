//! Writes the files of one object, and reads them again as a plan will.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::{
    FileWrite, code,
    fresh::{Fresh, Names, fresh},
    secrets::Secrets,
    spec::Editor,
};
use crate::{
    model::{json::parsed, sorted::collected},
    source::{
        plan::{
            object::Object,
            remote::{RemoteObject, RemoteUnit},
            workspace::Workspace,
        },
        repository::{
            check,
            desired::{Desired, ObjectKind, Origin, SourceFile},
            error::{Findings, SourceError},
            layout::SPEC,
            object::insert_content,
            properties::Values,
            read::Repository,
            render::{Renderer, check_placeholders},
        },
        spec::{compare::differences, outputs::Outputs, shape::CONTENT},
    },
};

/// What writes the objects of one export.
pub struct Writer<'a> {
    repository: &'a Repository,
    source: &'a str,
    outputs: Outputs,
    names: Names,
    secrets: Secrets<'a>,
    workflows: BTreeMap<&'a String, &'a Desired>,
}

/// An object as it will be read.
pub struct Written {
    /// What its files render to.
    pub desired: Desired,
    /// The files whose text changes.
    pub files: Vec<FileWrite>,
}

impl<'a> Writer<'a> {
    pub fn new(repository: &'a Repository, source: &'a str, workspace: &Workspace, outputs: Outputs) -> Self {
        let listed = workspace.listed.iter().map(|listed| (listed.id.clone(), listed.outputs.clone()));
        let read = workspace.units.values().flat_map(RemoteUnit::objects);
        let read = read.map(|object| (object.id.clone(), object.shape.outputs()));
        let names = Names::new(listed.chain(read));
        let workflows = repository.objects.iter().filter(|desired| desired.key.kind == ObjectKind::Workflow);
        let workflows = collected(workflows.map(|desired| (&desired.key.name, desired)));
        Self { repository, source, outputs, names, secrets: Secrets::of(&repository.overrides), workflows }
    }

    /// The files that the folder has, with what differs.
    ///
    /// # Errors
    /// What was written would not be read.
    pub fn over(
        &self,
        here: &Object,
        desired: &Desired,
        there: &RemoteObject,
        unit: &RemoteUnit,
    ) -> Result<Written, String> {
        let Origin { spec, code, scope, .. } = &desired.origin;
        let values = Values { overrides: &self.repository.overrides, scope };
        let mut fields = differences(here.key.kind, &here.shape, &there.shape, &self.outputs);
        let code = code.as_ref().filter(|code| !code.text.trim().is_empty());
        let is_of_the_code = fields.iter().any(|field| field.path == CONTENT) && code.is_some();
        fields.retain(|field| field.path != CONTENT || code.is_none());
        let is_other = here.key.kind == ObjectKind::Workflow && !here.kind.eq_ignore_ascii_case(&unit.kind);
        let kind = Some(unit.kind.as_str()).filter(|kind| is_other && !kind.is_empty());
        let entries = desired.spec.pointer("/spec/flow").and_then(Value::as_array);
        let edges = |entry: &Value| entry.get("depends").and_then(Value::as_array).map_or(0, Vec::len);
        let in_flow = entries.into_iter().flatten().map(edges).sum();
        let (names, secrets) = (&self.names, &self.secrets);
        let by_path =
            collected(fields.iter().filter(|field| field.to.is_some()).map(|field| (field.path.as_str(), field)));
        let editor = Editor { object: here, there, fields: &fields, by_path, in_flow, kind, values, names, secrets };
        let mut files = Vec::new();
        let mut origin = desired.origin.clone();
        if !fields.is_empty() || kind.is_some() {
            origin.spec.text = editor.edited(&spec.text);
            files.push(file(&origin.spec));
        }
        if let Some(code) = origin.code.as_mut().filter(|_| is_of_the_code) {
            code.text = code::edited(&code.text, there.shape.content().unwrap_or_default(), values, &self.secrets);
            files.push(file(code));
        }
        let desired = if files.is_empty() { desired.clone() } else { self.read(desired, origin)? };
        Ok(Written { desired, files })
    }

    /// The files of an object that the folder does not have.
    ///
    /// # Errors
    /// What was written would not be read.
    pub fn new_object(&self, path: &str, there: &RemoteObject, unit: &RemoteUnit) -> Result<Written, String> {
        let Fresh { spec, code } = fresh(there, unit, &self.outputs, &self.names, &self.secrets);
        let name = &there.key.name;
        let written = |ending: &str, text: String| SourceFile {
            path: format!("{}/{path}/{name}{ending}", self.source.trim_end_matches('/')),
            text,
            ..SourceFile::default()
        };
        let spec = written(SPEC, spec);
        let code = code.map(|(ending, text)| written(&format!(".{ending}"), text));
        let above = there.key.workflow.as_ref().and_then(|name| self.workflows.get(name));
        let scope = above.map_or_else(|| Arc::clone(&self.repository.scope), |above| Arc::clone(&above.origin.scope));
        // The spec makes the object: where a step is killed between the two, the next one adds it.
        let files = code.iter().chain([&spec]).map(file).collect();
        let origin = Origin { source: self.source.to_owned(), spec, code, scope };
        let desired = self.read(&Desired::new(there.key.clone(), path.to_owned(), Value::Null), origin)?;
        Ok(Written { desired, files })
    }

    /// The object as its new files render.
    fn read(&self, old: &Desired, origin: Origin) -> Result<Desired, String> {
        let values = Values { overrides: &self.repository.overrides, scope: &origin.scope };
        let (path, mut findings) = (&origin.spec.path, Findings::default());
        let template: Value = parsed(&origin.spec.text).map_err(|error| format!("{path}: {error}"))?;
        let masked = Some(Renderer::masked(values).json(template.clone()));
        let mut renderer = Renderer::new(values, usize::MAX);
        let mut spec = renderer.json(template);
        check_placeholders((path, &origin.spec.text), values, &mut findings);
        let code = origin.code.as_ref().map(|code| (&code.path, code.text.replace("\r\n", "\n")));
        if let Some((path, code)) = code.filter(|(_, code)| !code.trim().is_empty()) {
            insert_content(&mut spec, renderer.text(&code));
            check_placeholders((path, &code), values, &mut findings);
        }
        let desired = Desired { spec, masked, origin, ..old.clone() };
        check::shape(&desired, &mut findings);
        let told = |mistake: &SourceError| mistake.to_string();
        match findings.into_result() {
            Ok(_) => Ok(desired),
            Err(mistakes) => {
                let mistakes: Vec<String> = mistakes.iter().map(told).collect();
                Err(format!("what DataWorks has cannot be written: {}", mistakes.join("; ")))
            }
        }
    }
}

fn file(file: &SourceFile) -> FileWrite {
    let mark = if file.has_mark { "\u{feff}" } else { "" };
    FileWrite { path: file.path.clone(), text: format!("{mark}{}", file.text) }
}
