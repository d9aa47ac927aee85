//! Every bound of the Example adapter.

/// Bytes of a message's data, as the contract has it.
pub const DATA_BYTES: usize = 64 * 1024;
/// Characters of a message's id: it travels in a header.
pub const ID_CHARS: usize = 128;
/// The last millisecond since 1970 that RFC 3339 can write.
pub const LAST_MS: u64 = 253_402_300_799_999;
