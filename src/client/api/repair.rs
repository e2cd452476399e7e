//! Makes a body readable whose texts are not: half a character, another encoding, bare control characters.
//!
//! Texts for people must never hide what an answer says. One pass over the bytes; what cannot be read becomes U+FFFD.

use std::borrow::Cow;

use crate::model::json::parsed;

const REPLACEMENT: &str = "\u{fffd}";

/// The same JSON with each text readable; borrowed where nothing is wrong with it.
pub(super) fn repair(body: &[u8]) -> Cow<'_, [u8]> {
    // A byte-order mark is not JSON.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match std::str::from_utf8(body) {
        Ok(text) if is_clean(body) || has_whole_characters(body) && is_json(text) => Cow::Borrowed(text.as_bytes()),
        Ok(text) => Cow::Owned(repair_text(text).into_bytes()),
        Err(_) => {
            let text = repair_text(&String::from_utf8_lossy(body));
            if is_json(&text) {
                return Cow::Owned(text.into_bytes());
            }
            // In GBK and its like the second byte of a character may be a backslash, which escapes nothing.
            let other = repair_text(&String::from_utf8_lossy(&without_trailing_backslashes(body)));
            let better = if is_json(&other) { other } else { text };
            Cow::Owned(better.into_bytes())
        }
    }
}

fn is_json(text: &str) -> bool {
    parsed::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether nothing in it would be replaced, as far as bytes tell: no control character, and no escape but those of JSON.
fn is_clean(body: &[u8]) -> bool {
    let mut escapes = body.split(|byte| *byte == b'\\').skip(1);
    let mut is_whole = true;
    while let Some(after) = escapes.next().filter(|_| is_whole) {
        is_whole = match after.first() {
            // A backslash that is escaped: the next piece is plain.
            None => escapes.next().is_some(),
            Some(b'u') => {
                let is_half = matches!(after, [_, b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
                !is_half && after.get(1..5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            }
            Some(byte) => matches!(byte, b'"' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'),
        };
    }
    is_whole && !body.iter().any(|byte| *byte < b' ')
}

/// Whether no escape is of half a character. A bare control character in a text is not JSON anyway.
fn has_whole_characters(body: &[u8]) -> bool {
    let is_half = |four: &[u8]| matches!(four, [b'\\', b'u', b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F']);
    !body.windows(4).any(is_half)
}

/// Replaces bare control characters within strings, and escapes of half a character.
fn repair_text(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut is_string = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kept, length) = match first {
            '"' => {
                is_string = !is_string;
                ("\"", 1)
            }
            '\\' if is_string => escape(rest),
            control if is_string && control < ' ' => (" ", 1),
            other => (rest.get(..other.len_utf8()).unwrap_or_default(), other.len_utf8()),
        };
        repaired.push_str(kept);
        rest = rest.get(length..).unwrap_or_default();
    }
    repaired
}

/// What an escape is replaced by, and how many bytes it has.
fn escape(text: &str) -> (&str, usize) {
    const ONE: usize = 6;
    const TWO: usize = 12;
    let unit = |text: Option<&str>| {
        let digits = text?.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    match (unit(Some(text)), unit(text.get(ONE..))) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (text.get(..TWO).unwrap_or_default(), TWO),
        (Some(0xd800..=0xdfff), _) => (REPLACEMENT, ONE),
        (Some(_), _) => (text.get(..ONE).unwrap_or_default(), ONE),
        (None, _) if text.as_bytes().get(1).is_some_and(|byte| b"\"\\/bfnrt".contains(byte)) => {
            (text.get(..2).unwrap_or_default(), 2)
        }
        (None, _) => (REPLACEMENT, 1),
    }
}

/// Without each backslash that is right behind a byte that is not ASCII.
fn without_trailing_backslashes(body: &[u8]) -> Vec<u8> {
    let mut before = 0;
    let mut kept = Vec::with_capacity(body.len());
    for byte in body {
        if *byte != b'\\' || before < 0x80_u8 {
            kept.push(*byte);
        }
        before = *byte;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Option<String> {
        let value: serde_json::Value = serde_json::from_slice(&repair(body)).ok()?;
        Some(value.get("a")?.as_str()?.to_owned())
    }

    #[test]
    fn whatever_a_text_holds_the_answer_is_read() {
        for (body, wanted) in [
            (br#"{"a":"plain \u4e2d \ud83d\ude00 \\ \" \n"}"#.as_slice(), "plain 中 😀 \\ \" \n"),
            (br#"{"a":"half \ud83d"}"#, "half \u{fffd}"),
            (br#"{"a":"\ude00 half"}"#, "\u{fffd} half"),
            (br#"{"a":"\ud83d\ud83d\ude00"}"#, "\u{fffd}😀"),
            (br#"{"a":"\ud83dx\u0041"}"#, "\u{fffd}xA"),
            (br#"{"a":"\\ud83d"}"#, "\\ud83d"),
            (b"{\"a\":\"GBK \xd6\xd0\xb9\xfa\"}", "GBK \u{fffd}й\u{fffd}"),
            (b"{\"a\":\"cut \xe4\xb8\"}", "cut \u{fffd}"),
            (b"{\"a\":\"cut \xe4\xb8\\\"\"}", "cut \u{fffd}\""),
            (b"{\"a\":\"GBK \x95\x5c\"}", "GBK \u{fffd}"),
            (b"{\"a\":\"a\tb\x01c\x00\x7f\"}", "a b c \u{7f}"),
            (b"{\r\n\t\"a\":\"x\"}", "x"),
            (b"\xef\xbb\xbf{\"a\":\"a mark\"}", "a mark"),
            (br#"{"a":"\x \u12"}"#, "\u{fffd}x \u{fffd}u12"),
            (br#"{"a":"\u12"}"#, "\u{fffd}u12"),
            (br#"{"a":"\\\x"}"#, "\\\u{fffd}x"),
        ] {
            assert_eq!(read(body).as_deref(), Some(wanted), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_body_that_is_clean_by_its_bytes_is_not_changed_by_repair() {
        let pieces = ["\\", "u", "d83d", "de00", "0041", "n", "x", "\"", "{", "中", "\u{1}", "\n", "12"];
        let mut random = fastrand::Rng::with_seed(1);
        let mut clean = 0;
        for _ in 0..20_000 {
            let body: String = (0..random.usize(0..8)).map(|_| pieces[random.usize(0..pieces.len())]).collect();
            // Only strings are repaired.
            let body = format!("\"{body}");
            if is_clean(body.as_bytes()) {
                clean += 1;
                assert_eq!(repair_text(&body), body);
            }
        }
        assert!(clean > 1_000, "{clean}");
    }

    #[test]
    fn what_is_well_is_not_copied_and_what_is_not_json_stays_so() {
        for body in ["{\"a\":\"中\\n\"}", "{\r\n\t\"a\": 1\n}\n"] {
            assert!(matches!(repair(body.as_bytes()), Cow::Borrowed(_)), "{body}");
        }
        for body in [b"<html>\xff".as_slice(), b"{\"a\":\"", b"", b"\\"] {
            assert_eq!(read(body), None);
        }
    }
}
