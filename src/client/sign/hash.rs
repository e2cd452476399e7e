//! The hashes: the only file that names a hash crate for signing.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::model::hex::hex;

/// Lower-case hex of SHA-256.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex of HMAC-SHA256.
pub(super) fn hmac_sha256_hex(key: &str, text: &str) -> String {
    hex(&mac::<Hmac<Sha256>>(key, text))
}

/// Base64 of HMAC-SHA1.
pub(super) fn hmac_sha1_base64(key: &str, text: &str) -> String {
    STANDARD.encode(mac::<Hmac<Sha1>>(key, text))
}

fn mac<M: Mac + KeyInit>(key: &str, text: &str) -> Vec<u8> {
    // HMAC takes a key of any length, so there is nothing to refuse.
    M::new_from_slice(key.as_bytes()).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        },
    )
}
