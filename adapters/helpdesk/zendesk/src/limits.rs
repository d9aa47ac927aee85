//! The bounds of this adapter.

use std::time::Duration;

/// How far a webhook's timestamp may lie from its arrival. Zendesk signs every retry anew.
pub const REPLAY_WINDOW: Duration = Duration::from_secs(300);

/// Digits of a ticket's number.
pub const TICKET_DIGITS: usize = 20;
/// Characters of an agent's address (RFC 5321, 4.5.3.1.3).
pub const EMAIL_CHARS: usize = 254;
/// Characters of a ticket's address.
pub const URL_CHARS: usize = 2048;
/// Characters of the field that names lines.
pub const LINES_CHARS: usize = 16 * 1024;

/// Bytes of a comment, as the contract has it. Zendesk takes 64 KiB.
pub const COMMENT_BYTES: usize = 16 * 1024;
/// Characters of an effect's key, as the contract has it.
pub const KEY_CHARS: usize = 64;
/// Comments that one look-up asks for: few enough that even long ones fit an answer's bound.
pub const COMMENTS_A_PAGE: usize = 20;
/// Pages that are searched for an earlier comment of ours, newest first. Nobody writes 500 comments between two tries.
pub const COMMENT_PAGES: usize = 25;
