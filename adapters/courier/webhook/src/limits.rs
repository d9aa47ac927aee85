//! The bounds of one delivery.

/// Bytes of a message's data, as the contract has it.
pub const DATA_BYTES: usize = 64 * 1024;
/// Characters of a message's id: it travels in a header.
pub const ID_CHARS: usize = 128;
/// Secrets that sign at the same time: the old and the new one while a key rotates.
pub const SECRETS: usize = 2;
/// Bytes of a signing key (Standard Webhooks 1.0.0, "Signature scheme": at least 24).
pub const KEY_BYTES_LEAST: usize = 24;
