//! Finds secrets in a text, however they are spelled there, and replaces them.
//!
//! A gateway echoes what it was sent in its own spelling: percent-encoded once or twice, as JSON or HTML, or mixed. So the
//! text is not compared with a list of spellings: each character of it is read in every way that it can be read.

mod encoded;
mod spelled;
#[cfg(test)]
mod tests;

use encoded::{encodings, has_word, shortest};
use spelled::{ESCAPES, spelled};

use super::secret::Secret;

/// What replaces a secret.
pub const MASK: &str = "***";
/// A shorter text would blank out half of everything, and is not a secret.
const SHORTEST: usize = 4;

/// What may not be seen.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    plain: Vec<Secret>,
}

/// The secrets as a text may have them.
struct Known<'a> {
    plain: &'a [Secret],
    /// In base64 and in hex: made only for a text that has a word as long as one of these, for hardly any has.
    encoded: Vec<Secret>,
    /// The bytes with which one may begin: an answer may be 8 MiB, and most of its bytes are skipped.
    begins: [bool; 256],
}

impl Secrets {
    /// Adds a secret, and each line of it.
    pub fn add(&mut self, secret: &Secret) {
        let whole = secret.expose().trim();
        for text in [whole].into_iter().chain(whole.lines().map(str::trim)) {
            if text.len() >= SHORTEST && !self.plain.iter().any(|known| known.expose() == text) {
                self.plain.push(Secret::new(text));
            }
        }
    }

    /// The text without any of them.
    pub fn scrub(&self, text: &str) -> String {
        self.scrubbed(text).unwrap_or_else(|| text.to_owned())
    }

    /// The text without any of them; `None` where it has none.
    pub fn scrubbed(&self, text: &str) -> Option<String> {
        if self.plain.is_empty() {
            return None;
        }
        let known = Known::of(&self.plain, text);
        let mut kept: Option<String> = None;
        let (mut at, mut done) = (0_usize, 0);
        while let Some(byte) = text.as_bytes().get(at) {
            let may_begin = known.begins.get(usize::from(*byte)) == Some(&true);
            let Some(length) = may_begin.then(|| known.longest(text.as_bytes().get(at..)?)).flatten() else {
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
}

impl<'a> Known<'a> {
    fn of(plain: &'a [Secret], text: &str) -> Self {
        let may_be_encoded = |secret: &&str| has_word(text, shortest(secret));
        let encoded: Vec<Secret> =
            plain.iter().map(Secret::expose).filter(may_be_encoded).flat_map(encodings).collect();
        let first = |secret: &Secret| secret.expose().bytes().next();
        let mut begins = [false; 256];
        for byte in plain.iter().chain(&encoded).filter_map(first).chain(ESCAPES) {
            if let Some(may) = begins.get_mut(usize::from(byte)) {
                *may = true;
            }
        }
        Self { plain, encoded, begins }
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
