//! Reads a status that is a number: what is there and cannot be read is not taken for absent.

use serde::{Deserialize, Deserializer};

use super::lenient::Given;

/// A status that is a number: whole, as a string or as `7.0`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Code {
    #[default]
    Absent,
    Number(i64),
    /// As it came.
    Unreadable(String),
}

impl Code {
    /// The number, and what came instead of one.
    pub(super) fn parts(self) -> (Option<i64>, Option<String>) {
        match self {
            Self::Absent => (None, None),
            Self::Number(number) => (Some(number), None),
            Self::Unreadable(json) => (None, Some(json)),
        }
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Given::deserialize(deserializer)?;
        let text = given.text();
        let whole = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
        let number = whole.map_or(text, |(whole, _)| whole).parse();
        Ok(match (&given, number) {
            (Given::Text(_) | Given::Number(_), Ok(number)) => Self::Number(number),
            (Given::Nothing, _) => Self::Absent,
            (Given::Text(text), Err(_)) if text.is_empty() => Self::Absent,
            (Given::Text(_) | Given::Number(_) | Given::Flag(_) | Given::Other(_), _) => {
                Self::Unreadable(given.shown().to_owned())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_cannot_be_read_is_not_absent() {
        let code = |json: &str| serde_json::from_str::<Code>(json).unwrap().parts();
        for (json, wanted) in [("7", 7), ("7.0", 7), (r#"" 7\n""#, 7), (r#""2.00""#, 2), ("-1", -1)] {
            assert_eq!(code(json), (Some(wanted), None), "{json}");
        }
        for json in ["null", r#""""#, r#"" ""#] {
            assert_eq!(code(json), (None, None), "{json}");
        }
        for (json, shown) in [(r#""Error""#, "Error"), ("[2]", "[2]"), ("2.5", "2.5"), ("true", "true"), ("{}", "{}")] {
            assert_eq!(code(json), (None, Some(shown.into())), "{json}");
        }
    }
}
