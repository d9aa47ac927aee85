//! The keys of the record: the host signs checkpoints with one, auditors have its public half.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::checkpoint::{Checkpoint, Covered};
use crate::hash::{bytes_of, write_hex};

/// Names the algorithm in front of a public key.
const ALGORITHM: &str = "ed25519:";

/// Signs checkpoints. Whoever has it can make a record that verifies, so no component and no adapter ever sees it.
pub struct RecordKey(SigningKey);

impl RecordKey {
    /// Reads a key from 64 digits of lower-case hex; `None` when the text is something else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        bytes_of(text).map(|seed| Self(SigningKey::from_bytes(&seed)))
    }

    /// Returns the key that checks what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs the checkpoint that follows `before` and covers that much, at `at`.
    #[must_use]
    pub fn sign(&self, before: Option<&Checkpoint>, covered: &Covered, at: String) -> Checkpoint {
        let mut checkpoint = Checkpoint::unsigned(before, covered, at, self.public().to_string());
        let signature = self.0.sign(&checkpoint.statement());
        checkpoint.signature = Hex(&signature.to_bytes()).to_string();
        checkpoint
    }
}

impl fmt::Debug for RecordKey {
    /// Shows the public half only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordKey({})", self.public())
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, self.0)
    }
}

/// Checks checkpoints. As text it is `ed25519:` and 64 digits of hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Tells whether this key signed the checkpoint, as it stands.
    #[must_use]
    pub fn signed(&self, checkpoint: &Checkpoint) -> bool {
        let signature = bytes_of(&checkpoint.signature).map(|bytes| Signature::from_bytes(&bytes));
        checkpoint.key == self.to_string()
            && signature.is_some_and(|signature| self.0.verify_strict(&checkpoint.statement(), &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ALGORITHM)?;
        write_hex(f, self.0.as_bytes())
    }
}

/// Tells that a text is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a public key: it is `ed25519:` and 64 digits of hex, as `contraflow audit key` prints it")]
pub struct PublicKeyError;

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        let bytes = text.trim().strip_prefix(ALGORITHM).and_then(bytes_of).ok_or(PublicKeyError)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| PublicKeyError)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::hash::Hash;

    #[test]
    fn a_signature_is_that_of_rfc_8032() {
        // Section 7.1, tests 1 and 2: the public key of that secret key, and a signature.
        let key = RecordKey::read("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let public = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(key.public().to_string(), public);
        assert_eq!(public.parse(), Ok(key.public()));
        let key_2 = RecordKey::read("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
        let signature = concat!(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert_eq!(Hex(&key_2.0.sign(&[0x72]).to_bytes()).to_string(), signature);
        assert_eq!(format!("{key:?}"), format!("RecordKey({public})"), "a log shows no secret");
    }

    #[test]
    fn a_checkpoint_with_any_member_changed_is_not_signed() {
        let key = RecordKey::read(&"01".repeat(32)).unwrap();
        let covered = Covered { heads: 2, requests: 1, events: 3, root: Hash::of(b"root") };
        let first = key.sign(None, &covered, "2026-11-25T10:00:00.000Z".into());
        let second = key.sign(Some(&first), &covered, "2026-11-25T10:01:00.000Z".into());
        let signed = |checkpoint: &Checkpoint| key.public().signed(checkpoint);
        assert!(signed(&first) && signed(&second));
        assert_eq!((second.number, second.previous), (2, Some(first.hash())));
        let changes: [fn(&mut Checkpoint); 8] = [
            |one| one.number += 1,
            |one| one.previous = None,
            |one| one.at = "2026-11-25T10:00:00.001Z".into(),
            |one| one.heads += 1,
            |one| one.requests += 1,
            |one| one.events += 1,
            |one| one.root = Hash::of(b"other"),
            |one| one.signature = "00".repeat(64),
        ];
        for change in changes {
            let mut changed = second.clone();
            change(&mut changed);
            assert!(!signed(&changed), "{changed:?}");
        }
        let other = RecordKey::read(&"02".repeat(32)).unwrap();
        assert!(!other.public().signed(&second));
        let written = serde_json::to_string(&second).unwrap();
        assert_eq!(serde_json::from_str::<Checkpoint>(&written).unwrap(), second);
        let more = written.replacen('{', "{\"note\": 1, ", 1);
        assert!(serde_json::from_str::<Checkpoint>(&more).is_err(), "nothing stands in it that is not signed");
    }
}
