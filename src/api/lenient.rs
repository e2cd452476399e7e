//! How a field is read that may come in any shape: ids as numbers or strings, counts as strings, nulls anywhere.
//!
//! A field of a shape that makes no sense is read as an absent one. Whether the answer as a whole makes sense is for
//! its operation to say.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A trimmed text; a number or a boolean is written out, anything else is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        }))
    }
}

/// A whole number, also one that comes as a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Int(pub(super) Option<i64>);

impl Int {
    /// The number, where it is not negative.
    pub(super) fn unsigned(self) -> Option<u64> {
        self.0.and_then(|number| u64::try_from(number).ok())
    }
}

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        Ok(Self(text.parse().ok()))
    }
}

/// A boolean, also one that comes as a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flag(pub(super) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        Ok(Self(text.to_ascii_lowercase().parse().ok()))
    }
}

/// Any JSON, kept as compact text; an absent or empty one is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Json(pub(super) String);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        Ok(Self(if empty { String::new() } else { value.to_string() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_in_every_shape() {
        let text = |json: &str| serde_json::from_str::<Text>(json).unwrap().0;
        for (json, wanted) in [
            (r#""a\n""#, "a"),
            ("7", "7"),
            ("12345678901234567890", "12345678901234567890"),
            ("true", "true"),
            ("null", ""),
            ("[1]", ""),
            (r#"{"a":1}"#, ""),
        ] {
            assert_eq!(text(json), wanted, "{json}");
        }
        let int = |json: &str| serde_json::from_str::<Int>(json).unwrap().0;
        for (json, wanted) in [("7", Some(7)), (r#"" 7\n""#, Some(7)), ("1.5", None), ("null", None), (r#""x""#, None)]
        {
            assert_eq!(int(json), wanted, "{json}");
        }
        let flag = |json: &str| serde_json::from_str::<Flag>(json).unwrap().0;
        for (json, wanted) in [("true", Some(true)), (r#""False""#, Some(false)), ("1", None), ("null", None)] {
            assert_eq!(flag(json), wanted, "{json}");
        }
        assert_eq!(serde_json::from_str::<Json>(r#"{ "a": [1] }"#).unwrap().0, r#"{"a":[1]}"#);
        assert_eq!(serde_json::from_str::<Json>("{}").unwrap().0, "");
    }
}
