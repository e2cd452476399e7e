//! Reads ids: digits, but for those of runs; as numbers or as texts.
//!
//! Whether an answer without one can be used is decided in the file of its operation.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::lenient::Given;

/// An id: a text or a whole number, digit for digit; anything else is not an id, and empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Id(pub(super) String);

impl Id {
    /// The id, where there is one: letters, digits and hyphens.
    pub(super) fn given(self) -> Option<String> {
        let is_id = !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_id.then_some(self.0)
    }

    /// The same of an id that is digits, as all are but those of runs.
    pub(super) fn digits(self) -> Option<String> {
        self.given().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// The same of an id of which no form is known.
    pub(super) fn given_in_any_form(self) -> Option<String> {
        Some(self.0).filter(|id| !id.is_empty())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Given::deserialize(deserializer)? {
            Given::Text(text) => text.into_owned(),
            Given::Number(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => number.to_owned(),
            Given::Nothing | Given::Number(_) | Given::Flag(_) | Given::Other(_) => String::new(),
        }))
    }
}

/// A number that is an id and need not be there: null, an empty text and what is not above 0 stand for none. Anything
/// else that is not a number is refused with its whole answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NumericId(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for NumericId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Given::deserialize(deserializer)?;
        if matches!(given.shown(), "") {
            return Ok(Self::default());
        }
        let number: i128 = given.shown().parse().map_err(D::Error::custom)?;
        if number <= 0 {
            Ok(Self::default())
        } else {
            u64::try_from(number).map(|id| Self(Some(id))).map_err(D::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
