//! Finds secrets in a text, however they are spelled there, and replaces them.
//!
//! A gateway echoes what it was sent in its own spelling: percent-encoded once or twice, as JSON or HTML, or mixed. So the
//! text is not compared with a list of spellings: each character of it is read in every way that it can be read.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use super::{hex::hex, secret::Secret};

/// What stands in the place of a secret.
pub const MASK: &str = "***";
/// A shorter text would blank out half of everything, and is not a secret.
const SHORTEST: usize = 4;
/// Base64 of a secret is searched without its ends, which depend on what stands beside it. A shorter middle is chance.
const SHORTEST_BASE64: usize = 8;
/// What is escaped more deeply than this is not read: the work must grow in line with the text.
const DEEPEST: usize = 16;
/// The bytes with which an escape begins.
const ESCAPES: [u8; 4] = *b"%\\&+";

/// What may not be seen.
#[derive(Clone, Debug)]
pub struct Secrets {
    plain: Vec<Secret>,
    /// What they are in base64 and in hex, each spelled in one way only.
    encoded: Vec<Secret>,
    /// The bytes with which one may begin: an answer may be 8 MiB, and most of its bytes are passed over.
    begins: [bool; 256],
}

impl Default for Secrets {
    fn default() -> Self {
        Self { plain: Vec::new(), encoded: Vec::new(), begins: [false; 256] }
    }
}

impl Secrets {
    /// Adds a secret, and each line of it.
    pub fn add(&mut self, secret: &Secret) {
        let whole = secret.expose().trim();
        for text in [whole].into_iter().chain(whole.lines().map(str::trim)) {
            let known = Secret::new(text);
            if text.len() >= SHORTEST && !self.plain.contains(&known) {
                let encoded = (0..3).filter_map(|shift| base64_middle(text, shift));
                let of_urls =
                    |middle: &String| middle.contains(['+', '/']).then(|| middle.replace('+', "-").replace('/', "_"));
                let both = encoded.flat_map(|middle| of_urls(&middle).into_iter().chain([middle]));
                let digits = hex(text.as_bytes());
                let encoded: Vec<Secret> = both.chain([digits.to_ascii_uppercase(), digits]).map(Secret::new).collect();
                let first = |secret: &Secret| secret.expose().bytes().next();
                let bytes = encoded.iter().chain([&known]).filter_map(first).chain(ESCAPES);
                for byte in bytes {
                    if let Some(may) = self.begins.get_mut(usize::from(byte)) {
                        *may = true;
                    }
                }
                self.encoded.extend(encoded);
                self.plain.push(known);
            }
        }
    }

    /// The text without any of them.
    pub fn scrub(&self, text: &str) -> String {
        self.scrubbed(text).unwrap_or_else(|| text.to_owned())
    }

    /// The text without any of them; `None` where it has none.
    pub fn scrubbed(&self, text: &str) -> Option<String> {
        let mut kept: Option<String> = None;
        let (mut at, mut done) = (0_usize, 0);
        while let Some(byte) = text.as_bytes().get(at) {
            let may_begin = self.begins.get(usize::from(*byte)) == Some(&true);
            let Some(length) = may_begin.then(|| self.longest(text.as_bytes().get(at..)?)).flatten() else {
                at = at.saturating_add(1);
                continue;
            };
            let kept = kept.get_or_insert_default();
            kept.push_str(text.get(done..at).unwrap_or_default());
            kept.push_str(MASK);
            at = at.saturating_add(length.max(1));
            done = at;
        }
        kept.map(|kept| kept + text.get(done..).unwrap_or_default())
    }

    /// How many bytes at the start of a text spell one of them. The longest counts: one that is a part of another must
    /// not leave the rest of it behind.
    fn longest(&self, text: &[u8]) -> Option<usize> {
        let plain = self.plain.iter().filter_map(|secret| spelled(text, secret.expose().as_bytes()));
        // By its first byte first: most of them do not even begin here.
        let begins = |secret: &[u8]| text.first() == secret.first() && text.starts_with(secret);
        let is_here = |secret: &&Secret| begins(secret.expose().as_bytes());
        plain.chain(self.encoded.iter().filter(is_here).map(|secret| secret.expose().len())).max()
    }
}

/// The characters of a text's base64 that are the same whatever stands around it, where `shift` bytes stand in front.
fn base64_middle(text: &str, shift: usize) -> Option<String> {
    let mut bytes = vec![0; shift];
    bytes.extend(text.as_bytes());
    let encoded = STANDARD_NO_PAD.encode(&bytes);
    let first = shift.saturating_mul(8).div_ceil(6);
    let last = bytes.len().saturating_mul(8).checked_div(6)?;
    let middle = encoded.get(first..last)?;
    (middle.len() >= SHORTEST_BASE64).then(|| middle.to_owned())
}

/// How many bytes at the start of a text spell the secret; the longest way counts.
fn spelled(text: &[u8], secret: &[u8]) -> Option<usize> {
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
    let is_plain = |byte: &&u8| !ESCAPES.contains(byte);
    let others = text.iter().take(2).take_while(is_plain).zip(secret).filter(|(byte, wanted)| byte != wanted);
    others.count() == 0
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

#[cfg(test)]
mod tests {
    use super::*;

    fn known(secrets: &[&str]) -> Secrets {
        let mut known = Secrets::default();
        secrets.iter().for_each(|secret| known.add(&Secret::new(*secret)));
        known
    }

    #[test]
    fn a_secret_is_found_in_each_spelling_and_the_longest_counts() {
        let known = known(&["CAIS+/==abc", "CAIS"]);
        for said in [
            "CAIS+/==abc",
            r"CAIS\u002b/\u003d\u003Dabc",
            r"CAIS\\u002B\/==abc",
            "CAIS%2B%2f%3D%3Dabc",
            "CAIS%252B%252F%253D%253Dabc",
            "CAIS&#43;/&#x3d;=abc",
            "CAIS&plus;&sol;&equals;=abc",
            r"CAIS\x2b\x2F==abc",
            "434149532b2f3d3d616263",
            "434149532B2F3D3D616263",
        ] {
            assert_eq!(known.scrub(&format!("a {said} 首")), "a *** 首", "{said}");
        }
        let quoted = self::known(&["a\"b\\c d"]);
        for said in
            [r#"a\"b\\c d"#, "a%5C%22b%5C%5Cc%20d", "a%5c%22b%5c%5cc+d", "a%22b%5Cc%20d", r"a%5Cu0022b%5C%5Cc d"]
        {
            assert_eq!(quoted.scrub(&format!("x={said}&y")), "x=***&y", "{said}");
        }
        assert_eq!(known.scrubbed("nothing + of \\u003d it %2B"), None);
    }

    /// Quadratic work would not end before the one who runs this goes home.
    #[test]
    fn an_answer_of_nothing_but_escapes_costs_work_in_line_with_its_length() {
        let known = known(&["\\ecret%25", "%%&&++s"]);
        for (piece, count) in [("\\", 17), ("%25", 17), ("&", 17), ("%", 17), ("+", 17), ("%5C", 14), ("%5c%25", 14)] {
            assert_eq!(known.scrubbed(&piece.repeat(1 << count)), None, "{piece}");
        }
    }
}
