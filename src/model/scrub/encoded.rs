//! What a secret is in base64 and in hex, each spelled in one way only.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::model::{hex::hex, secret::Secret};

/// Base64 of a secret is searched without its ends, which depend on what is beside it. A shorter middle is chance.
const SHORTEST: usize = 8;

/// The length that none of its encodings is under.
pub(super) fn shortest(secret: &str) -> usize {
    // Of four characters for three bytes, at most two at the ends depend on what is beside it.
    secret.len().saturating_mul(4).div_ceil(3).saturating_sub(3).max(SHORTEST)
}

/// Its encodings.
pub(super) fn encodings(secret: &str) -> Vec<Secret> {
    let middles = (0..3).filter_map(|shift| base64_middle(secret, shift));
    let of_urls = |middle: &String| middle.contains(['+', '/']).then(|| middle.replace('+', "-").replace('/', "_"));
    let both = middles.flat_map(|middle| of_urls(&middle).into_iter().chain([middle]));
    let digits = hex(secret.as_bytes());
    both.chain([digits.to_ascii_uppercase(), digits]).map(Secret::new).collect()
}

/// Whether a text has a run of so many characters that an encoding may have. Such a run covers one of the places that lie
/// so far apart, so most of the text is not looked at.
pub(super) fn has_word(text: &str, length: usize) -> bool {
    let bytes = text.as_bytes();
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    (0..bytes.len()).skip(length.saturating_sub(1)).step_by(length.max(1)).any(|place| {
        let (before, after) = bytes.split_at_checked(place).unwrap_or_default();
        let after = after.iter().take(length).take_while(is_part).count();
        let room = length.saturating_sub(after);
        after > 0 && before.iter().rev().take(room).take_while(is_part).count() == room
    })
}

/// The characters of a text's base64 that are the same whatever is around it, with `shift` bytes in front.
fn base64_middle(text: &str, shift: usize) -> Option<String> {
    let mut bytes = vec![0; shift];
    bytes.extend(text.as_bytes());
    let encoded = STANDARD_NO_PAD.encode(&bytes);
    let first = shift.saturating_mul(8).div_ceil(6);
    let last = bytes.len().saturating_mul(8).checked_div(6)?;
    let middle = encoded.get(first..last)?;
    (middle.len() >= SHORTEST).then(|| middle.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_wherever_it_stands_and_one_that_is_shorter_is_not() {
        for (before, length, after) in [(0, 8, 0), (1, 8, 0), (7, 8, 9), (30, 8, 1), (0, 7, 0), (5, 7, 3), (16, 7, 16)]
        {
            let text = format!("{}{}{}", ".".repeat(before), "x".repeat(length), ".".repeat(after));
            assert_eq!(has_word(&text, 8), length >= 8, "{text}");
        }
    }

    #[test]
    fn no_encoding_is_shorter_than_the_shortest_or_has_a_character_that_ends_a_word() {
        for length in 4..200_usize {
            let secret: String = (b' '..=b'~').cycle().step_by(7).map(char::from).take(length).collect();
            for encoding in encodings(&secret) {
                let encoding = encoding.expose();
                assert!(encoding.len() >= shortest(&secret), "{length}: {encoding}");
                for (before, after) in [("", ""), ("a=\"", "\" b"), ("a b c", "; d")] {
                    let text = format!("{before}{encoding}{after}");
                    assert!(has_word(&text, shortest(&secret)), "{text}");
                }
            }
        }
    }
}
