//! What an input's text may be: one small type a shape, each with the words that tell a user what is accepted.

use std::time::Duration;

use serde_json::Value;

use super::{endpoint::Endpoint, secret::Secret, span};

/// A shape of input text.
pub trait Accept: Sized {
    /// What is accepted, in the words of an error message and of `--help`.
    const SHAPE: &'static str;
    /// The value of a trimmed, non-empty text; `None` where it is not of this shape.
    fn accept(text: &str) -> Option<Self>;
}

impl Accept for String {
    const SHAPE: &'static str = "a text";
    fn accept(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Accept for Secret {
    /// Any text is one, so none is ever shown for being wrong.
    const SHAPE: &'static str = "a secret text";
    fn accept(text: &str) -> Option<Self> {
        Some(Self::new(text))
    }
}

impl Accept for bool {
    const SHAPE: &'static str = "true, false, yes, no, on, off, 1 or 0";
    fn accept(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

impl Accept for u64 {
    const SHAPE: &'static str = "a whole number above 0";
    fn accept(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|number| digits && *number > 0)
    }
}

impl Accept for Duration {
    const SHAPE: &'static str = "a duration above 0, such as 300ms, 1.5s, 45s, 10m or 1h30m (a bare number: seconds)";
    fn accept(text: &str) -> Option<Self> {
        span::parse(text).filter(|span| !span.is_zero())
    }
}

impl Accept for Endpoint {
    const SHAPE: &'static str = "a host such as dataworks.cn-hangzhou.aliyuncs.com, or a URL https://HOST[:PORT]";
    fn accept(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

/// A list of names or text ids: commas, line breaks or a JSON array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl Accept for Names {
    const SHAPE: &'static str = "one or more, separated by commas or line breaks, or a JSON array";
    fn accept(text: &str) -> Option<Self> {
        split_list(text).map(Self)
    }
}

/// A list of numeric ids, written as [`Names`] are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids(pub Vec<u64>);

impl Accept for Ids {
    const SHAPE: &'static str = "one or more numbers, separated by commas or line breaks, or a JSON array";
    fn accept(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u64>> = split_list(text)?.iter().map(|id| u64::accept(id)).collect();
        numbers.map(Self)
    }
}

fn split_list(text: &str) -> Option<Vec<String>> {
    let items: Vec<String> = if text.starts_with('[') {
        let scalar = |item: Value| match item {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let array: Vec<Value> = serde_json::from_str(text).ok()?;
        array.into_iter().map(scalar).collect::<Option<_>>()?
    } else {
        text.split([',', '\n', '\r']).map(|item| item.trim().to_owned()).collect()
    };
    let named: Vec<String> = items.into_iter().filter(|item| !item.is_empty()).collect();
    (!named.is_empty()).then_some(named)
}

/// The shortest and the longest pause between two looks: `2s..30s`, or one value for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// The pause right after something changed.
    pub shortest: Duration,
    /// The pause that a long wait grows to.
    pub longest: Duration,
}

impl Accept for Interval {
    const SHAPE: &'static str = "a duration such as 5s, or a shortest and a longest one such as 2s..30s";
    fn accept(text: &str) -> Option<Self> {
        let (shortest, longest) = text.split_once("..").unwrap_or((text, text));
        let interval = Self { shortest: Duration::accept(shortest)?, longest: Duration::accept(longest)? };
        (interval.shortest <= interval.longest).then_some(interval)
    }
}

/// How long a stage may take: a default, and exceptions by stage code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageTimeouts {
    default: Option<Duration>,
    by_code: Vec<(String, Duration)>,
}

impl StageTimeouts {
    /// The limit of the stage of this code, in any case of letters; `None`: no limit of its own.
    pub fn of(&self, code: &str) -> Option<Duration> {
        let own = self.by_code.iter().find(|(named, _)| named.eq_ignore_ascii_case(code));
        own.map(|(_, limit)| *limit).or(self.default)
    }
}

impl Accept for StageTimeouts {
    const SHAPE: &'static str =
        "a duration such as 10m, or a list such as PROD_CHECK=5m,PROD=20m with an optional bare default";
    fn accept(text: &str) -> Option<Self> {
        let mut timeouts = Self::default();
        for item in split_list(text)? {
            if let Some((code, limit)) = item.split_once('=') {
                let code = code.trim();
                if code.is_empty() || timeouts.by_code.iter().any(|(named, _)| named.eq_ignore_ascii_case(code)) {
                    return None;
                }
                timeouts.by_code.push((code.to_owned(), Duration::accept(limit)?));
            } else if timeouts.default.replace(Duration::accept(&item)?).is_some() {
                return None;
            }
        }
        Some(timeouts)
    }
}

/// Makes an enum an input's shape: its words, in any case of letters, the first being the default.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $first:ident = $first_word:literal, $($other:ident = $word:literal),* $(,)? } $shape:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name { #[doc = $first_word] #[default] $first, $(#[doc = $word] $other),* }

        impl Accept for $name {
            const SHAPE: &'static str = $shape;
            fn accept(text: &str) -> Option<Self> {
                match text.to_ascii_lowercase().as_str() {
                    $first_word => Some(Self::$first),
                    $($word => Some(Self::$other),)*
                    _ => None,
                }
            }
        }
    };
}

choice! {
    /// The algorithm that signs each request.
    Signature { Acs3HmacSha256 = "acs3-hmac-sha256", HmacSha1 = "hmac-sha1" }
    "acs3-hmac-sha256 or hmac-sha1"
}
choice! {
    /// Which of the regional endpoints are used.
    Network { Public = "public", Vpc = "vpc" }
    "public or vpc"
}
choice! {
    /// What a 2024-05-18 pipeline run is to do with the object.
    Operation { Online = "online", Offline = "offline", Delete = "delete" }
    "online, offline or delete"
}
choice! {
    /// What to do about another unfinished run of the same object.
    WhenBusy { Warn = "warn", Wait = "wait", AbolishOurs = "abolish-ours" }
    "warn, wait or abolish-ours"
}
choice! {
    /// What becomes of the pipeline run when we stop watching it early.
    Parting { Leave = "leave", Abolish = "abolish" }
    "leave or abolish"
}
choice! {
    /// How much the log says.
    LogLevel { Info = "info", Debug = "debug" }
    "info or debug"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_every_spelling() {
        let wanted = Some(Ids(vec![1001, 1002]));
        for text in
            ["1001,1002", "1001\n1002", "1001,\r\n1002,", "[1001, \"1002\"]", "[\" 1001 \",1002]", "1001 , 1002"]
        {
            assert_eq!(Ids::accept(text), wanted, "{text}");
        }
        assert_eq!(Names::accept("业务/a b,c"), Some(Names(vec!["业务/a b".into(), "c".into()])));
    }

    #[test]
    fn what_is_no_list() {
        for text in [
            ",",
            "[]",
            "[1,",
            "[[1]]",
            "[null]",
            "[true]",
            "1 2",
            "abc",
            "1;2",
            "0",
            "-1",
            "1.5",
            "[1.5]",
            "99999999999999999999",
        ] {
            assert_eq!(Ids::accept(text), None, "{text}");
        }
    }

    #[test]
    fn booleans_in_any_case() {
        for text in ["true", "YES", "On", "1"] {
            assert_eq!(bool::accept(text), Some(true), "{text}");
        }
        for text in ["False", "no", "OFF", "0"] {
            assert_eq!(bool::accept(text), Some(false), "{text}");
        }
        for text in ["y", "2", "enabled", "truee"] {
            assert_eq!(bool::accept(text), None, "{text}");
        }
    }

    #[test]
    fn intervals() {
        let s = Duration::from_secs;
        assert_eq!(Interval::accept("2s..30s"), Some(Interval { shortest: s(2), longest: s(30) }));
        assert_eq!(Interval::accept("5"), Some(Interval { shortest: s(5), longest: s(5) }));
        for text in ["30s..2s", "..", "2s..", "0s", "1s..2s..3s"] {
            assert_eq!(Interval::accept(text), None, "{text}");
        }
    }

    #[test]
    fn stage_timeouts_by_code_and_default() {
        let m = |minutes: u64| Some(Duration::from_secs(minutes * 60));
        let timeouts = StageTimeouts::accept("PROD_CHECK=5m, 10m ,PROD=20m").unwrap();
        assert_eq!(timeouts.of("prod_check"), m(5));
        assert_eq!(timeouts.of("PROD"), m(20));
        assert_eq!(timeouts.of("DEV"), m(10));
        assert_eq!(StageTimeouts::accept("A=1m").unwrap().of("B"), None);
        for text in ["=5m", "A=", "A=5m,a=6m", "5m,6m", "A=x", "A"] {
            assert_eq!(StageTimeouts::accept(text), None, "{text}");
        }
    }
}
