//! How a field is read that may come in any shape: ids as numbers or strings, counts as strings, nulls anywhere.
//!
//! A field of a shape that makes no sense is read as an absent one, unless its absence would mean something. Whether the
//! answer as a whole makes sense is for its operation to say.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Value, value::RawValue};

/// A value by its shape; a number keeps each of its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Null.
    Nothing,
    /// Trimmed.
    Text(String),
    Number(String),
    Flag(bool),
    /// An array or an object, as JSON.
    Other(String),
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let json = raw.get();
        Ok(match json.as_bytes() {
            b"null" => Self::Nothing,
            b"true" => Self::Flag(true),
            b"false" => Self::Flag(false),
            [b'"', ..] => {
                let text: String = serde_json::from_str(json).map_err(D::Error::custom)?;
                Self::Text(text.trim().to_owned())
            }
            [b'[' | b'{', ..] => Self::Other(json.to_owned()),
            _ => Self::Number(json.to_owned()),
        })
    }
}

impl Given {
    /// A scalar written out; of anything else nothing.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Flag(true) => "true",
            Self::Flag(false) => "false",
            Self::Nothing | Self::Other(_) => "",
        }
    }

    /// The same, and of an array or an object its JSON: what nobody can read is not taken for nothing.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Other(json) => compact(json),
            Self::Nothing | Self::Text(_) | Self::Number(_) | Self::Flag(_) => self.text().to_owned(),
        }
    }

    /// Its JSON as compact text; an empty one is empty.
    pub(super) fn json(&self) -> String {
        let json = match self {
            Self::Text(text) => Value::from(text.as_str()).to_string(),
            Self::Nothing | Self::Number(_) | Self::Flag(_) | Self::Other(_) => self.shown(),
        };
        if matches!(json.as_str(), "\"\"" | "[]" | "{}") { String::new() } else { json }
    }

    /// The number of a whole one.
    pub(super) fn int(&self) -> Option<i64> {
        self.text().parse().ok()
    }
}

/// JSON without its blanks, where it is not too deep to be read.
fn compact(json: &str) -> String {
    serde_json::from_str::<Value>(json).map_or_else(|_| json.to_owned(), |value| value.to_string())
}

/// A trimmed text; a number or a boolean is written out, anything else is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Given::deserialize(deserializer).map(|given| Self(given.text().to_owned()))
    }
}

/// What names a thing: a text or a whole number, digit for digit; anything else is no id, and empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Id(pub(super) String);

impl Id {
    /// The id, where there is one.
    pub(super) fn given(self) -> Option<String> {
        Some(self.0).filter(|id| !id.is_empty())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Given::deserialize(deserializer)? {
            Given::Text(text) => text,
            Given::Number(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => number,
            Given::Nothing | Given::Number(_) | Given::Flag(_) | Given::Other(_) => String::new(),
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
        Given::deserialize(deserializer).map(|given| Self(given.int()))
    }
}

/// How many there are in all; 0 where nothing is said. One that nobody can read is refused with its whole answer: it may
/// hide what a list does not show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Total(pub(super) u64);

impl<'de> Deserialize<'de> for Total {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Given::deserialize(deserializer)? {
            Given::Nothing => Ok(Self::default()),
            given @ (Given::Text(_) | Given::Number(_) | Given::Flag(_) | Given::Other(_)) => {
                given.text().parse().map(Self).map_err(D::Error::custom)
            }
        }
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

/// An object and nothing else: an array would be taken for one, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Map<T> {
            type Value = T;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(Map(std::marker::PhantomData)).map(Self)
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
        assert_eq!(serde_json::from_str::<Json>(r#"{ "a": [1] }"#).unwrap().0, r#"{"a":[1]}"#);
        assert_eq!(serde_json::from_str::<Json>("{}").unwrap().0, "");
    }

    #[test]
    fn an_id_is_a_text_or_a_whole_number_digit_for_digit() {
        let huge = "123456789012345678901234567890";
        for (json, wanted) in [
            (r#"" a7ef-0634\n""#, "a7ef-0634"),
            ("0", "0"),
            (huge, huge),
            ("true", ""),
            ("-7", ""),
            ("7.0", ""),
            ("7e3", ""),
            ("null", ""),
            ("[7]", ""),
            (r#"{"Id":7}"#, ""),
        ] {
            assert_eq!(serde_json::from_str::<Id>(json).unwrap().0, wanted, "{json}");
        }
    }

    #[test]
    fn a_total_is_said_or_not_or_makes_no_sense() {
        for (json, wanted) in [("7", 7), (r#"" 7\n""#, 7), ("0", 0), ("null", 0)] {
            assert_eq!(serde_json::from_str::<Total>(json).unwrap().0, wanted, "{json}");
        }
        for json in [r#""many""#, r#""""#, "-1", "1.5", "true", "[]", "{}"] {
            assert!(serde_json::from_str::<Total>(json).is_err(), "{json}");
        }
    }
}
