//! What a secret is in base64 and in hex, each spelled in one way only.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::model::{hex::hex, secret::Secret};

/// Base64 of a secret is searched without its ends, which depend on what stands beside it. A shorter middle is chance.
const SHORTEST: usize = 8;

/// The length that none of its encodings is under.
pub(super) fn shortest(secret: &str) -> usize {
    // Of four characters for three bytes, at most two at the ends depend on what stands beside it.
    secret.len().saturating_mul(4).div_ceil(3).saturating_sub(3).max(SHORTEST)
}

/// Its encodings, in a text whose longest word is as long as one of them.
pub(super) fn encodings(secret: &str) -> Vec<Secret> {
    let middles = (0..3).filter_map(|shift| base64_middle(secret, shift));
    let of_urls = |middle: &String| middle.contains(['+', '/']).then(|| middle.replace('+', "-").replace('/', "_"));
    let both = middles.flat_map(|middle| of_urls(&middle).into_iter().chain([middle]));
    let digits = hex(secret.as_bytes());
    both.chain([digits.to_ascii_uppercase(), digits]).map(Secret::new).collect()
}

/// The length of the longest run of characters that an encoding may have.
pub(super) fn longest_word(text: &str) -> usize {
    let (mut longest, mut length) = (0, 0_usize);
    for byte in text.bytes() {
        let is_digit = byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
        length = if is_digit { length.saturating_add(1) } else { 0 };
        longest = longest.max(length);
    }
    longest
}

/// The characters of a text's base64 that are the same whatever stands around it, where `shift` bytes stand in front.
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
    fn no_encoding_is_shorter_than_the_shortest_or_has_a_character_that_ends_a_word() {
        for length in 4..200_usize {
            let secret: String = (b' '..=b'~').cycle().step_by(7).map(char::from).take(length).collect();
            for encoding in encodings(&secret) {
                let encoding = encoding.expose();
                assert!(encoding.len() >= shortest(&secret), "{length}: {encoding}");
                assert_eq!(longest_word(encoding), encoding.len(), "{encoding}");
            }
        }
    }
}
