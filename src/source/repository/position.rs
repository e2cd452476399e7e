//! Finds line and column: of an offset, and of a field in a JSON text.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::model::json::parsed;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl Position {
    /// The first character.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place of an offset in bytes; one behind the end is the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let (lines, last) = match before.rsplit_once('\n') {
            Some((above, last)) => (above.bytes().filter(|byte| *byte == b'\n').count().saturating_add(1), last),
            None => (0, before),
        };
        Self { line: lines.saturating_add(1), column: last.chars().count().saturating_add(1) }
    }

    /// Where a parser stopped: serde_json counts lines from 1, and columns in bytes.
    pub fn of_json_error(text: &str, error: &serde_json::Error) -> Self {
        if error.is_eof() {
            return Self::of(text, text.len());
        }
        let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
        let mut end = error.column().saturating_sub(1).min(line.len());
        while !line.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let column = line.get(..end).unwrap_or_default().chars().count().saturating_add(1);
        Self { line: error.line().max(1), column }
    }
}

/// One step into a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A field of an object.
    Field(&'a str),
    /// An entry of an array.
    Item(usize),
}

/// The offset of a field's value; where the field is missing, of the innermost object or array that would hold it.
pub fn offset(text: &str, path: &[Step]) -> usize {
    let Ok(mut here) = parsed::<&RawValue>(text) else { return 0 };
    for step in path {
        match inside(here.get(), *step) {
            Some(next) => here = next,
            None => break,
        }
    }
    // A borrowed raw value is a part of the text, so the distance of their addresses is its offset.
    here.get().as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

fn inside<'a>(text: &'a str, step: Step) -> Option<&'a RawValue> {
    match step {
        Step::Field(name) => parsed::<BTreeMap<String, &RawValue>>(text).ok()?.remove(name),
        Step::Item(nth) => parsed::<Vec<&RawValue>>(text).ok()?.get(nth).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::Step::*;
    use super::*;

    const TEXT: &str = "{\n  \"列\": 1, \"spec\": {\n    \"nodes\": [ {\"name\": \"x\"} ]\n  }\n}";

    fn place(path: &[Step]) -> (usize, usize) {
        let Position { line, column } = Position::of(TEXT, offset(TEXT, path));
        (line, column)
    }

    #[test]
    fn the_position_of_a_field_is_that_of_its_value() {
        assert_eq!(place(&[]), (1, 1));
        assert_eq!(place(&[Field("spec")]), (2, 19), "columns are characters, not bytes");
        assert_eq!(place(&[Field("spec"), Field("nodes"), Item(0), Field("name")]), (3, 25));
    }

    #[test]
    fn the_position_of_a_missing_field_is_that_of_what_lacks_it() {
        assert_eq!(place(&[Field("kind")]), (1, 1));
        assert_eq!(place(&[Field("spec"), Field("nodes"), Item(1), Field("name")]), (3, 14));
        assert_eq!(place(&[Field("spec"), Item(0)]), (2, 19));
    }

    #[test]
    fn an_offset_behind_the_end_or_within_a_character_is_the_end() {
        assert_eq!(Position::of("ab\nc", 99), Position { line: 2, column: 2 });
        assert_eq!(Position::of("列", 1), Position { line: 1, column: 2 });
        assert_eq!(Position::of("", 0), Position::START);
    }

    #[test]
    fn what_stops_the_parser_is_told_in_characters() {
        let place = |text: &str| {
            let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
            let Position { line, column } = Position::of_json_error(text, &error);
            (line, column)
        };
        assert_eq!(place("{\n \"列\": x}"), (2, 7));
        assert_eq!(place(""), (1, 1));
        assert_eq!(place("{\n"), (2, 1));
    }
}
