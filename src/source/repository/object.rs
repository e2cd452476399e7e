//! Reads one folder with a spec: decodes and renders it, puts the code in its place, and checks what needs no other folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;

use super::{
    check,
    desired::{Desired, Key, ObjectKind, Origin, SourceFile, UsedSecret},
    error::Findings,
    layout::{File, Folder, SPEC},
    position::{Position, Step::Field},
    properties::{Overrides, PropertyValue, Scope, Values},
    render::{Piece, Renderer, check_placeholders, pieces},
    role::{Read, Role},
    text::decode,
    tree::{Entry, MAX_FILE, MAX_TOTAL, Tree},
};
use crate::model::json::parsed;

/// The kinds of FlowSpec that are skipped; they are of other parts of DataWorks.
const NOT_MANAGED: [&str; 12] = [
    "BatchDeployment",
    "Component",
    "DataCatalog",
    "DataQuality",
    "DataService",
    "DataSource",
    "Function",
    "ManualNode",
    "PaiFlow",
    "Resource",
    "Table",
    "TemporaryWorkflow",
];

/// All values together, in all objects, may have so many bytes: one of 1 MiB that is a thousand times in a text would
/// fill the memory.
pub const MAX_VALUES: usize = MAX_TOTAL;

/// Reads the folders of all trees.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The properties of the inputs.
    pub overrides: &'a Overrides,
    /// Every mistake so far.
    pub findings: &'a mut Findings,
    /// The keys that some file uses.
    pub used: BTreeSet<String>,
    /// How many specs of which kinds were skipped.
    pub passed_over: BTreeMap<String, usize>,
    /// What is left of [`MAX_VALUES`].
    pub room: usize,
}

/// A spec with its placeholders replaced.
struct Rendered {
    sent: Value,
    masked: Option<Value>,
    used: BTreeSet<String>,
}

