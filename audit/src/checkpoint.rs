//! Checkpoints: what was in the record at a moment, in one signed line.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// Marks a checkpoint, and the version of its form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Form {
    #[default]
    #[serde(rename = "checkpoint/1")]
    Checkpoint,
}

/// Says what a checkpoint covers: everything that was sealed until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// The number of heads in the log.
    pub heads: u64,
    /// The number of requests.
    pub requests: u64,
    /// The number of events of all these requests.
    pub events: u64,
    /// The root of the Merkle tree over the heads.
    pub root: Hash,
}

/// Holds a signed statement about the whole record. `signature` is over the canonical JSON of all the other members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    record: Form,
    /// 1, 2, 3, … without gaps.
    pub number: u64,
    /// The hash of the checkpoint before, over all its members but the signature; `None` for the first.
    pub previous: Option<Hash>,
    /// When it was signed, by the clock of who signed it: `2026-11-25T10:00:00.000Z`.
    pub at: String,
    /// The number of heads in the log.
    pub heads: u64,
    /// The number of requests.
    pub requests: u64,
    /// The number of events of all these requests.
    pub events: u64,
    /// The root of the Merkle tree over the heads.
    pub root: Hash,
    /// The public key of who signed it: `ed25519:` and 64 digits of hex.
    pub key: String,
    /// The signature, in hex.
    pub signature: String,
}

impl Checkpoint {
    /// Makes a checkpoint that follows another one and is not signed yet.
    #[cfg(feature = "signing")]
    pub(crate) fn unsigned(before: Option<&Self>, covered: &Covered, at: String, key: String) -> Self {
        Self {
            record: Form::Checkpoint,
            number: before.map_or(0, |before| before.number) + 1,
            previous: before.map(Self::hash),
            at,
            heads: covered.heads,
            requests: covered.requests,
            events: covered.events,
            root: covered.root,
            key,
            signature: String::new(),
        }
    }

    /// Returns what it covers.
    #[must_use]
    pub fn covered(&self) -> Covered {
        Covered { heads: self.heads, requests: self.requests, events: self.events, root: self.root }
    }

    /// Returns the bytes that are signed: the canonical JSON of all members but the signature.
    #[must_use]
    pub fn statement(&self) -> Vec<u8> {
        // Its members are texts and numbers, which can always be written.
        let mut members = serde_json::to_value(self).unwrap_or_default();
        if let Some(members) = members.as_object_mut() {
            members.remove("signature");
        }
        serde_json_canonicalizer::to_vec(&members).unwrap_or_default()
    }

    /// Returns the hash by which the next checkpoint names this one.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.statement())
    }
}
