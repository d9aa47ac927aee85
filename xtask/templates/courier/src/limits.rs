//! Every bound of the Example adapter.

/// Bytes of a message's data, as the contract has it.
pub const DATA_BYTES: usize = 64 * 1024;
/// Characters of a message's id: it travels in a header.
pub const ID_CHARS: usize = 128;
