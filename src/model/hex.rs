//! Lower-case hex: of hashes, markers and nonces.

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