impl Reader<'_> {
    /// Reads a folder whose spec is given.
    pub fn read(&mut self, tree: &Tree, path: &str, spec: File, folder: Folder, scope: &Arc<Scope>) -> Read {
        let below = |name: &str| tree.path(&if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") });
        let name = spec.name.strip_suffix(SPEC).unwrap_or(&spec.name).to_owned();
        let mut read = Read { role: Role::Unknown, file: below(&spec.name), name, desired: None };
        let values = Values { overrides: self.overrides, scope };
        // A key that only a file uses which is a mistake, or is beside one, is not a second mistake.
        [&spec]
            .into_iter()
            .chain(&folder.specs)
            .chain(&folder.code)
            .for_each(|file| self.note_keys(&file.entry, values));
        let Some(file) = self.decoded(&read.file, spec.entry) else { return read };
        let Some(mut rendered) = self.parsed(&file, values) else { return read };
        let (role, kind) = self.kind(&file, &rendered);
        read.role = role;
        let Some(kind) = kind else { return read };
        rendered.used.extend(check_placeholders((&file.path, &file.text), values, self.findings));
        let code = self.code(kind, folder.code, below);
        if let Some(code) = &code {
            self.put_code(code, values, &mut rendered);
        }
        let Rendered { sent, masked, used } = rendered;
        let secrets = used.iter().filter_map(|key| match values.get(key)? {
            PropertyValue::Secret(value) => Some(UsedSecret { key: key.clone(), value: value.clone() }),
            PropertyValue::Plain(_) => None,
        });
        let secrets = secrets.collect();
        self.used.extend(used);
        let key = Key { workflow: None, kind, name: read.name.clone() };
        let path = if path.is_empty() { "." } else { path }.to_owned();
        let origin = Origin { source: tree.name().to_owned(), spec: file, code, scope: Arc::clone(scope) };
        let desired = Desired { masked, secrets, origin, ..Desired::new(key, path, sent) };
        check::shape(&desired, self.findings);
        read.desired = Some(desired);
        read
    }

    /// Notes which keys a file uses, readable or not.
    fn note_keys(&mut self, entry: &Entry, values: Values) {
        let Entry::File { bytes, .. } = entry else { return };
        for piece in pieces(&String::from_utf8_lossy(bytes)) {
            match piece {
                Piece::Placeholder { key, .. } if values.get(key).is_some() && !self.used.contains(key) => {
                    self.used.insert(key.to_owned());
                }
                Piece::Placeholder { .. } | Piece::Literal(_) => {}
            }
        }
    }

    fn decoded(&mut self, path: &str, entry: Entry) -> Option<SourceFile> {
        let Entry::File { bytes, is_linked } = entry else {
            self.findings.file(path, format!("has more than {} MiB", MAX_FILE >> 20));
            return None;
        };
        let has_mark = bytes.starts_with("\u{feff}".as_bytes());
        let text = decode(path, bytes, self.findings)?;
        Some(SourceFile { path: path.to_owned(), text, has_mark, is_linked })
    }

    /// The spec with its placeholders replaced.
    fn parsed(&mut self, file: &SourceFile, values: Values) -> Option<Rendered> {
        let template: Value = match parsed(&file.text) {
            Ok(template) => template,
            Err(error) => {
                let position = Position::of_json_error(&file.text, &error);
                self.findings.at(&file.path, position, not_json(&file.text, position, &error));
                return None;
            }
        };
        let mut renderer = Renderer::new(values, self.room);
        let sent = renderer.json(template);
        let used = self.finish(&file.path, renderer)?;
        let masked = || Renderer::masked(values).json(parsed(&file.text).unwrap_or_default());
        let masked = has_secret(&used, values).then(masked);
        Some(Rendered { sent, masked, used })
    }

    /// The kind, where it is managed.
    fn kind(&mut self, file: &SourceFile, rendered: &Rendered) -> (Role, Option<ObjectKind>) {
        const ACCEPTED: &str = "accepted: Node, CycleWorkflow, ManualWorkflow";
        let message = match rendered.sent.get("kind").and_then(Value::as_str) {
            Some("Node") => return (Role::Node, Some(ObjectKind::Node)),
            Some("CycleWorkflow" | "ManualWorkflow") => return (Role::Workflow, Some(ObjectKind::Workflow)),
            Some(other) if NOT_MANAGED.contains(&other) => {
                let count = self.passed_over.entry(other.to_owned()).or_default();
                *count = count.saturating_add(1);
                return (Role::PassedOver, None);
            }
            Some(_) => {
                let shown = rendered.masked.as_ref().unwrap_or(&rendered.sent).get("kind");
                format!("FlowSpec does not have the kind {}; {ACCEPTED}", shown.unwrap_or_default())
            }
            None => format!("kind is missing or not a text; {ACCEPTED}"),
        };
        self.findings.field((&file.path, &file.text), &[Field("kind")], message);
        (Role::Unknown, None)
    }

    /// The one code file of a node.
    fn code(&mut self, kind: ObjectKind, files: Vec<File>, below: impl Fn(&str) -> String) -> Option<SourceFile> {
        if kind == ObjectKind::Workflow {
            for file in files {
                let message = "this file is beside the spec of a workflow, and a workflow has no code; move it into the folder of a node";
                self.findings.file(&below(&file.name), message);
            }
            return None;
        }
        let mut files = files.into_iter();
        let first = files.next()?;
        for second in files {
            let message = format!("{} is in this folder too: a node has one code file", first.name);
            self.findings.file(&below(&second.name), message);
        }
        self.decoded(&below(&first.name), first.entry)
    }

    /// Puts the code into the spec. An empty file says nothing of the code.
    fn put_code(&mut self, code: &SourceFile, values: Values, spec: &mut Rendered) {
        let text = code.text.replace("\r\n", "\n");
        if text.trim().is_empty() {
            return;
        }
        let mut renderer = Renderer::new(values, self.room);
        let content = renderer.text(&text);
        let Some(used) = self.finish(&code.path, renderer) else { return };
        if spec.masked.is_none() && has_secret(&used, values) {
            spec.masked = Some(spec.sent.clone());
        }
        insert_content(&mut spec.sent, content);
        if let Some(masked) = &mut spec.masked {
            insert_content(masked, Renderer::masked(values).text(&text));
        }
        spec.used.extend(used);
        check_placeholders((&code.path, &text), values, self.findings);
    }

    /// The keys that were used, where there was room for their values.
    fn finish(&mut self, path: &str, renderer: Renderer) -> Option<BTreeSet<String>> {
        let Some((used, room)) = renderer.finish() else {
            let message = format!(
                "with this file, the values of all placeholders are larger than {} MiB together",
                MAX_VALUES >> 20
            );
            self.findings.file(path, message);
            return None;
        };
        self.room = room;
        Some(used)
    }
}

fn not_json(text: &str, position: Position, error: &serde_json::Error) -> String {
    let line = text.lines().nth(position.line.saturating_sub(1)).unwrap_or_default();
    if line.chars().nth(position.column.saturating_sub(1)) == Some('$') {
        return "this is not JSON: a placeholder must be inside a string, such as \"${key}\"".to_owned();
    }
    let said = error.to_string();
    format!("this is not JSON: {}", said.split(" at line ").next().unwrap_or_default())
}

fn has_secret(used: &BTreeSet<String>, values: Values) -> bool {
    used.iter().any(|key| matches!(values.get(key), Some(PropertyValue::Secret(_))))
}

/// A spec without a script is reported as a mistake elsewhere.
pub fn insert_content(spec: &mut Value, content: String) {
    let script = spec.pointer_mut("/spec/nodes/0/script").and_then(Value::as_object_mut);
    if let Some(script) = script {
        script.insert("content".to_owned(), Value::String(content));
    }
}
