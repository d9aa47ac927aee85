//! The bounds of one file.

/// Rows below the header.
pub const ROWS: usize = 1000;
/// Characters of a free-text note.
pub const NOTE_CHARS: usize = 4000;
/// Characters of a reason, which is a short word.
pub const REASON_CHARS: usize = 64;
/// Characters of a kind, a direction, a destination or a currency.
pub const NAME_CHARS: usize = 64;
/// Characters of an invoice number, a customer's id, a line's id or a reference.
pub const ID_CHARS: usize = 128;
/// Characters of a number.
pub const NUMBER_CHARS: usize = 40;
