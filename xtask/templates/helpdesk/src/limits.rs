//! Every bound of the Example adapter.

use std::time::Duration;

/// How far a webhook's time may lie from its arrival.
pub const WEBHOOK_TOLERANCE: Duration = Duration::from_secs(300);
/// Bytes of a comment, as the contract has it.
pub const COMMENT_BYTES: usize = 16 * 1024;
/// Digits of a ticket's number.
pub const TICKET_DIGITS: usize = 20;
