//! Lower-case hex: of hashes, markers and nonces.

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
    text
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
