//! Reads each character of a text in every way in which it can be read: as it is, as JSON, as HTML, percent-encoded.

use std::collections::BTreeSet;

/// What is escaped more deeply than this is not read: the work must grow in line with the text.
const DEEPEST: usize = 16;
/// The bytes with which an escape begins.
pub(super) const ESCAPES: [u8; 4] = *b"%\\&+";

/// How many bytes at the start of a text spell the secret; the longest way counts.
pub(super) fn spelled(text: &[u8], secret: &[u8]) -> Option<usize> {
    // Most places where one may begin hold none: nothing is allocated there.
    if !may_begin(text, secret) || readings(text, secret).is_empty() {
        return None;
    }
    let mut open = vec![(0, 0)];
    let mut seen = BTreeSet::new();
    let mut longest = None;
    while let Some((at, matched)) = open.pop() {
        let Some(wanted) = secret.get(matched..).filter(|wanted| !wanted.is_empty()) else {
            longest = longest.max(Some(at));
            continue;
        };
        if !seen.insert((at, matched)) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        for (read, length) in readings(rest, wanted) {
            open.push((at.saturating_add(length), matched.saturating_add(read)));
        }
    }
    longest
}

/// Whether a text may begin with a secret, by its first two bytes: one that begins no escape is read in one way only.
fn may_begin(text: &[u8], secret: &[u8]) -> bool {
    let is_escape = |byte: u8| matches!(byte, b'%' | b'\\' | b'&' | b'+');
    match (text, secret) {
        ([first, ..], _) if is_escape(*first) => true,
        ([first, ..], [wanted, ..]) if first != wanted => false,
        ([_, second, ..], [_, wanted, ..]) => second == wanted || is_escape(*second),
        _ => true,
    }
}

/// Every way in which a text may begin with what is wanted: how many bytes of it are read, from how many of the text.
fn readings(text: &[u8], wanted: &[u8]) -> Vec<(usize, usize)> {
    let mut ways = Vec::new();
    let (Some(first), Some(byte)) = (text.first(), wanted.first()) else { return ways };
    if first == byte {
        ways.push((1, 1));
    }
    let mut reads = |character: Option<char>, length: usize| {
        let mut bytes = [0; 4];
        let bytes = character.map(|c| &*c.encode_utf8(&mut bytes)).unwrap_or_default().as_bytes();
        if !bytes.is_empty() && wanted.starts_with(bytes) {
            ways.push((bytes.len(), length));
        }
    };
    match first {
        b'\\' => {
            let slashes = text.iter().take(DEEPEST).take_while(|byte| **byte == b'\\').count();
            let behind = text.get(slashes..).unwrap_or_default();
            let (character, length) = json_unit(behind);
            reads(character, slashes.saturating_add(length));
            // `\\` for a backslash, nested or not.
            (2..=slashes).for_each(|length| reads(Some('\\'), length));
        }
        b'&' => {
            let (character, length) = entity(text);
            reads(character, length);
        }
        b'+' => reads(Some(' '), 1),
        b'%' => {
            ways.extend(percent(text).filter(|(read, _)| read == byte).map(|(_, length)| (1, length)));
            ways.extend(encoded_json(text, wanted));
        }
        _ => {}
    }
    ways
}

/// `%2B`, and `%252B` of what was encoded twice, and so on: every byte that it may mean, and its length.
fn percent(text: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    let encoded = text.get(1..).unwrap_or_default();
    let depth = encoded.chunks(2).take(DEEPEST).take_while(|pair| pair == b"25").count();
    (0..=depth).filter_map(move |depth| {
        let start = depth.saturating_mul(2);
        let value = number(encoded.get(start..start.saturating_add(2))?, 16)?;
        Some((u8::try_from(value).ok()?, start.saturating_add(3)))
    })
}

/// A JSON escape that was percent-encoded, such as `%5C%22` in a form: how many bytes of what is wanted it spells.
fn encoded_json(text: &[u8], wanted: &[u8]) -> Vec<(usize, usize)> {
    if !(text.starts_with(b"%5C") || text.starts_with(b"%5c")) {
        return Vec::new();
    }
    let (mut decoded, mut ends, mut at) = (Vec::new(), Vec::new(), 0_usize);
    while let Some(byte) = text.get(at).filter(|_| decoded.len() < DEEPEST) {
        let first = percent(text.get(at..).unwrap_or_default()).next().filter(|_| *byte == b'%');
        let (byte, length) = first.unwrap_or((*byte, 1));
        at = at.saturating_add(length);
        decoded.push(byte);
        ends.push(at);
    }
    let ways = readings(&decoded, wanted).into_iter();
    ways.filter_map(|(read, length)| Some((read, *ends.get(length.checked_sub(1)?)?))).collect()
}

/// What follows the backslashes of JSON: `u003d`, elsewhere `x3d`, or a character that stands for itself.
fn json_unit(text: &[u8]) -> (Option<char>, usize) {
    let unit = |text: &[u8]| number(text.strip_prefix(b"u")?.get(..4)?, 16);
    let low = |text: &[u8]| unit(text.get(5..)?.strip_prefix(b"\\")?);
    match (unit(text), low(text), text.first()) {
        (Some(high), Some(low), _) if (0xd800..0xdc00).contains(&high) => {
            let units = [high, low].map(|unit| u16::try_from(unit).unwrap_or_default());
            (char::decode_utf16(units).next().and_then(Result::ok), 11)
        }
        (Some(code), ..) => (char::from_u32(code), 5),
        (None, _, Some(b'x')) => (text.get(1..3).and_then(|digits| number(digits, 16)).and_then(char::from_u32), 3),
        (None, _, Some(b'n')) => (Some('\n'), 1),
        (None, _, Some(b't')) => (Some('\t'), 1),
        (None, _, Some(b'r')) => (Some('\r'), 1),
        (None, _, Some(byte)) if byte.is_ascii_punctuation() => (Some(char::from(*byte)), 1),
        (None, ..) => (None, 0),
    }
}

/// `&amp;`, `&#43;`, `&#x2b;`.
fn entity(text: &[u8]) -> (Option<char>, usize) {
    const LONGEST: usize = 12;
    let end = text.iter().take(LONGEST).position(|byte| *byte == b';').unwrap_or_default();
    let character = match text.get(1..end).unwrap_or_default() {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        b"plus" => Some('+'),
        b"equals" => Some('='),
        b"sol" => Some('/'),
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16).and_then(char::from_u32),
        [b'#', digits @ ..] => number(digits, 10).and_then(char::from_u32),
        _ => None,
    };
    (character, end.saturating_add(1))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| u32::from_str_radix(digits, radix).ok())?
}
