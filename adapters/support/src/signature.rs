//! HMAC signatures, compared in constant time.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

/// Returns the HMAC-SHA256 over the parts, one after the other.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    keyed(key, parts).map_or([0; 32], |mac| mac.finalize().into_bytes().into())
}

/// Returns a name for a body that has none of its own: half of its SHA-256, in hexadecimal. 128 bits tell all messages
/// apart.
pub fn name_of(body: &[u8]) -> String {
    let hash = hex::encode(Sha256::digest(body));
    hash.get(..32).map_or_else(|| hash.clone(), str::to_owned)
}

/// Tells whether `candidate` is the HMAC-SHA256 over the parts. An empty key matches nothing: it is a secret that was
/// never set.
pub fn hmac_sha256_matches(key: &[u8], parts: &[&[u8]], candidate: &[u8]) -> bool {
    if key.is_empty() {
        return false;
    }
    keyed(key, parts).is_some_and(|mac| mac.verify_slice(candidate).is_ok())
}

fn keyed(key: &[u8], parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length, so this never is none.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac)
}

/// Returns the bytes of a signature in hexadecimal; `None` when it is no hexadecimal.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    hex::decode(text.trim()).ok()
}

/// Returns the bytes of a signature or a key in padded base64; `None` when it is no base64.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}

/// Returns a signature in padded base64.
pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Tells whether an instant that a sender signed lies within `tolerance` of the arrival, on either side: outside it, a
/// delivery may be a replay.
pub fn is_fresh(signed_unix_s: i64, received_unix_ms: u64, tolerance: Duration) -> bool {
    let Ok(received_unix_s) = i64::try_from(received_unix_ms / 1000) else {
        return false;
    };
    received_unix_s.abs_diff(signed_unix_s) <= tolerance.as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4231, test case 2.
    const KEY: &[u8] = b"Jefe";
    const DIGEST: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn the_vector_of_rfc_4231_matches_in_any_split() {
        let digest = from_hex(DIGEST).expect("hexadecimal");
        let parts: &[&[u8]] = &[b"what do ya ", b"want for nothing?"];
        assert!(hmac_sha256_matches(KEY, parts, &digest));
        assert_eq!(hmac_sha256(KEY, parts).as_slice(), digest);
    }

    #[test]
    fn a_shorter_a_longer_and_another_signature_are_refused() {
        let parts: &[&[u8]] = &[b"what do ya want for nothing?"];
        let digest = hmac_sha256(KEY, parts);
        assert!(!hmac_sha256_matches(KEY, parts, digest.split_at(31).0));
        assert!(!hmac_sha256_matches(KEY, parts, &[digest.as_slice(), &[0]].concat()));
        assert!(!hmac_sha256_matches(b"jefe", parts, &digest));
        assert!(!hmac_sha256_matches(KEY, &[b"other"], &digest));
    }

    #[test]
    fn an_empty_key_matches_nothing() {
        let parts: &[&[u8]] = &[b"body"];
        assert!(!hmac_sha256_matches(b"", parts, &hmac_sha256(b"", parts)));
    }

    #[test]
    fn freshness_counts_on_both_sides() {
        let window = Duration::from_secs(300);
        assert!(is_fresh(1_000, 1_300_999, window));
        assert!(!is_fresh(1_000, 1_301_000, window));
        assert!(is_fresh(1_300, 1_000_000, window));
        assert!(!is_fresh(1_301, 1_000_000, window));
        assert!(!is_fresh(i64::MIN, 0, window));
    }
}
