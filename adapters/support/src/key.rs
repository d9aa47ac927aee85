//! Idempotency keys.

use crate::limits::MAX_KEY_BYTES;

/// Tells whether a text is a key in the form that contraflow promises to every system: 1 to 64 characters of `A-Z a-z
/// 0-9 - _ .`
pub fn is_key(text: &str) -> bool {
    (1..=MAX_KEY_BYTES).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_plain() {
        assert!(is_key("leg-1.a_B"));
        assert!(is_key(&"k".repeat(64)));
        for wrong in ["", "a b", "a/b", "ä", &"k".repeat(65)] {
            assert!(!is_key(wrong), "{wrong}");
        }
    }
}
