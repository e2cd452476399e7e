//! Writes JSON as the service does when a text was cut or mis-encoded: bytes that no string of Rust can hold.

use serde_json::Value;

/// In any text of a world: comes out as the escape of half an emoji, `\ud83d`.
pub const HALF_EMOJI: &str = "\u{e000}";
/// In any text of a world: comes out as the bytes of `中国` in GBK, which are not UTF-8.
pub const GBK: &str = "\u{e001}";

const HALF: char = '\u{e000}';
const BYTES: char = '\u{e001}';

/// The bytes of an answer's body.
pub(super) fn bytes(body: &Value) -> Vec<u8> {
    let text = body.to_string();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find([HALF, BYTES]) {
        let marked = &rest[at..];
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.extend_from_slice(if marked.starts_with(HALF) { b"\\ud83d" } else { &[0xd6, 0xd0, 0xb9, 0xfa] });
        rest = &marked[HALF.len_utf8()..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// The same JSON with the characters escaped that a careful encoder for HTML escapes: `=` is `\u003d`, `+` is `\u002b`.
pub(super) fn escaped(body: &Value) -> Vec<u8> {
    let escapes = [("=", "\\u003d"), ("+", "\\u002b"), ("&", "\\u0026"), ("/", "\\/")];
    let text = escapes.iter().fold(body.to_string(), |text, (plain, escape)| text.replace(plain, escape));
    text.into_bytes()
}
