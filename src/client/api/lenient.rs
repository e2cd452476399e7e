//! Reads fields that come in any shape: counts as strings, texts as numbers, nulls anywhere.
//!
//! A field of an unusable shape is read as absent, unless its absence would mean something. Whether the answer as a whole
//! can be used is decided in the file of its operation.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Value, value::RawValue};

use crate::model::json::parsed;

/// A value by its shape, as it is in the answer; a number keeps each of its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given<'a> {
    /// Null.
    Nothing,
    /// Trimmed.
    Text(Cow<'a, str>),
    Number(&'a str),
    Flag(bool),
    /// An array or an object, as JSON.
    Other(&'a str),
}

impl<'de> Deserialize<'de> for Given<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?.get();
        Ok(match json.as_bytes() {
            b"null" => Self::Nothing,
            b"true" => Self::Flag(true),
            b"false" => Self::Flag(false),
            // Nothing in it is escaped: it means what it says, and holds no quote.
            [b'"', ..] if !json.contains('\\') => Self::Text(json.trim_matches('"').trim().into()),
            [b'"', ..] => {
                let text: String = parsed(json).map_err(D::Error::custom)?;
                Self::Text(text.trim().to_owned().into())
            }
            [b'[' | b'{', ..] => Self::Other(json),
            _ => Self::Number(json),
        })
    }
}

impl Given<'_> {
    /// A scalar written out; of anything else nothing.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number,
            Self::Flag(true) => "true",
            Self::Flag(false) => "false",
            Self::Nothing | Self::Other(_) => "",
        }
    }

    /// The same, but an array or an object as its JSON: an unusable value is not taken for an absent one.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Other(json) => json,
            Self::Nothing | Self::Text(_) | Self::Number(_) | Self::Flag(_) => self.text(),
        }
    }

    /// Its JSON, as it came; an empty one is empty.
    pub(super) fn json(&self) -> String {
        match self {
            Self::Text(text) if !text.is_empty() => Value::from(text.as_ref()).to_string(),
            Self::Other(json) if is_empty(json) => String::new(),
            Self::Nothing | Self::Text(_) | Self::Number(_) | Self::Flag(_) | Self::Other(_) => self.shown().to_owned(),
        }
    }

    /// The number of a whole one.
    pub(super) fn int(&self) -> Option<i64> {
        self.text().parse().ok()
    }
}

/// Whether nothing is between the brackets.
fn is_empty(json: &str) -> bool {
    matches!(json.as_bytes(), [_, inside @ .., _] if inside.iter().all(u8::is_ascii_whitespace))
}

/// The most characters of a text for people that are kept.
const LONGEST: usize = 20_000;

/// A trimmed text, cut where it is overlong; a number or a boolean is written out, anything else is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Given::deserialize(deserializer)?;
        let text = given.text();
        // No text has more characters than bytes, and most are short.
        let end = if text.len() > LONGEST { text.char_indices().nth(LONGEST) } else { None };
        Ok(Self(match end {
            None => text.to_owned(),
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
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

/// A `TotalCount`; 0 if absent. An unreadable one is refused with its whole answer: it may stand for entries that the
/// list does not show.
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

/// FlowSpec: JSON in a text, as the service writes it, or that JSON itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spec(pub(super) String);

impl<'de> Deserialize<'de> for Spec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Given::deserialize(deserializer).map(|given| Self(given.shown().to_owned()))
    }
}

/// A log: its lines as they are, their indentation too. Anything but a text is shown as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log(pub(super) String);

impl<'de> Deserialize<'de> for Log {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?.get();
        let text = || parsed::<Given>(json).map(|given| given.shown().to_owned());
        parsed(json).or_else(|_| text()).map(Self).map_err(D::Error::custom)
    }
}

/// Any JSON, as it came; an absent or empty one is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Json(pub(super) String);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Given::deserialize(deserializer).map(|given| Self(given.json()))
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
            (r#"" a ""#, "a"),
            (r#""\"a\"""#, r#""a""#),
            (r#""\u4e2d\\""#, "中\\"),
            (r#""""#, ""),
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
    }

    #[test]
    fn json_is_kept_as_it_came_unless_it_says_nothing() {
        let json = |json: &str| serde_json::from_str::<Json>(json).unwrap().0;
        for kept in [r#"{ "a": [1] }"#, r#"["\u4e2d"]"#, r#""a \"b\"""#, "7.0", "false"] {
            assert_eq!(json(kept), kept);
        }
        for nothing in ["null", r#""""#, r#"" ""#, "[]", "{}", "[ ]", "{\n}"] {
            assert_eq!(json(nothing), "", "{nothing}");
        }
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(json(&deep), deep, "what is too deep for a reader does not spoil the rest of its answer");
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
