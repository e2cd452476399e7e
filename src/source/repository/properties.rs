//! Reads `key=value` lines, and decides which value a placeholder has: the inputs over the object's own folder, that over
//! the folders above it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::model::{json::parsed, secret::Secret, sorted::collected};

use super::{error::Findings, position::Position, text::decode, work};

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyValue {
    /// Of `properties` or a `dataworks.properties`.
    Plain(String),
    /// Of `secret-properties`.
    Secret(Secret),
}

impl PropertyValue {
    /// The text itself, for what is sent.
    pub fn expose(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.expose(),
        }
    }

    /// The text as it may be shown.
    pub fn shown(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(_) => "***",
        }
    }
}

/// The properties of a folder, over those of the folders above it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Scope {
    own: BTreeMap<String, PropertyValue>,
    above: Option<Arc<Self>>,
}

impl Scope {
    /// The scope of a folder with properties of its own.
    pub fn within(above: Arc<Self>, lines: Vec<Pair>) -> Self {
        let own = collected(lines.into_iter().map(|line| (line.key, PropertyValue::Plain(line.value))));
        Self { own, above: Some(above) }
    }

    fn get(&self, key: &str) -> Option<&PropertyValue> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            work::step();
            if let Some(value) = here.own.get(key) {
                return Some(value);
            }
            scope = here.above.as_deref();
        }
        None
    }
}

/// One property of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Given {
    value: PropertyValue,
    /// Where it was given: the input or a file, and the line there.
    file: String,
    line: usize,
    /// Given as `key=value` in the input itself, so that it must be used. A file may serve several folders.
    is_direct: bool,
}

/// The properties of the inputs: `properties`, `secret-properties`, and the workspace's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    given: BTreeMap<String, Given>,
    project: Option<PropertyValue>,
}

/// The input whose values may be shown.
pub const PROPERTIES: &str = "properties";
/// The input whose values may not.
pub const SECRET_PROPERTIES: &str = "secret-properties";
/// The placeholder for the workspace's name.
pub const PROJECT: &str = "projectIdentifier";
/// A secret of fewer characters would make every third line of a diff `***`, and could be guessed.
const SHORTEST_SECRET: usize = 4;

impl Overrides {
    /// Reads the inputs; `read` reads a file that one of them names. A key that both have is secret.
    pub fn read(inputs: &Inputs, read: &mut ReadFile, findings: &mut Findings) -> Self {
        let project = inputs.project.map(|name| PropertyValue::Plain(name.to_owned()));
        let mut overrides = Self { given: BTreeMap::new(), project };
        if let Some(text) = inputs.properties {
            let input = Input { name: PROPERTIES, is_secret: false };
            overrides.add(input, text, read, findings);
        }
        if let Some(text) = inputs.secret_properties {
            let input = Input { name: SECRET_PROPERTIES, is_secret: true };
            overrides.add(input, text.expose(), read, findings);
        }
        overrides
    }

