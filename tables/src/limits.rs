//! The bounds of the store contract.

/// Longest key, in bytes.
pub const KEY_BYTES: usize = 512;
/// Longest `start` or `end` of a range, in bytes: a key and a mark behind its prefix.
pub const BOUND_BYTES: usize = KEY_BYTES + 8;
/// Longest value, in bytes.
pub const VALUE_BYTES: usize = 1024 * 1024;
/// Most keys of a `get`.
pub const GET_KEYS: usize = 256;
/// Most checks of a commit.
pub const CHECKS: usize = 256;
/// Most mutations of a commit.
pub const MUTATIONS: usize = 256;
/// Most entries of a scan's page.
pub const SCAN_ENTRIES: u32 = 1000;
/// Most bytes of values in a scan's page, after its first entry.
pub const SCAN_BYTES: i64 = 4 * 1024 * 1024;
