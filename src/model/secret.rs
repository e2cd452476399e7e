//! Secrets: a text that cannot be printed, logged or serialized, and is wiped when dropped.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A secret text. `Debug` shows `***`; there is no `Display`; the memory is wiped on drop.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself: for the signer and for masking, and nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is one word, as every key and token is. Anything else was copied wrongly, and cannot be sent in a
    /// header.
    pub fn is_word(&self) -> bool {
        is_word(&self.0)
    }
}

/// Whether a text is one word of visible ASCII. A quote at one of its ends is left of a pair, and was copied wrongly.
pub fn is_word(text: &str) -> bool {
    const QUOTES: [char; 3] = ['"', '\'', '`'];
    let is_quoted = text.starts_with(QUOTES) || text.ends_with(QUOTES);
    !text.is_empty() && !is_quoted && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether a text may be the id of an access key: `LTAI5t…`, `STS.NU…`. It is a part of a header, which a comma ends.
pub fn is_key_id(text: &str) -> bool {
    let is_in_ids = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !text.is_empty() && text.bytes().all(is_in_ids)
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// An access key. Only temporary ones have a security token.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The `AccessKeyId`; travels in the clear in every request.
    pub id: String,
    /// The secret that signs; never travels.
    pub secret: Secret,
    /// The STS token that goes with temporary keys.
    pub token: Option<Secret>,
}

/// Keys from a source, and how long they are valid.
#[derive(Clone, Debug)]
pub struct TemporaryKeys {
    /// The keys.
    pub keys: Keys,
    /// How long they are valid from now; `None`: they do not expire.
    pub life: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let keys = Keys { id: "LTAI".into(), secret: Secret::new("hunter2"), token: Some(Secret::new("tok3n")) };
        let shown = format!("{keys:?} {keys:#?}");
        assert!(shown.contains("***"));
        assert!(!shown.contains("hunter2") && !shown.contains("tok3n"));
    }
}
