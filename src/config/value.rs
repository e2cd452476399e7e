//! Reads the value of an input from its text: one type for each kind of value, with a message that says what is accepted.

use std::time::Duration;

use serde_json::Value;

use super::env::unquoted;
use crate::model::{
    duration,
    endpoint::{Endpoint, Network},
    json::parsed,
    options::{Disposition, Interval, LogLevel, OnDrift, Operation, StageTimeouts, WhenBusy},
    secret::Secret,
    service::Signature,
};

/// A value that an input's text can be read as.
pub trait FromInput: Sized {
    /// What is accepted, for an error message.
    const EXPECTED: &'static str;
    /// Whether it is a host or a URL.
    const IS_ADDRESS: bool = false;
    /// The value of a trimmed, non-empty text; `None` where it is not accepted.
    fn from_input(text: &str) -> Option<Self>;
}

impl FromInput for String {
    const EXPECTED: &'static str = "a text";
    fn from_input(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl FromInput for Secret {
    /// Any text is accepted, so a secret is never quoted in an error.
    const EXPECTED: &'static str = "a secret text";
    fn from_input(text: &str) -> Option<Self> {
        Some(Self::new(text))
    }
}

impl FromInput for bool {
    const EXPECTED: &'static str = "true, false, yes, no, on, off, 1 or 0";
    fn from_input(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

impl FromInput for u64 {
    const EXPECTED: &'static str = "a whole number above 0";
    fn from_input(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|number| digits && *number > 0)
    }
}

/// The id of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region(pub String);

impl FromInput for Region {
    const EXPECTED: &'static str = "a region id, such as cn-hangzhou";
    fn from_input(text: &str) -> Option<Self> {
        is_region(text).then(|| Self(text.to_owned()))
    }
}

/// Whether it can be a region: one becomes a part of host names.
pub(super) fn is_region(text: &str) -> bool {
    const LONGEST: usize = 63;
    let is_of_one = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_whole = !text.is_empty() && !text.starts_with('-') && !text.ends_with('-');
    is_whole && text.len() <= LONGEST && text.bytes().all(is_of_one)
}

/// The number of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceNumber(pub u64);

impl FromInput for WorkspaceNumber {
    const EXPECTED: &'static str = "the number of a workspace; project-identifier takes its name";
    fn from_input(text: &str) -> Option<Self> {
        u64::from_input(text).map(Self)
    }
}

impl FromInput for Duration {
    const EXPECTED: &'static str =
        "a duration above 0, such as 300ms, 1.5s, 45s, 10m or 1h30m (a bare number: seconds)";
    fn from_input(text: &str) -> Option<Self> {
        duration::parse(text).filter(|duration| !duration.is_zero())
    }
}

impl FromInput for Endpoint {
    const EXPECTED: &'static str = "a host such as dataworks.cn-hangzhou.aliyuncs.com, or a URL https://HOST[:PORT]";
    const IS_ADDRESS: bool = true;
    fn from_input(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

/// A list of names or text ids: commas, line breaks or a JSON array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl FromInput for Names {
    const EXPECTED: &'static str = "one or more, separated by commas or line breaks, or a JSON array";
    fn from_input(text: &str) -> Option<Self> {
        split_list(text).map(Self)
    }
}

pub(super) fn split_list(text: &str) -> Option<Vec<String>> {
    let items: Vec<String> = if text.starts_with('[') {
        let scalar = |item: Value| match item {
            Value::String(text) => Some(unquoted(&text).to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let array: Vec<Value> = parsed(text).ok()?;
        array.into_iter().map(scalar).collect::<Option<_>>()?
    } else {
        text.split([',', '\n', '\r']).map(|item| unquoted(item).to_owned()).collect()
    };
    let named: Vec<String> = items.into_iter().filter(|item| !item.is_empty()).collect();
    (!named.is_empty()).then_some(named)
}

impl FromInput for Interval {
    const EXPECTED: &'static str = "a duration such as 5s, or a shortest and a longest one such as 2s..30s";
    fn from_input(text: &str) -> Option<Self> {
        let (shortest, longest) = text.split_once("..").unwrap_or((text, text));
        let interval = Self { shortest: Duration::from_input(shortest)?, longest: Duration::from_input(longest)? };
        (interval.shortest <= interval.longest).then_some(interval)
    }
}

impl FromInput for StageTimeouts {
    const EXPECTED: &'static str =
        "a duration such as 10m, or a list such as PROD_CHECK=5m,PROD=20m with an optional bare default";
    fn from_input(text: &str) -> Option<Self> {
        let mut timeouts = Self::default();
        for item in split_list(text)? {
            if let Some((code, limit)) = item.split_once('=') {
                let code = code.trim();
                if code.is_empty() || timeouts.by_code.iter().any(|(named, _)| named.eq_ignore_ascii_case(code)) {
                    return None;
                }
                timeouts.by_code.push((code.to_owned(), Duration::from_input(limit)?));
            } else if timeouts.default.replace(Duration::from_input(&item)?).is_some() {
                return None;
            }
        }
        Some(timeouts)
    }
}

/// What the input `operation` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// To deploy, by this operation.
    Deploy(Operation),
    /// To write the workspace's objects into the folder of `source`.
    Export,
}

impl Default for Task {
    fn default() -> Self {
        Self::Deploy(Operation::Online)
    }
}

impl FromInput for Task {
    const EXPECTED: &'static str = "online, offline, delete or export";
    fn from_input(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("export") { Some(Self::Export) } else { Operation::read(text).map(Self::Deploy) }
    }
}

/// `8.60438872620113E+18`: what becomes of a long id without quotes in a GitHub workflow.
pub fn is_rounded(id: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = id.split_once(['E', 'e']).and_then(|(number, power)| Some((number, power.strip_prefix('+')?)));
    parts.is_some_and(|(number, power)| {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        [whole, fraction, power].into_iter().all(is_digits)
    })
}

/// An option of a few words accepts its words, in any case of letters.
macro_rules! words {
    ($($name:ident: $expected:literal),* $(,)?) => {$(
        impl FromInput for $name {
            const EXPECTED: &'static str = $expected;
            fn from_input(text: &str) -> Option<Self> {
                Self::read(text)
            }
        }
    )*};
}

words! {
    Signature: "acs3-hmac-sha256 or hmac-sha1",
    Network: "public or vpc",
    OnDrift: "fail, strict, skip or overwrite",
    WhenBusy: "warn, wait or abolish-ours",
    Disposition: "leave or abolish",
    LogLevel: "info or debug",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_every_spelling() {
        let wanted = Some(Names(vec!["1001".into(), "1002".into()]));
        for text in
            ["1001,1002", "1001\n1002", "1001,\r\n1002,", "[1001, \"1002\"]", "[\" 1001 \",1002]", "1001 , 1002"]
        {
            assert_eq!(Names::from_input(text), wanted, "{text}");
        }
        assert_eq!(Names::from_input("业务/a b,c"), Some(Names(vec!["业务/a b".into(), "c".into()])));
    }

    #[test]
    fn a_region_can_be_a_part_of_a_host_name() {
        for text in ["cn-hangzhou", "ap-southeast-1", "cn-neimeng-env10-d01"] {
            assert_eq!(Region::from_input(text), Some(Region(text.to_owned())), "{text}");
        }
        for text in ["cn hangzhou", "cn-hangzhou/x", "evil.com#", "CN-Hangzhou", "-", "cn-", "华东", &"a".repeat(64)]
        {
            assert_eq!(Region::from_input(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_list() {
        for text in [",", "[]", "[1,", "[[1]]", "[null]", "[true]"] {
            assert_eq!(Names::from_input(text), None, "{text}");
        }
    }

    #[test]
    fn booleans_in_any_case() {
        for text in ["true", "YES", "On", "1"] {
            assert_eq!(bool::from_input(text), Some(true), "{text}");
        }
        for text in ["False", "no", "OFF", "0"] {
            assert_eq!(bool::from_input(text), Some(false), "{text}");
        }
        for text in ["y", "2", "enabled", "truee"] {
            assert_eq!(bool::from_input(text), None, "{text}");
        }
    }

    #[test]
    fn intervals() {
        let s = Duration::from_secs;
        assert_eq!(Interval::from_input("2s..30s"), Some(Interval { shortest: s(2), longest: s(30) }));
        assert_eq!(Interval::from_input("5"), Some(Interval { shortest: s(5), longest: s(5) }));
        for text in ["30s..2s", "..", "2s..", "0s", "1s..2s..3s"] {
            assert_eq!(Interval::from_input(text), None, "{text}");
        }
    }

    #[test]
    fn stage_timeouts_by_code_and_default() {
        let m = |minutes: u64| Some(Duration::from_secs(minutes * 60));
        let timeouts = StageTimeouts::from_input("PROD_CHECK=5m, 10m ,PROD=20m").unwrap();
        assert_eq!(timeouts.limit_of("prod_check"), m(5));
        assert_eq!(timeouts.limit_of("PROD"), m(20));
        assert_eq!(timeouts.limit_of("DEV"), m(10));
        assert_eq!(StageTimeouts::from_input("A=1m").unwrap().limit_of("B"), None);
        for text in ["=5m", "A=", "A=5m,a=6m", "5m,6m", "A=x", "A"] {
            assert_eq!(StageTimeouts::from_input(text), None, "{text}");
        }
    }
}
