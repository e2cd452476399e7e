//! The hashes: the only file that names a hash crate for signing.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

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

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    // Sixteen bytes at once: one number, written by one call of the formatter.
    let number = |bytes: &[u8]| bytes.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    bytes.chunks(16).map(|bytes| format!("{:0width$x}", number(bytes), width = bytes.len().saturating_mul(2))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_has_two_digits_a_byte_however_many_there_are() {
        let bytes: Vec<u8> = (0_u8..=255).rev().step_by(7).chain([0, 0, 15]).collect();
        for length in 0..bytes.len() {
            let wanted: String = bytes[..length].iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex(&bytes[..length]), wanted);
        }
    }
}
