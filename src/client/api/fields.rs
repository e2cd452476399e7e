//! The fields of an answer as they came. One name may come in several spellings, which must agree.
//!
//! Both styles of API are known to mix them: `RequestId` and `requestId`, `Success` and `success`.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use super::lenient::{Given, Object};

/// Every field of an object, in order.
#[derive(Debug)]
pub(super) struct Fields<'a>(Vec<(Name<'a>, Given<'a>)>);

/// The name of a field.
#[derive(Debug, Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// What an answer says of itself, all its spellings taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Flag {
    /// Nothing.
    #[default]
    Absent,
    /// True, in each spelling.
    Yes,
    /// False, in each spelling.
    No,
    /// It contradicts itself, or is not a boolean.
    Unclear,
}

impl<'a> Fields<'a> {
    /// Reads them from a JSON object; `None` from anything else.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(body).ok().map(|Object(fields)| fields)
    }

    /// What is given under a name, in any case of letters.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Given<'a>> {
        self.0.iter().filter(move |(Name(its), _)| its.eq_ignore_ascii_case(name)).map(|(_, given)| given)
    }

    /// The first of these names that says something.
    pub(super) fn text(&self, names: &[&str]) -> String {
        let said = names.iter().flat_map(|name| self.all(name)).map(Given::text).find(|text| !text.is_empty());
        said.unwrap_or_default().to_owned()
    }

    /// A boolean, also one that comes as a string.
    pub(super) fn flag(&self, name: &str) -> Flag {
        self.all(name).map(Flag::from).fold(Flag::Absent, |before, flag| match (before, flag) {
            (Flag::Absent, only) | (only, Flag::Absent) => only,
            (before, flag) if before == flag => flag,
            (Flag::Yes | Flag::No | Flag::Unclear, Flag::Yes | Flag::No | Flag::Unclear) => Flag::Unclear,
        })
    }
}

impl From<&Given<'_>> for Flag {
    fn from(given: &Given<'_>) -> Self {
        match given {
            Given::Nothing => Self::Absent,
            Given::Flag(true) => Self::Yes,
            Given::Flag(false) => Self::No,
            Given::Text(text) if text.eq_ignore_ascii_case("true") => Self::Yes,
            Given::Text(text) if text.eq_ignore_ascii_case("false") => Self::No,
            Given::Text(_) | Given::Number(_) | Given::Other(_) => Self::Unclear,
        }
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_what_all_its_spellings_say() {
        for (fields, wanted) in [
            ("", Flag::Absent),
            (r#""Success":null"#, Flag::Absent),
            (r#""Success":true"#, Flag::Yes),
            (r#""success":" True\n","Success":null"#, Flag::Yes),
            (r#""Success":false,"success":"FALSE""#, Flag::No),
            (r#""Success":true,"success":false"#, Flag::Unclear),
            (r#""Success":false,"Success":true"#, Flag::Unclear),
            (r#""Success":true,"SUCCESS":0"#, Flag::Unclear),
            (r#""Success":0"#, Flag::Unclear),
            (r#""Success":1"#, Flag::Unclear),
            (r#""Success":"""#, Flag::Unclear),
            (r#""Success":[true]"#, Flag::Unclear),
        ] {
            let body = format!("{{{fields}}}");
            let said = Fields::read(body.as_bytes()).unwrap();
            assert_eq!(said.flag("success"), wanted, "{fields}");
        }
    }

    #[test]
    fn only_an_object_has_fields() {
        for body in ["", "[]", "7", "null", r#"{"a":1"#, r#"{"a":1}x"#] {
            assert!(Fields::read(body.as_bytes()).is_none(), "{body}");
        }
        let said = Fields::read(br#" {"Code":{},"code":"","ErrorCode":7}"#).unwrap();
        assert_eq!(said.text(&["code", "errorcode"]), "7");
    }
}
