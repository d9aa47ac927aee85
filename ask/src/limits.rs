//! The bounds of an ask.

/// Characters of a free-text note.
pub const NOTE_CHARS: usize = 4_000;
/// Characters of a reason, which is a short word.
pub const REASON_CHARS: usize = 64;
/// Characters of a kind or a destination.
pub const NAME_CHARS: usize = 64;
/// Characters of an invoice number, a customer's id or a line's id.
pub const ID_CHARS: usize = 128;
/// Characters of a decimal number: more digits than any sum of money has.
pub const DECIMAL_CHARS: usize = 40;
/// Characters of a currency: ISO 4217 has three; the domain says which exist.
pub const CURRENCY_CHARS: usize = 3;
/// Lines of one request.
pub const LINES: usize = 500;
/// Documents of evidence of one request, of the ask and of all replies together.
pub const EVIDENCE: usize = 100;
/// Characters of the kind of a document of evidence.
pub const EVIDENCE_KIND_CHARS: usize = 64;
/// Bytes of the address of a document of evidence.
pub const EVIDENCE_URL_BYTES: usize = 2_048;
/// Characters of the name of a document of evidence.
pub const EVIDENCE_NAME_CHARS: usize = 255;
/// Characters of the media type of a document of evidence.
pub const EVIDENCE_TYPE_CHARS: usize = 127;
/// Characters of the SHA-256 of a document of evidence.
pub const EVIDENCE_HASH_CHARS: usize = 64;
/// Bytes of a document of evidence that lies elsewhere: a tebibyte, more than any document has.
pub const EVIDENCE_BYTES: u64 = 1 << 40;
