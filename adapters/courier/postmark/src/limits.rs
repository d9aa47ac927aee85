//! The bounds of one letter.

/// Characters of a letter's id, and of what it is about: both travel in headers.
pub const ID_CHARS: usize = 128;
/// Characters of a subject, as the contract has it.
pub const SUBJECT_CHARS: usize = 200;
/// Bytes of a text, as the contract has it; Postmark takes 5 MB.
pub const TEXT_BYTES: usize = 64 * 1024;
/// Characters of a language's tag (RFC 5646, 4.4.1).
pub const LANGUAGE_CHARS: usize = 35;
/// Characters of each part of a language's tag (RFC 5646, 2.1).
pub const SUBTAG_CHARS: usize = 8;
/// Characters of an address (RFC 5321, 4.5.3.1.3, without the brackets).
pub const ADDRESS_CHARS: usize = 254;
/// Characters of what stands before the `@` (RFC 5321, 4.5.3.1.1).
pub const MAILBOX_CHARS: usize = 64;
/// Characters of each part of a domain (RFC 1035, 2.3.4).
pub const LABEL_CHARS: usize = 63;
/// Characters of the name that stands before the sender's address.
pub const NAME_CHARS: usize = 100;
