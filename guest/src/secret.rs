//! Makes what nobody can guess, and the hashes under which it is known.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Returns 32 random bytes as text.
#[must_use]
pub fn random() -> String {
    URL_SAFE_NO_PAD.encode(wasip3::random::random::get_random_bytes(32))
}

/// Returns a random id, of 16 hexadecimal digits.
#[must_use]
pub fn id() -> String {
    wasip3::random::random::get_random_bytes(8).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the SHA-256 of a text, as text: what is stored of a secret of [`random`]. One that nobody can guess needs no
/// salt and no slow hash.
#[must_use]
pub fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// Tells whether a secret is the one that was hashed, in the same time for every secret.
#[must_use]
pub fn is_of(secret: &str, known: &str) -> bool {
    // Whoever knows how far two hashes agree knows nothing of the secret behind them, but nothing depends on it.
    let (given, known) = (Sha256::digest(hash(secret)), Sha256::digest(known));
    given.iter().zip(known.iter()).fold(0, |different, (one, other)| different | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hash_and_no_other_is() {
        let known = hash("cfk_1_abc");
        assert!(is_of("cfk_1_abc", &known));
        assert!(!is_of("cfk_1_abd", &known) && !is_of("", &known) && !is_of("cfk_1_abc", ""));
        assert_eq!(known.len(), 43);
    }
}
