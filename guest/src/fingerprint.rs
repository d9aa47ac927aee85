//! Makes fingerprints of what is asked: what the eye reads as the same has the same one.

use serde::Serialize;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

/// Returns a hash of a value in which every text is in one form: composed letters (Unicode NFC), and one space for
/// whatever white space and line ends stand between words. The value itself stays as it is.
///
/// # Errors
/// When the value can't be written as JSON.
pub fn of(value: &impl Serialize) -> serde_json::Result<String> {
    let mut value = serde_json::to_value(value)?;
    settle(&mut value);
    contraflow_audit::canonical_hash(&value)
}

fn settle(value: &mut Value) {
    match value {
        Value::String(text) => *text = same(text),
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::Object(fields) => fields.values_mut().for_each(settle),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn same(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(|word| word.nfc().collect()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_the_eye_reads_as_the_same_has_the_same_fingerprint() {
        let first = of(&serde_json::json!({"note": "grün\nund gut", "lines": ["a b"]})).unwrap();
        for note in
            ["grün\r\nund gut", "gru\u{308}n\nund gut", " grün und\u{a0}gut ", "grün\rund  gut", "grün\tund gut"]
        {
            assert_eq!(of(&serde_json::json!({"note": note, "lines": ["a b"]})).unwrap(), first, "{note:?}");
        }
        for note in ["grün und  Gut", "grun und gut", "grünund gut"] {
            assert_ne!(of(&serde_json::json!({"note": note, "lines": ["a b"]})).unwrap(), first, "{note:?}");
        }
    }

    #[test]
    fn what_is_in_that_form_has_the_hash_that_it_always_had() {
        let plain = serde_json::json!({"kind": "refund", "note": "two sensors", "amount": {"minor": 5}});
        assert_eq!(of(&plain).unwrap(), contraflow_audit::canonical_hash(&plain).unwrap());
    }
}
