//! Makes the record provable. Every request has a chain of events; the heads of all chains are numbered in one log; a
//! checkpoint signs the whole log.
//!
//! | what | how | what it shows |
//! |---|---|---|
//! | event | carries `previous`, the hash of the event before it, and `hash`, its own: SHA-256 over canonical JSON (RFC 8785) | nothing was changed, moved or removed inside a chain |
//! | [`Head`] | request, sequence and hash of its newest event, at a place in the log that never changes | which chains there are, and how far each goes |
//! | [`Checkpoint`] | count and Merkle root (RFC 6962, section 2.1) of the log, the hash of the checkpoint before, signed with Ed25519 (RFC 8032) | no chain was cut, removed or made anew since |
//!
//! Whoever has an export and the public key checks it without the system that wrote it: `verify`, behind the feature
//! `signing`.

#![deny(clippy::indexing_slicing)]

mod checkpoint;
mod hash;
mod head;
#[cfg(feature = "signing")]
mod key;
mod tree;
#[cfg(feature = "signing")]
pub mod verify;

pub use checkpoint::{Checkpoint, Covered};
pub use hash::Hash;
pub use head::{Head, Heads};
#[cfg(feature = "signing")]
pub use key::{PublicKey, RecordKey};
pub use tree::Frontier;

/// Returns the SHA-256 of a value's canonical JSON, in lower-case hex.
///
/// # Errors
/// When the value cannot be serialised as JSON.
pub fn canonical_hash<T: serde::Serialize>(value: &T) -> Result<String, serde_json::Error> {
    Ok(Hash::of_canonical(value)?.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn canonical_json_is_that_of_rfc_8785() {
        // The sorting example of RFC 8785, section 3.2.3, reduced to its ASCII and Latin keys.
        assert_eq!(
            canonical_hash(&json!({"b": 1, "a": "\u{20ac}$\u{000F}\n"})).unwrap(),
            Hash::of("{\"a\":\"\u{20ac}$\\u000f\\n\",\"b\":1}".as_bytes()).to_string()
        );
    }
}
