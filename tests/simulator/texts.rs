//! Writes JSON as the service does when a text was cut or mis-encoded: bytes that no string of Rust can hold.

use serde_json::Value;

/// In any text of a world: comes out as the escape of half an emoji, `\ud83d`.
pub const HALF_EMOJI: &str = "\u{e000}";
/// In any text of a world: comes out as the bytes of `中国` in GBK, which are not UTF-8.
pub const GBK: &str = "\u{e001}";

const WRITTEN: [(&str, &[u8]); 2] = [(HALF_EMOJI, b"\\ud83d"), (GBK, &[0xd6, 0xd0, 0xb9, 0xfa])];

/// The bytes of an answer's body.
pub(super) fn bytes(body: &Value) -> Vec<u8> {
    WRITTEN.iter().fold(body.to_string().into_bytes(), |bytes, (mark, written)| replaced(&bytes, mark, written))
}

/// The same JSON with the characters escaped that a careful encoder for HTML escapes: `=` is `\u003d`, `+` is `\u002b`.
pub(super) fn escaped(body: &Value) -> Vec<u8> {
    let escapes = [("=", "\\u003d"), ("+", "\\u002b"), ("&", "\\u0026"), ("/", "\\/")];
    let text = escapes.iter().fold(body.to_string(), |text, (plain, escape)| text.replace(plain, escape));
    text.into_bytes()
}

fn replaced(bytes: &[u8], mark: &str, written: &[u8]) -> Vec<u8> {
    let mut rest = bytes;
    let mut out = Vec::with_capacity(bytes.len());
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark.as_bytes()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(written);
        rest = &rest[at + mark.len()..];
    }
    out.extend_from_slice(rest);
    out
}
