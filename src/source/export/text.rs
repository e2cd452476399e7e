//! Edits a JSON text in place: what is not changed keeps its order, its layout and its placeholders.

use std::collections::BTreeMap;

use crate::model::{json::parsed, sorted::sort_by};

use serde_json::{Value, value::RawValue};

/// What happens to a member or an entry: its new text, or nothing where it is removed.
pub type Edited = Option<String>;

/// An object with each of its members edited.
pub fn object(text: &str, mut edit: impl FnMut(&str, &str) -> Edited) -> String {
    let Ok(members) = parsed::<BTreeMap<String, &RawValue>>(text) else { return text.to_owned() };
    let mut members: Vec<(String, &str)> = members.into_iter().map(|(key, value)| (key, value.get())).collect();
    sort_by(&mut members, |one, other| one.1.as_ptr().addr().cmp(&other.1.as_ptr().addr()));
    let values: Vec<&str> = members.iter().map(|(_, value)| *value).collect();
    let edited: Vec<Edited> = members.iter().map(|(key, value)| edit(key, value)).collect();
    rebuilt(text, &values, edited, &[])
}

/// A list with each of its entries edited, and entries added at its end.
pub fn list(text: &str, mut edit: impl FnMut(usize, &str) -> Edited, added: &[Value]) -> String {
    let Ok(entries) = parsed::<Vec<&RawValue>>(text) else { return text.to_owned() };
    let values: Vec<&str> = entries.iter().map(|entry| entry.get()).collect();
    let edited: Vec<Edited> = values.iter().enumerate().map(|(at, value)| edit(at, value)).collect();
    rebuilt(text, &values, edited, added)
}

/// A value in the place of another: on one line where that was, else with the indentation of its place.
pub fn instead(old: &str, value: &Value) -> String {
    let mut below = old.split('\n').skip(1).map(leading_space);
    let layout = below.next().map(|first| {
        let indent = below.last().unwrap_or(first);
        Layout { indent, unit: unit(first, indent), end: line_end(old) }
    });
    shown(value, layout.as_ref())
}

/// How the lines of a text are laid out.
struct Layout<'a> {
    /// What stands before a line of this depth.
    indent: &'a str,
    /// What stands there besides for each level more.
    unit: &'a str,
    end: &'static str,
}

fn shown(value: &Value, layout: Option<&Layout>) -> String {
    let Some(Layout { indent, unit, end }) = layout else { return value.to_string() };
    let pretty = format!("{value:#}");
    let lines = pretty.split('\n').map(|line| {
        let depth = leading_space(line).len().checked_div(2).unwrap_or_default();
        format!("{}{}", unit.repeat(depth), line.trim_start())
    });
    lines.collect::<Vec<_>>().join(&format!("{end}{indent}"))
}

fn leading_space(line: &str) -> &str {
    line.split_at_checked(line.len().saturating_sub(line.trim_start().len())).unwrap_or_default().0
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// What a line has more than the one that holds it.
fn unit<'a>(inner: &'a str, outer: &str) -> &'a str {
    inner.strip_prefix(outer).filter(|unit| !unit.is_empty()).unwrap_or("  ")
}

/// The container around its values: each keeps what is before it, such as its key and its indentation.
fn rebuilt(text: &str, values: &[&str], edited: Vec<Edited>, added: &[Value]) -> String {
    let mut end = 1;
    let (mut parts, mut before, mut is_kept, mut line) = (Vec::<String>::new(), "", false, None);
    for (value, edited) in values.iter().zip(edited) {
        let begin = value.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        let gap = text.get(end..begin).unwrap_or_default();
        let (behind, own) = if end == 1 { ("", gap) } else { gap.split_once(',').unwrap_or(("", gap)) };
        if let Some(last) = parts.last_mut().filter(|_| is_kept) {
            last.push_str(behind);
        }
        before = own;
        is_kept = edited.is_some();
        let (space, key) = own.split_at_checked(own.len().saturating_sub(own.trim_start().len())).unwrap_or(("", own));
        // What follows a member that is removed begins its line.
        let space = line.filter(|_| !space.contains('\n')).unwrap_or(space);
        line = if is_kept { None } else { Some(space).filter(|space| space.contains('\n')) };
        parts.extend(edited.map(|edited| format!("{space}{key}{edited}")));
        end = begin.saturating_add(value.len());
    }
    let close = text.len().saturating_sub(1);
    let tail = text.get(end..close).unwrap_or_default();
    let outer = tail.rsplit_once('\n').map_or("", |(_, outer)| outer);
    let layout =
        before.rsplit_once('\n').map(|(_, indent)| Layout { indent, unit: unit(indent, outer), end: line_end(text) });
    let space = if before.is_empty() && !values.is_empty() { " " } else { before };
    for value in added {
        let lead = if parts.is_empty() { before } else { space };
        parts.push(format!("{lead}{}", shown(value, layout.as_ref())));
    }
    let tail = if parts.is_empty() { "" } else { tail };
    let (open, close) = (text.get(..1).unwrap_or_default(), text.get(close..).unwrap_or_default());
    format!("{open}{}{tail}{close}", parts.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "{\n  \"b\": 1 ,\n  \"a\": [ {\"x\": \"${y}\"},\n    2 ],\n  \"c\": {}\n}";

    #[test]
    fn what_is_not_changed_stays_byte_for_byte() {
        assert_eq!(object(TEXT, |_, value| Some(value.to_owned())), TEXT);
        assert_eq!(list("[ 1 , 2\n]", |_, value| Some(value.to_owned()), &[]), "[ 1 , 2\n]");
    }

    #[test]
    fn a_member_that_is_removed_takes_its_comma_with_it() {
        let without = |gone: &str| object(TEXT, |key, value| (key != gone).then(|| value.to_owned()));
        assert_eq!(without("b"), "{\n  \"a\": [ {\"x\": \"${y}\"},\n    2 ],\n  \"c\": {}\n}");
        assert_eq!(without("c"), "{\n  \"b\": 1 ,\n  \"a\": [ {\"x\": \"${y}\"},\n    2 ]\n}");
        assert_eq!(object(TEXT, |_, _| None), "{}");
    }

    #[test]
    fn an_entry_that_is_added_stands_as_those_before_it() {
        let kept = |_: usize, value: &str| Some(value.to_owned());
        let added = [json!({ "data": "b" })];
        assert_eq!(list("[{\"data\": \"a\"}]", kept, &added), "[{\"data\": \"a\"}, {\"data\":\"b\"}]");
        assert_eq!(list("[]", kept, &added), "[{\"data\":\"b\"}]");
        assert_eq!(list("[\n  1\n]", kept, &added), "[\n  1,\n  {\n    \"data\": \"b\"\n  }\n]");
        let tabs = list("[\r\n\t\t1\r\n\t]", kept, &added);
        assert_eq!(
            tabs, "[\r\n\t\t1,\r\n\t\t{\r\n\t\t\t\"data\": \"b\"\r\n\t\t}\r\n\t]",
            "with the file's own indentation"
        );
    }

    #[test]
    fn a_value_in_the_place_of_another_is_laid_out_as_that_was() {
        let value = json!({ "a": [1] });
        assert_eq!(instead("{\"b\": 1}", &value), "{\"a\":[1]}");
        assert_eq!(instead("[\n    1\n  ]", &value), "{\n    \"a\": [\n      1\n    ]\n  }");
        assert_eq!(instead("[\r\n\t\t1\r\n\t]", &value), "{\r\n\t\t\"a\": [\r\n\t\t\t1\r\n\t\t]\r\n\t}");
    }
}
