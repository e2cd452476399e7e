//! Decides when two texts of code are the same.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::model::json::parsed;

/// How deep two JSON texts are compared; what lies deeper is compared as text.
const DEEPEST: usize = 64;

/// Whether two texts are the same except for line ends, the last line break and the layout of JSON.
pub fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (lines(one), lines(other));
    one == other || is_same_json(&one, &other)
}

/// The text with `\n` alone between its lines, and none after the last.
pub fn lines(text: &str) -> String {
    let unified = text.replace("\r\n", "\n");
    unified.strip_suffix('\n').map_or_else(|| unified.clone(), str::to_owned)
}

/// Code that is a JSON object or list without its layout; any other as [`lines`] has it.
pub fn canonical(text: &str) -> String {
    let text = lines(text);
    let json = document(&text).and_then(|json| compact(json, DEEPEST));
    json.unwrap_or(text)
}

fn is_same_json(one: &str, other: &str) -> bool {
    let both = document(one).zip(document(other));
    let both = both.and_then(|(one, other)| compact(one, DEEPEST).zip(compact(other, DEEPEST)));
    both.is_some_and(|(one, other)| one == other)
}

/// A number alone is code as well: only objects and lists count as JSON.
fn document(text: &str) -> Option<&RawValue> {
    let json: &RawValue = parsed(text).ok()?;
    json.get().starts_with(['{', '[']).then_some(json)
}

/// Numbers stay as they are written, so that two long ones never become the same float.
fn compact(json: &RawValue, depth: usize) -> Option<String> {
    let text = json.get();
    let within = depth.checked_sub(1)?;
    Some(if text.starts_with('{') {
        let fields: BTreeMap<String, &RawValue> = parsed(text).ok()?;
        let fields: Option<Vec<String>> = fields
            .into_iter()
            .map(|(key, value)| Some(format!("{}:{}", serde_json::Value::from(key), compact(value, within)?)))
            .collect();
        format!("{{{}}}", fields?.join(","))
    } else if text.starts_with('[') {
        let entries: Vec<&RawValue> = parsed(text).ok()?;
        let entries: Option<Vec<String>> = entries.into_iter().map(|entry| compact(entry, within)).collect();
        format!("[{}]", entries?.join(","))
    } else if text.starts_with('"') {
        let text: String = parsed(text).ok()?;
        serde_json::Value::from(text).to_string()
    } else {
        text.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_the_last_line_break_make_no_other_code() {
        assert!(is_same("a\r\nb\r\n", "a\nb"));
        assert!(!is_same("a\n\n", "a"), "one line break is the last, two are an empty line");
        assert!(!is_same("a \n", "a\n"));
        assert!(!is_same("", "\n\n"));
    }

    #[test]
    fn json_is_the_same_in_any_layout_and_only_then() {
        assert!(is_same("{\n  \"a\": [1, \"\\u4e00\"],\n\t\"b\": {}}\n", "{\"b\":{},\"a\":[1,\"一\"]}"));
        assert!(!is_same("{\"a\": 18446744073709551617}", "{\"a\": 18446744073709551618}"), "no float in between");
        assert!(!is_same("{\"a\": \"x y\"}", "{\"a\": \"xy\"}"));
        assert!(!is_same("[1, 2]", "[2, 1]"));
        assert!(!is_same("1 ", "1"), "a number alone is not a document");
        assert!(!is_same("{\"a\": 1} x", "{\"a\":1} x"), "JSON on neither side");
    }

    #[test]
    fn json_as_deep_as_somebody_likes_ends() {
        let deep = |space: &str| "[".repeat(100_000) + space + &"]".repeat(100_000);
        assert!(!is_same(&deep(" "), &deep("")));
        assert!(is_same(&deep(" "), &deep(" ")));
    }
}
