//! How text travels in a URL and in a form: strict decoding, and RFC 3986 encoding.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986 is written as `%XX`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Names and values, decoded, in the order of the wire.
pub type Pairs = Vec<(String, String)>;

/// Percent-encodes as the signatures want it: a space is `%20`, `*` is `%2A`, `~` stays.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Decodes a path, or says in words why it is not one.
pub fn decode(text: &str) -> Result<String, String> {
    if let Some(bad) = text.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(format!("{text:?} holds {bad:?}, which must be percent-encoded"));
    }
    for (at, _) in text.match_indices('%') {
        let digits = text.as_bytes().get(at + 1..at + 3);
        if !digits.is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)) {
            return Err(format!("{text:?} has a % that no two hexadecimal digits follow"));
        }
    }
    percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| format!("{text:?} does not decode to UTF-8"))
}

/// Decodes a query or a form (`+` is a space there), or says in words why it is not one.
pub fn pairs(text: &str) -> Result<Pairs, String> {
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let plain = |part: &str| decode(&part.replace('+', "%20"));
            Ok((plain(name)?, plain(value)?))
        })
        .collect()
}

/// The first value of that name.
pub fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_by_rfc_3986() {
        assert_eq!(encode("a b*c~d+/é"), "a%20b%2Ac~d%2B%2F%C3%A9");
    }

    #[test]
    fn reads_both_spellings_of_a_space() {
        let read = pairs("a=1+2&b=1%202&c&d=").expect("a clean query");
        assert_eq!(find(&read, "a"), Some("1 2"));
        assert_eq!(find(&read, "b"), Some("1 2"));
        assert_eq!(find(&read, "c"), Some(""));
        assert_eq!(find(&read, "e"), None);
    }

    #[test]
    fn refuses_what_does_not_decode() {
        for bad in ["%", "%4", "%zz", "%ff", "é", "a b"] {
            assert!(decode(bad).is_err(), "{bad}");
        }
    }
}
