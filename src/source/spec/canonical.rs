//! The canonical form of JSON, and its hash.

use std::fmt::Write;

use crate::model::sorted::collected;

use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use super::shape::METADATA;

/// What differs from one reading to the next although nobody changed anything.
const TIMES: [&str; 3] = ["createtime", "modifytime", "lastmodifytime"];

/// Twelve hexadecimal digits of the SHA-256 of the canonical text.
pub fn hash(value: &Value) -> String {
    let digest = Sha256::digest(canonical(value).to_string().as_bytes());
    digest.iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Keys in order, whole numbers without a fraction, `metadata` and times left out.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| !is_left_out(key));
            Value::Object(collected(kept.map(|(key, value)| (key.clone(), canonical(value)))))
        }
        Value::Array(list) => Value::Array(list.iter().map(canonical).collect()),
        Value::Number(number) => Value::String(self::number(number)),
        // A mark keeps the text `1` apart from the number.
        Value::String(text) => Value::String(format!("\"{text}")),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

fn is_left_out(key: &str) -> bool {
    key == METADATA || TIMES.contains(&key.to_ascii_lowercase().as_str())
}

/// A number's text, in which `1.0` is `1`. Whole numbers of any size keep all their digits.
pub fn number(number: &Number) -> String {
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
    // Zero has two signs.
    float.map_or_else(|| number.to_string(), |float| format!("{:.0}", float + 0.0))
}

/// Whether two values say the same: `1` is `1.0`, and the order of keys does not count.
pub fn is_same(one: &Value, other: &Value) -> bool {
    one == other || canonical(one) == canonical(other)
}