    /// Every secret value, for masking.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.given.values().filter_map(|given| match &given.value {
            PropertyValue::Secret(secret) => Some(secret),
            PropertyValue::Plain(_) => None,
        })
    }

    /// Every secret with its key, for what is written into files.
    pub fn secrets_by_key(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.given.iter().filter_map(|(key, given)| match &given.value {
            PropertyValue::Secret(secret) => Some((key.as_str(), secret)),
            PropertyValue::Plain(_) => None,
        })
    }

    /// Reports what no file uses: a mistake where it was given directly, a warning for each file otherwise.
    pub fn check_used(&self, used: &BTreeSet<String>, findings: &mut Findings) {
        let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (key, given) in self.given.iter().filter(|(key, _)| !used.contains(*key)) {
            let (is_secret, place) =
                (matches!(given.value, PropertyValue::Secret(_)), Position { line: given.line, column: 1 });
            match (given.is_direct, is_secret) {
                (true, true) => findings.at(&given.file, place, "no file uses the key that is given here"),
                (true, false) => findings.at(&given.file, place, format!("no file uses ${{{key}}}")),
                (false, true) => by_file.entry(&given.file).or_default().push("a key"),
                (false, false) => by_file.entry(&given.file).or_default().push(key),
            }
        }
        for (file, keys) in by_file {
            let (first, more) = (keys.first().copied().unwrap_or_default(), keys.len().saturating_sub(1));
            let more = if more == 0 { String::new() } else { format!(", nor {more} more keys of it") };
            findings.warn(file, format!("no file of ⟨source⟩ uses {first}{more}"));
        }
    }

    /// No message shows any part of a secret input: what looks like a key may be a secret whose key was forgotten.
    fn add(&mut self, input: Input, text: &str, read: &mut ReadFile, findings: &mut Findings) {
        for (item, line) in items(input, text, findings) {
            let place = Position { line, column: 1 };
            if item.contains('=') {
                match pair(&item) {
                    Some((key, value)) => {
                        self.put(input, Place { file: input.name, line, is_direct: true }, key, value, findings);
                    }
                    None => findings.at(input.name, place, "there is no key before the =; accepted: key=value"),
                }
                continue;
            }
            match read(&item) {
                // What is a file's name is not a secret: its mistakes are told at their place.
                Ok(bytes) => {
                    for Pair { key, value, line } in lines(&item, bytes, findings) {
                        self.put(input, Place { file: &item, line, is_direct: false }, key, value, findings);
                    }
                }
                // The reason may quote the item too.
                Err(_) if input.is_secret => {
                    findings.at(input.name, place, "this is neither key=value nor a file that can be read");
                }
                Err(why) => {
                    let message = format!("{item} is neither key=value nor a file that can be read: {why}");
                    findings.at(input.name, place, message);
                }
            }
        }
    }

    fn put(&mut self, input: Input, place: Place, key: String, value: String, findings: &mut Findings) {
        let Place { file, line, is_direct } = place;
        if input.is_secret && value.chars().count() < SHORTEST_SECRET {
            let message = format!("the value has fewer than {SHORTEST_SECRET} characters, too few to hide it");
            findings.at(file, Position { line, column: 1 }, message);
            return;
        }
        let value =
            if input.is_secret { PropertyValue::Secret(Secret::new(value)) } else { PropertyValue::Plain(value) };
        self.given.insert(key, Given { value, file: file.to_owned(), line, is_direct });
    }
}

/// The inputs that give properties, as texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inputs<'a> {
    /// `properties`.
    pub properties: Option<&'a str>,
    /// `secret-properties`.
    pub secret_properties: Option<&'a Secret>,
    /// `project-identifier`, for which every file counts more.
    pub project: Option<&'a str>,
}

/// Reads a file that an input names.
pub type ReadFile<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

#[derive(Clone, Copy)]
struct Input {
    name: &'static str,
    is_secret: bool,
}

#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    is_direct: bool,
}

/// What placeholders of one object mean.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// The inputs, which count first.
    pub overrides: &'a Overrides,
    /// The files.
    pub scope: &'a Scope,
}

impl<'a> Values<'a> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&'a PropertyValue> {
        let given = self.overrides.given.get(key).map(|given| &given.value);
        let project = || self.overrides.project.as_ref().filter(|_| key == PROJECT);
        given.or_else(|| self.scope.get(key)).or_else(project)
    }
}

/// A line `key=value` of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Trimmed, and not empty.
    pub key: String,
    /// Trimmed.
    pub value: String,
    /// From 1.
    pub line: usize,
}

/// The lines of a file of properties, without comments and empty lines. A message shows no value: it may be a secret.
pub fn lines(file: &str, bytes: Vec<u8>, findings: &mut Findings) -> Vec<Pair> {
    let Some(text) = decode(file, bytes, findings) else { return Vec::new() };
    let mut read = Vec::new();
    for (line, number) in text.lines().zip(1_usize..) {
        work::step();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = pair(line) else {
            let message = "this line is not key=value; a comment begins with #";
            findings.at(file, Position { line: number, column: 1 }, message);
            continue;
        };
        read.push(Pair { key, value, line: number });
    }
    read
}

fn pair(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
}

/// The items of an input, each with its line: a JSON array, or one per line.
fn items(input: Input, text: &str, findings: &mut Findings) -> Vec<(String, usize)> {
    if text.trim_start().starts_with('[') {
        let Ok(items) = parsed::<Vec<String>>(text) else {
            let message =
                "not a JSON array of texts; accepted: key=value or files, one per line, or a JSON array of them";
            findings.file(input.name, message);
            return Vec::new();
        };
        return items.into_iter().map(|item| item.trim().to_owned()).zip(1_usize..).collect();
    }
    let lines = text.lines().map(str::trim).zip(1_usize..);
    let said = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    said.map(|(line, number)| (line.to_owned(), number)).collect()
}
