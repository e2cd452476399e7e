//! Replaces `${key}` in specs and code, in one pass: a value is not read again.

use std::collections::BTreeSet;

use crate::model::sorted::collected;

use serde_json::Value;

use super::{
    error::Findings,
    properties::{PROJECT, Values},
    work,
};

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A text that stays.
    Literal(&'a str),
    /// `${key}`, which stays too where there is no such key.
    Placeholder {
        /// Where its `$` is.
        offset: usize,
        /// What is between the braces.
        key: &'a str,
    },
}

/// A template in its parts. Of `${a${b}` only `b` is a key, so each character is looked at once.
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    const OPEN: &str = "${";
    let mut parts = template.split(OPEN);
    let first = parts.next().unwrap_or_default();
    let (mut pieces, mut offset) = (vec![Piece::Literal(first)], first.len());
    for part in parts {
        work::step();
        match part.split_once('}') {
            Some((key, tail)) => pieces.extend([Piece::Placeholder { offset, key }, Piece::Literal(tail)]),
            None => pieces.extend([Piece::Literal(OPEN), Piece::Literal(part)]),
        }
        offset = offset.saturating_add(OPEN.len()).saturating_add(part.len());
    }
    pieces
}

/// Replaces placeholders, and remembers which keys were used.
#[derive(Debug)]
pub struct Renderer<'a> {
    values: Values<'a>,
    /// Whether a secret becomes `***`, for what is shown.
    is_masked: bool,
    used: BTreeSet<String>,
    room: Option<usize>,
}

impl<'a> Renderer<'a> {
    /// Renders what is sent.
    ///
    /// `room` is how many bytes of values there may be in it.
    pub fn new(values: Values<'a>, room: usize) -> Self {
        Self { values, is_masked: false, used: BTreeSet::new(), room: Some(room) }
    }

    /// Renders what may be shown.
    pub fn masked(values: Values<'a>) -> Self {
        Self { is_masked: true, ..Self::new(values, usize::MAX) }
    }

    /// The keys that were used and the room that is left; `None` where it was too small, and the result is cut.
    pub fn finish(self) -> Option<(BTreeSet<String>, usize)> {
        self.room.map(|room| (self.used, room))
    }

    /// A text with its placeholders replaced.
    pub fn text(&mut self, template: &str) -> String {
        let mut text = String::with_capacity(template.len());
        for piece in pieces(template) {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Placeholder { key, .. } => match self.values.get(key) {
                    Some(value) => {
                        let value = if self.is_masked { value.shown() } else { value.expose() };
                        self.room = self.room.and_then(|room| room.checked_sub(value.len()));
                        if self.room.is_none() {
                            return text;
                        }
                        text.push_str(value);
                        if !self.used.contains(key) {
                            self.used.insert(key.to_owned());
                        }
                    }
                    None => text.extend(["${", key, "}"]),
                },
            }
        }
        text
    }

    /// A JSON value with the placeholders of all its texts replaced; what a value holds cannot end its text.
    ///
    /// Recursion ends with the value, of which the parser allows 128 levels.
    pub fn json(&mut self, template: Value) -> Value {
        work::step();
        match template {
            Value::String(text) if text.contains("${") => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.json(item)).collect(),
            Value::Object(fields) => {
                let render = |(key, value): (String, Value)| {
                    let key = if key.contains("${") { self.text(&key) } else { key };
                    (key, self.json(value))
                };
                Value::Object(collected(fields.into_iter().map(render)))
            }
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
        }
    }
}

/// Reports the placeholders that must have a value and have none, and returns the keys that have one.
pub fn check_placeholders((file, text): (&str, &str), values: Values, findings: &mut Findings) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for piece in pieces(text) {
        let Piece::Placeholder { offset, key } = piece else { continue };
        match values.get(key) {
            Some(value) => {
                if used.contains(key) {
                    continue;
                }
                used.insert(key.to_owned());
                let inner = pieces(value.expose());
                if inner.iter().any(|piece| matches!(piece, Piece::Placeholder { key, .. } if is_ours(key))) {
                    let message =
                        format!("the value of ${{{key}}} has a placeholder in it; a value is not read a second time");
                    findings.offset((file, text), offset, message);
                }
            }
            None if is_ours(key) => {
                let message = format!(
                    "${{{key}}} has no value; add {key}=… to dataworks.properties, here or in a folder above, or to the \
                     input ⟨properties⟩"
                );
                findings.offset((file, text), offset, message);
            }
            None => {}
        }
    }
    used
}

/// Whether a placeholder is one of the repository's. Every other is DataWorks' own, such as `${bizdate}`.
fn is_ours(key: &str) -> bool {
    key == PROJECT || key.starts_with("spec.") || key.starts_with("script.")
}
