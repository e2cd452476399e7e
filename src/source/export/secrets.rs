//! Writes `${key}` in the place of each value of `secret-properties`: a secret never reaches a file.

use crate::model::{
    secret::Secret,
    sorted::{collected, sort_by},
};

use serde_json::Value;

use crate::source::repository::properties::Overrides;

/// The secrets, the longest value first: one may be a part of another.
pub struct Secrets<'a>(Vec<(&'a str, String)>);

impl<'a> Secrets<'a> {
    pub fn of(overrides: &'a Overrides) -> Self {
        // Code is compared, and read, with its line ends unified.
        let spellings = |(key, secret): (&'a str, &Secret)| {
            let value = secret.expose();
            [value.to_owned(), value.replace("\r\n", "\n")].map(|value| (key, value))
        };
        let mut known: Vec<(&str, String)> = overrides.secrets_by_key().flat_map(spellings).collect();
        known.retain(|(_, value)| !value.is_empty());
        sort_by(&mut known, |one, other| other.1.len().cmp(&one.1.len()).then(one.0.cmp(other.0)));
        Self(known)
    }

    /// A text in one pass: a placeholder is not read again.
    pub fn text(&self, text: &str) -> String {
        let (mut rest, mut written) = (text, String::with_capacity(text.len()));
        loop {
            let found = self.0.iter().filter_map(|(key, value)| Some((rest.find(value.as_str())?, *key, value.len())));
            // At one place the longest comes first.
            let Some((at, key, length)) = found.min_by_key(|(at, _, length)| (*at, std::cmp::Reverse(*length))) else {
                written.push_str(rest);
                return written;
            };
            written.push_str(rest.get(..at).unwrap_or_default());
            written.extend(["${", key, "}"]);
            rest = rest.get(at.saturating_add(length)..).unwrap_or_default();
        }
    }

    /// All texts of a value. Recursion ends with the value, of which the parser allows 128 levels.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(list) => list.iter().map(|entry| self.value(entry)).collect(),
            Value::Object(fields) => {
                Value::Object(collected(fields.iter().map(|(key, value)| (self.text(key), self.value(value)))))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}
